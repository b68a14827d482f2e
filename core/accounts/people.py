"""Changes to people: the roles that they hold in an organisation, and the end of their account."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import audit
from core.accounts import directory, sign_ins
from core.accounts.models import Membership, Organisation, Person
from core.accounts.roles import ADMINISTRATOR, PEOPLE_DISABLE, PEOPLE_INVITE, PEOPLE_VIEW
from core.facade import Plugins
from core.permissions import Actor, Denied, Register, Role, Subject, require, visible


class Objection(Exception):
    """A plugin says what has to be done before; `texts` are shown to the actor."""

    def __init__(self, texts: list[str]) -> None:
        """Keep the reasons."""
        super().__init__("a plugin objects")
        self.texts = texts


EVERYWHERE = Subject()
"""Nobody's: only a grant for all reaches it."""


def listed(actor: Actor) -> Select[Person]:
    """The people whom the actor may see."""
    rule = visible(actor, PEOPLE_VIEW, organisation=Membership.organisation_id, country=Organisation.country)
    seen = select(Membership.person_id).join(Membership.organisation).where(rule)
    everybody = actor.may(PEOPLE_VIEW, EVERYWHERE)
    return select(Person) if everybody else select(Person).where(Person.id.in_(seen))


def find(session: Session, actor: Actor, person_id: UUID) -> Person:
    """The person, if the actor may see them. Raises Denied as for one who does not exist."""
    found = session.scalars(listed(actor).where(Person.id == person_id)).first()
    if found is None:
        raise Denied(PEOPLE_VIEW, Subject())
    return found


def givable(actor: Actor, register: Register, organisation: Organisation) -> list[Role]:
    """The roles that the actor may give or take in that organisation."""
    if not actor.may(PEOPLE_INVITE, directory.subject_of(organisation)):
        return []
    everywhere = actor.may(PEOPLE_INVITE, EVERYWHERE)
    return [
        role
        for role in register.roles.values()
        if (not role.kinds or organisation.kind in role.kinds) and (role.name != ADMINISTRATOR or everywhere)
    ]


def require_givable(
    actor: Actor, register: Register, organisation: Organisation, changed: Iterable[str]
) -> None:
    """Return only if the actor may give and take all of those roles there. Raises Denied."""
    require(actor, PEOPLE_INVITE, directory.subject_of(organisation))
    allowed = {role.name for role in givable(actor, register, organisation)}
    if not set(changed) <= allowed:
        raise Denied(PEOPLE_INVITE)


def change_roles(
    session: Session,
    actor: Actor,
    register: Register,
    person_id: UUID,
    organisation_id: UUID,
    roles: Iterable[str],
) -> None:
    """Give the person exactly these roles there; one that nobody declares any more may only be taken."""
    membership = membership_of(session, actor, person_id, organisation_id)
    _refuse_self(actor, person_id)
    wanted, held = set(roles), set(membership.roles)
    gone = held - register.roles.keys()
    require_givable(actor, register, membership.organisation, (wanted ^ held) - gone)
    membership.roles = sorted(wanted)
    audit.record(session, actor, "core.roles.change", person_id, ("roles",))


def end_membership(
    session: Session, actor: Actor, register: Register, person_id: UUID, organisation_id: UUID
) -> None:
    """The person leaves the organisation; the account and other memberships stay."""
    membership = membership_of(session, actor, person_id, organisation_id)
    _refuse_self(actor, person_id)
    require_givable(actor, register, membership.organisation, set(membership.roles) & register.roles.keys())
    session.delete(membership)
    audit.record(session, actor, "core.membership.end", person_id, ("memberships",))


def may_disable(actor: Actor, person: Person) -> bool:
    """Whether the actor may close that account."""
    return reaches_all(actor, PEOPLE_DISABLE, person)


def reaches_all(actor: Actor, permission: str, person: Person) -> bool:
    """Whether the actor's right reaches every organisation of the person, and the site's own administrators."""
    subjects = [directory.subject_of(membership.organisation) for membership in person.memberships]
    if any(ADMINISTRATOR in membership.roles for membership in person.memberships):
        subjects.append(EVERYWHERE)
    return all(actor.may(permission, subject) for subject in subjects or [EVERYWHERE])


def disable(session: Session, actor: Actor, plugins: Plugins, person_id: UUID) -> None:
    """Close an account: its sign-ins end at once, plugins take back its work.

    Raises Denied, DirectoryError for one's own account, Objection when a plugin asks to wait.
    """
    person = find(session, actor, person_id)
    _refuse_self(actor, person_id)
    if not may_disable(actor, person):
        raise Denied(PEOPLE_DISABLE)
    if obstacles := plugins.obstacles(session, actor, PEOPLE_DISABLE, person.id):
        raise Objection([obstacle.text for obstacle in obstacles])
    person.disabled = True
    sign_ins.end_all(session, person.id)
    plugins.person_disabled(session, person.id)
    audit.record(session, actor, "core.person.disable", person.id, ("disabled",))


def memberships_shown(actor: Actor, person: Person) -> list[Membership]:
    """Those memberships of the person that the actor may see."""
    return [m for m in person.memberships if actor.may(PEOPLE_VIEW, directory.subject_of(m.organisation))]


def membership_of(session: Session, actor: Actor, person_id: UUID, organisation_id: UUID) -> Membership:
    """The person's place there, if the actor may change it. Raises Denied as if there were none."""
    person = find(session, actor, person_id)
    found = next((m for m in person.memberships if m.organisation_id == organisation_id), None)
    if found is None:
        raise Denied(PEOPLE_INVITE, Subject())
    require(actor, PEOPLE_INVITE, directory.subject_of(found.organisation))
    return found


def _refuse_self(actor: Actor, person_id: UUID) -> None:
    if actor.person_id == person_id:
        # Nobody raises their own rights, and the last administrator cannot leave by mistake.
        raise directory.DirectoryError("oneself")
