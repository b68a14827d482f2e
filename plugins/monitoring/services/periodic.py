"""The figures for the network's periodic report: those of the page of figures, protected together with them."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy.orm import Session

from core.toolkit import Figure, FigureRow, Period, in_each_language, mark, withheld_note
from plugins.monitoring.figures import periods, words
from plugins.monitoring.figures.disclosure import TOTAL
from plugins.monitoring.language import domain
from plugins.monitoring.services import figures
from plugins.monitoring.services.figures import Figures, FigureTable

texts = domain.texts

SOURCE = mark(
    "Reports that were sent in the period, by the day of sending in UTC, but drafts and reports that were taken back. "
    "Only what a source agreed to have counted is counted."
)
CASES = mark(
    "Allegations in reports that were sent in the period, but drafts, reports that were taken back and duplicates. "
    "Only what a source agreed to have counted is counted."
)
LETTERS = mark(
    "Letters to authorities that were written in the period, the last version of each, about reports whose sources "
    "agreed to be counted."
)
ALLEGATIONS = mark("allegations")
TOLD = {
    "report_country": (
        "country", mark("reports"),
        mark("A report is what one organisation sent on one employer, in the country of the work."), SOURCE,
    ),
    "violation": (
        "", ALLEGATIONS, mark("An allegation is one violation by one employer; a report can hold several."), CASES,
    ),
    "region": ("region", ALLEGATIONS, mark("An allegation counts in the region of the work."), CASES),
    "sector": ("", ALLEGATIONS, mark("The sector in which people worked."), CASES),
    "state": (
        "", ALLEGATIONS, mark("What two people of different organisations found when they checked it."), CASES,
    ),
    "outcome": ("", mark("letters"), mark("What became of letters to authorities."), LETTERS),
}  # fmt: skip
"""Dimension, unit, definition and source of the tables that are given, by their code."""


def given(session: Session, period: Period) -> Iterator[Figure]:
    """The figures of a quarter or a year; whatever is hidden on the page of figures is withheld here too."""
    found = figures.figures(session, periods.read(period.code))
    there = {each.code: each for each in found.tables}
    if not there:
        yield _nothing(found.threshold)
    for weight, code in enumerate(TOLD):
        if code in there:
            yield _figure(there[code], weight, found.threshold)
    if "workers" in there:
        yield _by_sex(found)


def _figure(table: FigureTable, weight: int, least: int) -> Figure:
    dimension, unit, definition, source = TOLD[table.code]
    rows = tuple(
        FigureRow(each.code, in_each_language(partial(words.row, table.code, each.code)), each.cells[-1])
        for each in table.rows
    )
    title = in_each_language(lambda: words.title(table))
    return Figure(
        f"monitoring.{table.code}", title, texts(definition), texts(unit), texts(source), rows, dimension,
        withheld_note(rows, least), weight,
    )  # fmt: skip


def _by_sex(found: Figures) -> Figure:
    """The sums of the table of workers: its last row."""
    table = found.table("workers")
    whole = next(each for each in table.rows if each.code == TOTAL)
    rows = tuple(
        FigureRow(code, in_each_language(partial(words.column, code)), value)
        for code, value in zip(table.columns, whole.cells, strict=True)
    )
    return Figure(
        "monitoring.workers_by_sex", texts(mark("Workers concerned, by sex")),
        texts(mark("Workers of whom an allegation speaks. Whom several allegations concern is counted in each.")),
        texts(mark("workers")), texts(CASES), rows, "sex",
        withheld_note(rows, found.threshold), len(TOLD),
    )  # fmt: skip


def _nothing(least: int) -> Figure:
    """Too few reports for any table: even their number is withheld."""
    rows = (FigureRow(TOTAL, in_each_language(lambda: words.column(TOTAL)), None),)
    dimension, unit, definition, source = TOLD["report_country"]
    title = texts(mark("Reports by country"))
    return Figure(
        "monitoring.report_country",
        title,
        texts(definition),
        texts(unit),
        texts(source),
        rows,
        dimension,
        withheld_note(rows, least),
    )
