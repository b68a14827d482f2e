"""Decoding and the structural pass: every row arrives, or the file is refused with its line and reason."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.research import decode, structure
from plugins.research.decode import DecodeProblem
from plugins.research.reading import table
from plugins.research.structure import StructureProblem

TEXT = "Район,Ответ\nЧуйская область,Да\nОш,Зарплату не платили\nБаткен,Отобрали документы и не вернули\n" * 5


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac-cyrillic"])
def test_a_russian_code_page_is_proposed_and_never_taken_for_certain(encoding: str) -> None:
    assert decode.guess(TEXT.encode(encoding)) == decode.Guess(encoding, certain=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_and_strict_utf8_are_certain(encoding: str) -> None:
    found = decode.guess(TEXT.encode(encoding))
    assert found.certain
    assert found.encoding == encoding.removesuffix("-sig")
    assert "".join(decode.text_of([TEXT.encode(encoding)], found.encoding)) == TEXT


def test_a_sample_that_ends_inside_a_letter_is_still_utf8() -> None:
    assert decode.guess(TEXT.encode() + "я".encode()[:1]).encoding == "utf-8"


def test_bytes_of_a_picture_are_no_text() -> None:
    with pytest.raises(DecodeProblem) as caught:
        decode.guess(b"\x89PNG\r\n\x1a\n\0\0")
    assert (caught.value.code, caught.value.line) == ("not_text", 3)


def test_a_file_that_is_utf8_in_parts_is_refused_where_it_stops() -> None:
    mixed = "а\nб\nв\n".encode() + "Ошская".encode("cp1251") + b"\n"
    with pytest.raises(DecodeProblem) as caught:
        list(decode.text_of([mixed[:3], mixed[3:]], "utf-8"))
    assert (caught.value.code, caught.value.line) == ("mixed_encoding", 4)


def test_mojibake_is_noticed_and_russian_is_not() -> None:
    assert decode.garbled(TEXT.encode().decode("cp1251", "replace"))
    assert decode.garbled(TEXT.encode().decode("latin-1"))
    assert not decode.garbled(TEXT)
    assert not decode.garbled("СССР")
    assert not decode.garbled("Өзгөн району, эмгек акысы төлөнгөн жок")


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def read(text: str, delimiter: str = ",", step: int = 7) -> list[tuple[str, ...]]:
    pieces = [text[start : start + step] for start in range(0, len(text), step)]
    lines = structure.without_tail(structure.lines_of(pieces))
    return [row.cells for row in structure.rows_of(lines, delimiter)]


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_every_row_arrives_or_the_file_is_refused_with_a_line(
    table: list[list[str]], end: str, delimiter: str, everywhere: bool
) -> None:
    written = io.StringIO(newline="")
    # The writer itself leaves a lone CR outside quotes, which makes another table.
    bare = any("\r" in cell for row in table for cell in row)
    quoting = csv.QUOTE_ALL if everywhere or bare else csv.QUOTE_MINIMAL
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    try:
        found = read(written.getvalue(), delimiter)
    except StructureProblem as problem:
        assert problem.code in {"blank_row", "unbalanced_quotes"}
        assert problem.line >= 1
        return
    assert found == [tuple(row) for row in table]


@given(TABLES)
def test_the_canonical_form_is_read_back_as_it_was_but_for_line_ends(table: list[list[str]]) -> None:
    text = "".join(structure.canonical(table))
    plain = [tuple(c.replace("\r\n", "\n").replace("\r", "\n") for c in row) for row in table]
    assert [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))] == plain
    assert "\r" not in text


@given(TABLES, st.data())
def test_a_row_that_lost_or_won_a_cell_never_passes(table: list[list[str]], data: st.DataObject) -> None:
    table = [["h"] * len(table[0]), *table]
    at = data.draw(st.integers(1, len(table) - 1))
    table[at] = table[at] + ["x"]
    text = "".join(structure.canonical(table))
    with pytest.raises(StructureProblem):
        read(text)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a,b\n1,2\n\n3,4\n", "blank_row", 3),
        ("a,b\n1,2\n3\n", "ragged_row", 3),
        ("a,b\n1\n3,4\n", "ragged_row", 2),
        ("a,b\n1,2,3\n4,5\n", "ragged_row", 2),
        ('a,b\n1,"2\n3,4\n', "unbalanced_quotes", 2),
        ('a,b\n1,"2"x\n3,4\n', "stray_quote", 2),
        ('a,b\n1,"2\n3,"4"\n5,6\n', "stray_quote", 2),
    ],
)
def test_a_broken_file_is_refused_at_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(StructureProblem) as caught:
        read(text)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_crlf_rows_with_bare_lf_in_quotes_stay_whole() -> None:
    assert read('"на\nзвание","b"\r\n"1\n2","3"\r\n') == [("на\nзвание", "b"), ("1\n2", "3")]


def test_blank_lines_after_the_last_row_are_no_rows() -> None:
    assert read("a,b\n1,2\n\n\r\n") == [("a", "b"), ("1", "2")]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("a", "A"), "duplicate_header"),
        (("a", " "), "empty_header"),
        (("", ""), "empty"),
        (("_row", "b"), "reserved_header"),
        (("x",) * 1, ""),
    ],
)
def test_headers_name_each_column_once(cells: tuple[str, ...], code: str) -> None:
    row = structure.Row(1, cells)
    if not code:
        assert structure.headers_of(row) == cells
        return
    with pytest.raises(StructureProblem) as caught:
        structure.headers_of(row)
    assert caught.value.code == code


def test_a_wide_table_and_codes_with_leading_zeros_stay_as_they_are() -> None:
    wide = [[f"c{n}" for n in range(1000)], ["0047"] * 1000]
    assert read("".join(structure.canonical(wide)), step=4096) == [tuple(row) for row in wide]


def test_the_delimiter_is_what_splits_the_first_line() -> None:
    assert [structure.delimiter_of(t) for t in ("a;b,c;d\n", "a\tb\n", "a|b|c\n", "a\n")] == [
        ";",
        "\t",
        "|",
        ",",
    ]


def is_number(cell: str) -> bool:
    """The rule in plain words: digits without a leading zero, a part behind a point, fifteen characters at most."""
    body = cell.removeprefix("-")
    whole, mark, part = body.partition(".")
    if len(body) > 15 or not (whole.isascii() and whole.isdigit()) or (len(whole) > 1 and whole[0] == "0"):
        return False
    return not mark or (part.isascii() and part.isdigit())


CELL = st.one_of(
    st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{0,3})?", fullmatch=True),
    st.sampled_from(
        ["", "0", "-0", "007", "1\n2", "٣", "2026-03-27", "2026-02-30", "да", "1.", ".5", "--1", "-"]
    ),
)


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5), st.integers(1, 3))
def test_a_column_is_of_numbers_when_all_its_cells_are(batches: list[list[str]], remembered: int) -> None:
    """However they come, in portions, and however few values are remembered."""
    kinds = table.Kinds(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "MOST_REMEMBERED", remembered)
        for batch in batches:
            kinds.look([[cell] for cell in batch])
    cells = [cell for batch in batches for cell in batch if cell]
    verdict = kinds.verdicts()[0]
    assert (verdict == "number") is (bool(cells) and all(map(is_number, cells)))
    assert (verdict == "date") is (bool(cells) and all(cell == "2026-03-27" for cell in cells))
