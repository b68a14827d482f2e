"""Keeping the register: each act wants the revision that was seen and a reason, and leaves a trace of both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, GuardFailed, Subject, audit, queue_index, require
from plugins.monitoring import rights
from plugins.monitoring.models import Alias, Change, Employer, Identifier, NameKey, Relation, Site, Spelling
from plugins.monitoring.register import kin
from plugins.monitoring.register.identifiers import check, of_person
from plugins.monitoring.register.matching import normalise
from plugins.monitoring.register.name_keys import keys
from plugins.monitoring.services import finding

SOURCES = ("heard", "paper", "former", "other")
"""Where another name of an employer comes from."""
RELATIONS = ("subcontractor", "labour_broker", "site_owner")
PERSONS = ("ru_ip", "ru_kfh", "person")
"""Legal forms of natural persons: what is published of them is less."""

Part = Alias | Identifier | Site | Relation


@dataclass(frozen=True)
class Facts:
    """What the register says of an employer itself; codes are those of the taxonomy."""

    legal_name: str
    country: str
    region: str = ""
    sector: str = ""
    legal_form: str = ""
    natural_person: bool = False


def add(
    session: Session, actor: Actor, facts: Facts, numbers: Iterable[tuple[str, str]] = (), reason: str = ""
) -> Employer:
    """Add an employer with its numbers, given as (scheme, number). Raises Denied."""
    require(actor, rights.EMPLOYER_CHANGE, Subject())
    employer = Employer(normalised="", legal_name="", country="", names=[], sites=[])
    employer.identifiers = [_identifier(scheme, number) for scheme, number in numbers]
    session.add(employer)
    _state(employer, facts)
    session.flush()
    rekey(session, employer)
    session.add(Change(employer_id=employer.id, what="add", reason=reason.strip(), person_id=actor.person_id))
    queue_index(session, [finding.uid(employer)])
    audit.record(session, actor, "monitoring.employer.add", employer.id)
    return employer


def correct(
    session: Session, actor: Actor, employer: Employer, facts: Facts, *, revision: int, reason: str
) -> None:
    """Say otherwise what an employer is; its old legal name stays as a former one.

    Raises Denied, Conflict, or GuardFailed without a reason.
    """
    claim(actor, employer, revision, reason)
    before = employer.legal_name
    fields = [name for name in Facts.__dataclass_fields__ if getattr(employer, name) != getattr(facts, name)]
    _state(employer, facts)
    if before != employer.legal_name and before not in employer.aliases:
        employer.names.append(_alias(before, "former"))
    renamed = before if before != employer.legal_name else ""
    note(session, actor, employer, "rename" if renamed else "correct", renamed, reason, fields)


def add_name(
    session: Session, actor: Actor, employer: Employer, name: str, source: str, *, revision: int, reason: str
) -> None:
    """Add another name. Raises Denied, Conflict, GuardFailed."""
    claim(actor, employer, revision, reason)
    employer.names.append(_alias(name, source))
    note(session, actor, employer, "add_name", name, reason)


def add_number(
    session: Session,
    actor: Actor,
    employer: Employer,
    scheme: str,
    number: str,
    *,
    revision: int,
    reason: str,
) -> None:
    """Add a company number; a person's number makes the employer a natural person. Raises as `add_name`."""
    claim(actor, employer, revision, reason)
    made = _identifier(scheme, number)
    employer.identifiers.append(made)
    employer.natural_person = employer.natural_person or of_person(made.scheme, made.value)
    note(session, actor, employer, "add_number", made.value, reason)


def add_site(
    session: Session, actor: Actor, employer: Employer, label: str, region: str, *, revision: int, reason: str
) -> None:
    """Add a place of work, in words. Raises as `add_name`."""
    claim(actor, employer, revision, reason)
    employer.sites.append(Site(label=label, region=region))
    note(session, actor, employer, "add_site", label, reason)


