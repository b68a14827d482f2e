"""The pure parts: prose, sources, the canonical text that is signed."""

from datetime import date

import pytest

from handbook.canon import canonical
from handbook.prose import Block, Change, blocks, changes
from handbook.sources import Source, SourceProblem, read, written

LINE = "Labour Code, article 21 | https://example.org/21 | 2026-01-31"


def test_prose_becomes_headings_lists_and_paragraphs() -> None:
    text = "## First\n- one\n- two\n\nA line\nand its end\n\n\n## Only a heading\n\n- a list\nthat goes on"
    assert blocks(text) == [
        Block("heading", ("First",)),
        Block("list", ("one", "two")),
        Block("paragraph", ("A line and its end",)),
        Block("heading", ("Only a heading",)),
        Block("paragraph", ("- a list that goes on",)),
    ]
    assert blocks(" \n\n") == []


def test_changes_name_the_paragraphs_that_came_and_went() -> None:
    assert changes("a\n\nb\n\nc", "a\n\nc\n\nd") == [Change("removed", "b"), Change("added", "d")]
    assert changes("a\nb", "a b") == []


def test_sources_are_read_and_written_again() -> None:
    found = read(f"{LINE}\n\n{LINE}\n")
    assert found == [Source("Labour Code, article 21", "https://example.org/21", date(2026, 1, 31))] * 2
    assert read(written(found)) == found
    assert [Source.of(each.told()) for each in found] == found


@pytest.mark.parametrize(
    "line",
    ["a", "a | b", "a | javascript:alert(1) | 2026-01-31", "a | https:// | 2026-01-31", "a | b | c | d",
     " | https://a.example | 2026-01-31", "a | https://a.example | 31.1.2026", "a | http://[ | 2026-01-31",
     "a | https://a.example | 2026-02-30"],
)  # fmt: skip
def test_what_is_no_source_is_named_by_its_line(line: str) -> None:
    with pytest.raises(SourceProblem) as problem:
        read(f"{LINE}\n{line}")
    assert problem.value.number == 2


def test_any_change_changes_what_is_signed_and_nothing_else_does() -> None:
    texts = {"ru": {"title": "а", "body": "б"}}
    sources = [{"title": "a", "url": "https://a.example", "day": "2026-01-31"}]
    signed = canonical("a", texts, sources, date(2026, 1, 1))
    assert (
        canonical(
            "a", {"ru": {"body": "б", "title": "а", "changed": ""}, "en": {}}, sources, date(2026, 1, 1)
        )
        == signed
    )
    others = {
        canonical("b", texts, sources, date(2026, 1, 1)),
        canonical("a", {"ru": {"title": "а", "body": "б."}}, sources, date(2026, 1, 1)),
        canonical("a", {"ru": texts["ru"], "en": {"title": "x"}}, sources, date(2026, 1, 1)),
        canonical("a", texts, [], date(2026, 1, 1)),
        canonical("a", texts, sources, date(2026, 1, 2)),
        canonical("a", texts, sources, None),
    }
    assert signed not in others
    assert len(others) == 6
