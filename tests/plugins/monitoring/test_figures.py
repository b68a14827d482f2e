"""Figures: counted rightly on both databases, the same in every outlet, and never without consent."""

import csv
import html
import io
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from figures_site import YEAR, Told, fill, withdraw_statistics
from network import Network
from sqlalchemy import select

from core.periodic.periods import read
from core.preferences import Preference
from core.toolkit import Figure
from plugins.monitoring.figures import words
from plugins.monitoring.figures.disclosure import TOTAL
from plugins.monitoring.figures.periods import Period
from plugins.monitoring.models import Report
from plugins.monitoring.services import figures as counted
from plugins.monitoring.services import periodic
from plugins.monitoring.services.figures import Figures, rounded
from plugins.monitoring.services.releases import release
from plugins.monitoring.services.tallies import tally

SEED = 41
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def figures(net: Network, quarter: str = "", scope: str = "") -> Figures:
    with net.app.test_request_context("/ru/"), net.site.database.reading() as session:
        return counted.figures(session, Period(YEAR, quarter), scope)


def by_hand(told: list[Told], quarter: str, scope: str) -> Counter[tuple[str, str, str]]:
    """The true numbers, counted one by one."""
    made: Counter[tuple[str, str, str]] = Counter()
    for each in told:
        country = "other" if each.country == "KZ" else each.country
        wrong = (quarter and each.quarter != quarter) or (scope and country != scope)
        if wrong or not each.agreed or each.report_state in ("withdrawn", "rejected"):
            continue
        for table in ("violation", "region", "sector", "state"):
            made[table, getattr(each, table), "number"] += 1
            made[table, TOTAL, "number"] += 1
        made["country", country, "number"] += 1
        made["country", TOTAL, "number"] += 1
        for code in each.indicators:
            made["indicator", code, "number"] += 1
        for row in (each.violation, TOTAL):
            for column, number in (*each.sexes.items(), (TOTAL, sum(each.sexes.values()))):
                made["workers", row, column] += number
    return made


def test_every_shown_number_is_right_and_every_small_one_hidden(any_net: Network) -> None:
    told = fill(any_net, 700, SEED)
    shown = hidden = 0
    for quarter in ("", "Q1", "Q3"):
        for scope in ("", "RU", "other"):
            truth, found = by_hand(told, quarter, scope), figures(any_net, quarter, scope)
            names = {key[0] for key in truth} - ({"country"} if scope else set())
            seen = {(t, r, c): value for t, r, c, value in found.cells() if t in names}
            wanted = {key: n for key, n in truth.items() if key[0] in names and n}
            assert wanted.keys() <= seen.keys()
            for key, value in seen.items():
                assert value is None or value == truth[key], (quarter, scope, key)
                assert value is not None or truth[key] > 0, "zeros are shown"
                assert value is None or value == 0 or value >= 5
            shown += sum(value is not None for value in seen.values())
            hidden += sum(value is None for value in seen.values())
    print(f"figures: {shown} cells right, {hidden} hidden; seed {SEED}")
    assert shown > 50
    assert hidden > 50


def test_no_page_gives_what_another_hides(net: Network) -> None:
    """Each line over the quarters of a year, and over the countries, has none or at least two hidden numbers."""
    fill(net, 700, SEED)
    cells = {}
    for quarter in ("", *QUARTERS):
        for scope in ("", *("RU", "KG", "other")):
            found = figures(net, quarter, scope)
            cells |= {(t, r, c, quarter, scope): v for t, r, c, v in found.cells()}
    additive = ("report", "violation", "region", "sector", "state", "workers", "age")
    lines, crossed = 0, 0
    for table, row, column in {key[:3] for key in cells if key[0] in additive}:
        over_time = [
            [cells.get((table, row, column, q, s), 0) for q in ("", *QUARTERS)] for s in ("", "RU", "KG")
        ]
        over_place = [
            [cells.get((table, row, column, q, s), 0) for s in ("", "RU", "KG", "other")] for q in QUARTERS
        ]
        for line in over_time + over_place:
            lines += 1
            crossed += None in line
            assert line.count(None) != 1, (table, row, column, line)
    print(f"figures: {lines} lines over quarters and countries, {crossed} of them with hidden numbers")
    assert crossed > 20