def add_relation(
    session: Session, actor: Actor, employer: Employer, kind: str, other_id: UUID,
    since: date | None = None, until: date | None = None, *, revision: int, reason: str,
) -> None:  # fmt: skip
    """Say that `employer` is a subcontractor, labour broker or site owner for another. Raises as `add_name`."""
    claim(actor, employer, revision, reason)
    other = finding.employer(session, actor, other_id)
    if other.id in kin.family(session, kin.survivor(session, employer).id):
        raise GuardFailed("add_relation", ["same_record"])
    made = Relation(employer_id=employer.id, other_id=other.id, kind=kind, since=since, until=until)
    session.add(made)
    note(session, actor, employer, "add_relation", other.legal_name, reason, ("other",))


def drop(
    session: Session, actor: Actor, employer: Employer, part: Part, *, revision: int, reason: str
) -> None:
    """Take away a name, number, place or relation that is wrong. Raises as `add_name`."""
    claim(actor, employer, revision, reason)
    what, detail = _described(part)
    session.delete(part)
    session.flush()
    session.expire(employer, ["names", "identifiers", "sites"])
    note(session, actor, employer, f"drop_{what}", detail, reason)


def hear(session: Session, employer: Employer, name: str) -> None:
    """Keep a name as a report heard it; the report itself tells who linked it, so nothing is noted here."""
    if name in (employer.legal_name, *employer.aliases):
        return
    employer.names.append(_alias(name, "heard"))
    employer.revision += 1
    rekey(session, employer)
    queue_index(session, [finding.uid(kin.survivor(session, employer))])


def rekey(session: Session, employer: Employer) -> None:
    """Bring keys and spellings of an employer up to its names, in the transaction that changes them."""
    session.flush()
    wanted = frozenset().union(*map(keys, (employer.legal_name, *employer.aliases)))
    mine = NameKey.employer_id == employer.id
    session.execute(delete(NameKey).where(mine))
    session.add_all(NameKey(key=key, employer_id=employer.id) for key in sorted(wanted))
    spelt = {employer.normalised, *(each.normalised for each in employer.names)}
    session.execute(delete(Spelling).where(Spelling.employer_id == employer.id))
    session.add_all(Spelling(employer_id=employer.id, normalised=each) for each in sorted(spelt))
    session.flush()


def claim(actor: Actor, employer: Employer, revision: int, reason: str) -> None:
    """Whoever changes the register may do so, has seen how it stands, and says why."""
    require(actor, rights.EMPLOYER_CHANGE, Subject())
    if employer.revision != revision:
        raise Conflict([])
    if not reason.strip():
        raise GuardFailed("employer", ["reason_missing"])
    employer.revision += 1


def note(
    session: Session, actor: Actor, employer: Employer, what: str, detail: str, reason: str,
    fields: Iterable[str] = (),
) -> None:  # fmt: skip
    """Keep what was done for the timeline, the audit and the search index."""
    session.add(
        Change(
            employer_id=employer.id,
            what=what,
            detail=detail[:300],
            reason=reason.strip(),
            person_id=actor.person_id,
        )
    )
    if what.endswith("name"):
        rekey(session, employer)
    audit.record(session, actor, f"monitoring.employer.{what}", employer.id, fields)
    queue_index(session, [finding.uid(employer), finding.uid(kin.survivor(session, employer))])


def _state(employer: Employer, facts: Facts) -> None:
    for name in Facts.__dataclass_fields__:
        setattr(employer, name, getattr(facts, name))
    employer.normalised = normalise(facts.legal_name)[:300]
    # Said by its form or its number, it is a person even where the tick was forgotten.
    employer.natural_person = (
        facts.natural_person
        or facts.legal_form in PERSONS
        or any(of_person(each.scheme, each.value) for each in employer.identifiers)
    )


def _alias(name: str, source: str) -> Alias:
    return Alias(name=name, normalised=normalise(name)[:300], source=source)


def _identifier(scheme: str, number: str) -> Identifier:
    checked = check(scheme, number)
    return Identifier(scheme=scheme, value=checked.value, problem=checked.problem)


def _described(part: Part) -> tuple[str, str]:
    match part:
        case Alias():
            return "name", part.name
        case Identifier():
            return "number", part.value
        case Site():
            return "site", part.label
        case Relation():
            return "relation", part.other.legal_name
