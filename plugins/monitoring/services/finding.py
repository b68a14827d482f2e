"""Reading records under the actor's eyes: what they may not see does not exist for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import Actor, Denied, SearchDocument, SearchRevision, Subject, reach, require, visible
from plugins.monitoring import rights
from plugins.monitoring.models import Allegation, Dossier, Employer, Evidence, Report, Source
from plugins.monitoring.models.report import COORDINATION
from plugins.monitoring.register import kin
from plugins.monitoring.taxonomy import TAXONOMY

_FINDABLE = Report.state != "draft"
OPEN_STATES = ("submitted", "triage", "needs_info", "verification", "confirmation")


NOBODYS = Subject()
"""What is said of a record that is not there and never belonged to anybody."""


class Missing(Denied):
    """There is no such record; answered exactly as one that belongs to others."""


def seen_reports(actor: Actor) -> ColumnElement[bool]:
    """The reports that `actor` may read, as a condition of the query."""
    mine = visible(
        actor,
        rights.REPORT_VIEW,
        organisation=Report.organisation_id,
        country=Report.country,
        assigned=(Report.verifier_id, Report.second_verifier_id),
    )
    return mine & told_to(actor)


def told_to(actor: Actor) -> ColumnElement[bool]:
    """The reports of the own organisations, and those that some source lets the network know of."""
    homes = {grant.organisation_id for grant in actor.grants}
    return or_(Report.organisation_id.in_(homes), _shared())


def _shared() -> ColumnElement[bool]:
    said = cast(Source.consents, String).contains(f'"{COORDINATION}"', autoescape=True)
    return exists().where(Source.report_id == Report.id, said).correlate(Report)


@dataclass(frozen=True)
class Parts:
    """What a reader may see of a report. `withheld` says that something is kept back from this one."""

    allegations: Sequence[Allegation]
    sources: Sequence[Source]
    evidence: Sequence[Evidence]
    withheld: bool = False


def parts(actor: Actor, found: Report) -> Parts:
    """All of it at home; elsewhere only what sources tell that agree to coordination."""
    if at_home(actor, found):
        return Parts(found.allegations, found.sources, found.evidence)
    withheld = len(found.shared_sources) < len(found.sources)
    return Parts(found.shared_allegations, found.shared_sources, found.shared_evidence, withheld)


def at_home(actor: Actor, found: Report) -> bool:
    """Whether `actor` belongs to the organisation that reported, which knows what it was told."""
    return any(grant.organisation_id == found.organisation_id for grant in actor.grants)


def report(
    session: Session,
    actor: Actor,
    report_id: UUID,
    permission: str = rights.REPORT_VIEW,
    *,
    lock: bool = False,
    taken_back: bool = False,
) -> Report:
    """The report with its parts, locked if it is to be changed. Raises Denied if absent or not for `actor`.

    Outside its organisation there is none of which every source took back its word, unless `taken_back` asks for it.
    """
    parts = (selectinload(Report.allegations), selectinload(Report.sources), selectinload(Report.evidence))
    found = session.get(Report, report_id, options=parts, with_for_update={"of": Report} if lock else None)
    if found is None:
        raise Missing(permission, Subject(object_id=report_id))
    require(actor, permission, found.subject())
    if not (taken_back or found.state == "draft" or found.shared_sources or at_home(actor, found)):
        raise Missing(permission, Subject(object_id=report_id))
    return found


def reports(
    actor: Actor, *, states: Iterable[str] = (), urgent: bool = False, text: str = ""
) -> Select[Report]:
    """The reports that `actor` may read, narrowed by what the filters ask."""
    rows = select(Report).where(seen_reports(actor))
    if wanted := list(states):
        rows = rows.where(Report.state.in_(wanted))
    if urgent:
        rows = rows.where(Report.urgent)
    if text:
        rows = rows.where(Report.reference == text.strip().upper())
    return rows


def dossier(
    session: Session,
    actor: Actor,
    dossier_id: UUID,
    permission: str = rights.DOSSIER_VIEW,
    *,
    lock: bool = False,
) -> Dossier:
    """One dossier, locked if it is to be changed. Raises Denied if absent or not for `actor`."""
    found = session.get(Dossier, dossier_id, with_for_update={"of": Dossier} if lock else None)
    if found is None:
        raise Missing(permission, Subject(object_id=dossier_id))
    require(actor, permission, found.subject())
    return found


def dossiers(actor: Actor) -> Select[Dossier]:
    """The dossiers that `actor` may read."""
    mine = visible(actor, rights.DOSSIER_VIEW, organisation=Report.organisation_id, country=Report.country)
    return select(Dossier).join(Report).where(mine)


def employer(
    session: Session,
    actor: Actor,
    employer_id: UUID,
    permission: str = rights.EMPLOYER_VIEW,
    *,
    lock: bool = False,
) -> Employer:
    """One employer of the register, locked if it is to be changed. Raises Denied if absent or not for `actor`."""
    require(actor, permission, Subject())
    found = session.get(Employer, employer_id, with_for_update={"of": Employer} if lock else None)
    if found is None:
        raise Missing(permission, Subject(object_id=employer_id))
    return found


def uid(record: Report | Employer) -> str:
    """The name of a record in the search index."""
    kind = "report" if isinstance(record, Report) else "employer"
    return f"monitoring:{kind}:{record.id}"


def revisions(session: Session) -> Iterable[SearchRevision]:
    """Which documents there are, without reading their texts."""
    for report_id, revision in session.execute(
        select(Report.id, Report.revision).where(_FINDABLE, _shared())
    ):
        yield SearchRevision(f"monitoring:report:{report_id}", revision)
    for employer_id, revision in session.execute(
        select(Employer.id, Employer.revision).where(kin.standing_alone())
    ):
        yield SearchRevision(f"monitoring:employer:{employer_id}", revision)


def documents(session: Session, uids: Iterable[str] | None) -> Iterable[SearchDocument]:
    """What the search index keeps: sent reports and employers, none of it about a person.

    An employer that is merged into another has no document; that of the other has its names and numbers.
    """
    ids = (
        None
        if uids is None
        else [UUID(each.rsplit(":", 1)[1]) for each in uids if each.startswith("monitoring:")]
    )
    found = (
        select(Report)
        .where(_FINDABLE, _shared())
        .options(selectinload(Report.allegations), selectinload(Report.sources))
    )
    firms = select(Employer).where(kin.standing_alone())
    if ids is not None:
        found, firms = found.where(Report.id.in_(ids)), firms.where(Employer.id.in_(ids))
    yield from (_report_document(each) for each in session.scalars(found))
    yield from _employer_documents(session, session.scalars(firms).all())


def _report_document(found: Report) -> SearchDocument:
    return SearchDocument(
        uid=uid(found),
        kind="monitoring.report",
        title=f"{found.reference} · {found.employer_name}",
        body="\n".join([found.site, *(_described(each) for each in found.shared_allegations)]),
        language=found.language,
        reach=reach(rights.REPORT_VIEW, found.subject()),
        endpoint="monitoring.report",
        values={"report_id": str(found.id)},
        revision=found.revision,
    )


def _described(allegation: Allegation) -> str:
    return f"{TAXONOMY.label('violation', allegation.violation, 'ru')}. {allegation.facts}"


def _employer_documents(session: Session, found: Sequence[Employer]) -> Iterable[SearchDocument]:
    families = kin.families(session, [each.id for each in found])
    merged = {member for members in families.values() for member in members[1:]}
    known = {each.id: each for each in found}
    known |= {each.id: each for each in session.scalars(select(Employer).where(Employer.id.in_(merged)))}
    for each in found:
        yield _employer_document(each, [known[member] for member in families[each.id]])


def _employer_document(found: Employer, members: Sequence[Employer]) -> SearchDocument:
    names = [name for each in members for name in (each.legal_name, *each.aliases)]
    numbers = [number.value for each in members for number in each.identifiers]
    return SearchDocument(
        uid=uid(found),
        kind="monitoring.employer",
        title=found.legal_name,
        body="\n".join(dict.fromkeys([*names[1:], *numbers])),
        language="ru",
        reach=reach(rights.EMPLOYER_VIEW, Subject()),
        endpoint="monitoring.employer",
        values={"employer_id": str(found.id)},
        revision=found.revision,
    )
