"""ISCO-08 and the words in which people look for an occupation in Russian, Kyrgyz and English. Codes are text."""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FOLDED = str.maketrans("ёөүң", "еоун")
LONGEST_LIST = 8


@dataclass(frozen=True)
class Occupation:
    """A unit group (four digits) with its title by language and further words for the search."""

    code: str
    titles: dict[str, str]
    words: str

    def title(self, language: str) -> str:
        """The title in that language, else Russian, else English."""
        return self.titles.get(language) or self.titles.get("ru") or self.titles["en"]


@functools.cache
def occupations() -> dict[str, Occupation]:
    """All unit groups by code; those that are wanted most come first."""
    wanted = {row["code"]: row for row in _rows("wanted.csv")}
    english = {row["code"]: row["title_en"] for row in _rows("isco08_en.csv")}
    russian = {row["code"]: row["title_ru"] for row in _rows("isco08_ru_levels1-2.csv")}
    order = [*wanted, *(code for code in english if len(code) == 4 and code not in wanted)]
    return {code: _occupation(code, english[code], wanted.get(code, {}), russian) for code in order}


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _occupation(code: str, english: str, wanted: dict[str, str], russian: dict[str, str]) -> Occupation:
    titles = {"en": english}
    for language in ("ru", "ky"):
        if wanted.get(language):
            titles[language] = wanted[language].split(";")[0]
    words = " ".join([code, english, wanted.get("ru", ""), wanted.get("ky", ""), russian.get(code[:2], "")])
    return Occupation(code, titles, folded(words))


def wanted() -> list[Occupation]:
    """The shortlist of what is wanted most."""
    return [occupations()[row["code"]] for row in _rows("wanted.csv")]


def folded(text: str) -> str:
    """Lower case, without the letters that phones often lack (ё, ө, ү, ң)."""
    return " ".join(text.casefold().translate(FOLDED).split())


def search(text: str) -> list[Occupation]:
    """Occupations in which every word of `text` begins a word, the wanted ones first; at most eight."""
    parts = folded(text).split()
    if not parts:
        return []
    found = []
    for each in occupations().values():
        words = each.words.replace(";", " ").split()
        if all(any(word.startswith(part) for word in words) for part in parts):
            found.append(each)
    return found[:LONGEST_LIST]
