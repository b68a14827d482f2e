"""The words of monitoring as versioned data: violation classes, ILO indicators, sources, regions, outcomes.

Labels stand in English, Russian and Kyrgyz; `ky_uncertain` marks Kyrgyz that waits for a native speaker. The editions
lie in `taxonomies/`, one file a version.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType

FALLBACKS = ("ky", "ru", "en")
Entry = Mapping[str, object]
AGES = {"age_18": "18-29", "age_30": "30-44", "age_45": "45+"}
CITIZENS = {
    "citizens_kg": "KG", "citizens_uz": "UZ", "citizens_tj": "TJ",
    "citizens_kz": "KZ", "citizens_ru": "RU", "citizens_other": "other",
}  # fmt: skip
"""Fields of the form and the codes under which their counts are kept."""


@dataclass(frozen=True)
class Taxonomy:
    """One edition. `review` says whether a lawyer has approved it: "unreviewed" or "reviewed"."""

    version: str
    effective: date
    review: str
    kinds: Mapping[str, Mapping[str, Entry]]

    def codes(self, kind: str) -> tuple[str, ...]:
        """Codes of a kind in their order of presentation; an unknown kind raises KeyError."""
        return tuple(self.kinds[kind])

    def entry(self, kind: str, code: str) -> Entry:
        """All that is known of a code; KeyError when kind or code is unknown."""
        return self.kinds[kind][code]

    def listed(self, kind: str, code: str, key: str) -> tuple[str, ...]:
        """A list that an entry holds, such as the "ilo" codes of a violation; empty when it holds none."""
        found = self.kinds[kind][code].get(key, ())
        return tuple(map(str, found)) if isinstance(found, list) else ()

    def label(self, kind: str, code: str, locale: str) -> str:
        """The word for people, falling back ky -> ru -> en -> the code itself, for a code that has left."""
        entry = self.kinds[kind].get(code, {})
        wanted = (locale, *FALLBACKS[FALLBACKS.index(locale) :]) if locale in FALLBACKS else ("en",)
        return next((str(entry[name]) for name in wanted if entry.get(name)), code)

    def labels(self, kind: str, locale: str) -> list[tuple[str, str]]:
        """(code, label) pairs, ready to be the choices of a form field."""
        return [(code, self.label(kind, code, locale)) for code in self.kinds[kind]]


def load(text: str) -> Taxonomy:
    """Read an edition from JSON; a code that stands twice in its kind raises ValueError."""
    raw = json.loads(text)
    kinds = {kind: _by_code(kind, entries) for kind, entries in raw["kinds"].items()}
    effective = date.fromisoformat(raw["effective"])
    return Taxonomy(raw["version"], effective, raw["review"], MappingProxyType(kinds))


def _by_code(kind: str, entries: list[dict[str, object]]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {str(entry["code"]): MappingProxyType(entry) for entry in entries}
    if len(found) < len(entries):
        raise ValueError(f"taxonomy: a code of {kind!r} stands twice")
    return MappingProxyType(found)


def _editions() -> Mapping[str, Taxonomy]:
    folder = files("plugins.monitoring") / "taxonomies"
    read = [
        load(each.read_text(encoding="utf-8")) for each in folder.iterdir() if each.name.endswith(".json")
    ]
    return MappingProxyType({each.version: each for each in sorted(read, key=lambda one: int(one.version))})


EDITIONS = _editions()
"""Every edition that ever was, oldest first. A published one is never edited: a report keeps the words of its own."""

TAXONOMY = tuple(EDITIONS.values())[-1]
"""The edition in use."""


def edition(version: str) -> Taxonomy:
    """The edition that a report was sent under; the newest one for a version that this site does not know."""
    return EDITIONS.get(version, TAXONOMY)


def word(version: str, kind: str, code: str, locale: str) -> str:
    """The label of a code in the words of that edition; of a code that it did not have yet, in those of today."""
    known = edition(version)
    return (known if code in known.kinds.get(kind, ()) else TAXONOMY).label(kind, code, locale)
