"""Our form for KoboToolbox and ODK: accepted by their own converter, and its submissions come back whole."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from flask_babel import force_locale
from kobo import as_json, submission
from network import Network
from python_calamine import CalamineWorkbook
from pyxform.xls2xform import convert
from test_survey import expected, judged

from core.cli import build
from plugins.monitoring.forms import questionnaire
from plugins.monitoring.forms.report import SafetyForm
from plugins.monitoring.intake import dry_run, xlsform
from plugins.monitoring.intake.dry_run import Wishes
from plugins.monitoring.intake.fields import FIELDS
from plugins.monitoring.intake.xlsform import Choice, Row
from plugins.monitoring.taxonomy import TAXONOMY

FORMS = "{http://www.w3.org/2002/xforms}"


@pytest.fixture
def form(net: Network, tmp_path: Path) -> Path:
    """The form as the command writes it."""
    path = tmp_path / "camove.xlsx"
    with net.app.app_context():
        done = CliRunner().invoke(build(net.app), ["monitoring", "xlsform", str(path)])
    assert done.exit_code == 0, done.output
    return path


def sheet(content: bytes, name: str) -> list[dict[str, str]]:
    heads, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, heads), map(str, row), strict=True)) for row in rows]


def test_the_converter_of_odk_accepts_the_form_without_a_warning(form: Path) -> None:
    made = convert(form)
    assert made.warnings == []
    model = ElementTree.fromstring(made.xform)
    languages = [each.get("lang") for each in model.iter(f"{FORMS}translation")]
    assert languages == list(xlsform.LANGUAGES.values())
    asked = {each.get("ref", "").rpartition("/")[2] for each in model.iter() if each.get("ref")}
    assert set(TAXONOMY.codes("consent")) <= asked


def test_safety_comes_first_and_each_use_of_a_source_is_asked_for(form: Path) -> None:
    rows = sheet(form.read_bytes(), "survey")
    names = [row["name"] for row in rows]
    assert names[:3] == ["caution", "safety", "danger"]
    consents = rows[names.index("consents") + 1 :][: len(TAXONOMY.codes("consent"))]
    assert [(row["type"], row["name"], row["required"]) for row in consents] == [
        ("select_one yes_no", code, "yes") for code in TAXONOMY.codes("consent")
    ]
    assert all(
        row[f"label::{language}"]
        for row in rows
        for language in xlsform.LANGUAGES.values()
        if row["label::English (en)"]
    )


def test_every_field_of_the_report_stands_in_the_form(form: Path) -> None:
    rows = sheet(form.read_bytes(), "survey")
    groups, found = [], set()
    for row in rows:
        if row["type"].startswith("begin"):
            groups.append(row["name"])
        elif row["type"].startswith("end"):
            groups.pop()
        else:
            found.add(".".join([*groups, row["name"]]))
    computed = {"employer.inn", "employer.ogrn", "employer.bin", "allegations.paid", "sources.consents"}
    assert set(FIELDS) - computed <= found
    assert {f"sources.consents.{code}" for code in TAXONOMY.codes("consent")} <= found


def test_a_submission_of_our_form_comes_back_without_a_mapping(net: Network) -> None:
    with net.app.app_context():
        labels = questionnaire.labels()
    assert labels["естьлисейчасктотовопасности"] == "safety.danger"
    found = judged(("page.json", as_json(submission())))
    assert (found.ok, found.unknown, found.choices) == (True, (), ())
    assert found.candidates[0].answers == expected()


def test_no_cell_becomes_a_formula_or_a_link() -> None:
    evil = '=HYPERLINK("http://evil.example")'
    made = xlsform.write(
        [Row("text", "a", {"ru": evil, "en": "http://evil.example"})],
        [Choice("x", "1", {"ru": "+1"})],
        {"a": "=1+1"},
    )
    assert sheet(made, "survey")[0]["label::Русский (ru)"] == evil
    assert sheet(made, "choices")[0]["name"] == "1"
    assert b"<f>" not in _unpacked(made)
    assert b"<hyperlink" not in _unpacked(made)


def _unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"".join(package.read(name) for name in package.namelist())


def test_a_monitor_downloads_the_form(net: Network, form: Path) -> None:
    answer = net.browser("monitor").get("/ru/monitoring/intake/camove.xlsx")
    assert answer.data == form.read_bytes()
    assert answer.headers["Content-Disposition"] == "attachment; filename=camove.xlsx"
    assert net.browser("coordinator").get("/ru/monitoring/intake/camove.xlsx").status_code == 403


@pytest.mark.parametrize("language", xlsform.LANGUAGES)
def test_an_export_with_words_for_headers_is_mapped_by_them(net: Network, language: str) -> None:
    with net.app.app_context(), force_locale(language):
        labels = questionnaire.labels()
        asked = str(SafetyForm.danger.args[0])
    record = {"_uuid": "u-1", "employer/name": "ООО Мост", asked: "1"}
    found = dry_run.judge([("a.json", as_json(record))], Wishes(), labels)
    assert found.candidates[0].answers["safety"] == {"danger": "yes"}
