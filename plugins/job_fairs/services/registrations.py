"""People are registered by five channels; their names and telephones go to the vault and nowhere else."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, require, vault
from plugins.job_fairs import codes, occupations, rights
from plugins.job_fairs.models import Fair, Participation, Registration, Wish
from plugins.job_fairs.regions import places

TABLE = "job_fairs_registration"
CHANNELS = ("web", "helper", "phone", "paper", "walk_in")
SEXES = ("0", "1", "2", "9")
COUNTED = ("confirmed", "present")
"""Whoever withdrew, or was a duplicate, is not planned and not counted."""

MOST_WISHES = 5
MOST_WANTED = 3
EDUCATIONS = ("", "basic", "general", "vocational", "higher")
"""As people tell it; ISCED levels would be asked for nothing."""

RETURNED = ("unknown", "yes", "no")
OPEN = {"web": ("open",), "walk_in": ("published", "running")}
"""In which states of the fair each channel is open; the others as long as people can be planned in."""


@dataclass(frozen=True)
class Person:
    """What is asked of a person, and no more; slots are those in which they are there."""

    channel: str
    first_slot: int
    last_slot: int
    sex: str = "0"
    birth_year: int | None = None
    language: str = "ru"
    returned: str = "unknown"
    soate: str = ""
    education: str = ""
    wanted: tuple[str, ...] = ()
    messages: bool = False


def place(registration: Registration) -> vault.Place:
    """Where the contact is sealed."""
    return vault.Place(TABLE, registration.id, registration.fair.organisation_id)


def register(
    session: Session, actor: Actor, fair: Fair, registration_id: UUID, person: Person, wishes: Sequence[UUID],
    contact: Mapping[str, str] | None = None, *, consent: bool,
) -> Registration:  # fmt: skip
    """Register somebody; the same id again gives the same registration.

    Raises Denied, GuardFailed, vault.NotReady when there is a contact and nowhere to seal it.
    """
    if person.channel != "web":
        require(actor, rights.SEEKER_REGISTER, fair.subject())
    known = session.get(Registration, registration_id)
    if known is not None and known.fair_id == fair.id:
        return known
    if wrong := missing(session, fair, person, wishes, consent=consent):
        raise GuardFailed("register", wrong)
    made = Registration(id=registration_id, fair=fair, code=_code(session, fair), entered_by=actor.person_id)
    for name in Person.__dataclass_fields__:
        setattr(made, name, getattr(person, name))
    made.wishes = [Wish(participation_id=each, rank=rank) for rank, each in enumerate(wishes)]
    session.add(made)
    session.flush()
    typed = {name: text for name, text in (contact or {}).items() if text}
    if typed:
        vault.seal(session, actor, place(made), typed)
    audit.record(session, actor, "job_fairs.registration.register", made.id)
    return made


def missing(
    session: Session, fair: Fair, person: Person, wishes: Sequence[UUID], *, consent: bool
) -> list[str]:
    """Why somebody could not be registered so, in codes."""
    rows = select(func.count(Participation.id)).where(
        Participation.id.in_(wishes), Participation.fair_id == fair.id, Participation.state == "accepted"
    )
    wrong = {
        "registration_closed": fair.state not in OPEN.get(person.channel, ("open", "planning", "published")),
        "consent_missing": not consent,
        "wishes_wrong": not 1 <= len(wishes) <= MOST_WISHES
        or len(set(wishes)) != len(wishes)
        or session.scalar(rows) != len(wishes),
        "answer_wrong": not _sound(person),
        "window_wrong": not 0 <= person.first_slot <= person.last_slot < fair.slots,
    }
    return [code for code, is_so in wrong.items() if is_so]


def _sound(person: Person) -> bool:
    """Whether the answers from lists are of those lists."""
    known = occupations.occupations()
    return (
        person.soate in ("", *places())
        and person.education in EDUCATIONS
        and person.returned in RETURNED
        and len(set(person.wanted)) == len(person.wanted) <= MOST_WANTED
        and all(each in known for each in person.wanted)
    )


def _code(session: Session, fair: Fair) -> str:
    """A code that nobody has at this fair; the unique key decides if two are drawn at once."""
    taken = set(session.scalars(select(Registration.code).filter_by(fair_id=fair.id)))
    while True:
        drawn = codes.code(secrets.randbelow(10**codes.DIGITS))
        if drawn not in taken:
            return drawn


def of(session: Session, fair: Fair) -> list[Registration]:
    """All registrations of a fair, in the order in which they came."""
    rows = select(Registration).filter_by(fair_id=fair.id).order_by(Registration.created_at, Registration.id)
    return list(session.scalars(rows))
