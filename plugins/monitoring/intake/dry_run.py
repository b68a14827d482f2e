"""A dry run of whatever was brought: row by row what would become of it, and what would be left out."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from plugins.monitoring.intake import codebook, importing, opening, survey
from plugins.monitoring.intake.codebook import CodeBook
from plugins.monitoring.intake.opening import File
from plugins.monitoring.intake.rows import CaseRow, Problem
from plugins.monitoring.intake.survey import Candidate
from plugins.monitoring.intake.tabular import Table


@dataclass(frozen=True)
class Line:
    """One row of a table or one submission: where it stands, whom it is about, and why it would be refused."""

    number: int
    reference: str
    employer: str
    taken: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class DryRun:
    """What would happen. Of a survey `book` is the mapping that was followed; of a table it is None."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    cases: tuple[CaseRow, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    dropped: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    book: CodeBook | None = None
    more_pages: bool = False
    totals: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[Line, ...]:
        """The lines that cannot be taken in."""
        return tuple(line for line in self.lines if not line.taken)

    @property
    def ok(self) -> bool:
        """Whether all of it can be taken in."""
        return bool(self.lines) and not self.problems and not self.refused


@dataclass(frozen=True)
class Wishes:
    """What whoever brings the files says about them; codes of the taxonomy, a mapping as JSON, or "" each."""

    date_order: str = ""
    currency: str = ""
    country: str = ""
    mapping: str = ""


def judge(files: Sequence[File], wishes: Wishes, labels: Mapping[str, str]) -> DryRun:
    """Read and judge all of it, and write nothing. Raises TableProblem for files that cannot be read."""
    book = codebook.load(wishes.mapping) if wishes.mapping.strip() else None
    with _many_objects():
        found = opening.read(files)
        if isinstance(found, Table):
            return _of_table(found, wishes)
        given = {"employer.country": wishes.country, "allegations.currency": wishes.currency}
        defaults = {path: code for path, code in given.items() if code}
        return _of_survey(survey.plan(found, book, labels=labels, defaults=defaults))


@contextmanager
def _many_objects() -> Iterator[None]:
    """Without the collector of cycles: rows have none, and walking over them again takes half the time.

    It holds for the whole process. Two at once are no harm: whoever found it running starts it again.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _of_table(table: Table, wishes: Wishes) -> DryRun:
    planned = importing.plan(
        table, date_order=wishes.date_order, currency=wishes.currency, country=wishes.country
    )
    lines = [
        Line(row.number, row.case.reference, row.case.employer, True, row.problems)
        if row.case
        else Line(row.number, "", "", False, row.problems)
        for row in planned.rows
    ]
    return DryRun(
        tuple(lines),
        planned.problems,
        cases=planned.cases,
        dropped=planned.headers("dropped"),
        unknown=planned.headers("unknown"),
        totals={"due": planned.total_due, "paid": planned.total_paid},
    )


def _of_survey(planned: survey.SurveyPlan) -> DryRun:
    lines = [
        Line(row.number, row.reference, row.candidate.employer, True, row.problems)
        if row.candidate
        else Line(row.number, row.reference, "", False, row.problems)
        for row in planned.rows
    ]
    return DryRun(
        tuple(lines),
        planned.problems,
        candidates=planned.candidates,
        dropped=planned.dropped,
        unknown=planned.questions,
        choices=planned.choices,
        book=planned.book,
        more_pages=planned.more_pages,
    )
