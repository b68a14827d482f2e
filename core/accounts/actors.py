"""From a person's memberships to the Actor that services take."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from core.accounts.conduct import CONDUCT_VERSION
from core.accounts.models import Membership, Organisation, Person
from core.accounts.roles import ACCOUNT_USE, PERMISSIONS, VAULT_LOCK
from core.permissions import Actor, Grant, Register, Scope

NOWHERE = UUID(int=0)
"""The organisation of a grant that no membership carries."""

SYSTEM = Actor(
    name="command line",
    grants=tuple(Grant(permission.name, Scope.ALL, NOWHERE, "") for permission in PERMISSIONS),
)
"""Who acts from the command line: whoever may run it owns the machine. It holds no plugin's permission."""


def load(session: Session, register: Register, person: Person) -> Actor:
    """The person as an actor, with what their roles in open organisations grant at this moment."""
    memberships = open_memberships(session, person.id)
    grants = [Grant(ACCOUNT_USE, Scope.ALL, NOWHERE, "")]
    for membership in memberships:
        grants += grants_of(register, membership)
        # In danger nobody looks for the right role first: every member may lock.
        where = membership.organisation
        grants.append(Grant(VAULT_LOCK, Scope.OWN_ORGANISATION, where.id, where.country))
    return Actor(
        person_id=person.id,
        name=person.name,
        locale=person.locale,
        organisations=tuple(membership.organisation_id for membership in memberships),
        grants=tuple(grants),
        conduct_accepted=person.conduct_version == CONDUCT_VERSION,
    )


def open_memberships(session: Session, person_id: UUID) -> Sequence[Membership]:
    """Where the person belongs now; a closed organisation gives nothing. One statement, since each page asks it."""
    rows = select(Membership).join(Membership.organisation).where(Membership.person_id == person_id)
    plain = contains_eager(Membership.organisation).lazyload(Organisation.names)
    rows = rows.where(Organisation.closed.is_(False)).order_by(Membership.id).options(plain)
    return session.scalars(rows).unique().all()


def grants_of(register: Register, membership: Membership) -> list[Grant]:
    """What one membership gives."""
    where = membership.organisation
    return [grant for role in membership.roles for grant in register.grants(role, where.id, where.country)]
