"""One person at a fair: withdrawn at once, a duplicate merged by a person, an own calendar given and taken away."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, GuardFailed, Subject, audit, require, vault
from plugins.job_fairs import likeness, rights
from plugins.job_fairs.likeness import Known
from plugins.job_fairs.models import Fair, Interview, Registration, Scan, Wish
from plugins.job_fairs.services.registrations import COUNTED, MOST_WISHES, of, place


def find(
    session: Session, actor: Actor, registration_id: UUID, permission: str = rights.SEEKER_REGISTER
) -> Registration:
    """The registration, for somebody who may. Raises Denied, as for one that is not there."""
    found = session.get(Registration, registration_id)
    if found is None:
        raise Denied(permission, Subject(object_id=registration_id))
    require(actor, permission, found.subject())
    return found


def interviews(session: Session, registration: Registration) -> list[Interview]:
    """The appointments and offers of a person that stand, in the order of the day."""
    rows = select(Interview).filter_by(registration_id=registration.id, active=True)
    return list(session.scalars(rows.order_by(Interview.slot)))


def all_interviews(session: Session, registration: Registration) -> list[Interview]:
    """Those that stand and those that were called off after they stood: a calendar shows both."""
    rows = select(Interview).where(
        Interview.registration_id == registration.id,
        Interview.state.not_in(("offered", "declined", "expired")),
    )
    return list(session.scalars(rows.order_by(Interview.slot, Interview.id)))


def withdraw(session: Session, actor: Actor, registration: Registration) -> None:
    """The person takes the consent back: name and telephone go at once, appointments are free, the row is not counted.

    Raises Denied, GuardFailed for somebody who is not there any more.
    """
    require(actor, rights.SEEKER_REGISTER, registration.subject())
    if registration.state not in COUNTED:
        raise GuardFailed("withdraw", ["gone"])
    _free(session, registration)
    erase_contact(session, actor, registration)
    registration.state, registration.feed_token, registration.wishes = "withdrawn", None, []
    registration.birth_year, registration.sex = None, "0"
    registration.soate, registration.education, registration.returned = "", "", "unknown"
    registration.wanted, registration.messages = [], False
    audit.record(session, actor, "job_fairs.registration.withdraw", registration.id)


def _free(session: Session, registration: Registration) -> None:
    for each in interviews(session, registration):
        each.active, each.state = False, "cancelled"


def erase_contact(session: Session, actor: Actor, registration: Registration) -> None:
    """Destroy what is sealed of a person, with the key that opens it."""
    if vault.has(session, [place(registration)]):
        vault.erase(session, actor, place(registration))
        vault.scrub_soon(session)


def contacts(
    session: Session, actor: Actor, people: Sequence[Registration], keys: Any
) -> dict[UUID, dict[str, str]]:
    """Names and telephones in clear, for a holder whose vault is open; each reading is noted.

    Raises Denied, vault.Closed, vault.Damaged.
    """
    for each in people[:1]:
        require(actor, rights.OUTCOME_ENTER, each.subject())
    places = {each.id: place(each) for each in people}
    sealed = vault.has(session, places.values())
    return {each: vault.unseal(session, actor, places[each], keys) for each in places if each in sealed}


@dataclass(frozen=True)
class Pair:
    """Two registrations that may be one person, and by which signs."""

    first: Registration
    second: Registration
    signs: tuple[str, ...]


def duplicates(session: Session, actor: Actor, fair: Fair, keys: Any = None) -> list[Pair]:
    """Pairs that a person should look at. With an open vault by telephone and name, else by what stands outside it.

    Raises Denied, vault.Closed, vault.Damaged.
    """
    require(actor, rights.SEEKER_REGISTER, fair.subject())
    people = [each for each in of(session, fair) if each.state in COUNTED]
    told = contacts(session, actor, people, keys) if keys else {}
    known = {each.id: _known(each, told.get(each.id, {})) for each in people}
    pairs = (
        (one, other, likeness.signs(known[one.id], known[other.id])) for one, other in combinations(people, 2)
    )
    return [Pair(one, other, signs) for one, other, signs in pairs if signs]


def _known(each: Registration, told: dict[str, str]) -> Known:
    wishes = frozenset(str(wish.participation_id) for wish in each.wishes)
    return Known(each.sex, each.birth_year, wishes, told.get("name", ""), told.get("phone", ""))


def merge(session: Session, actor: Actor, keep: Registration, drop: Registration) -> None:
    """Two registrations are one person: `keep` counts, with all wishes; the code of `drop` leads to it.

    Raises Denied, GuardFailed.
    """
    require(actor, rights.SEEKER_REGISTER, keep.subject())
    if keep.id == drop.id or keep.fair_id != drop.fair_id or {keep.state, drop.state} - set(COUNTED):
        raise GuardFailed("merge", ["gone"])
    sealed = vault.has(session, [place(keep), place(drop)])
    if drop.id in sealed and keep.id not in sealed:
        raise GuardFailed("merge", ["merge_other_way"])
    _free(session, drop)
    have = {each.participation_id for each in keep.wishes}
    more = [each.participation_id for each in drop.wishes if each.participation_id not in have]
    for each in more[: MOST_WISHES - len(keep.wishes)]:
        keep.wishes.append(Wish(participation_id=each, rank=len(keep.wishes)))
    session.execute(update(Scan).where(Scan.registration_id == drop.id).values(registration_id=keep.id))
    if drop.state == "present":
        keep.state = "present"
    erase_contact(session, actor, drop)
    drop.state, drop.merged_into, drop.feed_token = "merged", keep.id, None
    audit.record(session, actor, "job_fairs.registration.merge", keep.id)


def give_feed(session: Session, actor: Actor, registration: Registration) -> str:
    """A new address for the person's own calendar; an older one opens nothing any more. Raises Denied, GuardFailed."""
    require(actor, rights.SEEKER_REGISTER, registration.subject())
    if registration.state not in COUNTED:
        raise GuardFailed("feed", ["gone"])
    registration.feed_token = secrets.token_urlsafe(32)
    audit.record(session, actor, "job_fairs.registration.give_feed", registration.id)
    return registration.feed_token


def end_feed(session: Session, actor: Actor, registration: Registration) -> None:
    """The person's calendar opens nothing any more. Raises Denied."""
    require(actor, rights.SEEKER_REGISTER, registration.subject())
    registration.feed_token = None
    audit.record(session, actor, "job_fairs.registration.end_feed", registration.id)


def by_feed(session: Session, token: str) -> Registration | None:
    """Whose calendar has that address."""
    return session.scalars(select(Registration).filter_by(feed_token=token)).first() if token else None
