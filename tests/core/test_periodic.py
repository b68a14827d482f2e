"""The periodic report: what it holds, who publishes it, that it never changes, and what everybody reads."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network import Network
from pypdf import PdfReader
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from core import suppression, tilemaps
from core.accounts.models import Notification
from core.contract import TOTAL, Figure, FigureRow
from core.database import now
from core.periodic import content, drawing, own, periods, services, telling
from core.periodic.drawing import SUMMARY
from core.periodic.models import PeriodicReport
from core.permissions import Denied
from core.testing import Town
from core.workflow import Conflict, GuardFailed

GUIDE = (Path(content.__file__).parents[2] / "docs" / "periodic-report.md").read_text("utf-8")
YEAR = str(now().year - 1)
TITLE = {"ru": "Отчёт <сети>", "en": "Report"}
TEXTS = {"ru": "По-русски & только так"}
words = st.dictionaries(st.sampled_from(["ru", "ky", "en"]), st.text(max_size=8), min_size=1)


def figure(name: str, numbers: dict[str, float | None], dimension: str = "") -> Figure:
    """An invented figure; its texts are its name."""
    rows = tuple(FigureRow(code, {"ru": code, "en": f"<{code}>"}, value) for code, value in numbers.items())
    said = {"ru": name, "en": name}
    return Figure(name, said, said, said, said, rows, dimension)


def snapshot(numbers: dict[str, float | None] | None = None) -> dict[str, Any]:
    """Figures of two plugins, and a third that gave none."""
    counted = numbers or {"KG": 12, "RU": None, TOTAL: 40}
    return {
        "drawn_at": "2026-01-05T00:00:00+00:00",
        "sections": [
            content.section("monitoring", {"en": "Employers"}, [figure("monitoring.reports", counted, "country")]),
            content.section("job_fairs", {"en": "Fairs"}, [figure("job_fairs.people", {"KG-O": 7}, "region")]),
        ],
        "missing": [{"code": "research", "title": {"ru": "Данные", "en": "Data"}}],
    }  # fmt: skip


def act(net: Network, who: str, step: Any, *args: Any, **named: Any) -> Any:
    """One service call, in an app context and a transaction."""
    with net.app.app_context(), net.site.database.transaction() as session:
        found = step(session, net.actor(session, who), *args, **named)
        return found.id if isinstance(found, PeriodicReport) else found


def begun(net: Network, drawn: dict[str, Any] | None = None) -> UUID:
    """A draft with figures and a text: revision 3."""
    made: UUID = act(net, "net_coordinator", services.begin, YEAR, TITLE)
    act(net, "net_coordinator", services.keep_figures, made, drawn or snapshot(), revision=1)
    act(net, "net_coordinator", services.write, made, SUMMARY, TEXTS, revision=2)
    return made


def published(net: Network, report: UUID | None = None) -> UUID:
    """Proposed by one and published by another."""
    made = report or begun(net)
    for who, name in (("net_coordinator", "propose"), ("admin", "publish")):
        act(net, who, services.move, made, name, revision=row(net, made).revision)
    return made


def row(net: Network, report: UUID) -> PeriodicReport:
    with net.site.database.reading() as session:
        found = session.get_one(PeriodicReport, report)
        session.expunge(found)
        return found


def refused(net: Network, who: str, report: UUID, name: str) -> list[str]:
    """The codes that stop a move."""
    with pytest.raises(GuardFailed) as failed:
        act(net, who, services.move, report, name, revision=row(net, report).revision)
    return failed.value.codes


def told(net: Network, report: UUID) -> set[UUID]:
    """Who was asked to approve it."""
    with net.site.database.reading() as session:
        notices = session.scalars(select(Notification).filter_by(endpoint="periodic.draft"))
        return {each.person_id for each in notices if each.arguments == {"report_id": str(report)}}


# What a report holds


@given(st.dictionaries(st.text(max_size=5), st.one_of(words, st.integers(), st.none(), st.booleans())))
def test_the_same_content_has_the_same_bytes_and_another_has_another_hash(value: dict[str, Any]) -> None:
    canonical = content.canonical(value)
    assert content.canonical(dict(reversed(value.items()))) == canonical
    assert json.loads(canonical) == value
    assert content.canonical(json.loads(canonical)) == canonical
    assert content.digest(canonical) != content.digest(content.canonical({**value, "more": 1, "": {}}))


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 9)), min_size=1), words)
def test_a_file_that_was_changed_anywhere_is_no_report(
    numbers: dict[str, float | None], title: dict[str, str]
) -> None:
    made = content.composed(periods.read("2025-Q4"), 1, title, {}, snapshot(numbers), None)
    body = content.sealed(content.canonical(made))
    assert content.verified(body) == made
    forged = json.loads(body)
    forged["report"]["sections"][0]["figures"][0]["rows"][0]["value"] = 10
    with pytest.raises(content.BadReport):
        content.verified(json.dumps(forged).encode())
    for wrong in (
        b"",
        b"[]",
        b"{}",
        b'"x"',
        body[:-2],
        b"[" * 9999,
        body.replace(b'"format":1', b'"format":2'),
    ):
        with pytest.raises(content.BadReport):
            content.verified(wrong)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_what_is_withheld_stays_withheld_on_every_way_to_the_reader(numbers: list[int]) -> None:
    """And core adds nothing up: a total is what the plugin says, or none."""
    shown = suppression.line(numbers, 5)
    rows = {f"r{place}": value for place, value in enumerate(shown)}
    made = content.composed(periods.read("2025"), 1, TITLE, {}, snapshot(rows), None)
    again = json.loads(content.canonical(made))
    assert [content.cells(again)["monitoring.reports", code] for code in rows] == list(shown)
    told = telling._figure(again["sections"][0]["figures"][0], "ru")
    assert [each.value for each in told.lines] == list(shown)
    assert told.whole is None


def test_the_numbers_and_texts_that_differ_are_all_named() -> None:
    period = periods.read("2025")
    old = content.composed(
        period, 1, TITLE, {SUMMARY: TEXTS}, snapshot({"a": 1, "b": None, "c": 3, "d": 0}), None
    )
    new = content.composed(
        period, 2, TITLE, {"job_fairs": TEXTS}, snapshot({"a": 1, "b": 2, "c": None, "e": None}), None
    )
    assert content.changed(old, new) == [("monitoring.reports", code) for code in "bcde"]
    assert content.reworded(old, new) == [SUMMARY, "job_fairs"]
    assert content.changed(old, old) == content.reworded(new, new) == []


def test_periods_are_whole_quarters_and_years_that_have_ended() -> None:
    assert (periods.read("2024-Q1").first, periods.read("2024-Q1").last) == (
        date(2024, 1, 1),
        date(2024, 3, 31),
    )
    assert periods.read("2024-Q4").before == periods.read("2024").before == date(2025, 1, 1)
    for wrong in (
        "",
        "2024-",
        "2024-Q5",
        "2024-Q0",
        "24",
        "1999",
        "2024-Q1 ",
        "2024-Q1\n",
        "２０２４",
        "2024-q1",
        "\0",
    ):
        with pytest.raises(ValueError, match="not a year"):
            periods.read(wrong)
    first = [each.code for each in periods.offered(date(2026, 3, 31))][:3]
    assert first == ["2025", "2025-Q4", "2025-Q3"]
    assert next(each.code for each in periods.offered(date(2026, 4, 1))) == "2026-Q1"


def test_core_counts_its_organisations_and_leaves_none_alone_in_its_country(net: Network) -> None:
    """Three of Russia stand by themselves, two of Kyrgyzstan do not; an inspectorate is none of the network's."""
    Town(net.site).organisation("Инспекция", "inspectorate", "RU")
    Town(net.site).organisation("Далёкая", "partner", "TM")
    with net.app.app_context(), net.site.database.reading() as session:
        countries, kinds = own.organisations(session)
        [promises] = own.promises(session, periods.read(YEAR))
    assert {row.code: row.value for row in countries.rows} == {"RU": 3, "other": 3, TOTAL: 6}
    assert {row.code: row.value for row in kinds.rows} == {
        "member_ngo": 3,
        "partner": 2,
        "secretariat": 1,
        TOTAL: 6,
    }
    assert [row.label["en"] for row in countries.rows] == ["Russia", "Other countries", "In total"]
    assert [(row.code, row.value) for row in promises.rows] == [(TOTAL, 0)]


