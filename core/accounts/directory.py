"""Organisations and people, as the rest of the platform asks for them, and changes to organisations."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from core import audit
from core.accounts.actors import grants_of
from core.accounts.models import Membership, Organisation, OrganisationKind, OrganisationName, Person
from core.accounts.roles import ORGANISATIONS_CHANGE
from core.database import now
from core.permissions import Actor, Denied, Register, Subject, require
from core.settings import LOCALES


class DirectoryError(ValueError):
    """The change makes no sense; `code` says why."""

    def __init__(self, code: str) -> None:
        """Keep the code for the page to translate."""
        super().__init__(code)
        self.code = code


def organisation_names(
    session: Session, ids: Iterable[UUID], language: str, day: date | None = None
) -> dict[UUID, str]:
    """The names that the organisations bear on `day` (None: today)."""
    rows = session.scalars(select(Organisation).where(Organisation.id.in_(set(ids))))
    return {each.id: each.name_on(day or now().date(), language) for each in rows}


def organisation_labels(session: Session, organisation_id: UUID) -> dict[str, str]:
    """The name that an organisation bears today, by language; empty for one that is not there."""
    return {
        code: organisation_names(session, [organisation_id], code).get(organisation_id, "")
        for code in LOCALES
    }


def person_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people, closed accounts included: what they did keeps their name."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {person_id: name for person_id, name in rows}  # noqa: C416 - rows are not pairs to mypy


def people_with(
    session: Session, register: Register, permission: str, subject: Subject | None
) -> list[Person]:
    """Everybody with an open account whose grants of `permission` reach `subject` (None: who holds any), by name."""
    rows = (
        select(Membership)
        .join(Membership.person)
        .join(Membership.organisation)
        .where(Person.disabled.is_(False), Organisation.closed.is_(False))
        .options(joinedload(Membership.person))
    )
    found = {
        membership.person
        for membership in session.scalars(rows).unique()
        if Actor(membership.person_id, grants=tuple(grants_of(register, membership))).may(permission, subject)
    }
    return sorted(found, key=lambda person: (person.name, person.id))


def subject_of(organisation: Organisation) -> Subject:
    """What permission scopes compare."""
    return Subject(organisation.id, organisation.country, object_id=organisation.id)


def find_organisation(session: Session, actor: Actor, permission: str, organisation_id: UUID) -> Organisation:
    """The organisation, if the actor's permission reaches it. Raises Denied as if there were none."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise Denied(permission, Subject(object_id=organisation_id))
    require(actor, permission, subject_of(found))
    return found


def add_organisation(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    country: str,
    labels: Mapping[str, str],
    region: str = "",
    since: date | None = None,
    sample: bool = False,
) -> Organisation:
    """Add an organisation; `labels` is its name per language, `country` an ISO 3166-1 code."""
    require(actor, ORGANISATIONS_CHANGE)
    if kind not in set(OrganisationKind):
        raise DirectoryError("unknown_kind")
    if not sample and session.scalar(select(exists().where(Organisation.sample))):
        # Sample people sign in with a shared password: no real record may come within their reach.
        raise DirectoryError("sample_site")
    name = OrganisationName(labels=_labels(labels), since=since or now().date())
    organisation = Organisation(kind=kind, country=country.upper(), region=region, names=[name])
    organisation.sample = sample
    session.add(organisation)
    session.flush()
    audit.record(session, actor, "core.organisation.add", organisation.id)
    return organisation


def rename_organisation(
    session: Session, actor: Actor, organisation_id: UUID, labels: Mapping[str, str], since: date
) -> None:
    """Give a name from the day `since` on; what it was called before stays on older pages."""
    organisation = find_organisation(session, actor, ORGANISATIONS_CHANGE, organisation_id)
    same_day = next((name for name in organisation.names if name.since == since), None)
    if same_day:
        same_day.labels = _labels(labels)
    else:
        organisation.names.append(OrganisationName(labels=_labels(labels), since=since))
        organisation.names.sort(key=lambda name: name.since)
    audit.record(session, actor, "core.organisation.rename", organisation.id, ("names",))


def close_organisation(session: Session, actor: Actor, organisation_id: UUID) -> None:
    """Close it: its memberships grant nothing from the next page on; its records stay."""
    organisation = find_organisation(session, actor, ORGANISATIONS_CHANGE, organisation_id)
    if organisation.id in actor.organisations:
        # The last administrator would lock everybody out.
        raise DirectoryError("own_organisation")
    organisation.closed = True
    audit.record(session, actor, "core.organisation.close", organisation.id, ("closed",))


def reopen_organisation(session: Session, actor: Actor, organisation_id: UUID) -> None:
    """Take the closing back."""
    organisation = find_organisation(session, actor, ORGANISATIONS_CHANGE, organisation_id)
    organisation.closed = False
    audit.record(session, actor, "core.organisation.reopen", organisation.id, ("closed",))


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    found = {code: name.strip() for code, name in labels.items() if name.strip()}
    if not found:
        raise DirectoryError("name_missing")
    return found
