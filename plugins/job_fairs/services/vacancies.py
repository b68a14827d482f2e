"""Vacancies: looked at one by one by the council, and what everybody may see by region, occupation, wage, schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, Subject, history, now, require
from plugins.job_fairs import occupations, rights
from plugins.job_fairs.lifecycle import VACANCY
from plugins.job_fairs.models import Fair, Participation, Vacancy
from plugins.job_fairs.services.contacts import day_of

OPEN = ("announced", "open", "planning", "published", "running")
SCHEDULES = ("day", "shift", "night", "part", "season")
PAGE = 30


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty means anything. `codes` are ISCO-08 codes or their beginnings."""

    region: str = ""
    codes: tuple[str, ...] | None = None
    wage: int = 0
    schedule: str = ""


def meant(text: str) -> tuple[str, ...] | None:
    """The codes that a text means: digits are the beginning of a code, words are looked up. None for no text."""
    typed = text.strip()
    if not typed:
        return None
    if typed.isascii() and typed.isdigit():
        return (typed[:4],)
    return tuple(each.code for each in occupations.search(typed))


def find(session: Session, actor: Actor, vacancy_id: UUID) -> Vacancy:
    """The vacancy, for somebody of the council. Raises Denied, as for one that is not there."""
    found = session.get(Vacancy, vacancy_id)
    if found is None:
        raise Denied(rights.FAIR_MANAGE, Subject(object_id=vacancy_id))
    require(actor, rights.FAIR_MANAGE, found.subject())
    return found


def vet(
    session: Session, actor: Actor, vacancy: Vacancy, move: str, *, revision: int, reason: str = "",
    licence_checked: bool = False,
) -> None:  # fmt: skip
    """Accept or refuse one vacancy; for work abroad the person says that the licence was looked up.

    Raises Denied, Conflict, GuardFailed.
    """
    vacancy.licence_checked = vacancy.abroad and licence_checked and move == "accept"
    VACANCY.move(session, actor, vacancy, move, revision=revision, reason=reason)


def refusals(session: Session, employer: Participation) -> dict[UUID, str]:
    """Why vacancies of this employer were refused."""
    return {
        each.id: history(session, each.id)[-1].reason
        for each in employer.vacancies
        if each.state == "refused"
    }


def _open() -> Select[Vacancy]:
    """What everybody may see now."""
    return (
        select(Vacancy)
        .join(Participation, Vacancy.participation_id == Participation.id)
        .join(Fair, Participation.fair_id == Fair.id)
        .where(Vacancy.state == "accepted", Participation.state == "accepted", Fair.state.in_(OPEN))
        .where(or_(Vacancy.valid_through.is_(None), Vacancy.valid_through >= day_of(now())))
    )


def public(session: Session, vacancy_id: UUID) -> Vacancy | None:
    """The vacancy, if everybody may see it now."""
    return session.scalars(_open().where(Vacancy.id == vacancy_id)).first()


def found(
    session: Session, wanted: Wanted, after: UUID | None = None, limit: int = PAGE + 1
) -> tuple[int, list[Vacancy]]:
    """How many vacancies fit, and the next of them, up to `limit`."""
    rows = _open()
    if wanted.region:
        rows = rows.where(Fair.region == wanted.region)
    if wanted.codes is not None:
        rows = rows.where(or_(False, *(Vacancy.isco08.startswith(each) for each in wanted.codes)))
    if wanted.wage:
        rows = rows.where(func.coalesce(Vacancy.wage_max, Vacancy.wage_min, 0) >= wanted.wage)
    if wanted.schedule:
        rows = rows.where(Vacancy.schedule == wanted.schedule)
    number = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    if after:
        rows = rows.where(Vacancy.id > after)
    return number, list(session.scalars(rows.order_by(Vacancy.id).limit(limit)))


def shown(employers: Sequence[Participation]) -> list[Vacancy]:
    """The vacancies of these employers that are still valid."""
    today = day_of(now())
    return [
        each for own in employers for each in own.vacancies
        if each.state == "accepted" and (each.valid_through is None or each.valid_through >= today)
    ]  # fmt: skip
