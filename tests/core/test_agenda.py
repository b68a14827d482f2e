"""The calendar page, its feeds, and the Atom feeds of news, of a site with one invented plugin."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.platform import EXTENSION
from core.syndication import parse_feed
from core.testing import make_app
from core.toolkit import CalendarEvent, Manifest, PublicUpdate, hookimpl

NOW = datetime.now(UTC)
SOON = (NOW + timedelta(days=40)).replace(hour=20, minute=30, second=0, microsecond=0)
"""In the evening of Greenwich, which is the next day in Bishkek."""


class Fairs:
    """Four events: soon in two regions, one that was called off, one of last year."""

    manifest = Manifest("fairs_of_test", "Fairs", "1", hook_api=1)
    sequence = 0

    @hookimpl
    def camove_provide_calendar_events(self, start: datetime, end: datetime) -> Iterator[CalendarEvent]:
        hour = timedelta(hours=1)
        title = {"ru": "Ярмарка <b>в Оше</b>", "ky": "Оштогу жарманке", "en": "Fair in Osh"}
        yield CalendarEvent("one", title, SOON, SOON + hour, "/ru/one", NOW, "ДК", "KG-O", "fair",
                            sequence=self.sequence)  # fmt: skip
        yield CalendarEvent(
            "two", {"ru": "Обучение"}, SOON, SOON + 30 * hour, "/ru/two", NOW, "", "KG-B", "training"
        )
        off = NOW - timedelta(days=50)
        yield CalendarEvent("off", {"ru": "Не будет"}, SOON, SOON, "/ru/off", off, status="cancelled")
        yield CalendarEvent("old", {"ru": "Прошлый год"}, NOW - timedelta(days=500), NOW, "/ru/old", NOW)

    @hookimpl
    def camove_provide_public_updates(self, limit: int) -> Iterator[PublicUpdate]:
        for number in range(60):
            day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
            yield PublicUpdate(f"fairs_of_test:n:{number}", {"ru": f"Новость {number} & Ко", "ky": f"Кабар {number}"},
                               f"/ru/n/{number}", day, {"ru": "Кратко\x0b"})  # fmt: skip


@pytest.fixture(scope="module")
def site_of_fairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(tmp_path_factory.mktemp("agenda"), [Fairs()])
    yield app
    app.extensions[EXTENSION].database.close()


@pytest.fixture
def client(site_of_fairs: Flask) -> FlaskClient:
    return site_of_fairs.test_client()


def titles(client: FlaskClient, query: str) -> set[str]:
    """What a feed holds."""
    answer = client.get(f"/ru/calendar.ics{query}")
    assert answer.mimetype == "text/calendar"
    return {str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def test_the_page_shows_what_comes_in_the_visitors_language_and_the_time_of_bishkek(
    client: FlaskClient,
) -> None:
    page = client.get("/ru/calendar").text
    assert "Ярмарка &lt;b&gt;в Оше&lt;/b&gt;" in page
    assert "Прошлый год" not in page
    assert "02:30 – 03:30 (UTC+6)" in page
    assert "Отменено" in page
    assert "Оштогу жарманке" in client.get("/ky/calendar").text
    assert "Fair in Osh" in client.get("/en/calendar").text


def test_the_page_leads_to_other_months_and_takes_no_nonsense(client: FlaskClient) -> None:
    past = f"{NOW - timedelta(days=520):%Y-%m}"
    assert "Прошлый год" in client.get(f"/ru/calendar?from={past}").text
    assert "Nothing is planned" in client.get("/en/calendar?from=1999-01").text
    for wrong in ("x", "0001-01", "9999-12", "2026-13", "2026-1\N{ARABIC-INDIC DIGIT ONE}"):
        assert client.get("/ru/calendar", query_string={"from": wrong}).status_code == 200, wrong


def test_page_and_feed_are_filtered_by_region_and_topic(client: FlaskClient) -> None:
    page = client.get("/ru/calendar?region=KG-B").text
    assert "Обучение" in page
    assert "в Оше" not in page
    assert 'href="/ru/calendar.ics?region=KG-B"' in page
    assert titles(client, "?region=KG-O") == {"Ярмарка <b>в Оше</b>"}
    assert titles(client, "?topic=training") == {"Обучение"}
    assert titles(client, "?region=KG-O&topic=training") == set()
    assert (
        titles(client, "?region=nowhere")
        == titles(client, "")
        == {"Ярмарка <b>в Оше</b>", "Обучение", "Не будет"}
    )


def test_the_feed_changes_only_when_an_event_does(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/ru/calendar.ics")
    again = client.get("/ru/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    monkeypatch.setattr(Fairs, "sequence", 1)
    moved = client.get("/ru/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert moved.status_code == 200
    assert b"SEQUENCE:1" in moved.data


def test_news_are_read_by_a_feed_reader_in_each_language_and_once(client: FlaskClient) -> None:
    answer = client.get("/ru/news.atom")
    read = parse_feed(answer.data, {"content-type": answer.headers["Content-Type"]})
    assert (read.version, len(read.entries), read.problem) == ("atom10", 50, "")
    assert read.entries[0].title == "Новость 59 & Ко"
    assert read.entries[0].updated == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=59)
    assert read.entries[0].link.endswith("/ru/n/59")
    assert client.get("/ru/news.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert "Кабар 59" in client.get("/ky/news/fairs_of_test.atom").text
    assert client.get("/ru/news/nobody.atom").status_code == 404


def test_names_of_entries_stay_whatever_the_language(client: FlaskClient) -> None:
    def names(language: str) -> list[str | None]:
        root = ElementTree.fromstring(client.get(f"/{language}/news.atom").data)
        return [each.text for each in root.iter("{http://www.w3.org/2005/Atom}id")]

    russian, kyrgyz = names("ru"), names("ky")
    assert russian[1:] == kyrgyz[1:]
    assert russian[0] != kyrgyz[0]
    assert len(set(russian)) == len(russian)


def test_the_home_page_shows_the_five_newest(client: FlaskClient) -> None:
    page = client.get("/ru/").text
    assert [number for number in range(60) if f'/ru/n/{number}"' in page] == [55, 56, 57, 58, 59]
    assert "Новость 59 &amp; Ко" in page
