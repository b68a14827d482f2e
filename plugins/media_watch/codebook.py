"""The codebook as versioned data: levels, categories, target groups of each country list, voices, exclusions.

Labels stand in English, Russian and Kyrgyz; `ky_uncertain` marks Kyrgyz that waits for a native speaker. A code
keeps the version that it was made under.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType

FALLBACKS = ("ky", "ru", "en")
Entry = Mapping[str, object]


@dataclass(frozen=True)
class Codebook:
    """One edition. `review` says whether the network has approved it: "unreviewed" or "reviewed"."""

    version: str
    effective: date
    review: str
    kinds: Mapping[str, Mapping[str, Entry]]

    def codes(self, kind: str) -> tuple[str, ...]:
        """The codes of a kind in their order; an unknown kind raises KeyError."""
        return tuple(self.kinds[kind])

    def groups(self, country: str) -> tuple[str, ...]:
        """Target groups of a country list. The lists of Russia and Kyrgyzstan never mix."""
        entries = self.kinds["group"].items()
        return tuple(code for code, entry in entries if country in _list(entry["lists"]))

    def rated(self, country: str) -> tuple[str, ...]:
        """Those of them that count for the rating."""
        return tuple(code for code in self.groups(country) if self.kinds["group"][code]["rated"])

    def level(self, category: str) -> int:
        """The level 0..3 of a category; of none, 0."""
        if not category:
            return 0
        return self.codes("level").index(str(self.kinds["category"][category]["level"]))

    def label(self, kind: str, code: str, locale: str) -> str:
        """The word for people, falling back ky -> ru -> en -> the code itself, for a code that has left."""
        return _best(self.kinds[kind].get(code, {}), locale) or code

    def labels(self, kind: str, locale: str) -> list[tuple[str, str]]:
        """(code, label) pairs, ready to be the choices of a form field."""
        return [(code, self.label(kind, code, locale)) for code in self.kinds[kind]]

    def meaning(self, category: str, locale: str) -> str:
        """What a category means and where it ends."""
        told = self.kinds["category"].get(category, {}).get("meaning")
        return _best(told, locale) if isinstance(told, Mapping) else ""


def _best(entry: Mapping[str, object], locale: str) -> str:
    wanted = (locale, *FALLBACKS[FALLBACKS.index(locale) :]) if locale in FALLBACKS else ("en",)
    return next((str(entry[name]) for name in wanted if entry.get(name)), "")


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def load(text: str) -> Codebook:
    """Read an edition from JSON; a code that stands twice in its kind raises ValueError."""
    raw = json.loads(text)
    kinds = {kind: _by_code(kind, entries) for kind, entries in raw["kinds"].items()}
    effective = date.fromisoformat(raw["effective"])
    return Codebook(raw["version"], effective, raw["review"], MappingProxyType(kinds))


def _by_code(kind: str, entries: list[dict[str, object]]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {str(entry["code"]): MappingProxyType(entry) for entry in entries}
    if len(found) < len(entries):
        raise ValueError(f"codebook: a code of {kind!r} stands twice")
    return MappingProxyType(found)


def _read(name: str) -> str:
    return files("plugins.media_watch").joinpath(name).read_text(encoding="utf-8")


CODEBOOK = load(_read("codebook.json"))


@dataclass(frozen=True)
class Vignette:
    """A text whose code is known: for training, and mixed in later to see whether coders drift."""

    number: int
    text: str
    level: int
    category: str
    stance: str


VIGNETTES = tuple(Vignette(**each) for each in json.loads(_read("vignettes.json"))["vignettes"])
