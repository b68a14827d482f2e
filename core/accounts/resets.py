"""A way back in for who has lost the password or the phone: two people agree, a link opens it once.

Neither SMS nor e-mail can prove anybody here: those who run the lines are those to be feared
(OWASP ASVS 5.0, 6.3.6). So colleagues vouch, and the link goes from hand to hand.
"""

import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core import approvals, audit
from core.accounts import actors, credentials, directory, people, sign_ins, tokens
from core.accounts.models import Person, Reset
from core.accounts.roles import PEOPLE_RESET
from core.accounts.sign_ins import token_hash
from core.approvals import Approval
from core.database import new_id, now
from core.i18n import mark
from core.notifications import notify
from core.permissions import Actor, Denied, Register, Subject
from core.settings import Settings
from core.vault import holders

KIND = "core.reset"
ASKED, LIFE = timedelta(hours=48), timedelta(hours=24)
"""How long a request waits for the second person, and how long the link works."""

WANTED = mark("A colleague cannot get in. Look at the request and speak with them before you approve it.")
ABOUT_YOU = mark("Somebody asked for a new way into your account. If it was not you, stop it.")
GIVEN = mark("A way back in was approved.")
STOPPED = mark("A request for a way back in was cancelled.")
DONE = mark("The way back in was used: a new password and a new second factor are set.")


class ResetState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ResetClosed(Exception):
    """The link opens nothing."""


def state_of(reset: Reset) -> ResetState:
    """What can still be done with it."""
    if reset.used_at:
        return ResetState.USED
    if reset.cancelled_at:
        return ResetState.CANCELLED
    if reset.expires_at <= now():
        return ResetState.EXPIRED
    return ResetState.APPROVED if reset.approved_by else ResetState.ASKED


def may_help(actor: Actor, person: Person) -> bool:
    """Whether the actor may ask or approve for that person; nobody does for themselves."""
    return actor.person_id != person.id and people.reaches_all(actor, PEOPLE_RESET, person)


def ask(session: Session, actor: Actor, register: Register, person_id: UUID, reason: str) -> Reset:
    """Ask for a way back in for a colleague; a second person approves.

    Raises Denied, or DirectoryError: account_closed, nobody_second.
    """
    person = _helped(session, actor, person_id)
    second = helpers(session, register, person) - {actor.person_id}
    if person.disabled or not second:
        raise directory.DirectoryError("account_closed" if person.disabled else "nobody_second")
    for earlier in of(session, person_id):
        cancel(session, actor, earlier.id)
    reset = Reset(id=new_id(), person_id=person_id, reason=reason, asked_by=actor.person_id)
    approval = approvals.propose(session, actor, KIND, reset.id, _content(reset, person), lasts=ASKED)
    reset.approval_id, reset.expires_at = approval.id, now() + ASKED
    session.add(reset)
    session.flush()
    audit.record(session, actor, "core.reset.ask", reset.id, ("reason",))
    _tell(session, reset, WANTED, second)
    notify(session, [person_id], "core", ABOUT_YOU, endpoint="account.help_asked", arguments=_id(reset))
    return reset


def helpers(session: Session, register: Register, person: Person) -> set[UUID | None]:
    """Who may ask or approve for that person: administrators of the organisation and of the site."""
    known = directory.people_with(session, register, PEOPLE_RESET, None)
    return {each.id for each in known if may_help(actors.load(session, register, each), person)}


def approve(session: Session, actor: Actor, settings: Settings, reset_id: UUID) -> str:
    """Agree as the second person; gives the link, which is kept nowhere and can be shown only now.

    Raises Denied, or DirectoryError: same_person, not_open.
    """
    reset, person = find(session, actor, reset_id)
    if state_of(reset) is not ResetState.ASKED or person.disabled:
        raise directory.DirectoryError("not_open")
    try:
        approval = session.get_one(Approval, reset.approval_id)
        approvals.approve(session, actor, approval, _content(reset, person))
    except approvals.ApprovalProblem as problem:
        raise directory.DirectoryError(problem.code) from problem
    token = secrets.token_urlsafe(32)
    reset.approved_by, reset.token_hash, reset.expires_at = actor.person_id, token_hash(token), now() + LIFE
    audit.record(session, actor, "core.reset.approve", reset.id, ("approved_by",))
    _tell(session, reset, GIVEN, [reset.asked_by])
    notify(session, [person.id], "core", GIVEN, endpoint="account.help_asked", arguments=_id(reset))
    return f"{settings.base_url}/{person.locale}/account/reset/{token}"