def test_a_plugin_that_had_nothing_to_count_says_so_in_a_section_of_its_own(net: Network) -> None:
    with net.app.app_context(), net.site.database.reading() as session:
        drawn = drawing.drawn(session, periods.read("2024-Q1"))
    active = {record.name for record in net.site.plugins.records.values() if record.active}
    sections = {each["code"]: each["figures"] for each in drawn["sections"]}
    assert len(active) == 4
    assert active <= set(sections)
    assert drawn["missing"] == []
    assert sections["research"] == []


def test_tiles_show_length_and_word_beside_colour() -> None:
    told = tilemaps.tiles(tilemaps.COUNTRIES, {"KG": 20, "RU": 10, "UZ": "withheld"}, {"KG": "Kyrgyzstan"})
    by_place = {(each["x"], each["y"]): each for each in told}
    assert len(by_place) == len(told) == 6
    assert by_place[240, 0] == {
        "x": 240, "y": 0, "label": "Kyrgyzstan", "value": 20, "bar": tilemaps.FULL, "closed": False,
    }  # fmt: skip
    assert (by_place[0, 0]["bar"], by_place[120, 100]["closed"], by_place[120, 100]["bar"]) == (49, True, 0)
    assert by_place[0, 100]["value"] == "–"
    assert tilemaps.tiles(tilemaps.RUSSIA, {"KG-O": 3}, {}) == []


