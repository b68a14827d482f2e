"""The keys of an organisation: one in use, those of earlier epochs behind it, and who may open them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pyrage import x25519
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts.models import Membership, Person
from core.accounts.roles import HOLDING, VAULT_HOLD
from core.permissions import Actor, Denied, Subject
from core.vault import boxes
from core.vault.keyring import Keys
from core.vault.models import KeyGrant, MemberKey, OrganisationKey
from core.vault.problems import Closed, Damaged


@dataclass(frozen=True)
class Holder:
    """Somebody with an open account there, to whom the key in use is given."""

    grant: KeyGrant
    recipient: str


def all_of(session: Session, organisation_id: UUID) -> Sequence[OrganisationKey]:
    """The keys of every epoch, the one in use first."""
    rows = select(OrganisationKey).filter_by(organisation_id=organisation_id)
    return session.scalars(rows.order_by(OrganisationKey.epoch.desc())).all()


def current(session: Session, organisation_id: UUID, *, lock: bool = False) -> OrganisationKey | None:
    """The key in use; `lock` holds its row until the transaction ends."""
    rows = select(OrganisationKey).filter_by(organisation_id=organisation_id)
    rows = rows.order_by(OrganisationKey.epoch.desc()).limit(1)
    return session.scalars(rows.with_for_update() if lock else rows).first()


def holders_of(session: Session, key: OrganisationKey) -> list[Holder]:
    """Who holds that key; closed accounts, former members and those who have lost the role do not count."""
    rows = (
        select(KeyGrant, MemberKey.recipient, Membership.roles)
        .join(MemberKey, MemberKey.person_id == KeyGrant.person_id)
        .join(Person, Person.id == KeyGrant.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            KeyGrant.key_id == key.id,
            Membership.organisation_id == key.organisation_id,
            Person.disabled.is_(False),
        )
    )
    found = session.execute(rows.order_by(KeyGrant.id))
    return [Holder(grant, recipient) for grant, recipient, roles in found if HOLDING & set(roles)]


def give(session: Session, key: OrganisationKey, secret: str, holder: MemberKey, by: UUID | None) -> KeyGrant:
    """Let that person's key open the organisation's; `secret` is the text of its private half."""
    grant = KeyGrant(
        key_id=key.id,
        person_id=holder.person_id,
        sealed=boxes.box(secret.encode(), holder.recipient),
        granted_by=by,
    )
    session.add(grant)
    session.flush()
    return grant


def admitted(
    session: Session, actor: Actor, keys: Keys | None, organisation_id: UUID, *, even_locked: bool = False
) -> Keys:
    """The keys, if their holder may hold them there now, is the actor, and the organisation is not locked.

    Raises Denied for a stranger, Closed otherwise.
    """
    subject = Subject(organisation_id=organisation_id)
    if organisation_id not in actor.organisations:
        raise Denied(VAULT_HOLD, subject)
    if not actor.may(VAULT_HOLD, subject):
        # The role was taken a moment ago: keys that are still in memory open nothing.
        raise Closed("no_grant")
    if keys is None or keys.person_id != actor.person_id:
        raise Closed("nobody")
    key = current(session, organisation_id)
    if key is None:
        raise Closed("no_grant")
    if key.locked and not even_locked:
        raise Closed("locked")
    if key.locked_at is not None and keys.since <= key.locked_at:
        # Another process may still remember what was unlocked before the lock.
        raise Closed("nobody")
    return keys


def identities(session: Session, keys: Keys, organisation_id: UUID) -> dict[int, x25519.Identity]:
    """The private keys that this holder opens, by epoch: those given, and each whose heir is among them.

    Raises Closed("no_grant") if there are none, Damaged if a stored one was changed.
    """
    rows = all_of(session, organisation_id)
    grants = _grants(session, keys, [row.id for row in rows])
    found: dict[int, x25519.Identity] = {}
    for row in rows:
        what = f"The key of organisation {organisation_id}, epoch {row.epoch},"
        if row.id in grants:
            found[row.epoch] = _identity(grants[row.id].sealed, keys.identity, what)
        elif row.heir is not None and row.epoch + 1 in found:
            found[row.epoch] = _identity(row.heir, found[row.epoch + 1], what)
        if row.epoch in found and boxes.recipient_of(found[row.epoch]) != row.recipient:
            # All that is sealed from now on would open for whoever put it there.
            raise Damaged(f"{what} does not belong to its public key: that was exchanged in the database.")
    if not found:
        raise Closed("no_grant")
    return found


def _identity(boxed: bytes, key: x25519.Identity, what: str) -> x25519.Identity:
    return boxes.identity_in(boxes.unbox(boxed, [key], what), what)


def _grants(session: Session, keys: Keys, key_ids: list[UUID]) -> dict[UUID, KeyGrant]:
    rows = (
        select(KeyGrant)
        .join(MemberKey, MemberKey.person_id == KeyGrant.person_id)
        # A key that was replaced meanwhile opens nothing any more.
        .where(
            KeyGrant.key_id.in_(key_ids),
            KeyGrant.person_id == keys.person_id,
            MemberKey.recipient == keys.recipient,
        )
    )
    return {grant.key_id: grant for grant in session.scalars(rows)}