def cancel(session: Session, actor: Actor, reset_id: UUID) -> None:
    """Stop it: either of the two, the person themselves, or whoever could approve it. Raises Denied."""
    reset, person = _concerned(session, actor, reset_id)
    if state_of(reset) not in (ResetState.ASKED, ResetState.APPROVED):
        return
    reset.cancelled_at = now()
    approvals.withdraw(session, actor, session.get_one(Approval, reset.approval_id))
    audit.record(session, actor, "core.reset.cancel", reset.id, ("cancelled_at",))
    _tell(session, reset, STOPPED, {reset.asked_by, reset.approved_by} - {actor.person_id})
    if person.id != actor.person_id:
        notify(session, [person.id], "core", STOPPED, endpoint="account.help_asked", arguments=_id(reset))


def find(session: Session, actor: Actor, reset_id: UUID) -> tuple[Reset, Person]:
    """A request that the actor may decide about. Raises Denied as if there were none."""
    reset = session.get(Reset, reset_id)
    if reset is None:
        raise Denied(PEOPLE_RESET, Subject(object_id=reset_id))
    return reset, _helped(session, actor, reset.person_id)


def about(session: Session, actor: Actor, reset_id: UUID) -> Reset:
    """A request about the actor's own account. Raises Denied as if there were none."""
    reset = session.get(Reset, reset_id)
    if reset is None or reset.person_id != actor.person_id:
        raise Denied(PEOPLE_RESET, Subject(object_id=reset_id))
    return reset


def of(session: Session, person_id: UUID) -> list[Reset]:
    """The requests for a person that can still come to something."""
    rows = select(Reset).where(Reset.person_id == person_id, *_alive())
    return list(session.scalars(rows.order_by(Reset.id)))


def opened_by(session: Session, token: str) -> tuple[Reset, Person]:
    """The approved request of that token and whose it is. Raises ResetClosed."""
    rows = select(Reset).where(Reset.token_hash == token_hash(token), *_alive())
    reset = session.scalars(rows).first()
    person = session.get(Person, reset.person_id) if reset else None
    if reset is None or person is None or person.disabled:
        raise ResetClosed
    if not approvals.approved(session, KIND, reset.id, _content(reset, person)):
        raise ResetClosed
    return reset, person


def use(session: Session, token: str, password_hash: str, device: str) -> str:
    """Set the new password; factors, codes, sign-ins and tokens of before end. Gives the token of a half sign-in.

    Of many who bring the link at once exactly one gets in. Raises ResetClosed.
    """
    reset, person = opened_by(session, token)
    claim = update(Reset).where(Reset.id == reset.id, *_alive()).values(used_at=now())
    if session.execute(claim.returning(Reset.id)).first() is None:
        raise ResetClosed
    person.password_hash = password_hash
    credentials.take_factors(session, person)
    sign_ins.end_all(session, person.id)
    tokens.revoke_of(session, person.id)
    holders.forget(session, person.id)
    audit.record(session, Actor(person.id, person.name), "core.reset.use", reset.id, ("used_at",))
    _tell(session, reset, DONE, [reset.asked_by, reset.approved_by])
    notify(session, [person.id], "core", DONE, endpoint="account.overview")
    return sign_ins.open_half(session, person.id, device)


def _alive() -> tuple[ColumnElement[bool], ...]:
    return Reset.used_at.is_(None), Reset.cancelled_at.is_(None), Reset.expires_at > now()


def _helped(session: Session, actor: Actor, person_id: UUID) -> Person:
    person = people.find(session, actor, person_id)
    if not may_help(actor, person):
        raise Denied(PEOPLE_RESET, Subject(object_id=person_id))
    return person


def _concerned(session: Session, actor: Actor, reset_id: UUID) -> tuple[Reset, Person]:
    reset = session.get(Reset, reset_id)
    if reset and actor.person_id in (reset.person_id, reset.asked_by, reset.approved_by):
        return reset, session.get_one(Person, reset.person_id)
    return find(session, actor, reset_id)


def _content(reset: Reset, person: Person) -> str:
    # What the second person agrees to: whose account, on whose word, why.
    return json.dumps([str(reset.id), str(person.id), person.email, str(reset.asked_by), reset.reason])


def _tell(session: Session, reset: Reset, message: str, whom: Iterable[UUID | None]) -> None:
    known = [each for each in whom if each]
    notify(session, known, "core", message, endpoint="people.reset", arguments=_id(reset))


def _id(reset: Reset) -> dict[str, str]:
    return {"reset_id": str(reset.id)}