# Who makes it


def test_one_proposes_another_publishes_exactly_that_and_outsiders_do_neither(net: Network) -> None:
    for who in ("member", "org_admin", "coordinator", "analyst"):
        with pytest.raises(Denied):
            act(net, who, services.begin, YEAR, TITLE)
    with pytest.raises(ValueError, match=str(now().year)):
        act(net, "net_coordinator", services.begin, str(now().year), TITLE)
    report = act(net, "net_coordinator", services.begin, YEAR, {})
    assert refused(net, "net_coordinator", report, "propose") == ["title_missing", "figures_missing"]
    report = begun(net)
    assert refused(net, "admin", report, "publish") == ["not_open"]
    assert refused(net, "admin", report, "supersede") == ["not_open"]
    act(net, "net_coordinator", services.move, report, "propose", revision=3)
    assert refused(net, "net_coordinator", report, "publish") == ["same_person"]
    assert told(net, report) == {net.people["admin"]}
    for step, args in (
        (services.write, (SUMMARY, TEXTS)),
        (services.keep_figures, (snapshot(),)),
        (services.change, (TITLE, {})),
    ):
        with pytest.raises(GuardFailed):
            act(net, "net_coordinator", step, report, *args, revision=4)
    for column in (PeriodicReport.content, PeriodicReport.sha256):
        with net.site.database.transaction() as session:
            session.execute(update(PeriodicReport).values({column: column + " "}))
        assert refused(net, "admin", report, "publish") == ["content_changed"]
        with net.site.database.transaction() as session:
            session.execute(update(PeriodicReport).values({column: func.trim(column)}))
    act(net, "net_coordinator", services.move, report, "recall", revision=4)
    assert (row(net, report).content, row(net, report).sha256) == ("", "")
    published(net, report)
    done = row(net, report)
    assert (done.state, done.number, content.digest(done.content)) == ("published", 1, done.sha256)
    assert net.passages(report) == ["propose", "recall", "propose", "publish"]
    assert net.audited("core.periodic.publish", report) == 1
    net.agree()


