"""The extract for research: nobody stands alone in it, it is counted, and it is written down."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from figures_site import YEAR, fill
from hypothesis import given
from hypothesis import strategies as st
from network import Network

from core.cli import build
from core.permissions import Denied
from plugins.monitoring.figures.anonymity import K, Row, band, release
from plugins.monitoring.figures.periods import Period, of_days, offered, read
from plugins.monitoring.services.extracts import HEADER, extract

WAYS = st.builds(
    Row,
    month=st.sampled_from(["2025-01", "2025-02", "2026-01"]),
    country=st.sampled_from(["RU", "KG"]),
    region=st.sampled_from(["a", "b"]),
    sector=st.sampled_from(["x", "y"]),
    violation=st.sampled_from(["v", "w"]),
    workers=st.sampled_from(["1-2", "21+"]),
)


@given(st.lists(WAYS, max_size=120))
def test_every_row_shares_what_could_be_recognised_with_four_others(rows: list[Row]) -> None:
    found = release(rows)
    assert all(number >= K for number in Counter(each.recognisable for each in found.rows).values())
    assert len(found.rows) + found.left_out == len(rows)
    assert found.left_out == 0 or found.left_out < len(rows) or len(rows) < K * 16
    assert sum(found.coarser.values()) <= len(found.rows)


def test_what_stands_alone_becomes_coarser_before_it_is_left_out() -> None:
    def row(month: str, region: str, violation: str = "v") -> Row:
        return Row(month, "RU", region, "x", violation, "1-2")

    rows = [row("2025-01", "a")] * 5 + [row("2025-01", r) for r in "bcdef"] + [row("2025-03", "z", "w")]
    found = release(rows)
    assert Counter(each.region for each in found.rows) == {"a": 5, "": 5}
    assert found.coarser["region to country"] == 5
    assert found.left_out == 1
    assert list(found.rows) == sorted(found.rows)


def camove(net: Network, *arguments: str) -> Result:
    with net.app.app_context():
        return CliRunner().invoke(build(net.app), ["monitoring", "extract", *arguments])


def test_the_command_writes_a_file_and_counts_what_it_left_out(any_net: Network, tmp_path: Path) -> None:
    told = fill(any_net, 120, 3)
    file, days = tmp_path / "rows.csv", ("--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31")
    done = camove(any_net, str(file), *days, "--as", "analyst@example.org")
    assert done.exit_code == 0, done.output
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    keys = Counter(tuple(row[name] for name in HEADER[:6]) for row in rows)
    assert min(keys.values()) >= K
    may = sum(each.agreed and each.report_state not in ("withdrawn", "rejected") for each in told)
    assert f"{len(rows)} rows written, {may - len(rows)} left out" in done.output
    assert 0 < len(rows) < may
    assert any_net.audited("monitoring.extract") == 1
    assert file.stat().st_mode & 0o077 == 0
    assert "is there already" in camove(any_net, str(file), *days, "--as", "analyst@example.org").output


@pytest.mark.parametrize("who", ["coordinator", "admin"])
def test_only_the_right_to_export_opens_it(net: Network, who: str, tmp_path: Path) -> None:
    quarter = Period(YEAR, "Q1")
    with (
        net.app.app_context(),
        net.site.database.transaction() as session,
        pytest.raises(Denied),
    ):
        extract(session, net.actor(session, who), quarter.begins.date(), quarter.ends.date())
    days = ("--from", f"{YEAR}-01-01", "--to", f"{YEAR}-03-31")
    done = camove(net, str(tmp_path / "x.csv"), *days, "--as", f"{who}@example.org")
    assert done.exit_code == 1
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize(
    "days", [("01-02", "03-31"), ("01-01", "03-30"), ("04-01", "01-31"), ("01-01", "02-28")]
)
def test_only_whole_quarters_are_given(net: Network, days: tuple[str, str], tmp_path: Path) -> None:
    first, last = (f"{YEAR}-{day}" for day in days)
    done = camove(net, str(tmp_path / "x.csv"), "--from", first, "--to", last, "--as", "analyst@example.org")
    assert done.exit_code == 1


def test_quarters_and_years_are_read_and_nothing_else() -> None:
    assert read("2026") == Period(2026)
    assert read("2026-Q3") == Period(2026, "Q3")
    for wrong in ("", "26", "2026-", "2026-Q5", "2026-07", "٢٠٢٦", "2026-Q1-Q2", "all"):
        with pytest.raises(ValueError, match="not a"):
            read(wrong)
    today = Period(2026, "Q4").begins.date()
    assert [str(each) for each in offered(2025, today)] == [
        *("2026-Q3", "2026-Q2", "2026-Q1", "2025", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"),
    ]
    first, last = Period(2025, "Q4"), Period(2026, "Q1")
    assert of_days(
        first.begins.date(), Period(2026, "Q2").begins.date().replace(day=1, month=3).replace(day=31)
    ) == [
        first,
        last,
    ]


def test_bands_of_workers() -> None:
    assert [band(n) for n in (0, 1, 2, 3, 5, 6, 20, 21, 900)] == [
        *("0", "1-2", "1-2", "3-5", "3-5", "6-20", "6-20", "21+", "21+"),
    ]
