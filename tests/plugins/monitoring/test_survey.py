"""Exports of survey tools, dry: repeats whole, codes mapped, devices and persons dropped, nothing dangerous parsed."""

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from answers import ANSWERS
from hypothesis import given
from hypothesis import strategies as st
from kobo import ROOT, SECRETS, as_csv, as_json, as_sheets, as_xlsx, submission
from test_tabular import words, workbook

from plugins.monitoring.intake import codebook, dry_run
from plugins.monitoring.intake.dry_run import DryRun, Wishes
from plugins.monitoring.intake.private import LOOKS, SUSPECT, is_private, masked
from plugins.monitoring.intake.tabular import TableProblem
from plugins.monitoring.intake.workbook import is_safe

KOBO = Path(__file__).parents[4] / "shared" / "data" / "kobo"


def judged(*files: tuple[str, bytes], mapping: dict[str, Any] | None = None, **wishes: str) -> DryRun:
    return dry_run.judge(files, Wishes(mapping=json.dumps(mapping) if mapping else "", **wishes), {})


def refusal(*files: tuple[str, bytes], mapping: str = "") -> str:
    with pytest.raises(TableProblem) as caught:
        dry_run.judge(files, Wishes(mapping=mapping), {})
    return caught.value.code


def shared(name: str) -> tuple[str, bytes]:
    path = KOBO / name
    if not path.exists():
        pytest.skip("the shared reference data is not beside this repository")
    return name, path.read_bytes()


def expected() -> dict[str, Any]:
    """ANSWERS as an import keeps them: what was left empty is not there."""
    trimmed = {step: _trim(value) for step, value in ANSWERS.items()}
    return {step: trimmed[step] for step in ("safety", "origin", "employer", "allegations", "sources")}


def _trim(value: Any) -> Any:
    if isinstance(value, list):
        return [_trim(each) if isinstance(each, dict) else each for each in value]
    return {key: each for key, each in value.items() if each != ""}


FORMS = {
    "json": lambda *rows: [("page.json", as_json(*rows))],
    "xlsx": lambda *rows: [("export.xlsx", as_xlsx(as_sheets(*rows)))],
    "csv": lambda *rows: [(f"{name}.csv", as_csv(grid)) for name, grid in as_sheets(*rows).items()],
    "cp1251": lambda *rows: [
        (f"{name}.csv", as_csv(grid, "cp1251", ";")) for name, grid in as_sheets(*rows).items()
    ],
    "bom": lambda *rows: [
        (f"{name}.csv", as_csv(grid, "utf-8-sig", ";")) for name, grid in as_sheets(*rows).items()
    ],
}


@pytest.mark.parametrize("kind", FORMS)
def test_each_kind_of_export_gives_the_same_draft(kind: str) -> None:
    found = judged(*FORMS[kind](submission(), submission("second")))
    assert (found.ok, found.problems, found.choices, found.unknown) == (True, (), (), ())
    assert [each.reference for each in found.candidates] == [ROOT, "second"]
    assert found.candidates[0].answers == expected()
    assert found.candidates[0].content_hash == judged(*FORMS["json"](submission())).candidates[0].content_hash


@pytest.mark.parametrize("kind", FORMS)
def test_devices_and_persons_are_dropped_before_anything_is_kept(kind: str) -> None:
    found = judged(*FORMS[kind](submission()))
    kept = json.dumps([asdict(each) for each in found.candidates], ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in kept] == []
    names = {"deviceid", "username", "phonenumber", "start", "end", "_submitted_by", "_gps_latitude"}
    assert names <= set(found.dropped)