def test_of_two_at_once_one_wins_and_nothing_typed_is_overwritten(net: Network) -> None:
    report = begun(net)
    for step, args in ((services.write, (SUMMARY, {})), (services.keep_figures, (snapshot(),))):
        with pytest.raises(Conflict):
            act(net, "admin", step, report, *args, revision=2)
    with pytest.raises(Conflict):
        act(net, "admin", services.move, report, "propose", revision=2)
    assert row(net, report).texts == {SUMMARY: TEXTS}
    with pytest.raises(Denied):
        act(net, "admin", services.find, uuid4())


def test_a_correction_is_a_new_edition_that_says_what_it_changes_and_leaves_the_old_one_to_read(
    net: Network,
) -> None:
    first, late, other = begun(net), begun(net), begun(net)
    act(net, "net_coordinator", services.move, late, "propose", revision=3)
    published(net, first)
    assert refused(net, "admin", late, "publish") == ["not_latest"]
    assert json.loads(row(net, first).content)["number"] == row(net, first).number == 1
    assert refused(net, "net_coordinator", other, "propose") == ["not_latest"]
    act(net, "net_coordinator", services.move, other, "discard", revision=3)
    second = act(net, "net_coordinator", services.correct, first)
    assert act(net, "admin", services.correct, first) == second
    assert refused(net, "net_coordinator", second, "propose") == ["changes_missing"]
    act(net, "net_coordinator", services.change, second, TITLE, {"ru": "Опечатка"}, revision=1)
    act(
        net,
        "net_coordinator",
        services.keep_figures,
        second,
        snapshot({"KG": 13, "RU": None, TOTAL: 40}),
        revision=2,
    )
    published(net, second)
    old, new = row(net, first), row(net, second)
    assert (old.state, old.number, new.state, new.number) == ("superseded", 1, "published", 2)
    assert json.loads(new.content)["corrects"] == {
        "number": 1,
        "sha256": old.sha256,
        "changes": {"ru": "Опечатка"},
    }
    with pytest.raises(GuardFailed):
        act(net, "admin", services.correct, first)
    stranger = net.browser()
    assert stranger.get(f"/en/reports/{YEAR}").headers["Location"].endswith(f"/{YEAR}/2")
    assert "A later edition has replaced this one" in stranger.get(f"/en/reports/{YEAR}/1").text
    page = stranger.get(f"/en/reports/{YEAR}/2").text
    assert "Опечатка" in page
    assert "this one is in Russian" in page
    assert "&lt;KG&gt;" in page.partition("Everything that changed")[2]
    assert "Corrected report of the network: Report" in stranger.get("/en/").text


def test_the_database_itself_keeps_what_was_published(any_net: Network) -> None:
    """Even from whoever forgets the services: nothing of it is changed, put back or deleted."""
    net, report, draft = any_net, published(any_net), begun(any_net)
    for change in (
        {"content": "{}"}, {"sha256": "0" * 64}, {"number": 2}, {"period": "2020"}, {"published_at": None},
        {"state": "draft"}, {"state": "discarded"}, {"sample": True}, {"corrects_id": draft}, {"id": uuid4()},
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="never changes"), net.site.database.transaction() as session:
            session.execute(update(PeriodicReport).where(PeriodicReport.id == report).values(**change))
    with pytest.raises(DBAPIError, match="never changes"), net.site.database.transaction() as session:
        session.execute(text("DELETE FROM core_periodic_report"))
    with net.site.database.transaction() as session:
        session.execute(delete(PeriodicReport).where(PeriodicReport.id == draft))
    assert row(net, report).state == "published"


# What is read


