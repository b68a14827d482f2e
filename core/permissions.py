"""Who may do what to which record: deny by default, scope is part of the rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true


class Scope(StrEnum):
    """How far a grant reaches from the membership that carries it."""

    OWN_ORGANISATION = "organisation"
    OWN_COUNTRY = "country"
    ASSIGNED = "assigned"
    ALL = "all"


@dataclass(frozen=True)
class Permission:
    """One named right, `<owner>.<thing>.<act>`."""

    name: str
    label: str


@dataclass(frozen=True)
class Role:
    """A named bundle of permissions, each with its scope, held in one organisation.

    `kinds` lists the kinds of organisation in which the role makes sense; empty means any.
    """

    name: str
    label: str
    grants: Mapping[str, Scope]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """A permission as one actor holds it, through one membership."""

    permission: str
    scope: Scope
    organisation_id: UUID
    country: str


@dataclass(frozen=True)
class Subject:
    """The facts of a record that scopes compare: whose it is, where, who was named to it; its id for the audit."""

    organisation_id: UUID | None = None
    country: str = ""
    assignees: frozenset[UUID] = frozenset()
    object_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """The person who acts, as plain values; services take it as a parameter."""

    person_id: UUID | None = None
    name: str = ""
    locale: str = "ru"
    organisations: tuple[UUID, ...] = ()
    grants: tuple[Grant, ...] = field(default=(), repr=False)
    conduct_accepted: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether this is a known person."""
        return self.person_id is not None

    def may(self, permission: str, subject: Subject | None = None) -> bool:
        """Whether any grant of `permission` reaches `subject` (None: whether there is any grant)."""
        grants = [g for g in self.grants if g.permission == permission]
        return bool(grants) if subject is None else any(self._reaches(g, subject) for g in grants)

    def _reaches(self, grant: Grant, subject: Subject) -> bool:
        match grant.scope:
            case Scope.ALL:
                return True
            case Scope.OWN_ORGANISATION:
                return subject.organisation_id == grant.organisation_id
            case Scope.OWN_COUNTRY:
                return bool(subject.country) and subject.country == grant.country
            case Scope.ASSIGNED:
                return self.person_id in subject.assignees

    def tokens(self) -> frozenset[str]:
        """All visibility tokens that this actor holds; a search hit must share one of them."""
        return frozenset({"public"} | {_token(g, self.person_id) for g in self.grants})


ANONYMOUS = Actor()


class Denied(Exception):
    """The actor may not. With a subject it is answered as 404, so that nothing is confirmed."""

    def __init__(self, permission: str, subject: Subject | None = None, reason: str = "") -> None:
        """Keep what was asked for the audit; `reason` is shown when a plugin objects."""
        super().__init__(permission)
        self.permission, self.subject, self.reason = permission, subject, reason


def require(actor: Actor, permission: str, subject: Subject | None = None) -> None:
    """Return only if `actor` holds `permission` over `subject`; raise Denied otherwise."""
    if not actor.may(permission, subject):
        raise Denied(permission, subject)


def reach(permission: str, subject: Subject) -> frozenset[str]:
    """The tokens that open `subject` under `permission`: what the search index keeps."""
    tokens = {f"{permission}:{Scope.ALL}"}
    if subject.organisation_id:
        tokens.add(f"{permission}:{Scope.OWN_ORGANISATION}={subject.organisation_id}")
    if subject.country:
        tokens.add(f"{permission}:{Scope.OWN_COUNTRY}={subject.country}")
    tokens |= {f"{permission}:{Scope.ASSIGNED}={person}" for person in subject.assignees}
    return frozenset(tokens)


def _token(grant: Grant, person_id: UUID | None) -> str:
    values = {
        Scope.ALL: "",
        Scope.OWN_ORGANISATION: f"={grant.organisation_id}",
        Scope.OWN_COUNTRY: f"={grant.country}",
        Scope.ASSIGNED: f"={person_id}",
    }
    return f"{grant.permission}:{grant.scope}{values[grant.scope]}"


def visible(
    actor: Actor,
    permission: str,
    *,
    organisation: Any = None,
    country: Any = None,
    assigned: Iterable[Any] = (),
) -> ColumnElement[bool]:
    """The same rule as an SQL condition over the columns given; without a grant it is false."""
    clauses: list[ColumnElement[bool]] = []
    for grant in actor.grants:
        if grant.permission != permission:
            continue
        if grant.scope is Scope.ALL:
            return true()
        if grant.scope is Scope.OWN_ORGANISATION and organisation is not None:
            clauses.append(organisation == grant.organisation_id)
        if grant.scope is Scope.OWN_COUNTRY and country is not None and grant.country:
            clauses.append(country == grant.country)
        if grant.scope is Scope.ASSIGNED:
            clauses.extend(column == actor.person_id for column in assigned)
    return or_(*clauses) if clauses else false()


class Register:
    """The permissions and roles of core and of every active plugin, by name."""

    def __init__(self) -> None:
        """Start empty: what nobody declared, nobody holds."""
        self.permissions: dict[str, Permission] = {}
        self.roles: dict[str, Role] = {}

    def add(self, permissions: Iterable[Permission], roles: Iterable[Role]) -> None:
        """Add declarations; a role that grants an undeclared permission is refused."""
        declared, roles = {p.name: p for p in permissions}, list(roles)
        for role in roles:
            if unknown := set(role.grants) - set(self.permissions) - set(declared):
                raise ValueError(f"The role {role.name} grants undeclared permissions: {sorted(unknown)}")
        self.permissions |= declared
        self.roles |= {role.name: role for role in roles}

    def grants(self, role: str, organisation_id: UUID, country: str) -> list[Grant]:
        """What holding `role` in that organisation gives; an unknown role gives nothing."""
        found = self.roles.get(role)
        rights = found.grants.items() if found else ()
        return [Grant(name, scope, organisation_id, country) for name, scope in rights]