def counted_allegations(net: Network) -> int:
    """All that may be counted, before anything is hidden."""
    with net.site.database.reading() as session:
        rows = tally(session, [Period(YEAR, quarter) for quarter in QUARTERS]).allegations["violation"]
    return sum(number for _, number in rows)


def test_consent_taken_back_counts_from_the_same_moment(any_net: Network) -> None:
    fill(any_net, 200, SEED)
    before = counted_allegations(any_net)
    with any_net.site.database.reading() as session:
        rows = session.scalars(select(Report).where(Report.state == "verified"))
        one = next(
            r
            for r in rows
            if len(r.allegations) == 1
            and any("statistics" in s.consents and 0 in s.supports for s in r.sources)
        )
        one_id = one.id
    withdraw_statistics(any_net, one_id)
    assert counted_allegations(any_net) == before - 1


def test_money_and_days_are_rounded_and_hidden_below_the_threshold(net: Network) -> None:
    told = [
        each
        for each in fill(net, 200, SEED)
        if each.agreed and each.report_state not in ("withdrawn", "rejected")
    ]
    found = figures(net)
    due = found.table("money").rows[0].cells[0]
    assert due == rounded(sum(each.amount for each in told))
    assert due % 1000 == 0
    assert due != sum(each.amount for each in told)
    days = {row.code: row.cells for row in found.table("steps").rows}
    assert days["sorted"] == (10, 10, 10)
    few = counted.days_table([("taken", [1.0, 2.0, 3.0, 4.0]), ("decided", [1.0, 2.0, 3.0, 4.0, 90.0])], 5)
    assert [row.cells for row in few.rows] == [(None, None, None), (2, 3, 4)]


def test_a_period_that_still_runs_is_refused(net: Network) -> None:
    fill(net, 3, SEED)
    with (
        net.app.app_context(),
        net.site.database.reading() as session,
        pytest.raises(ValueError, match="not ended"),
    ):
        counted.figures(session, Period(YEAR + 1), "")


