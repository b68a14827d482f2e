"""What becomes of a dossier that has left: registered, forwarded, extended, answered or not, and with what outcome."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, now
from plugins.monitoring.dossier import deadlines
from plugins.monitoring.lifecycle import DOSSIER
from plugins.monitoring.models import Dossier
from plugins.monitoring.services import sharing

NO_ANSWER = "no_answer"
PLAIN = ("complain", "appeal", "close", "withdraw")
"""Moves that need a reason at most."""


@dataclass(frozen=True)
class Outcome:
    """What came of it, in the words of the taxonomy; workers who were helped, and what they were paid."""

    code: str
    day: date
    women: int = 0
    men: int = 0
    unknown: int = 0
    recovered: Decimal | None = None
    currency: str = ""


def zone(dossier: Dossier) -> ZoneInfo:
    """The time zone of the addressee; its days are the ones that count."""
    return ZoneInfo(deadlines.ZONES.get(dossier.report.country, deadlines.ELSEWHERE))


def today(dossier: Dossier) -> date:
    """The day that it is where the addressee sits."""
    return now().astimezone(zone(dossier)).date()


def terms(dossier: Dossier) -> deadlines.Deadlines:
    """The days that the law gives the addressee, in its own time zone."""
    return deadlines.calculate(dossier.sent_on, dossier.registered_on, zone(dossier))


def register(
    session: Session, actor: Actor, dossier: Dossier, day: date, number: str, *, revision: int
) -> None:
    """Record a registration, the first or that of the body it was forwarded to; the term to answer runs from it."""
    if dossier.sent_on and day < dossier.sent_on:
        raise GuardFailed("register", ["registered_before_sent"])
    if dossier.forwarded_on and day < dossier.forwarded_on:
        raise GuardFailed("register", ["registered_before_forwarded"])
    DOSSIER.move(session, actor, dossier, "register", revision=revision)
    dossier.registered_on, dossier.registration_number = day, number
    dossier.extended = False
    _due(dossier, terms(dossier).answer_by)


def forward(session: Session, actor: Actor, dossier: Dossier, day: date, to: str, *, revision: int) -> None:
    """Record that another body has it now; nothing is due until that one has registered it (59-FZ, art. 8)."""
    if dossier.registered_on and day < dossier.registered_on:
        raise GuardFailed("forward", ["forwarded_before_registered"])
    if to == dossier.body:
        raise GuardFailed("forward", ["forwarded_to_itself"])
    DOSSIER.move(session, actor, dossier, "forward", revision=revision)
    dossier.forwarded_on, dossier.holder = day, to
    _due(dossier, None)


def extend(session: Session, actor: Actor, dossier: Dossier, until: date, *, revision: int) -> None:
    """Record that the body told of a later day, at most 30 days after the first, and once (59-FZ, art. 12)."""
    limit = terms(dossier).extended_answer_by
    wrong = {
        "extended_already": dossier.extended,
        "extension_too_long": limit is None or until > limit,
        "extension_too_short": dossier.answer_by is None or until <= dossier.answer_by,
    }
    if any(wrong.values()):
        raise GuardFailed("extend", [code for code, found in wrong.items() if found])
    DOSSIER.move(session, actor, dossier, "extend", revision=revision)
    dossier.extended = True
    _due(dossier, until)


def _due(dossier: Dossier, day: date | None) -> None:
    dossier.answer_by, dossier.reminded_at = day, None


def answer(session: Session, actor: Actor, dossier: Dossier, reason: str, *, revision: int) -> None:
    """Record that the authority has answered, and what."""
    DOSSIER.move(session, actor, dossier, "answer", revision=revision, reason=reason)


def record(session: Session, actor: Actor, dossier: Dossier, found: Outcome, *, revision: int) -> None:
    """Record what came of it. "No answer" is the outcome of silence, and of nothing else."""
    if (found.code == NO_ANSWER) != (dossier.state in ("silent", "complained")):
        raise GuardFailed("record", ["outcome_against_answer"])
    if (found.recovered is None) != (not found.currency):
        raise GuardFailed("record", ["money_without_currency"])
    DOSSIER.move(session, actor, dossier, "record", revision=revision)
    dossier.outcome, dossier.outcome_on = found.code, found.day
    dossier.outcome_women, dossier.outcome_men = found.women, found.men
    dossier.outcome_unknown = found.unknown
    dossier.recovered, dossier.recovered_currency = found.recovered, found.currency


def move(
    session: Session, actor: Actor, dossier: Dossier, name: str, reason: str = "", *, revision: int
) -> None:
    """One of the moves that need a reason at most. Withdrawing closes the links."""
    if name not in PLAIN:
        raise GuardFailed(name, ["not_open"])
    DOSSIER.move(session, actor, dossier, name, revision=revision, reason=reason)
    if name == "withdraw":
        sharing.close_all(session, actor, dossier)
