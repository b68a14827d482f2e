"""A report in words: its content as page, print and table show it, in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import tilemaps
from core.accounts import labels
from core.contract import TOTAL
from core.i18n import best, gettext
from core.settings import LOCALES

WHOLE_NAMES = ("KG-GB", "KG-GO", "RU-MOW", "RU-MOS", "RU-SPE")
"""Cities, and the region of Moscow: without their second word they would be something else."""

CHAIN = ("ru", "en", "ky")
"""In which of the other languages a text is shown when the reader's has none."""


@dataclass(frozen=True)
class Text:
    """What somebody wrote, in `language`, which may be another than the reader's: `elsewhere` then says so."""

    text: str = ""
    language: str = ""
    elsewhere: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a figure; None is withheld."""

    code: str
    label: str
    value: float | None

    @property
    def shown(self) -> float | str:
        """The number, or the word for one that is withheld."""
        return withheld() if self.value is None else self.value


@dataclass(frozen=True)
class Told:
    """A figure in one language. `lines` have no total; `whole` is it."""

    name: str
    title: str
    definition: str
    unit: str
    source: str
    note: str
    dimension: str
    lines: tuple[Line, ...]
    whole: Line | None

    @property
    def rows(self) -> tuple[Line, ...]:
        """All of it, the total last."""
        return (*self.lines, *((self.whole,) if self.whole else ()))

    @property
    def sentence(self) -> str:
        """What a chart says to whoever does not see it."""
        parts = [gettext("Unit: %(unit)s.", unit=self.unit)]
        if self.whole:
            parts.append(gettext("In total: %(number)s.", number=self.whole.shown))
        if closed := sum(each.value is None for each in self.rows):
            parts.append(gettext("Withheld numbers: %(number)s.", number=closed))
        return " ".join(parts)

    @property
    def bars(self) -> list[dict[str, Any]]:
        """What the bar chart draws."""
        return [{"label": each.label, "value": each.shown} for each in self.lines]

    @property
    def maps(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Tile maps, each with its title: of countries, or of the regions of those countries that we know."""
        values = {each.code: each.shown for each in self.lines}
        names = {each.code: each.label for each in self.lines}
        if self.dimension == "country":
            grids = [(gettext("Countries"), tilemaps.COUNTRIES)]
        elif self.dimension == "region":
            grids = [(labels.country(code), grid) for code, grid in tilemaps.REGIONS.items()]
        else:
            return []
        # One place alone is no map.
        grids = [(title, grid) for title, grid in grids if sum(c in values for row in grid for c in row) > 1]
        drawn = [(title, tilemaps.tiles(grid, values, _places(grid, names))) for title, grid in grids]
        return [(title, tiles) for title, tiles in drawn if tiles]


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    code: str
    title: str
    text: Text
    figures: tuple[Told, ...]


@dataclass(frozen=True)
class Edition:
    """The whole report in one language."""

    period: str
    when: str
    number: int
    title: str
    summary: Text
    sections: tuple[Section, ...]
    missing: tuple[tuple[str, str], ...]
    """Code and name of each plugin that gave no figures."""
    drawn_at: str
    first: str
    last: str
    corrects: Mapping[str, Any] | None
    changes: Text


def told(content: Mapping[str, Any], language: str, summary: str) -> Edition:
    """The content in `language`; `summary` is the code of the section that stands before the others."""
    texts, corrects = content["texts"], content["corrects"]
    return Edition(
        content["period"], period_in_words(content["period"]), content["number"], best(content["title"], language),
        spoken(texts.get(summary, {}), language),
        tuple(_section(each, texts, language) for each in content["sections"]),
        tuple((each["code"], best(each["title"], language)) for each in content["missing"]),
        content["drawn_at"], content["first"], content["last"], corrects,
        spoken(corrects["changes"], language) if corrects else Text(),
    )  # fmt: skip


def spoken(texts: Mapping[str, str], language: str) -> Text:
    """A text in that language, or in another one with a word about it."""
    there = [code for code in (language, *CHAIN) if texts.get(code)]
    if not there:
        return Text()
    return Text(texts[there[0]], there[0], "" if there[0] == language else _only_in(there[0]))


def period_in_words(code: str) -> str:
    """A year, or a quarter of one."""
    year, _, quarter = code.partition("-Q")
    if not quarter:
        return str(gettext("%(year)s, the whole year", year=year))
    return str(gettext("%(year)s, quarter %(quarter)s", year=year, quarter=quarter))


def withheld() -> str:
    """What stands in the place of a number that is withheld."""
    return str(gettext("withheld"))


def _only_in(code: str) -> str:
    known = {
        "ru": gettext("There is no text in the language of the page: this one is in Russian."),
        "ky": gettext("There is no text in the language of the page: this one is in Kyrgyz."),
        "en": gettext("There is no text in the language of the page: this one is in English."),
    }
    return str(known[code]) if code in LOCALES else ""


def _section(given: Mapping[str, Any], texts: Mapping[str, Any], language: str) -> Section:
    figures = tuple(_figure(each, language) for each in given["figures"])
    return Section(
        given["code"], best(given["title"], language), spoken(texts.get(given["code"], {}), language), figures
    )


def _figure(given: Mapping[str, Any], language: str) -> Told:
    lines = [Line(row["code"], best(row["label"], language), row["value"]) for row in given["rows"]]
    words = {key: best(given[key], language) for key in ("title", "definition", "unit", "source", "note")}
    return Told(
        name=given["name"], dimension=given["dimension"], **words,
        lines=tuple(each for each in lines if each.code != TOTAL),
        whole=next((each for each in lines if each.code == TOTAL), None),
    )  # fmt: skip


def _places(grid: Sequence[Sequence[str]], names: Mapping[str, str]) -> dict[str, str]:
    """Short names for tiles: those of the figure, else our own, without the word for region."""
    codes = [code for row in grid for code in row if code]
    found = {code: names.get(code) or labels.region(labels.country(code)) for code in codes}
    return {code: _short(code, name) for code, name in found.items()}


def _short(code: str, name: str) -> str:
    return name if "-" not in code or code in WHOLE_NAMES else name.partition(" ")[0]
