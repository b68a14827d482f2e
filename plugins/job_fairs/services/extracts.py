"""Rows for research: who came to ended fairs and whom they met, coarse, without a name, a telephone or an employer."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, DatasetExtract, csv_text, visible
from plugins.job_fairs import figures, rights
from plugins.job_fairs.lifecycle import AFTER
from plugins.job_fairs.models import Fair, Interview, Registration
from plugins.job_fairs.services.contacts import day_of
from plugins.job_fairs.services.registrations import COUNTED

LABELS = {
    "quarter": {"ru": "Квартал ярмарки", "ky": "Жарманке өткөн чейрек", "en": "Quarter of the fair"},
    "region": {"ru": "Регион", "ky": "Аймак", "en": "Region"},
    "sex": {"ru": "Пол", "ky": "Жынысы", "en": "Sex"},
    "age": {"ru": "Возраст", "ky": "Жашы", "en": "Age"},
    "returned": {"ru": "Вернулся из-за границы", "ky": "Чет өлкөдөн кайтып келген", "en": "Returned from abroad"},
    "came": {"ru": "Пришёл на ярмарку", "ky": "Жарманкеге келди", "en": "Came to the fair"},
    "interviews": {"ru": "Сколько собеседований назначено", "ky": "Канча маектешүү дайындалган",
                   "en": "Interviews that were planned"},
}  # fmt: skip
TITLE = {
    "ru": "Посетители ярмарок вакансий",
    "ky": "Бош орундар жарманкесинин катышуучулары",
    "en": "People at job fairs",
}
MOST_INTERVIEWS = 3
"""Whoever had more stands with these."""


def offered(session: Session, actor: Actor, first: date, last: date) -> Iterable[DatasetExtract]:
    """One row for each person of the fairs that the actor may see and that ended in those days.

    Whoever withdrew, or was a duplicate, has no row, as in every other count.
    """
    rows = (
        select(Registration, Fair)
        .join(Fair, Fair.id == Registration.fair_id)
        .where(visible(actor, rights.FAIR_VIEW, organisation=Fair.organisation_id))
        .where(Fair.state.in_(AFTER), Registration.state.in_(COUNTED))
    )
    found = [each for each in session.execute(rows) if first <= day_of(each[1].starts) <= last]
    if found:
        planned = _planned(session, {fair.id for _, fair in found})
        lines = [_line(each, fair, planned.get(each.id, 0)) for each, fair in found]
        # In the order of their content, so that nobody is found by the order in which people came.
        yield DatasetExtract("job_fairs.visitors", TITLE, csv_text([LABELS, *sorted(lines)]), LABELS)


def _planned(session: Session, fairs: Collection[UUID]) -> dict[UUID, int]:
    """How many appointments each person has; an offer is none yet."""
    rows = (
        select(Interview.registration_id, func.count().label("number"))
        .where(Interview.fair_id.in_(fairs), Interview.active, Interview.state != "offered")
        .group_by(Interview.registration_id)
    )
    return {each.registration_id: each.number for each in session.execute(rows)}


def _line(person: Registration, fair: Fair, interviews: int) -> tuple[str, ...]:
    day = day_of(fair.starts)
    return (
        f"{day.year}-Q{(day.month + 2) // 3}",
        fair.region,
        person.sex,
        # The bands of the reports: two ways to cut the same people could be subtracted from each other.
        figures.ages(figures.band(person.birth_year, day.year)),
        person.returned,
        str(int(person.state == "present")),
        str(min(interviews, MOST_INTERVIEWS)),
    )