class Tables(HTMLParser):
    """The tables of a page: their rows by caption, the first cell of a row its name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, list[str]]] = {}
        self._caption, self._row, self._text = "", [""], None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._row: list[str] = []
        if tag in ("caption", "th", "td"):
            self._text: str | None = ""

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._caption = (self._text or "").strip()
            self.found[self._caption] = {}
        if tag in ("th", "td"):
            self._row.append((self._text or "").strip())
        if tag in ("caption", "th", "td"):
            self._text = None
        if tag == "tr" and self._caption:
            self.found[self._caption][self._row[0]] = self._row[1:]


def number(text: str) -> str:
    """A number without the spaces between its thousands."""
    return re.sub(r"(?<=\d)\s(?=\d)", "", text.replace("\xa0", " ").replace("\u202f", " "))


def test_page_public_page_file_and_function_say_the_same(net: Network) -> None:
    fill(net, 700, SEED)
    with net.site.database.transaction() as session:
        session.add(Preference(name=counted.PUBLIC.name, value="yes"))
    compared = 0
    for asked, scope in ((f"{YEAR}", ""), (f"{YEAR}-Q2", "RU"), (f"{YEAR}-Q3", "KG")):
        found = figures(net, asked.partition("-")[2], scope)
        place = f"period={asked}&country={scope}"
        pages = [
            net.browser(who).get(f"/ru/monitoring/{path}?{place}").get_data(as_text=True)
            for who, path in (("analyst", "figures"), ("", "figures/public"))
        ]
        text = net.browser("analyst").get(f"/ru/monitoring/figures.csv?{place}&semicolons=y").get_data()
        assert text.startswith(b"\xef\xbb\xbf")
        lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
        with net.app.test_request_context("/ru/"):
            wanted = [(t, r, c, str(words.shown(v))) for t, r, c, v in found.cells()]
            assert [(e["table"], e["row"], e["column"], e["number"]) for e in lines[:-1]] == wanted
            assert release(found, semicolons=True).encode() == text
            for page in pages:
                compared += same(found, page)
        compared += len(wanted)
    print(f"figures: {compared} cells compared between outlets")
    assert compared > 300


def same(found: Figures, page: str) -> int:
    """Compare a page with the figures; how many cells."""
    parser, compared = Tables(), 0
    parser.feed(page)
    for table in found.tables:
        told = words.told(table, found.threshold)
        rows = parser.found[html.unescape(told.title)]
        for row in table.rows:
            if told.bars and row.code == TOTAL:
                continue
            shown = [str(words.shown(cell)) for cell in row.cells]
            assert [number(each) for each in rows[words.row(table.code, row.code)]] == shown
            compared += len(shown)
    return compared


def test_who_sees_which_country(net: Network) -> None:
    fill(net, 30, SEED)
    coordinator, analyst = net.browser("coordinator"), net.browser("analyst")
    assert coordinator.get("/ru/monitoring/figures").status_code == 200
    assert coordinator.get("/ru/monitoring/figures?country=RU").status_code == 200
    for country in ("", "KG"):
        assert coordinator.get(f"/ru/monitoring/figures?country={country}").status_code == 404
        assert analyst.get(f"/ru/monitoring/figures?country={country}").status_code == 200
    assert analyst.get(f"/ru/monitoring/figures?period={YEAR + 1}&country=").status_code == 404
    assert analyst.get(f"/ru/monitoring/figures?period={YEAR}-05&country=").status_code == 404
    assert coordinator.get("/ru/monitoring/figures.csv").status_code == 403
    assert net.browser("").get("/ru/monitoring/figures/public").status_code == 404


def test_a_download_is_written_down(net: Network) -> None:
    fill(net, 30, SEED)
    net.browser("analyst").get("/ru/monitoring/figures.csv")
    assert net.audited("monitoring.figures.export") == 1


def test_what_is_too_small_to_stand_alone_is_counted_with_others(net: Network) -> None:
    fill(net, 200, SEED)
    assert not figures(net, "Q1").tables
    assert not figures(net, "", "KZ").tables
    assert {row.code for row in figures(net).table("country").rows} == {"other", "RU", TOTAL} - {"RU"} | (
        {"RU"} if figures(net, "", "RU").tables else set()
    )


def test_the_periodic_report_gets_what_the_page_shows_and_no_other_number(net: Network) -> None:
    def given(code: str) -> list[Figure]:
        with net.app.app_context(), net.site.database.reading() as session:
            return list(periodic.given(session, read(code)))

    fill(net, 700, SEED)
    compared = withheld = 0
    for quarter in ("", "Q1"):
        page = {(table, row, column): value for table, row, column, value in figures(net, quarter).cells()}
        for each in given(f"{YEAR}-{quarter}".rstrip("-")):
            table = each.name.removeprefix("monitoring.")
            for row in each.rows:
                sums = ("workers", TOTAL, row.code)
                assert row.value == page[sums if table == "workers_by_sex" else (table, row.code, "number")]
                compared += 1
                withheld += row.value is None
            assert bool(each.note) is any(row.value is None for row in each.rows)
    assert compared > 40
    assert withheld > 5


def test_of_too_few_reports_even_their_number_is_withheld(net: Network) -> None:
    fill(net, 200, SEED)
    with net.app.app_context(), net.site.database.reading() as session:
        [told] = periodic.given(session, read(f"{YEAR}-Q1"))
        assert [(row.code, row.value) for row in told.rows] == [(TOTAL, None)]
        assert next(iter(periodic.given(session, read(f"{YEAR - 1}")))).rows == told.rows


@pytest.mark.parametrize(("value", "limit"), [("5", 5), ("2", 3), ("0", 3), ("12", 12), ("x", 5), ("", 5)])
def test_the_board_cannot_show_fewer_than_three(net: Network, value: str, limit: int) -> None:
    with net.site.database.transaction() as session:
        session.add(Preference(name=counted.THRESHOLD.name, value=value))
    with net.site.database.reading() as session:
        assert counted.threshold(session) == limit
