"""The guides in docs/guide: the same in three languages, with pictures that exist and words that the site says."""

import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image

import core

ROOT = Path(core.__file__).parent.parent
GUIDES, SHOTS = ROOT / "docs/guide", ROOT / "docs/screenshots"
TAKEN = runpy.run_path(str(ROOT / "docs/pictures.py"))
LANGUAGES: tuple[str, ...] = TAKEN["LANGUAGES"]
HEAVIEST = 4_000_000
"""Bytes of all pictures: 43 in three languages, some 26 KB each."""
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#\s]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
PAGES = sorted({page.name for code in LANGUAGES for page in (GUIDES / code).glob("*.md")})
INDEXES = [f"{code}.md" for code in LANGUAGES]
EVERY = INDEXES + [f"{code}/{name}" for code in LANGUAGES for name in PAGES]


def text(page: str) -> str:
    return (GUIDES / page).read_text("utf-8")


def shape(page: str) -> list[str]:
    """How a page is built: its headings, numbered steps, points and rows, without their words."""
    marks = re.findall(r"^(#+ |\d+\. |- |\|)", text(page), re.MULTILINE)
    return [mark.strip() for mark in marks]


def pictures(page: str) -> list[str]:
    return [Path(target).name for _, target in IMAGE.findall(text(page))]


@cache
def said(language: str) -> set[str]:
    """All that the site says in a language; English words are the msgids."""
    found: set[str] = set()
    for file in (*ROOT.glob("core/translations/ru/**/*.po"), *ROOT.glob("plugins/*/translations/ru/**/*.po")):
        path = Path(str(file).replace("/ru/", f"/{'ru' if language == 'en' else language}/"))
        with path.open("rb") as handle:
            for message in read_po(handle):
                words = message.id if language == "en" else message.string
                found.update([words] if isinstance(words, str) else words)
    return {each.rstrip(".") for each in found}


def words_of_the_site(page: str) -> Iterator[str]:
    """What stands in bold is said by the site, unless it is a whole sentence or names a point."""
    for match in BOLD.findall(text(page)):
        if not re.search(r"[.?!:]$", match.strip()):
            yield re.sub(r"\s+", " ", match)


def test_there_is_a_guide_for_each_kind_of_work() -> None:
    wanted = {
        "monitor",
        "verifier",
        "coordinator",
        "legal-officer",
        "inspector",
        "custodian-and-key-holder",
        "board",
    }
    assert wanted | {"administrator", "start", "trouble"} <= {Path(page).stem for page in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_guide_says_the_same_in_three_languages(name: str) -> None:
    first, *others = LANGUAGES
    for code in others:
        assert (GUIDES / code / name).exists(), f"{name} is missing in {code}"
        assert shape(f"{code}/{name}") == shape(f"{first}/{name}"), code
        assert pictures(f"{code}/{name}") == pictures(f"{first}/{name}"), code


def test_the_indexes_lead_to_every_guide() -> None:
    for code in LANGUAGES:
        assert {Path(each).name for each in LINK.findall(text(f"{code}.md"))} >= set(PAGES), code
        assert shape(f"{code}.md") == shape(INDEXES[0])


@pytest.mark.parametrize("page", EVERY)
def test_every_link_and_picture_of_a_guide_is_there(page: str) -> None:
    here = (GUIDES / page).parent
    targets = LINK.findall(text(page)) + [target for _, target in IMAGE.findall(text(page))]
    assert [each for each in targets if not (here / each).exists()] == []
    assert all(alt for alt, _ in IMAGE.findall(text(page)))


@pytest.mark.parametrize("page", EVERY)
def test_words_in_bold_are_words_of_the_site(page: str) -> None:
    known = said(page[:2])
    assert [each for each in words_of_the_site(page) if each not in known] == []


def test_each_picture_is_taken_for_the_guide_that_shows_it() -> None:
    listed = {(each.guide, f"{each.name}.png") for each in TAKEN["PICTURES"] if each.guide}
    shown = {(Path(name).stem, picture) for name in PAGES for picture in pictures(f"{LANGUAGES[0]}/{name}")}
    assert shown == listed


def test_no_picture_is_left_over_or_missing() -> None:
    listed = {each.file(code) for each in TAKEN["PICTURES"] for code in each.languages}
    assert {path.relative_to(SHOTS).as_posix() for path in SHOTS.rglob("*.png")} == listed


def test_pictures_are_light() -> None:
    files = list(SHOTS.rglob("*.png"))
    assert sum(path.stat().st_size for path in files) < HEAVIEST
    for path in files:
        with Image.open(path) as picture:
            assert picture.mode == "P", path


def test_kyrgyz_guides_say_that_they_wait_for_a_review() -> None:
    pages = ["ky.md", *(f"ky/{name}" for name in PAGES)]
    assert [page for page in pages if not text(page).split("\n\n")[1].startswith("> Эскертүү")] == []
