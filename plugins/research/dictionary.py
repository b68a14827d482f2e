"""The dictionary of a file: what each column is, how its values are called, and what is done to it before release.

It travels as plain JSON (`Column.plain`), from SPSS through the database to DDI, and is part of what a review approves.
Nothing here does I/O.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

ROLES = ("ordinary", "key", "sensitive", "weight", "household", "identifier", "free_text")
"""`key`: an outsider may know it of a person (sex, age, region). `identifier`: names one person and is
never released.
"""

KINDS = ("text", "number", "date")
MISSING = ""
MOST_CATEGORIES = 200
LANGUAGES = ("ru", "ky", "en")

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Category:
    """One value of a column: its code, its labels, whether it means "no answer", whether it harms nobody."""

    code: str
    label: Labels = field(default_factory=dict)
    missing: bool = False
    benign: bool = False


@dataclass(frozen=True)
class Column:
    """One column: as it was read, how it is described, and what is done to it before release (`recode`)."""

    name: str
    kind: str = "text"
    label: Labels = field(default_factory=dict)
    role: str = "ordinary"
    categories: tuple[Category, ...] = ()
    recode: str = "keep"
    rule: str = ""
    cleared: str = ""
    """Why what looks like a direct identifier is none: the reason of the depositor."""

    @property
    def released(self) -> bool:
        """Whether the column stands in the released file."""
        return self.recode != "drop" and self.role != "identifier"

    @property
    def missing_codes(self) -> frozenset[str]:
        """The codes that mean "no answer"; the empty cell always does."""
        return frozenset({MISSING} | {each.code for each in self.categories if each.missing})

    @property
    def benign(self) -> frozenset[str]:
        """The values that harm nobody; no answer is one of them."""
        return self.missing_codes | {each.code for each in self.categories if each.benign}

    def label_of(self, code: str, language: str) -> str:
        """The label of a value in a language, or in whatever there is; the code itself where there is none."""
        found = next((each.label for each in self.categories if each.code == code), {})
        return best(found, language) or code

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def best(label: Labels, language: str) -> str:
    """A label in that language, else in Russian, else in any."""
    return label.get(language) or label.get("ru") or next((each for each in label.values() if each), "")


def column(plain: Mapping[str, Any]) -> Column:
    """The column that `plain` gave."""
    categories = tuple(Category(**each) for each in plain.get("categories", ()))
    return Column(**{**plain, "categories": categories})


def columns(plain: Iterable[Mapping[str, Any]]) -> list[Column]:
    """All columns of a dictionary."""
    return [column(each) for each in plain]


def released(found: Iterable[Column]) -> list[Column]:
    """The columns as the released file has them: without those that are dropped, values called as after recoding."""
    return [_after(each) for each in found if each.released]


def _after(each: Column) -> Column:
    if each.recode == "keep":
        return each
    if each.recode == "merge":
        # A merged value keeps its label where its new code has one.
        return replace(each, kind="text")
    return replace(each, kind="text", categories=tuple(one for one in each.categories if one.missing))


def joined(before: Column, told: Column) -> Column:
    """The column as it was described, with what a newer file or a codebook adds. Nothing that a person wrote is lost.

    Labels of another source fill what was empty; values that are new come at the end.
    """
    known = {each.code for each in before.categories}
    new = {each.code: each for each in told.categories}
    categories = [
        replace(
            each, label={**new[each.code].label, **each.label}, missing=each.missing or new[each.code].missing
        )
        if each.code in new
        else each
        for each in before.categories
    ]
    categories += [each for each in told.categories if each.code not in known]
    return replace(
        before, label={**told.label, **before.label}, categories=tuple(categories[:MOST_CATEGORIES])
    )


def unfinished(found: Sequence[Column]) -> list[str]:
    """The released columns that lack a label in at least one language; a dictionary is complete without any."""
    return [each.name for each in found if each.released and not best(each.label, "ru")]


def named(found: Iterable[Column], role: str) -> list[Column]:
    """The released columns of a role, in order."""
    return [each for each in found if each.role == role and each.released]
