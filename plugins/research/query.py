"""Questions that people put to a version: conditions that we compile, and the gate that answers or refuses.

A question is at most four conditions, each "this column is one of these values". The gate refuses a count below the
threshold, and one whose complement within a parent question (the same conditions less one, or any question that this
person asked before) is 1 to threshold - 1: the difference would single somebody out. Nothing here does I/O.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_CONDITIONS = 4
MOST_VALUES = 50


class QueryProblem(ValueError):
    """The question cannot be put; `code` is too_many, unknown_column or too_many_values."""

    def __init__(self, code: str) -> None:
        """Keep the code for the page to translate."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, order=True)
class Condition:
    """The column is one of these values; with `without`, none of them."""

    column: str
    values: tuple[str, ...]
    without: bool = False

    def plain(self) -> list[object]:
        """As the log of questions keeps it."""
        return [self.column, list(self.values), self.without]


Question = frozenset[Condition]


def question(asked: Iterable[Condition], known: Iterable[str]) -> Question:
    """The question as a set, each condition in one form. Raises QueryProblem."""
    names = set(known)
    made = frozenset(Condition(each.column, tuple(sorted(set(each.values))), each.without) for each in asked)
    if len(made) > MOST_CONDITIONS:
        raise QueryProblem("too_many")
    if any(each.column not in names for each in made):
        raise QueryProblem("unknown_column")
    if any(not each.values or len(each.values) > MOST_VALUES for each in made):
        raise QueryProblem("too_many_values")
    return made


def from_plain(plain: Sequence[Sequence[object]]) -> Question:
    """The question that a log entry holds."""
    return frozenset(
        Condition(str(column), tuple(str(each) for each in values), bool(without))  # type: ignore[attr-defined]
        for column, values, without in plain
    )


def parents(asked: Question) -> list[Question]:
    """The questions that are wider by one condition."""
    return [asked - {each} for each in sorted(asked)]


def overlaps(asked: Question, before: Iterable[Question]) -> list[Question]:
    """The earlier questions that hold all conditions of this one or lack some of them only: their difference is a set
    of rows that nobody was shown.
    """
    return [each for each in before if each != asked and (each < asked or asked < each)]


def refused(n: int, wider: Iterable[int], threshold: int) -> str:
    """Why a count may not be shown: "small", "complement", or "" where it may. `wider` are counts of related questions.

    Zero is small: that nobody is so is also something about somebody.
    """
    if n < threshold:
        return "small"
    if any(0 < abs(each - n) < threshold for each in wider):
        return "complement"
    return ""


def condition_of(column: str, values: Sequence[str], operation: str) -> Condition:
    """A condition from a form: `is`, or `is_not`."""
    return Condition(column, tuple(values), operation == "is_not")


def matches(record: Mapping[str, str | None], asked: Question) -> bool:
    """Whether a record fulfils all conditions; the meaning that the engine's SQL must have."""
    return all(((record.get(each.column) or "") in each.values) is not each.without for each in asked)
