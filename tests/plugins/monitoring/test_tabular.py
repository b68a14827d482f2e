"""Files as people bring them: encodings, delimiters, workbooks, and what is refused."""

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.toolkit import run_confined
from plugins.monitoring.intake import files
from plugins.monitoring.intake.files import MOST_BYTES, read
from plugins.monitoring.intake.tabular import MOST_ROWS, Table, TableProblem

SAMPLE = "Работодатель;Сумма\nОсОО «Көл»;1 500,50\nООО «Ромашка»;=1+1\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def workbook(*sheets: str, state: str = "visible") -> bytes:
    """The smallest XLSX around the given row elements; `state` is that of the first sheet."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}" state="{state if n == 1 else "visible"}"/>'
        for n in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{links}</Relationships>",
        **{
            f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{MAIN}">'
            f"<sheetData>{rows}</sheetData></worksheet>"
            for n, rows in zip(numbers, sheets, strict=True)
        },
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def words(row: int, *cells: str) -> str:
    inner = "".join(
        f'<c r="{chr(65 + place)}{row}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for place, cell in enumerate(cells)
    )
    return f'<row r="{row}">{inner}</row>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_csv(encoding: str) -> None:
    found = read(SAMPLE.encode(encoding), "list.csv")
    assert found.headers == ("Работодатель", "Сумма")
    assert found.rows == (("ОсОО «Көл»", "1 500,50"), ("ООО «Ромашка»", "=1+1"))
    assert (found.encoding, found.delimiter) == (encoding.removesuffix("-sig"), ";")


def test_an_old_windows_file_is_read() -> None:
    found = read("Работодатель,Сумма\nООО «Ёлка»,5\n".encode("cp1251"), "LIST.CSV")
    assert found == Table(("Работодатель", "Сумма"), (("ООО «Ёлка»", "5"),), "cp1251", ",")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a\tb\n1\t2,5\n", "\t"),
        ("Имя, место;Сумма\nИванов;1,5\nПетров;2,5\n", ";"),
        ('a,b\n"x;y;z",2\n', ","),
        ("a\n1\n", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert read(text.encode(), "a.csv").delimiter == delimiter


def test_rows_keep_their_number_in_the_file() -> None:
    found = read(b"a,b\n\n1\n2,3,4\n,\n\n", "a.csv")
    assert found.rows == (("", ""), ("1", ""), ("2", "3", "4"))


def test_a_path_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(SAMPLE, encoding="utf-8")
    assert read(path, path.name) == read(SAMPLE.encode(), "list.csv")


def test_a_workbook_gives_text() -> None:
    numbers = (
        '<row r="2"><c r="A2"><v>7707083893</v></c><c r="B2"><v>132.16000000000003</v></c>'
        '<c r="C2"><f>1+1</f><v>2</v></c><c r="D2" t="b"><v>1</v></c></row>'
    )
    found = read(workbook(words(1, "INN", "Due", "Sum", "Paid") + numbers, words(1, "x")), "a.xlsx")
    assert found.rows == (("7707083893", "132.16", "2", "TRUE"),)
    assert (found.encoding, found.other_sheets) == ("xlsx", ("Sheet2",))


def test_empty_rows_of_a_workbook_keep_their_place_and_hidden_sheets_are_passed_by() -> None:
    found = read(
        workbook(words(1, "hidden"), words(1, "a", "b") + words(3, "1", "2"), state="hidden"), "a.xlsx"
    )
    assert (found.headers, found.rows) == (("a", "b"), (("", ""), ("1", "2")))
    assert found.other_sheets == ()


def test_a_workbook_that_asks_for_all_memory_is_only_refused() -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    with pytest.raises(TableProblem) as caught:
        read(workbook(words(1, "a") + corner), "a.xlsx")
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "empty"),
        (b" \n \n", "a.csv", "empty"),
        (b"a,b\n", "a.csv", "no_rows"),
        (b",\n1,2\n", "a.csv", "no_header"),
        (b"a,A\n1,2\n", "a.csv", "duplicate_header"),
        (b'a,b\n"1,2\n3,4\n', "a.csv", "broken_quotes"),
        (b"\x89PNG\0\0", "a.csv", "unreadable"),
        (b"\xff\xfe\x00", "a.csv", "unreadable"),
        (b"a" * (MOST_BYTES + 1), "a.csv", "too_large"),
        (b"a,b\n" + b"1,2\n" * (MOST_ROWS + 1), "a.csv", "too_many_rows"),
        (b"a,b\n" + b"\n" * MOST_ROWS + b"1,2\n", "a.csv", "too_many_rows"),
        (b"a," * 200 + b"b\n1\n", "a.csv", "too_many_columns"),
        (b"<xml/>", "a.xml", "unknown_kind"),
        (b"PK\x03\x04 not really", "a.xlsx", "unreadable"),
        (b"a,b\n1,2\n", "a.xlsx", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "locked_or_old_workbook"),
    ],
)
def test_what_is_refused_and_why(content: bytes, name: str, code: str) -> None:
    with pytest.raises(TableProblem) as caught:
        read(content, name)
    assert caught.value.code == code


def test_as_many_rows_as_allowed_are_read() -> None:
    assert len(read(b"a,b\n" + b"1,2\n" * MOST_ROWS, "a.csv").rows) == MOST_ROWS


CELLS = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str]], encoding: str) -> None:
    target = io.StringIO()
    csv.writer(target).writerows([("employer", "sum"), *rows])
    assert read(target.getvalue().encode(encoding), "a.csv").rows == tuple(rows)


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_problem(content: bytes) -> None:
    try:
        found = read(content, "a.csv")
    except TableProblem as problem:
        assert problem.code
    else:
        assert all(len(row) >= len(found.headers) for row in found.rows)


def test_a_workbook_is_read_in_the_cage(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads a stranger's file has no network and bounded memory."""
    asked: list[tuple[str, dict[str, object]]] = []

    def run(module: str, content: bytes, **limits: object) -> bytes:
        asked.append((module, limits))
        return run_confined(module, content, **limits)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "run_confined", run)
    assert read(workbook(words(1, "a", "b") + words(2, "1", "2")), "a.xlsx").rows == (("1", "2"),)
    [(module, limits)] = asked
    assert module == "plugins.monitoring.intake.workbook"
    assert limits["memory"] == 2**30
