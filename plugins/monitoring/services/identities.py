"""Through whom a source can be reached: sealed for the reporting organisation, and written nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, Subject, audit, require, vault, visible
from plugins.monitoring import rights
from plugins.monitoring.models import Report, Source
from plugins.monitoring.services import custody, finding

FIELDS = ("name", "phone", "document", "address", "safe", "workplace", "notes")
"""What may be sealed about a source, in the order of the form: also where exactly it works, and what betrays it."""

TABLE = "monitoring_source"
ERASED = "monitoring.identity.erase"


@dataclass(frozen=True)
class Contact:
    """What may be known of a contact without opening it."""

    source_id: UUID
    position: int
    kind: str
    sealed: bool
    erased_at: datetime | None


def place(report: Report, source_id: UUID) -> vault.Place:
    """Where the contact of a source is sealed."""
    return vault.Place(TABLE, source_id, report.organisation_id)


def sources(report: Report) -> list[tuple[UUID, str]]:
    """The sources of a report or draft, by id and kind; one that was never saved has no id yet."""
    if report.state != "draft":
        return [(each.id, each.kind) for each in report.sources]
    kept: list[dict[str, Any]] = (report.answers or {}).get("sources", [])
    return [(UUID(each["id"]), each.get("kind", "")) for each in kept if each.get("id")]


def find(session: Session, actor: Actor, report_id: UUID, source_id: UUID, permission: str) -> Report:
    """The report of that source. Raises Denied unless the source is its own and `actor` may."""
    found = finding.report(session, actor, report_id, permission)
    if source_id not in {each for each, _ in sources(found)}:
        raise Denied(permission, Subject(object_id=source_id))
    return found


def contacts(session: Session, actor: Actor, report: Report) -> list[Contact]:
    """For each source: whether a contact is sealed or was erased. Empty for other organisations."""
    subject = report.subject()
    if not (actor.may(rights.REPORT_CREATE, subject) or actor.may(rights.IDENTITY_READ, subject)):
        return []
    known = sources(report)
    sealed = vault.has(session, [place(report, source_id) for source_id, _ in known])
    gone = _erased(session, [source_id for source_id, _ in known])
    return [
        Contact(source_id, n, kind, source_id in sealed, gone.get(source_id))
        for n, (source_id, kind) in enumerate(known)
    ]


def _erased(session: Session, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    rows = select(audit.AuditEntry).where(
        audit.AuditEntry.action == ERASED, audit.AuditEntry.object_id.in_(ids)
    )
    found = session.scalars(rows.order_by(audit.AuditEntry.sequence))
    return {entry.object_id: entry.at for entry in found if entry.object_id}


def keep(session: Session, actor: Actor, report: Report, source_id: UUID, answers: Mapping[str, str]) -> None:
    """Seal what was typed; what was left empty stays as it is. Raises vault.NotReady."""
    require(actor, rights.REPORT_CREATE, report.subject())
    typed = {name: answers[name] for name in FIELDS if answers.get(name)}
    vault.seal(session, actor, place(report, source_id), typed)


def read(session: Session, actor: Actor, report: Report, source_id: UUID, keys: Any) -> dict[str, str]:
    """The contact in clear, for the two of a permission (`custody`); the audit says that it was read, and under which.

    Raises GuardFailed without a permission, vault.Closed, vault.Damaged.
    """
    require(actor, rights.IDENTITY_READ, report.subject())
    custody.note_opening(session, actor, source_id)
    return vault.unseal(session, actor, place(report, source_id), keys)


def erase(session: Session, actor: Actor, report: Report, source_id: UUID) -> None:
    """Destroy the contact for ever; the audit keeps that it was erased, and by whom."""
    require(actor, rights.IDENTITY_ERASE, report.subject())
    _destroy(session, actor, report, source_id)
    audit.record(session, actor, ERASED, source_id)


def forget(session: Session, actor: Actor, report: Report, source_id: UUID) -> None:
    """Destroy what is sealed of a source that agrees to nothing any more; the caller has asked for the right."""
    if vault.has(session, [place(report, source_id)]):
        _destroy(session, actor, report, source_id)
        audit.record(session, actor, ERASED, source_id)


def drop(session: Session, actor: Actor, draft: Report, given: Mapping[str, Any]) -> None:
    """A source leaves a draft: its contact goes with it."""
    if given.get("id") and vault.has(session, [place(draft, UUID(given["id"]))]):
        _destroy(session, actor, draft, UUID(given["id"]))


def _destroy(session: Session, actor: Actor, report: Report, source_id: UUID) -> None:
    vault.erase(session, actor, place(report, source_id))
    custody.close_all(session, actor, report, source_id)
    vault.scrub_soon(session)


def search(session: Session, actor: Actor, keys: Any, text: str) -> list[tuple[Report, UUID]]:
    """The sent reports and sources of the custodian's organisations whose sealed contact holds `text`.

    It tells that a contact holds these words, and opens none.
    """
    require(actor, rights.IDENTITY_GRANT)
    owners = {each.organisation_id for each in actor.grants if each.permission == rights.IDENTITY_GRANT}
    places = [
        each
        for organisation_id in sorted(owners)
        for each in vault.scan(session, actor, organisation_id, keys, text)
        if each.table == TABLE
    ]
    mine = visible(actor, rights.IDENTITY_GRANT, organisation=Report.organisation_id)
    ids = [each.record_id for each in places]
    rows = select(Report, Source.id).join(Source).where(Source.id.in_(ids), mine).order_by(Report.id.desc())
    return [(report, source_id) for report, source_id in session.execute(rows)]