def test_a_changed_submission_changes_its_hash_and_a_changed_device_does_not() -> None:
    one, same = submission(), submission() | {"deviceid": "other", "_id": 8, "_submission_time": "2026-04-01"}
    other = submission(employer=ANSWERS["employer"] | {"site": "Мытищи"})
    hashes = [judged(("a.json", as_json(each))).candidates[0].content_hash for each in (one, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_same_submission_on_two_pages_is_one_and_with_two_contents_it_is_refused() -> None:
    page = ("a.json", as_json(submission()))
    assert len(judged(page, ("b.json", as_json(submission()))).candidates) == 1
    other = submission(employer=ANSWERS["employer"] | {"site": "Мытищи"})
    found = judged(page, ("b.json", as_json(other)))
    assert [line.problems[-1].code for line in found.refused] == ["reference_twice"] * 2


def test_numbered_columns_are_a_repeat_and_empty_turns_at_the_end_were_never_answered() -> None:
    text = (
        "who/firm,cases[1]/what,cases[1]/men,cases[2]/what,cases[2]/men,cases[3]/what,cases[3]/men,_uuid\n"
        "ООО Мост,salary,3,beaten,1,n/a,n/a,u-1\nИП Лес,beaten,2,,,,,u-2\n"
    )
    mapping = {
        "questions": {
            "who/firm": "employer.name",
            "cases": "allegations",
            "cases/what": "allegations.violation",
            "cases/men": "allegations.men",
        },
        "choices": {"cases/what": {"salary": "wage_arrears", "beaten": "violence"}},
    }
    found = judged(("a.csv", text.encode()), mapping=mapping)
    assert [each.answers["allegations"] for each in found.candidates] == [
        [{"violation": "wage_arrears", "men": "3"}, {"violation": "violence", "men": "1"}],
        [{"violation": "violence", "men": "2"}],
    ]


def test_repeats_in_repeats_are_kept_and_a_source_inside_an_allegation_supports_it() -> None:
    record = {
        "_uuid": "u-1",
        "employer/name": "ООО Мост",
        "allegations": [
            {"allegations/violation": "violence"},
            {
                "allegations/violation": "wage_arrears",
                "allegations/sources": [
                    {"allegations/sources/kind": "worker"},
                    {"allegations/sources/kind": "document"},
                ],
            },
        ],
    }
    mapping = {
        "questions": {
            "employer/name": "employer.name",
            "allegations": "allegations",
            "allegations/violation": "allegations.violation",
            "allegations/sources": "sources",
            "allegations/sources/kind": "sources.kind",
        },
        "choices": {
            "allegations/violation": {"violence": "violence", "wage_arrears": "wage_arrears"},
            "allegations/sources/kind": {"worker": "worker", "document": "document"},
        },
    }
    found = judged(("a.json", as_json(record)), mapping=mapping)
    sources = found.candidates[0].answers["sources"]
    assert [(each["kind"], each["supports"], each["primary"]) for each in sources] == [
        ("worker", ["1"], True),
        ("document", ["1"], True),
    ]


def test_a_row_of_a_repeat_without_its_parent_is_refused_not_lost() -> None:
    sheets = as_sheets(submission())
    sheets["allegations"][1][sheets["allegations"][0].index("_parent_index")] = "9"
    assert refusal(("a.xlsx", as_xlsx(sheets))) == "orphan_rows"
    assert refusal(("allegations.csv", as_csv(as_sheets(submission())["allegations"]))) == "main_table"


def test_a_foreign_form_is_mapped_from_words_and_the_rest_is_named() -> None:
    record = {
        "_uuid": "u-1",
        "анкета/Работодатель": "ООО Мост",
        "анкета/Нарушение": "Дискриминация",
        "анкета/Отрасль": "строительство",
        "анкета/Прозвище": "Вадик",
    }
    found = judged(("a.json", as_json(record)))
    assert found.book is not None
    assert found.book.questions["анкета/Нарушение"] == "allegations.violation"
    assert found.book.choices["анкета/Нарушение"] == {"Дискриминация": "discrimination"}
    assert found.unknown == ("анкета/Прозвище",)
    assert found.choices == ("анкета/Отрасль: строительство",)
    assert [line.problems[0].code for line in found.refused] == ["choice_unmapped"]
    again = json.loads(codebook.dump(found.book))
    again["choices"]["анкета/Отрасль"] = {"строительство": "construction"}
    mended = judged(("a.json", as_json(record)), mapping=again)
    assert mended.candidates[0].answers["employer"] == {"name": "ООО Мост", "sector": "construction"}
    assert "Вадик" not in json.dumps(asdict(mended.candidates[0]), ensure_ascii=False)


def test_a_multiple_choice_is_read_from_one_column_for_each_code_too() -> None:
    heads = "employer/name,origin/wishes,origin/wishes/pay,origin/wishes/papers,_uuid"
    found = judged(("a.csv", f"{heads}\nООО Мост,Получить зарплату,1,0,u\n".encode()))
    assert found.candidates[0].answers["origin"] == {"wishes": ["pay"]}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("{", "mapping"),
        ("[]", "mapping"),
        ('{"questions": []}', "mapping"),
        ('{"questions": {"a": "employer.password"}}', "mapping_field"),
        ('{"questions": {"a": "employer.country"}, "choices": {"a": {"x": "XX"}}}', "mapping_choice"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_place(mapping: str, code: str) -> None:
    assert refusal(("a.json", as_json(submission())), mapping=mapping) == code


@pytest.mark.parametrize("kind", LOOKS)
def test_the_quick_look_never_passes_over_what_would_be_masked(kind: str) -> None:
    """A text without anything suspicious is not read for each look: so every look must be suspicious."""

    @given(st.from_regex(LOOKS[kind]))
    def all_are_suspicious(text: str) -> None:
        assert SUSPECT.search(text)

    all_are_suspicious()


def test_what_stands_in_a_text_is_masked_and_told() -> None:
    facts = "Звоните +996 555 12-34-56 или vadik@example.org, точка 42.87460 74.56980. Долг 150 000 рублей за 2026."
    record = submission(allegations=[ANSWERS["allegations"][0] | {"facts": facts}])
    found = judged(("a.json", as_json(record)))
    kept = found.candidates[0].answers["allegations"][0]["facts"]
    assert kept == "Звоните … или …, точка …. Долг 150 000 рублей за 2026."
    assert [(each.code, each.value) for each in found.lines[0].problems] == [
        ("masked", "e-mail, phone, place")
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("8 (495) 123-45-67", ("phone",)),
        ("0555 123 456", ("phone",)),
        ("00996555123456", ("phone",)),
        ("collect:XyZ", ("device",)),
        ("username:vadik", ("device",)),
        ("42.8746 74.5698 800 5", ("place",)),
        ("2026-03-01T10:11:12.000+06:00", ("stamp",)),
        ("ИНН 7707083893, 12 500,50 руб., 3.5 года, дом 8, кв. 800", ()),
    ],
)
def test_values_are_known_by_their_look(text: str, kinds: tuple[str, ...]) -> None:
    assert masked(text)[1] == kinds


@pytest.mark.parametrize(
    "name",
    ["deviceid", "start", "end", "today", "_gps_precision", "meta/audit", "группа/Телефон", "simserial"],
)
def test_columns_of_devices_are_known_by_name(name: str) -> None:
    assert is_private(name)
    assert not is_private("allegations/from_month")


def test_encrypted_submissions_are_refused_with_help_in_each_form() -> None:
    xml = b'<?xml version="1.0"?><data encrypted="yes" xmlns="http://www.opendatakit.org/xforms/encrypted"/>'
    sealed = {"_uuid": "u", "base64EncryptedKey": "abc", "encryptedXmlFile": "submission.xml.enc"}
    assert refusal(("a.xml", xml)) == "encrypted"
    assert refusal(("a.json", as_json(sealed))) == "encrypted"
    assert refusal(("a.csv", b"_uuid,base64EncryptedKey\nu,abc\n")) == "encrypted"
    assert refusal(("a.xml", b"<data><name>x</name></data>")) == "xml"
    assert refusal(("a.json", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')) == "xml"


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"results": 3}',
        b'{"results": ["x"]}',
        b"\xff{",
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
def test_json_that_is_none_is_refused(content: bytes) -> None:
    assert refusal(("a.json", content)) == "unreadable"


def test_a_workbook_that_swells_or_declares_entities_is_refused_before_it_is_parsed() -> None:
    good = workbook(words(1, "employer", "facts") + words(2, "x", "y"))
    assert is_safe(good)
    bomb = _with_part(good, "xl/sharedStrings.xml", b"<sst>" + b"0" * 60_000_000)
    assert not is_safe(bomb)
    assert refusal(("a.xlsx", bomb)) == "unsafe"
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    for text in (laughs, laughs.decode().encode("utf-16")):
        assert refusal(("a.xlsx", _with_part(good, "xl/sharedStrings.xml", text))) == "unsafe"


def _with_part(package: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_formulas_are_text_and_nothing_computes_them() -> None:
    employer = ANSWERS["employer"] | {"name": '=HYPERLINK("http://evil.example";"x")', "site": "@SUM(1+1)"}
    for kind in ("json", "xlsx", "csv"):
        answers = judged(*FORMS[kind](submission(employer=employer))).candidates[0].answers
        assert (answers["employer"]["name"], answers["employer"]["site"]) == (
            employer["name"],
            employer["site"],
        )


def test_further_pages_are_asked_for() -> None:
    first = ("1.json", as_json(submission(), following="https://kobo.example/?start=1"))
    assert judged(first).more_pages
    assert not judged(first, ("2.json", as_json(submission("second")))).more_pages


def test_without_a_lasting_name_or_an_employer_a_submission_is_refused() -> None:
    nameless = {key: value for key, value in submission().items() if key not in ("_uuid", "meta/rootUuid")}
    assert [p.code for p in judged(("a.json", as_json(nameless))).refused[0].problems] == [
        "reference_missing"
    ]
    nobody = submission(employer=ANSWERS["employer"] | {"name": ""})
    assert [p.code for p in judged(("a.json", as_json(nobody))).refused[0].problems] == ["employer_missing"]


CHILDREN = {
    "questions": {
        "name": "employer.name",
        "children": "allegations",
        "children/childs_name": "allegations.facts",
        "children/childs_age": "allegations.minors",
    }
}
VEHICLES = "transport/available_transportation_types_to_referral_facility"


def test_the_real_csv_with_numbered_repeats() -> None:
    found = judged(shared("tutorial_w_repeats.csv"), mapping=CHILDREN)
    assert found.ok
    assert found.candidates[0].answers["allegations"] == [
        {"facts": "Tom", "minors": "12"},
        {"facts": "Dick", "minors": "5"},
    ]
    assert "gps" in found.dropped


def test_the_real_workbook_and_the_real_json_agree() -> None:
    mapping = {"questions": {VEHICLES: "employer.name"}}
    book = judged(shared("transportation_export.xlsx"), mapping=mapping)
    assert (book.ok, len(book.candidates)) == (True, 4)
    single = judged(shared("transport_submission.json"), mapping=mapping)
    assert single.candidates[0] == book.candidates[1]


def test_the_real_encrypted_submission_is_refused() -> None:
    assert refusal(shared("encrypted_submission.xml")) == "encrypted"
