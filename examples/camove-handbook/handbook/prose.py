"""The text of a chapter: paragraphs, headings and lists, written so that a phone can type them. No markup passes."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A piece of a page: `kind` is heading, list or paragraph; a list has one line for each point."""

    kind: str
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """The pieces of `text`: an empty line ends one, `## ` begins a heading, lines of `- ` are a list."""
    found: list[Block] = []
    for part in _parts(text):
        heading = part[0].startswith("## ")
        if heading:
            found.append(Block("heading", (part[0][3:].strip(),)))
        lines = part[1:] if heading else part
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Block("list", tuple(line[2:].strip() for line in lines)))
        elif lines:
            found.append(Block("paragraph", (" ".join(lines),)))
    return found


def _parts(text: str) -> Iterator[list[str]]:
    part: list[str] = []
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        if stripped:
            part.append(stripped)
        elif part:
            yield part
            part = []


@dataclass(frozen=True)
class Change:
    """A paragraph that one edition has and the other has not: `kind` is added or removed."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Change]:
    """What whoever signs has to read anew: the paragraphs that came and went."""
    old, new = ([" ".join(part) for part in _parts(text)] for text in (before, after))
    kinds = {"+ ": "added", "- ": "removed"}
    return [Change(kinds[line[:2]], line[2:]) for line in difflib.ndiff(old, new) if line[:2] in kinds]
