"""A report as one tidy table: one number a line, codes for machines, words for people."""

from collections.abc import Iterator, Sequence

from core.contract import TOTAL
from core.i18n import gettext
from core.periodic.telling import Edition

COLUMNS = (
    "period", "edition", "section", "figure", "dimension", "code", "is_total", "value", "withheld",
    "section_name", "figure_name", "row_name", "unit", "definition", "source", "note", "sha256",
)  # fmt: skip


def lines(edition: Edition, sha256: str) -> Iterator[Sequence[object]]:
    """The header, then every number; a withheld one has no value and says so."""
    yield COLUMNS
    for section in edition.sections:
        for figure in section.figures:
            for row in figure.rows:
                yield (
                    edition.period, edition.number, section.code, figure.name, figure.dimension, row.code,
                    int(row.code == TOTAL), row.value, int(row.value is None), section.title, figure.title,
                    row.label, figure.unit, figure.definition, figure.source, figure.note, sha256,
                )  # fmt: skip
        if not section.figures:
            yield _empty(
                edition, section.code, section.title, gettext("Nothing was counted in this period."), sha256
            )
    for code, name in edition.missing:
        yield _empty(edition, code, name, gettext("No figures could be had."), sha256)


def _empty(edition: Edition, code: str, name: str, why: str, sha256: str) -> Sequence[object]:
    """The line of a section without figures: it says why there are none."""
    return edition.period, edition.number, code, "", "", "", 0, None, 0, name, why, *[""] * 5, sha256
