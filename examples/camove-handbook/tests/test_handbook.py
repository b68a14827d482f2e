"""The handbook as its writers, its lawyers, its distributors and everybody else see it: one story, told in order."""

import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from flask import Flask
from sqlalchemy import select

from core.testing import Browser, Town, command, drain, make_app, site_of
from core.toolkit import now
from handbook import jobs
from handbook.models import Edition
from handbook.plugin import plugin

SOURCE = "Придуманный закон | https://example.org/1 | 2026-01-31"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module", autouse=True)
def people(town: Town) -> None:
    office, other = town.organisation("Мост"), town.organisation("Нева", country="RU")
    town.person("writer@example.org", office, "handbook.writer")
    town.person("lawyer@example.org", other, "handbook.lawyer")
    town.person("both@example.org", office, "handbook.writer", "handbook.lawyer")
    town.person("neighbour@example.org", other, "handbook.writer")


class Cast:
    """Their browsers."""

    def __init__(self, app: Flask, town: Town) -> None:
        self.writer, self.lawyer, self.both, self.neighbour, self.anybody = (
            town.browser(app, email) for email in (
                "writer@example.org", "lawyer@example.org", "both@example.org", "neighbour@example.org", "",
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
def cast(app: Flask, town: Town, people: None) -> Cast:
    return Cast(app, town)


def begun(who: Browser, slug: str) -> str:
    """Begin a chapter; gives the address of its edition."""
    answer = who.post("/en/handbook/work/new", slug=slug)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removesuffix("/edit")


def written(who: Browser, address: str, **values: str) -> int:
    """Type into an edition; gives the status."""
    text = {
        "title_ru": "Не платят",
        "body_ru": "## Сначала\n- Запишите часы\n\nПотом спросите.",
        "sources": SOURCE,
    }
    text["review_by"] = f"{now() + timedelta(days=200):%d.%m.%Y}"
    return who.post(f"{address}/edit", **text | values).status_code


def moved(who: Browser, address: str, move: str, **values: str) -> tuple[int, str]:
    answer = who.post(f"{address}/move", address, move=move, **values)
    return answer.status_code, answer.text


def published(cast: Cast, slug: str, **values: str) -> str:
    address = begun(cast.writer, slug)
    assert written(cast.writer, address, **values) == 302
    assert moved(cast.writer, address, "submit")[0] == 302
    assert moved(cast.lawyer, address, "sign")[0] == 302
    return address


def test_nothing_is_there_at_first(cast: Cast) -> None:
    assert "Ни одна глава ещё не опубликована" in cast.anybody.get("/ru/handbook/").text
    assert cast.anybody.get("/ru/handbook/chapters/nothing").status_code == 404
    assert cast.anybody.get("/ru/handbook/chapters/nothing/99999999999999999999").status_code == 404
    assert cast.anybody.get("/ru/handbook/chapters/nothing/leaflet.pdf").status_code == 404
    assert Tree.fromstring(cast.anybody.get("/ru/handbook/changes.atom").data).tag == f"{ATOM}feed"


def test_an_address_is_checked_and_taken_once(cast: Cast) -> None:
    for slug in ("", "Зарплата", "a b", "-a", "a" * 41, "a/b"):
        assert cast.writer.post("/en/handbook/work/new", slug=slug).status_code == 422, slug
    begun(cast.writer, "taken")
    again = cast.writer.post("/en/handbook/work/new", slug="taken")
    assert (again.status_code, "address already" in again.text) == (422, True)


def test_an_incomplete_edition_is_not_sent_and_the_page_says_what_is_missing(cast: Cast) -> None:
    address = begun(cast.writer, "incomplete")
    status, text = moved(cast.writer, address, "submit")
    assert status == 422
    for said in ("Write the title and the text in Russian", "Name at least one source", "by which day"):
        assert said in text
    wrong = cast.writer.post(
        f"{address}/edit",
        title_ru="Kept",
        body_ru="Kept too",
        sources=f"{SOURCE}\nnonsense",
        review_by="soon",
    )
    assert wrong.status_code == 422
    for said in ("Kept too", "Line 2", "27.3.2026"):
        assert said in wrong.text
    past = f"{now() - timedelta(days=1):%d.%m.%Y}"
    assert written(cast.writer, address, review_by=past, title_en="Only a title") == 302
    status, text = moved(cast.writer, address, "submit")
    assert (status, "by which day" in text, "needs both" in text) == (422, True, True)
    assert moved(cast.writer, address, "discard")[0] == 302


def test_only_another_person_signs_and_only_what_was_sent(cast: Cast, app: Flask, town: Town) -> None:
    address = begun(cast.both, "two-persons")
    assert written(cast.both, address) == 302
    assert moved(cast.both, address, "submit")[0] == 302
    status, text = moved(cast.both, address, "sign")
    assert (status, "Another lawyer must sign" in text) == (422, True)
    assert moved(cast.writer, address, "take_back")[0] == 302
    assert moved(cast.writer, address, "submit")[0] == 302
    status, text = moved(cast.both, address, "sign")
    assert (status, "Another lawyer must sign" in text) == (422, True), "who typed signs not, whoever sent it"
    assert moved(cast.writer, address, "sign")[0] == 404, "a writer is no lawyer"
    assert written(cast.writer, address) == 422, "it is with a lawyer"
    with town.site.database.transaction() as session:
        edition = session.scalars(select(Edition).where(Edition.state == "review")).one()
        honest, edition.texts = edition.texts, {"ru": {"title": "Другое", "body": "Подменено"}}
    status, text = moved(cast.lawyer, address, "sign")
    assert (status, "not what was sent" in text) == (422, True)
    with town.site.database.transaction() as session:
        session.scalars(select(Edition).where(Edition.state == "review")).one().texts = honest
    assert moved(cast.lawyer, address, "send_back")[0] == 422, "a reason is asked"
    assert moved(cast.lawyer, address, "send_back", reason="Статья устарела")[0] == 302
    assert "Статья устарела" in cast.both.get(address).text
    assert written(cast.both, address, title_ru="Подписано вдвоём") == 302
    assert moved(cast.both, address, "submit")[0] == 302
    seen = cast.lawyer.get(address).text
    revision = re.findall(r'name="revision" value="(\d+)"', seen)[0]
    assert moved(cast.lawyer, address, "sign", revision=revision)[0] == 302
    assert moved(cast.lawyer, address, "sign", revision=revision)[0] == 409, "a double click signs once"
    shown = cast.anybody.get("/ru/handbook/chapters/two-persons").text
    for said in (
        "Подписано вдвоём",
        "Нева",
        "Придуманный закон",
        "<h2>Сначала</h2>",
        "<li>Запишите часы</li>",
    ):
        assert said in shown, said


def test_others_see_no_draft(cast: Cast) -> None:
    address = begun(cast.writer, "secret-draft")
    assert written(cast.writer, address, title_ru="Тайный черновик") == 302
    assert cast.neighbour.get(address).status_code == 404
    assert cast.neighbour.get(f"{address}/edit").status_code == 404
    assert written(cast.neighbour, address) == 404
    assert cast.anybody.get("/ru/handbook/chapters/secret-draft").status_code == 404
    for page in ("/ru/handbook/", "/ru/handbook/changes.atom", "/ru/handbook/offline.html"):
        assert "Тайный черновик" not in cast.anybody.get(page).text, page
    assert "Тайный черновик" not in cast.neighbour.get("/ru/handbook/work").text


def test_two_writers_at_once_lose_nothing(cast: Cast) -> None:
    address = begun(cast.writer, "at-once")
    assert written(cast.writer, address, revision="1", title_ru="Первый") == 302
    assert written(cast.both, address, revision="1", title_ru="Второй") == 409
    assert "Первый" in cast.both.get(address).text


def test_a_new_edition_says_what_changed_and_the_old_one_stays_readable(cast: Cast, app: Flask) -> None:
    address = published(cast, "renewed", title_en="Renewed", body_en="An old sentence about passports")
    drain(app)
    assert "Renewed" in cast.anybody.get("/en/search?q=passport").text
    began = cast.writer.post(cast_begin(cast, address), address)
    second = began.headers["Location"]
    assert cast.writer.post(cast_begin(cast, address), address).headers["Location"] == second, "one at work"
    text = {
        "body_ru": "## Сначала\n- Запишите часы\n\nПозвоните нам.",
        "title_en": "Renewed",
        "body_en": "About contracts",
    }
    assert written(cast.writer, second, **text) == 302
    status, said = moved(cast.writer, second, "submit")
    assert (status, "what changed" in said) == (422, True)
    assert (
        written(cast.writer, second, **text, changed_ru="Другой телефон", changed_en="Another telephone")
        == 302
    )
    assert moved(cast.writer, second, "submit")[0] == 302
    review = cast.lawyer.get(second).text
    assert "<ins>Позвоните нам.</ins>" in review
    assert "<del>Потом спросите.</del>" in review
    assert moved(cast.lawyer, second, "sign")[0] == 302
    drain(app)
    assert "Renewed" not in cast.anybody.get("/en/search?q=passport").text
    assert "Renewed" in cast.anybody.get("/en/search?q=contract").text
    newest = cast.anybody.get("/en/handbook/chapters/renewed").text
    assert "Another telephone" in newest
    assert "Edition 1" in newest
    old = cast.anybody.get("/en/handbook/chapters/renewed/1").text
    assert "An old sentence" in old
    assert "replaced by a newer one" in old
    entries = Tree.fromstring(cast.anybody.get("/en/handbook/changes.atom").data).findall(f"{ATOM}entry")
    assert entries[0].findtext(f"{ATOM}summary") == "Another telephone"
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) >= 3
    assert "Another telephone" in cast.anybody.get("/en/").text, "the network's home page tells of it too"


def cast_begin(cast: Cast, address: str) -> str:
    found = re.findall(r'action="([^"]+/begin)"', cast.writer.get(address).text)
    assert found, "the page offers the next edition"
    return str(found[0])


def test_what_is_not_translated_is_shown_in_russian_and_says_so(cast: Cast) -> None:
    published(cast, "russian-only", title_ru="Только по-русски")
    page = cast.anybody.get("/ky/handbook/chapters/russian-only").text
    assert "Только по-русски" in page
    assert "орусча" in page
    assert 'lang="ru"' in page


def test_markup_that_somebody_typed_is_text(cast: Cast) -> None:
    published(
        cast, "markup", title_ru="<b>T</b>", body_ru='<script>x</script> {{ 7*7 }}\n\n#import "x"\n\n$x$ *y*'
    )
    for page in ("/ru/handbook/chapters/markup", "/ru/handbook/offline.html"):
        text = cast.anybody.get(page).text
        assert "<script>x" not in text
        assert "&lt;script&gt;x" in text
        assert "{{ 7*7 }}" in text
    assert cast.anybody.get("/ru/handbook/chapters/markup/leaflet.pdf").data.startswith(b"%PDF")


def test_a_leaflet_is_a5_and_the_offline_copy_needs_nothing_else(cast: Cast) -> None:
    published(cast, "leaflet")
    for code in ("ru", "ky", "en"):
        answer = cast.anybody.get(f"/{code}/handbook/chapters/leaflet/leaflet.pdf")
        assert answer.mimetype == "application/pdf"
        box = re.search(rb"/MediaBox\s*\[([^\]]+)\]", answer.data)
        assert box
        assert [round(float(each)) for each in box[1].split()] == [0, 0, 420, 595]
    copy = cast.anybody.get("/ru/handbook/offline.html")
    assert copy.headers["Content-Disposition"].startswith('attachment; filename="handbook-')
    assert not re.search(r"\b(?:src|href)=|@import|url\(", copy.text)
    assert "Не платят" in copy.text


def test_partners_who_hold_an_old_edition_are_named_until_they_get_the_new_one(
    cast: Cast, app: Flask
) -> None:
    address = published(cast, "handed-out", title_ru="Раздали")
    drain(app)
    assert "Раздали" in cast.anybody.get("/ru/search?q=раздали").text
    page = cast.writer.get("/en/handbook/copies").text
    chosen = re.findall(r'<option value="([^"]+)">Раздали, 1<', page)[0]
    given = {"partner": "Вокзал, киоск", "language": "ky", "channel": "print", "given_on": "27.3.2026"}
    for wrong in (
        {"amount": "0"},
        {"amount": "1" * 30},
        {"amount": "many"},
        {"given_on": "31.2.2026"},
        {"partner": ""},
    ):
        answer = cast.writer.post("/en/handbook/copies", **given | {"edition": chosen, "amount": "5"} | wrong)
        assert answer.status_code == 422, wrong
    assert cast.writer.post("/en/handbook/copies", **given, edition="x", amount="5").status_code == 422
    assert cast.writer.post("/en/handbook/copies", **given, edition=chosen, amount="500").status_code == 302
    log = cast.writer.get("/en/handbook/copies").text
    assert "Вокзал, киоск" in log
    assert "no longer in force" not in log
    assert "Вокзал" not in cast.neighbour.get("/en/handbook/copies").text
    assert moved(cast.lawyer, address, "withdraw", reason="Закон отменён")[0] == 302
    drain(app)
    assert "Раздали" not in cast.anybody.get("/ru/search?q=раздали").text
    gone = cast.anybody.get("/ru/handbook/chapters/handed-out")
    assert (gone.status_code, "Не полагайтесь" in gone.text, "Запишите" in gone.text) == (410, True, False)
    assert "no longer in force" in cast.writer.get("/en/handbook/copies").text
    second = cast.writer.post(cast_begin(cast, address), address).headers["Location"]
    assert written(cast.writer, second, title_ru="Раздали снова", changed_ru="Новый закон") == 302
    assert moved(cast.writer, second, "submit")[0] == 302
    assert moved(cast.lawyer, second, "sign")[0] == 302
    assert "no longer in force" in cast.writer.get("/en/handbook/copies").text
    chosen = re.findall(
        r'<option value="([^"]+)">Раздали снова, 2<', cast.writer.get("/en/handbook/copies").text
    )[0]
    renewed = given | {"partner": "  вокзал, КИОСК ", "edition": chosen, "amount": "500"}
    assert cast.writer.post("/en/handbook/copies", **renewed).status_code == 302
    assert "no longer in force" not in cast.writer.get("/en/handbook/copies").text


def test_people_are_told_once_when_a_chapter_ages(cast: Cast, app: Flask, town: Town) -> None:
    published(cast, "ageing", review_by=f"{now() + timedelta(days=20):%d.%m.%Y}")
    with app.app_context():
        jobs.remind(town.site.database, ())
        jobs.remind(town.site.database, ())
    assert (
        cast.writer.get("/en/account/notifications").text.count("Chapter ageing must be looked at again") == 1
    )
    assert "Chapters to look at again" in cast.writer.get("/en/work").text
    with town.site.database.transaction() as session:
        chapter = session.scalars(select(Edition).where(Edition.reminded)).one()
        chapter.review_by = (now() - timedelta(days=1)).date()
    assert "should have been checked" in cast.anybody.get("/en/handbook/chapters/ageing").text
    assert "To be checked again" in cast.anybody.get("/en/handbook/").text


def test_the_sample_chapters_come_and_go(tmp_path: Path) -> None:
    app = make_app(tmp_path / "sample", [plugin])
    assert "handbook.lawyer" in command(app, "demo")
    anybody = Browser(app)
    shown = anybody.get("/ky/handbook/chapters/pay-not-paid").text
    assert "юридикалык кеңеш эмес" in shown
    assert "которулган эмес" not in shown
    assert anybody.get("/ru/handbook/chapters/child-to-school").status_code == 404, "it waits for its lawyer"
    command(app, "demo", "remove")
    assert anybody.get("/ky/handbook/chapters/pay-not-paid").status_code == 404
    site_of(app).database.close()
