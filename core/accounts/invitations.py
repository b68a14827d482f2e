"""Invitations: an expiring link to an account in one organisation. The link opens once."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core import audit, outbox
from core.accounts import credentials, directory, people
from core.accounts.models import Invitation, Membership, Organisation, Person
from core.accounts.roles import PEOPLE_INVITE
from core.contract import Job
from core.database import Database, new_id, now
from core.i18n import core_domain, mark
from core.notifications import Mailer
from core.permissions import Actor, Denied, Register, Subject, require, visible
from core.settings import Settings

JOB = "core.invitation_mail"
LIFE = timedelta(days=7)

SUBJECT = mark("camove: an invitation")
BODY = mark(
    "You are invited to camove, the platform of the network Central Asia on the Move. Open this link to make "
    "your account. It works once and for seven days: %(address)s"
)


class InvitationState(StrEnum):
    """What can still be done with an invitation."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Closed(Exception):
    """The invitation can no longer be accepted; `state` says why, None that there is none such."""

    def __init__(self, state: InvitationState | None) -> None:
        """Keep the state for the page to tell."""
        super().__init__(str(state))
        self.state = state


def create(
    session: Session,
    actor: Actor,
    register: Register,
    settings: Settings,
    *,
    organisation_id: UUID,
    email: str,
    name: str,
    roles: Iterable[str],
) -> tuple[Invitation, str]:
    """Invite somebody and queue the e-mail; gives the invitation and its link.

    Raises Denied, or DirectoryError when the person belongs there already or the organisation is closed.
    """
    organisation = directory.find_organisation(session, actor, PEOPLE_INVITE, organisation_id)
    email, roles = credentials.clean_email(email), sorted(set(roles))
    people.require_givable(actor, register, organisation, roles)
    if organisation.closed:
        raise directory.DirectoryError("closed")
    if _belongs(session, email, organisation.id):
        raise directory.DirectoryError("belongs")
    _replace(session, email, organisation.id)
    invitation_id = new_id()
    invitation = Invitation(
        id=invitation_id,
        token_hash=_hash(token_of(settings, invitation_id)),
        email=email,
        name=name.strip(),
        organisation_id=organisation.id,
        roles=roles,
        invited_by=actor.person_id,
        expires_at=now() + LIFE,
    )
    session.add(invitation)
    session.flush()
    outbox.put(session, JOB, {"invitation": str(invitation.id), "language": actor.locale})
    audit.record(session, actor, "core.invitation.create", invitation.id)
    return invitation, address(settings, actor.locale, invitation.id)


