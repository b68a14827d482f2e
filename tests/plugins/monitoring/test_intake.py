"""Taking an export in: once, in new versions, never over somebody's work; by the command and by the page."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from answers import ANSWERS
from kobo import ROOT, SECRETS, as_json, as_sheets, as_xlsx, submission
from network import Network
from sqlalchemy import select, update
from test_cases import BAD, GOOD, kept, run
from test_survey import CHILDREN, VEHICLES
from werkzeug.test import TestResponse

from core.toolkit import now
from plugins.monitoring.models import Batch, Origin, Report
from plugins.monitoring.services import drafts, intake

KOBO = Path(__file__).parents[4] / "shared" / "data" / "kobo"
PAGE = "/ru/monitoring/intake"
OTHER_SITE = {"employer": ANSWERS["employer"] | {"site": "Мытищи"}}


def take(net: Network, folder: Path, *records: dict[str, Any], who: str = "monitor") -> str:
    """What the command says when it takes these in."""
    path = folder / "page.json"
    path.write_bytes(as_json(*records))
    answer = run(net, str(path), "--as", f"{who}@example.org")
    assert answer.exit_code == 0, answer.output
    return answer.output


def only(net: Network) -> Report:
    with net.site.database.reading() as session:
        return net.report(session.scalars(select(Report.id)).one())


def test_the_same_submission_is_one_draft_however_often_and_in_whatever_form(
    net: Network, tmp_path: Path
) -> None:
    assert "1 drafts made" in take(net, tmp_path, submission())
    assert f"there already: {ROOT}" in take(net, tmp_path, submission())
    (tmp_path / "a.xlsx").write_bytes(as_xlsx(as_sheets(submission())))
    assert "0 drafts made" in run(net, str(tmp_path / "a.xlsx"), "--as", "colleague@example.org").output
    assert net.count(Report) == 1
    assert "1 drafts made" in take(net, tmp_path, submission(), who="other")


def test_a_changed_submission_is_a_new_version_of_its_draft(net: Network, tmp_path: Path) -> None:
    take(net, tmp_path, submission())
    before = only(net)
    assert f"new versions: {ROOT}" in take(net, tmp_path, submission(**OTHER_SITE))
    after = only(net)
    assert (after.id, after.reference) == (before.id, before.reference)
    assert after.answers is not None
    assert before.answers is not None
    assert after.answers["employer"]["site"] == "Мытищи"
    ids = [[each["id"] for each in report.answers["sources"]] for report in (before, after) if report.answers]
    assert ids[0] == ids[1]
    assert net.count(Origin, Origin.version == 2) == 1
    assert net.audited("monitoring.report.import", before.id) == 2


def test_what_was_worked_on_or_sent_is_a_conflict_and_stays(net: Network, tmp_path: Path) -> None:
    take(net, tmp_path, submission())
    found = only(net)
    safety = ANSWERS["safety"] | {"danger": "yes"}
    net.act("monitor", found.id, drafts.save, "safety", safety)
    said = take(net, tmp_path, submission(**OTHER_SITE))
    assert f"CONFLICT {ROOT}" in said
    assert "and so has its draft here" in said
    assert (only(net).answers or {})["employer"]["site"] == "Люберцы"
    net.act("monitor", found.id, drafts.send)
    said = take(net, tmp_path, submission(**OTHER_SITE), submission("another"))
    assert "since its report was sent" in said
    assert "1 drafts made" in said
    assert net.report(found.id).site == "Люберцы"


def test_an_imported_report_can_be_sent_as_it_came(net: Network, tmp_path: Path) -> None:
    take(net, tmp_path, submission())
    found = only(net)
    page = net.browser("monitor").get(f"/ru/monitoring/reports/{found.id}/draft/check").get_data(as_text=True)
    assert "error-summary" not in page
    assert net.browser("monitor").post(f"/ru/monitoring/reports/{found.id}/draft/check").status_code == 302
    sent = net.report(found.id)
    assert sent.state == "submitted"
    assert [(each.kind, each.primary, each.supports) for each in sent.sources] == [
        ("worker", True, [0]),
        ("document", True, [0]),
    ]


def test_nothing_of_a_device_or_a_person_reaches_the_database(net: Network, tmp_path: Path) -> None:
    take(net, tmp_path, submission())
    answer = bring(net, ("page.json", as_json(submission("second"))))
    assert answer.status_code == 200
    net.site.database.close()
    stored = b"".join(each.read_bytes() for each in net.site.settings.instance.rglob("*") if each.is_file())
    assert ROOT.encode() in stored
    assert [secret for secret in SECRETS if secret.encode() in stored] == []


def test_a_failure_in_the_middle_takes_nothing_in(net: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = bring(net, ("page.json", as_json(submission(), submission("second")))).batch  # type: ignore[attr-defined]
    real, calls = intake._add, []

    def failing(*values: Any) -> None:
        calls.append(values)
        if len(calls) == 2:
            raise OSError("no power")
        real(*values)

    monkeypatch.setattr(intake, "_add", failing)
    assert net.browser("monitor").post(batch, page=PAGE).status_code == 500
    assert (len(calls), net.count(Report), net.count(Origin)) == (2, 0, 0)
    assert net.count(Batch, Batch.outcome.is_(None)) == 1


def bring(net: Network, *files: tuple[str, bytes], who: str = "monitor", **typed: str) -> TestResponse:
    """Upload files on the page; `batch` of the answer is where its confirmation goes."""
    client = net.browser(who)
    shown = client.get(PAGE).get_data(as_text=True)
    token = shown.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    left = dict.fromkeys(("country", "currency", "date_order", "mapping"), "")
    sent = [(io.BytesIO(content), name) for name, content in files]
    data = {"csrf_token": token, "files": sent, **left, **typed}
    answer = client.client.post(PAGE, data=data, content_type="multipart/form-data")
    text = answer.get_data(as_text=True)
    parts = text.split(f'action="{PAGE}/', 1)
    answer.batch = f"{PAGE}/{parts[1].split(chr(34), 1)[0]}" if len(parts) > 1 else ""  # type: ignore[attr-defined]
    return answer


def test_the_page_shows_each_row_then_makes_drafts_once(net: Network) -> None:
    answer = bring(net, ("page.json", as_json(submission(), submission("second"))))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert text.count("стройка «Пробный монтаж»") == 2
    assert "deviceid" in text
    assert net.audited("monitoring.intake.keep") == 1
    assert net.count(Report) == 0
    batch = answer.batch  # type: ignore[attr-defined]
    with ThreadPoolExecutor(2) as pool:
        clicks = list(pool.map(lambda _: net.browser("monitor").post(batch, page=PAGE).status_code, range(2)))
    assert clicks == [302, 302]
    assert net.count(Report) == 2
    assert net.browser("colleague").get(batch).status_code == 200
    assert net.browser("other").get(batch).status_code == 404
    assert net.browser("other").post(batch, page=PAGE).status_code == 404


def test_the_page_keeps_what_was_typed_and_proposes_a_mapping(net: Network) -> None:
    text = "Работодатель;Отрасль;_uuid\nООО Мост;сварка;u-1\n"
    answer = bring(net, ("a.csv", text.encode()), country="KG", currency="KGS")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Отрасль: сварка" in shown
    assert '<option selected value="KG">' in shown
    assert "employer.sector" in shown
    assert (net.count(Report), net.count(Batch)) == (0, 0)
    mapping = {
        "questions": {"Работодатель": "employer.name", "Отрасль": "employer.sector"},
        "choices": {"Отрасль": {"сварка": "construction"}},
    }
    again = bring(
        net, ("a.csv", text.encode()), country="KG", mapping=json.dumps(mapping, ensure_ascii=False)
    )
    assert again.status_code == 200
    net.browser("monitor").post(again.batch, page=PAGE)  # type: ignore[attr-defined]
    answers = only(net).answers
    assert answers is not None
    assert answers["employer"] == {"country": "KG", "name": "ООО Мост", "sector": "construction"}


def test_the_page_takes_a_table_too_and_refuses_a_bad_one_whole(net: Network) -> None:
    bad = bring(net, ("cases.csv", BAD.encode()))
    assert bad.status_code == 422
    assert not bad.batch  # type: ignore[attr-defined]
    assert net.count(Batch) == 0
    good = bring(net, ("cases.csv", GOOD.encode("cp1251", "replace")))
    net.browser("monitor").post(good.batch, page=PAGE)  # type: ignore[attr-defined]
    assert net.count(Report) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xml", b"<data encrypted='yes'/>"), ("a.exe", b"MZ"), ("a.json", b"{"), ("a.xlsx", b"PK\x03\x04x")],
)
def test_the_page_refuses_other_files_in_words(net: Network, name: str, content: bytes) -> None:
    answer = bring(net, (name, content))
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)


def test_a_dry_run_that_nobody_confirmed_is_forgotten(net: Network) -> None:
    batch = bring(net, ("page.json", as_json(submission()))).batch  # type: ignore[attr-defined]
    intake.forget(net.site.database, ())
    assert net.count(Batch) == 1
    with net.site.database.transaction() as session:
        session.execute(update(Batch).values(created_at=now() - timedelta(days=2)))
    intake.forget(net.site.database, ())
    assert net.count(Batch) == 0
    assert net.browser("monitor").get(batch).status_code == 404


def test_the_command_writes_the_mapping_that_it_followed(net: Network, tmp_path: Path) -> None:
    path = kept(tmp_path, "Работодатель,Что,_uuid\nООО Мост,драка,u-1\n")
    wanted = tmp_path / "mapping.json"
    dry = run(net, path, "--dry-run", "--propose", str(wanted))
    assert "unknown questions: Что" in dry.output
    proposed = json.loads(wanted.read_text("utf-8"))
    assert proposed["questions"] == {"Работодатель": "employer.name"}
    proposed["questions"]["Что"] = "allegations.violation"
    proposed["choices"]["Что"] = {"драка": "violence"}
    wanted.write_text(json.dumps(proposed), "utf-8")
    assert "1 drafts made" in run(net, path, "--mapping", str(wanted), "--as", "monitor@example.org").output


@pytest.mark.parametrize(
    ("name", "mapping", "drafts_made"),
    [
        ("tutorial_w_repeats.csv", CHILDREN, 1),
        ("transportation_export.xlsx", {"questions": {VEHICLES: "employer.name"}}, 4),
        ("transport_submission.json", {"questions": {VEHICLES: "employer.name"}}, 1),
    ],
)
def test_the_real_exports_come_in_once(
    net: Network, tmp_path: Path, name: str, mapping: dict[str, Any], drafts_made: int
) -> None:
    if not (KOBO / name).exists():
        pytest.skip("the shared reference data is not beside this repository")
    given = kept(tmp_path, json.dumps(mapping), "mapping.json")
    command = (str(KOBO / name), "--mapping", given, "--as", "monitor@example.org")
    assert f"{drafts_made} drafts made" in run(net, *command).output
    assert "0 drafts made" in run(net, *command).output
    assert net.count(Report) == drafts_made
