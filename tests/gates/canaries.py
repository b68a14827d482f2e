"""Words that occur nowhere else in the world, and the search for them in all that a site leaves behind."""

import base64
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LATIN = "bcdfghjkmnpqrstvwxz"
CYRILLIC = "бвгджзклмнпрстфхцчш"
"""Consonants, and no letter that folding would turn into another: no analysis of words touches them."""


@dataclass(frozen=True)
class Canary:
    """A word and where it was put."""

    place: str
    word: str

    def needles(self) -> dict[str, bytes]:
        """The word as it may stand on a disk or in a letter, by the name of the encoding."""
        plain = self.word.encode()
        forms = {
            "UTF-8": plain,
            "UTF-16 LE": self.word.encode("utf-16-le"),
            "UTF-16 BE": self.word.encode("utf-16-be"),
            "hex": plain.hex().encode(),
        }
        if not self.word.isascii():
            forms["JSON escapes"] = self.word.encode("unicode_escape")
            forms["percent"] = quote(self.word).encode()
        for shift in range(3):
            forms[f"base64 +{shift}"] = aligned(plain, shift)
        return forms


def aligned(plain: bytes, shift: int) -> bytes:
    """The characters of base64 that depend on `plain` alone when `shift` bytes stand before it."""
    text = base64.b64encode(b"\0" * shift + plain)
    return text[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6]


def words(dice: random.Random, places: Iterable[str]) -> list[Canary]:
    """A Latin and a Cyrillic word for each place."""
    return [
        Canary(f"{place}, {script}", "".join(dice.choices(letters, k=16)))
        for place in places
        for script, letters in (("Latin", LATIN), ("Cyrillic", CYRILLIC))
    ]


def line(canaries: Iterable[Canary], place: str) -> str:
    """What is typed into that place."""
    return " ".join(each.word for each in canaries if each.place.startswith(f"{place},"))


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below, also one that goes while we look."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                yield str(path), path.read_bytes()
            except FileNotFoundError:
                continue


@dataclass
class Sweep:
    """What was looked through, and what was found there."""

    blobs: int = 0
    size: int = 0
    needles: int = 0
    found: tuple[str, ...] = ()


def sweep(canaries: Iterable[Canary], blobs: Iterable[tuple[str, bytes]]) -> Sweep:
    """Look for every canary in every encoding in every blob; letters of both sizes count."""
    wanted = {
        needle.lower(): f"{canary.place} in {name}"
        for canary in canaries
        for name, needle in canary.needles().items()
    }
    pattern = re.compile(b"|".join(re.escape(each) for each in sorted(wanted, key=len, reverse=True)))
    result = Sweep(needles=len(wanted))
    for name, raw in blobs:
        result.blobs += 1
        result.size += len(raw)
        hits = {wanted[hit] for hit in pattern.findall(raw.lower())}
        result.found += tuple(f"{name}: {hit}" for hit in sorted(hits))
    return result


def traces(secrets: Mapping[str, bytes], blobs: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where these very bytes stand."""
    return [f"{name}: {what}" for name, raw in blobs for what, secret in secrets.items() if secret in raw]