def token_of(settings: Settings, invitation_id: UUID) -> str:
    """The token, 256 bits, from the id and a key: so the queued e-mail holds no secret."""
    raw = hmac.new(settings.key("invitation"), invitation_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def address(settings: Settings, language: str, invitation_id: UUID) -> str:
    """The link; from the settings, since a visitor could forge the name of the host."""
    return f"{settings.base_url}/{language}/account/invitation/{token_of(settings, invitation_id)}"


def state_of(invitation: Invitation) -> InvitationState:
    """What can still be done with it."""
    if invitation.accepted_at:
        return InvitationState.USED
    if invitation.revoked_at:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if invitation.expires_at <= now() else InvitationState.OPEN


def find(session: Session, token: str, *, lock: bool = False) -> Invitation:
    """The open invitation of that token. Raises Closed.

    `lock` lets one of two who accept at once wait on PostgreSQL; SQLite queues them already.
    """
    rows = select(Invitation).where(Invitation.token_hash == _hash(token))
    found = session.scalars(rows.with_for_update(of=Invitation) if lock else rows).first()
    if found is None:
        raise Closed(None)
    if (state := state_of(found)) is not InvitationState.OPEN or found.organisation.closed:
        raise Closed(InvitationState.REVOKED if state is InvitationState.OPEN else state)
    return found


def person_invited(session: Session, invitation: Invitation) -> Person | None:
    """Who has an account under the invited address already."""
    return session.scalars(select(Person).where(Person.email == invitation.email)).first()


def accept(session: Session, token: str, name: str, password_hash: str, language: str) -> Person:
    """Make the account and the membership. Raises Closed."""
    invitation = find(session, token, lock=True)
    if person_invited(session, invitation):
        raise Closed(InvitationState.USED)
    person = Person(email=invitation.email, name=name.strip(), locale=language, password_hash=password_hash)
    session.add(person)
    session.flush()
    _join(session, invitation, person)
    return person


def join(session: Session, actor: Actor, token: str) -> None:
    """Accept with the account that the actor has. Raises Closed, or Denied for somebody else's invitation."""
    invitation = find(session, token, lock=True)
    person = person_invited(session, invitation)
    if person is None or person.id != actor.person_id:
        raise Denied(PEOPLE_INVITE, Subject())
    _join(session, invitation, person)


def revoke(session: Session, actor: Actor, invitation_id: UUID) -> None:
    """Make the link worthless."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise Denied(PEOPLE_INVITE, Subject())
    require(actor, PEOPLE_INVITE, directory.subject_of(invitation.organisation))
    if state_of(invitation) is InvitationState.OPEN:
        invitation.revoked_at = now()
        audit.record(session, actor, "core.invitation.revoke", invitation.id, ("revoked_at",))


def waiting(session: Session, actor: Actor) -> Sequence[Invitation]:
    """The open invitations that the actor may revoke, the newest first."""
    reach = visible(actor, PEOPLE_INVITE, organisation=Organisation.id, country=Organisation.country)
    rows = select(Invitation).join(Invitation.organisation).where(reach, *_open())
    return session.scalars(rows.order_by(Invitation.id.desc())).all()


def _open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now()


def _replace(session: Session, email: str, organisation_id: UUID) -> None:
    """A new link to the same place makes the one before worthless."""
    same = (Invitation.email == email, Invitation.organisation_id == organisation_id)
    session.execute(update(Invitation).where(*same, *_open()).values(revoked_at=now()))


def _belongs(session: Session, email: str, organisation_id: UUID) -> bool:
    rows = select(Membership.id).join(Membership.person).where(Person.email == email)
    return bool(session.scalar(rows.where(Membership.organisation_id == organisation_id)))


def _join(session: Session, invitation: Invitation, person: Person) -> None:
    invitation.accepted_at = now()
    rows = select(Membership).where(
        Membership.person_id == person.id, Membership.organisation_id == invitation.organisation_id
    )
    membership = session.scalars(rows).first()
    if membership is None:
        membership = Membership(person_id=person.id, organisation_id=invitation.organisation_id, roles=[])
        session.add(membership)
    membership.roles = sorted({*membership.roles, *invitation.roles})
    session.flush()
    session.expire(person, ["memberships"])
    actor = Actor(person.id, person.name)
    audit.record(session, actor, "core.invitation.accept", invitation.id, ("accepted_at",))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationMailer:
    """The worker's part: the e-mail has the link and nothing else."""

    def __init__(self, settings: Settings) -> None:
        """Know the mail server; without one the link is copied by hand."""
        self._settings, self._mailer = settings, Mailer(settings)

    def job(self) -> Job:
        """What the worker runs."""
        return Job(JOB, self._send)

    def _send(self, database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        if not self._settings.mail_url:
            return
        for payload in payloads:
            if message := self._compose(database, UUID(payload["invitation"]), payload["language"]):
                self._mailer.deliver(message)

    def _compose(self, database: Database, invitation_id: UUID, language: str) -> EmailMessage | None:
        with database.reading() as session:
            invitation = session.get(Invitation, invitation_id)
            if invitation is None or invitation.organisation.sample:
                return None
            if state_of(invitation) is not InvitationState.OPEN:
                return None
            link = address(self._settings, language, invitation.id)
            body = core_domain.text(language, BODY, address=link)
            return self._mailer.message(invitation.email, core_domain.text(language, SUBJECT), body)