def test_the_files_say_what_the_page_says(
    net: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = row(net, published(net))
    stranger, path = net.browser(), f"/en/reports/{YEAR}/1"
    page = stranger.get(path).text
    for said in (
        "12",
        "withheld",
        "Missing in this report: Data",
        report.sha256,
        "this one is in Russian",
        "&lt;KG&gt;",
    ):
        assert said in page
    assert "<KG>" not in page
    rows = list(csv.DictReader(io.StringIO(stranger.get(f"{path}/report.csv").text.removeprefix("\ufeff"))))
    assert [(each["code"], each["value"], each["withheld"], each["is_total"]) for each in rows] == [
        ("KG", "12", "0", "0"), ("RU", "", "1", "0"), (TOTAL, "40", "0", "1"), ("KG-O", "7", "0", "0"),
        ("", "", "0", "0"),
    ]  # fmt: skip
    assert {each["sha256"] for each in rows} == {report.sha256}
    body = stranger.get(f"{path}/report.json").data
    assert content.verified(body) == json.loads(report.content)
    assert json.loads(body)["sha256"] == report.sha256
    (tmp_path / "camove-2025-1.json").write_bytes(body)
    monkeypatch.chdir(tmp_path)
    exec(GUIDE.split("```python\n")[1].split("```")[0])
    pdf = stranger.get(f"/ru/reports/{YEAR}/1/report.pdf").data
    assert pdf == stranger.get(f"/ru/reports/{YEAR}/1/report.pdf").data
    told = " ".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)
    for said in (report.sha256, "Отчёт <сети>", TEXTS["ru"], "скрыто", "Данные"):
        assert said in told


def test_a_stranger_finds_no_draft_and_no_nonsense(net: Network) -> None:
    stranger, draft = net.browser(), begun(net)
    for path in (
        "2025-Q9",
        "%00",
        YEAR,
        f"{YEAR}/1",
        f"{YEAR}/0",
        f"{YEAR}/1/report.pdf",
        f"{YEAR}/{9 * 10**30}",
    ):
        assert stranger.get(f"/en/reports/{path}").status_code == 404, path
    assert net.browser("member").get(f"/en/reports/desk/{draft}").status_code in (403, 404)
    boss = net.browser("net_coordinator")
    told = (
        PdfReader(io.BytesIO(boss.get(f"/en/reports/desk/{draft}/report.pdf").data)).pages[0].extract_text()
    )
    assert "Draft, not published" in told
    assert "SHA-256" not in told


def test_the_desk_loses_nothing_that_was_typed_and_says_what_is_missing(net: Network) -> None:
    boss, second = net.browser("net_coordinator"), net.browser("admin")
    for wrong in (
        {"period": "2011", "title_ru": "Отчёт"},
        {"period": YEAR, "title_en": "x" * 201},
        {"period": YEAR},
    ):
        answer = boss.post("/en/reports/desk/add", **wrong)
        assert answer.status_code == 422
        assert wrong.get("title_en", "") in answer.text
    path = boss.post("/en/reports/desk/add", period=YEAR, title_ru="Отчёт").headers["Location"]
    assert "What was promised" in boss.get(path).text
    assert boss.post(f"{path}/text/monitoring", text_en="y" * 8001).status_code == 422
    assert boss.post(f"{path}/text/nothing").status_code == 404
    assert boss.post(f"{path}/text/{SUMMARY}", text_ky="Кыскача").status_code == 302
    assert boss.post(f"{path}/text/{SUMMARY}", revision="9" * 99).status_code == 409
    assert "Кыскача" in boss.get(path).text
    for move in ("publish", "fly", ""):
        boss.post(f"{path}/move", path, move=move)
        assert "This cannot be done now" in boss.get(path).text
    boss.post(f"{path}/move", path, move="propose")
    assert 'value="publish"' not in boss.get(path).text
    assert "report waits for your approval" in second.get("/en/work").text
    assert "waits for your approval" not in boss.get("/en/work").text
    boss.post(f"{path}/change", path, title_ru="Другой")
    assert "Only a draft can be changed" in boss.get(path).text
    second.post(f"{path}/move", path, move="publish")
    assert boss.post(f"{path}/correct", path).headers["Location"].endswith("/change")
    assert "Отчёт" in net.browser().get("/ru/reports/").text
