"""Rows for research: who came to ended fairs and whom they met, coarse, without a name, a telephone or an employer."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, DatasetExtract, visible
from plugins.job_fairs import rights
from plugins.job_fairs.models import Fair, Interview, Registration, Scan

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
YOUNGEST, STEP, OLDEST = 15, 15, 60


def offered(session: Session, actor: Actor, first: date, last: date) -> Iterable[DatasetExtract]:
    """One row for each person of the fairs that the actor may see and that ended in those days."""
    rows = (
        select(Registration, Fair)
        .join(Fair, Fair.id == Registration.fair_id)
        .where(visible(actor, rights.FAIR_VIEW, organisation=Fair.organisation_id))
        .where(Fair.state == "closed", Registration.state != "cancelled")
        .order_by(Registration.id)
    )
    found = [each for each in session.execute(rows) if first <= each[1].starts.date() <= last]
    if found:
        ids = {each.fair_id for each, _ in found}
        came = set(
            session.scalars(
                select(Scan.registration_id).join(Registration).where(Registration.fair_id.in_(ids))
            )
        )
        planned = select(Interview.registration_id, func.count()).where(
            Interview.fair_id.in_(ids), Interview.active
        )
        met = {each[0]: each[1] for each in session.execute(planned.group_by(Interview.registration_id))}
        lines = [_line(each, fair, each.id in came, met.get(each.id, 0)) for each, fair in found]
        # In the order of their content, so that nobody is found by the order in which people came.
        yield DatasetExtract("job_fairs.visitors", TITLE, _text([tuple(LABELS), *sorted(lines)]), LABELS)


def _line(person: Registration, fair: Fair, came: bool, interviews: int) -> tuple[str, ...]:
    day = fair.starts
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    age = band(day.year - person.birth_year) if person.birth_year else ""
    return (
        quarter,
        fair.region,
        person.sex,
        age,
        person.returned,
        "1" if came else "0",
        str(min(interviews, 3)),
    )


def band(age: int) -> str:
    """Fifteen years together, such as 15-29; the youngest and the oldest share a band each."""
    if age < YOUNGEST:
        return f"<{YOUNGEST}"
    if age >= OLDEST:
        return f"{OLDEST}+"
    low = (age - YOUNGEST) // STEP * STEP + YOUNGEST
    return f"{low}-{low + STEP - 1}"


def _text(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
