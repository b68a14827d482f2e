"""`camove monitoring import`: row by row, all or nothing, never twice."""

from pathlib import Path

import pytest
from answers import SOUND_INN
from click.testing import CliRunner, Result
from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session
from test_tabular import words, workbook

from core.audit import AuditEntry, verify
from core.cli import build
from core.toolkit import audit
from plugins.monitoring.models import Report

SHARED = Path(__file__).parents[4] / "shared" / "data"
GOOD = f"""Номер;Дата;Работодатель;ИНН;Страна;Сфера;Долг;Валюта;Нарушение;Факты;Женщины;Мужчины
А-1;01.02.2026;ООО «Пример»;{SOUND_INN};Россия;Другое;1 500,50;руб.;Дискриминация;Без зарплаты;3;4
А-2;28.02.2026;ИП Образец;;Россия;Другое;;;Дискриминация;Нет договора;1;
"""
BAD = GOOD + "А-3;03.03.2026;;;Россия;Другое;много;;Дискриминация;Ничего;;\n"


def run(net: Network, *arguments: str) -> Result:
    """`camove monitoring import …` as somebody types it."""
    with net.app.app_context():
        return CliRunner().invoke(build(net.app), ["monitoring", "import", *arguments])


def kept(folder: Path, text: str, name: str = "cases.csv") -> str:
    """A file with that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dry_run_says_row_by_row_what_would_happen_and_writes_nothing(net: Network, tmp_path: Path) -> None:
    entries = net.count(AuditEntry)
    good = run(net, kept(tmp_path, GOOD), "--dry-run")
    assert good.exit_code == 0
    assert "row 2: taken" in good.output
    assert "row 3: taken" in good.output
    assert "2 rows, 0 refused; due 1,500.50" in good.output
    bad = run(net, kept(tmp_path, BAD), "--dry-run")
    assert bad.exit_code == 1
    assert "row 4: REFUSED" in bad.output
    assert "Enter the employer's name in this row." in bad.output
    assert "Write the amount in digits" in bad.output
    assert "3 rows, 1 refused" in bad.output
    assert (net.count(Report), net.count(AuditEntry)) == (0, entries)


def test_all_rows_are_taken_or_none(net: Network, tmp_path: Path) -> None:
    refused = run(net, kept(tmp_path, BAD), "--as", "monitor@example.org")
    assert refused.exit_code == 1
    assert "Nothing was taken in" in refused.output
    assert net.count(Report) == 0
    taken = run(net, kept(tmp_path, GOOD), "--as", "monitor@example.org")
    assert taken.exit_code == 0, taken.output
    assert "2 drafts made" in taken.output
    with net.site.database.reading() as session:
        made = session.scalars(select(Report).order_by(Report.external_reference)).all()
        assert [each.external_reference for each in made] == ["А-1", "А-2"]
        assert {each.state for each in made} == {"draft"}
        assert {each.organisation_id for each in made} == {net.organisations["most"]}
        answers = made[0].answers
        assert answers is not None
        assert answers["employer"]["identifier"] == SOUND_INN
        assert answers["allegations"][0]["amount"] == "1500.50"
        assert "safety" not in answers
        assert "sources" not in answers
        assert verify(session) == []
    assert net.audited("monitoring.report.import") == 2


def test_the_same_file_again_makes_nothing_twice(net: Network, tmp_path: Path) -> None:
    path = kept(tmp_path, GOOD)
    run(net, path, "--as", "monitor@example.org")
    again = run(net, path, "--as", "colleague@example.org")
    assert "0 drafts made" in again.output
    assert "there already: А-1, А-2" in again.output
    assert net.count(Report) == 2
    other = run(net, path, "--as", "other@example.org")
    assert "2 drafts made" in other.output


def test_an_imported_draft_is_completed_and_sent_by_a_person(net: Network, tmp_path: Path) -> None:
    run(net, kept(tmp_path, GOOD), "--as", "monitor@example.org")
    with net.site.database.reading() as session:
        report_id = session.scalars(select(Report.id)).first()
    monitor = net.browser("monitor")
    for page in ("draft", "draft/employer", "draft/allegations/0", "draft/check"):
        assert monitor.get(f"/ru/monitoring/reports/{report_id}/{page}").status_code == 200, page
    answer = monitor.post(f"/ru/monitoring/reports/{report_id}/draft/check")
    assert answer.status_code == 422
    assert "/draft/safety" in answer.get_data(as_text=True)
    assert net.browser("coordinator").get(f"/ru/monitoring/reports/{report_id}").status_code == 404


def test_a_workbook_is_taken_as_a_csv_is(net: Network, tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(
        workbook(
            words(1, "Номер", "Работодатель", "Факты")
            + words(2, "Б-1", "ООО «Книга»", "Без договора")
            + words(3, "Б-2", "ООО «Лист»", "Без выходных")
        )
    )
    assert "2 rows, 0 refused" in run(net, str(path), "--dry-run").output
    assert "2 drafts made" in run(net, str(path), "--as", "monitor@example.org").output
    assert net.count(Report, Report.external_reference == "Б-2") == 1


@pytest.mark.parametrize("email", ["", "nobody@example.org", "coordinator@example.org", "first@example.org"])
def test_nobody_but_a_monitor_takes_cases_in(net: Network, tmp_path: Path, email: str) -> None:
    refused = run(net, kept(tmp_path, GOOD), "--as", email)
    assert refused.exit_code == 1
    assert "Name a monitor with --as EMAIL" in refused.output
    assert net.count(Report) == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "Choose a file with data."),
        ("Работодатель;Факты\n".encode(), "a.csv", "Add at least one row"),
        (b"PK\x03\x04 not a workbook", "a.xlsx", "Save the table again"),
        (b"employer,facts\nx,y\n", "a.xlsx", "Save the table again"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "Bring a CSV or XLSX file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "Remove the password"),
    ],
)
def test_a_file_that_is_empty_or_not_what_it_claims_is_refused_with_its_reason(
    net: Network, tmp_path: Path, content: bytes, name: str, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refused = run(net, str(path), "--as", "monitor@example.org")
    assert refused.exit_code == 1
    assert sentence in refused.output
    assert net.count(Report) == 0


def test_a_file_that_is_too_large_is_refused_with_its_reason(net: Network, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(GOOD.encode() + b"x" * 60_000_000)
    refused = run(net, str(path), "--dry-run")
    assert refused.exit_code == 1
    assert "Split the file" in refused.output


def test_a_failure_in_the_middle_takes_nothing_in(
    net: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = audit.record, []

    def failing(session: Session, *values: object, **named: object) -> object:
        calls.append(values)
        if len(calls) == 2:
            raise OSError("no power")
        return real(session, *values, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(audit, "record", failing)
    outcome = run(net, kept(tmp_path, GOOD), "--as", "monitor@example.org")
    assert isinstance(outcome.exception, OSError)
    assert len(calls) == 2
    assert net.count(Report) == 0
    assert net.audited("monitoring.report.import") == 0


def test_public_wage_claims_of_maine(net: Network, tmp_path: Path) -> None:
    path = SHARED / "maine-wage-claims.csv"
    if not path.exists():
        pytest.skip("the shared reference data is not beside this repository")
    dry = run(net, str(path), "--dry-run")
    assert dry.exit_code == 1
    assert "44 rows, 1 refused; due 257,901.31, paid 135,852.54" in dry.output
    assert dry.output.count(": taken") == 43
    assert net.count(Report) == 0
    mended = [line for line in path.read_text().splitlines() if line.split(",")[3:4] != [""]]
    taken = run(net, kept(tmp_path, "\n".join(mended)), "--as", "monitor@example.org")
    assert "43 drafts made" in taken.output, taken.output
    assert net.count(Report) == 43
