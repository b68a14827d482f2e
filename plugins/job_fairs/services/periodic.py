"""The figures for the network's periodic report: fairs that were held, and the people at them.

Numbers of people are the sums of what the report of each fair shows, so that no difference tells more than it does.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Figure, FigureRow, Period, counted_rows, in_each_language, mark, organisation_labels
from plugins.job_fairs import figures, waves, words
from plugins.job_fairs.language import domain
from plugins.job_fairs.lifecycle import AFTER
from plugins.job_fairs.models import Fair
from plugins.job_fairs.regions import regions
from plugins.job_fairs.services import reports
from plugins.job_fairs.services.contacts import day_of
from plugins.job_fairs.services.reports import Report, Sum

texts = domain.texts

FAIRS = mark(
    "Fairs that have ended, by the day of the fair in Bishkek. Fairs are public, so their number is not withheld."
)
PEOPLE = mark(
    "People who were registered at fairs that have ended in the period, without those who withdrew or were registered "
    "twice; what became of them as it is known on the day on which figures were drawn."
)
AT_LEAST = mark(
    "Numbers below %(least)s of a fair, and those that would give them away, are left out of the sums: "
    "the true numbers may be higher."
)


def given(session: Session, period: Period) -> Iterator[Figure]:
    """The figures of a period; nothing where no fair was held."""
    rows = select(Fair).where(Fair.state.in_(AFTER)).order_by(Fair.starts, Fair.id)
    held = [each for each in session.scalars(rows) if period.first <= day_of(each.starts) <= period.last]
    if held:
        yield from _fairs(session, held)
        yield from _people([reports.of(session, each) for each in held])


def _fairs(session: Session, held: Sequence[Fair]) -> Iterator[Figure]:
    by_region = dict(Counter(each.region for each in held).most_common())
    yield Figure(
        "job_fairs.fairs_by_region", texts(mark("Job fairs held, by region")),
        texts(mark("A fair counts in the region where it was held.")), texts(mark("fairs")), texts(FAIRS),
        counted_rows(by_region, lambda code: dict(regions().get(code, {"en": code}))), "region", weight=1,
    )  # fmt: skip
    by_host = dict(Counter(each.organisation_id for each in held).most_common())
    yield Figure(
        "job_fairs.fairs_by_organisation", texts(mark("Job fairs held, by organisation")),
        texts(mark("The organisation that held the fair, as its announcement names it.")), texts(mark("fairs")),
        texts(FAIRS), counted_rows(by_host, lambda host: organisation_labels(session, host)), "organisation", weight=2,
    )  # fmt: skip


def _people(held: Sequence[Report]) -> Iterator[Figure]:
    sexes = {sex: _of_sex(held, sex) for sex in figures.SEXES}
    yield _summed(
        "people_by_sex", mark("People registered at job fairs, by sex"), mark("Each person counts once at each fair."),
        sexes, words.SEXES, "sex",
    )  # fmt: skip
    yield _summed(
        "people_by_step", mark("People registered at job fairs, by how far they came"),
        mark("Whether somebody came to the fair, and had an interview there."),
        {step: reports.over(held, "", step) for step in figures.STEPS}, words.STEPS, weight=4,
    )  # fmt: skip
    yield _summed(
        "hired_by_wave", mark("Of those who came: hired, by when they were asked"),
        mark("People are asked on the day, after two weeks and after three months; somebody can be hired in each."),
        {wave: reports.over(held, wave, "hired") for wave in waves.WAVES}, words.WAVES, weight=5,
    )  # fmt: skip


def _of_sex(held: Sequence[Report], sex: str) -> Sum:
    numbers = [
        number
        for report in held
        for table in report.tables
        if table.by == "sex" and not table.wave
        for group, number in zip(table.groups, table.shown.rows, strict=True)
        if group == sex
    ]
    return Sum(sum(each or 0 for each in numbers), any(each is None for each in numbers))


def _summed(
    name: str, title: str, definition: str, found: Mapping[str, Sum], labels: Mapping[str, object],
    dimension: str = "", weight: int = 3,
) -> Figure:  # fmt: skip
    """A figure of sums. One of which nothing may be shown is withheld; there is no total."""
    rows = tuple(
        FigureRow(code, in_each_language(partial(str, labels[code])), _value(each)) for code, each in found.items()
    )  # fmt: skip
    note = texts(AT_LEAST, least=figures.THRESHOLD) if any(each.at_least for each in found.values()) else {}
    return Figure(
        f"job_fairs.{name}", texts(title), texts(definition), texts(mark("people")), texts(PEOPLE), rows, dimension,
        note, weight=weight,
    )  # fmt: skip


def _value(found: Sum) -> int | None:
    return None if found.at_least and not found.shown else found.shown
