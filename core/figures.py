"""What the figures of all plugins share: counts with their total, and the note about numbers that are withheld."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.contract import TOTAL, FigureRow
from core.i18n import core_domain, mark

texts = core_domain.texts


def counted_rows(
    found: Mapping[Any, int], label: Callable[[Any], Mapping[str, str]]
) -> tuple[FigureRow, ...]:
    """A row for each count, in the order of `found`, and their sum; `label` gives the words of a code by language."""
    rows = (FigureRow(str(code), label(code), number) for code, number in found.items())
    return (*rows, total_row(sum(found.values())))


def total_row(value: float | None) -> FigureRow:
    """The row of the whole; None where it is withheld."""
    return FigureRow(TOTAL, texts(mark("In total")), value)


def withheld_note(rows: Iterable[FigureRow], least: int) -> dict[str, str]:
    """Why some of them are withheld, where some are."""
    words = mark("Numbers below %(least)s, and those that would give them away, are withheld.")
    return texts(words, least=least) if any(each.value is None for each in rows) else {}
