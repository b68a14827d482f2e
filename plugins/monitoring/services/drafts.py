"""Writing a report: each step is kept as it was typed, and sending turns the answers into rows."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Attachment,
    Conflict,
    GuardFailed,
    Subject,
    audit,
    history,
    mark,
    new_id,
    now,
    organisations_of,
    people_with,
    platform,
    queue_index,
    require,
    settle_attachments,
)
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import REPORT
from plugins.monitoring.models import Allegation, Evidence, Report, Source
from plugins.monitoring.register.identifiers import check
from plugins.monitoring.services import finding, identities
from plugins.monitoring.services.notices import tell
from plugins.monitoring.taxonomy import AGES, CITIZENS, TAXONOMY

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as a digit over the telephone."""

URGENT = ("danger", "minors", "violence")
NEW = mark("A new report waits: %(reference)s")
NEW_URGENT = mark("An urgent report waits: %(reference)s")


def reference() -> str:
    """A number to say on the telephone; random, so that it tells nothing and cannot be guessed (40 bits)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"M-{letters[:4]}-{letters[4:]}"


def start(session: Session, actor: Actor, draft_id: UUID, organisation_id: UUID, language: str) -> Report:
    """Begin a draft under an id that the form carried, so that a double click begins one draft."""
    require(actor, rights.REPORT_CREATE, Subject(organisation_id))
    known = session.get(Report, draft_id)
    if known is not None:
        return finding.report(session, actor, draft_id, rights.REPORT_CREATE)
    draft = Report(
        id=draft_id,
        reference=reference(),
        organisation_id=organisation_id,
        reporter_id=actor.person_id,
        language=language,
        answers={},
    )
    session.add(draft)
    session.flush()
    audit.record(session, actor, "monitoring.report.start", draft.id)
    return draft


def home_organisation(session: Session, actor: Actor) -> UUID | None:
    """The organisation in whose name `actor` may write reports."""
    for organisation_id in organisations_of(session, actor.person_id):
        if actor.may(rights.REPORT_CREATE, Subject(organisation_id)):
            return organisation_id
    return None


def open_draft(session: Session, actor: Actor, report_id: UUID, *, lock: bool = False) -> Report:
    """The draft, for its writer's organisation; a report that was sent is no draft any more."""
    return finding.report(session, actor, report_id, rights.REPORT_CREATE, lock=lock)


def save(session: Session, actor: Actor, draft: Report, step: str, answers: Any, *, revision: int) -> None:
    """Keep the answers of one step. Raises Conflict if the draft was changed in another window meanwhile."""
    if draft.revision != revision or draft.state != "draft":
        raise Conflict(history(session, draft.id, since=revision))
    before = _files(draft)
    draft.answers = {**(draft.answers or {}), step: answers}
    settle_attachments(session, platform.settings, actor, before, _files(draft))
    draft.revision += 1
    audit.record(session, actor, "monitoring.report.save", draft.id, (step,))


def _files(draft: Report) -> set[UUID]:
    return {UUID(each["attachment"]) for each in items_of(draft, "evidence") if each.get("attachment")}


def save_item(
    session: Session, actor: Actor, draft: Report, step: str, position: int, answers: Any, *, revision: int
) -> None:
    """Keep one of the repeated answers: the `position`-th allegation, source or photo, counted from 0."""
    items = items_of(draft, step)
    if step == "sources":
        # A source keeps one id from the draft on: what is sealed about it is found by that id.
        known = items[position].get("id") if position < len(items) else None
        answers = {**answers, "id": known or str(new_id())}
    items[position : position + 1] = [answers]
    save(session, actor, draft, step, items, revision=revision)


def remove_item(
    session: Session, actor: Actor, draft: Report, step: str, position: int, *, revision: int
) -> None:
    """Take one of the repeated answers away; nothing goes on pointing to what went."""
    items = items_of(draft, step)
    gone = items[position : position + 1]
    del items[position : position + 1]
    if step == "allegations":
        sources = [
            {**each, "supports": _shifted(each.get("supports", []), position)}
            for each in items_of(draft, "sources")
        ]
        photos = [
            {**each, "supports": _shifted(each.get("supports", []), position)}
            for each in items_of(draft, "evidence")
        ]
        draft.answers = {**(draft.answers or {}), "sources": sources, "evidence": photos}
    if step == "sources":
        for each in gone:
            identities.drop(session, actor, draft, each)
        # A photo must never pass to another source: that one may have agreed to more.
        photos = [
            {**each, "source": "".join(_shifted([each.get("source") or str(position)], position))}
            for each in items_of(draft, "evidence")
        ]
        draft.answers = {**(draft.answers or {}), "evidence": photos}
    save(session, actor, draft, step, items, revision=revision)


def _shifted(positions: Sequence[str], gone: int) -> list[str]:
    return [str(int(p) - (int(p) > gone)) for p in positions if int(p) != gone]


def items_of(draft: Report, step: str) -> list[dict[str, Any]]:
    """A copy of the repeated answers of a step."""
    return list((draft.answers or {}).get(step, []))


def send(session: Session, actor: Actor, draft: Report, *, revision: int) -> None:
    """Turn the answers into a report and hand it to the coordinators of its country; a second call changes nothing."""
    if draft.state != "draft":
        return
    answers = draft.answers or {}
    _fill(draft, answers)
    draft.allegations = [_allegation(n, each) for n, each in enumerate(items_of(draft, "allegations"))]
    draft.sources = [_source(n, each) for n, each in enumerate(items_of(draft, "sources"))]
    draft.evidence = [_evidence(each) for each in items_of(draft, "evidence")]
    session.flush()
    REPORT.move(session, actor, draft, "submit", revision=revision)
    draft.submitted_at, draft.answers = now(), None
    # From here on the coordinators of the country can see it.
    draft.country = answers["employer"]["country"]
    queue_index(session, [finding.uid(draft)])
    people = people_with(session, platform.register, rights.REPORT_TRIAGE, draft.subject())
    if not people:
        # A report that nobody sees is lost: the draft stays with its writer instead.
        raise GuardFailed("submit", ["no_coordinator"])
    tell(session, draft, [person.id for person in people], NEW_URGENT if draft.urgent else NEW)


def _fill(draft: Report, answers: Mapping[str, Any]) -> None:
    safety, employer, origin = (answers.get(step, {}) for step in ("safety", "employer", "origin"))
    draft.safety = dict(safety)
    draft.urgent = any(safety.get(question) == "yes" for question in URGENT)
    draft.wishes = list(origin.get("wishes", []))
    draft.method = origin.get("method", "")
    draft.received_on = _day(origin.get("received_on"))
    draft.taxonomy = TAXONOMY.version
    draft.region = employer.get("region", "")
    draft.employer_name = employer.get("name", "")
    draft.employer_legal_name = employer.get("legal_name", "")
    draft.employer_role = employer.get("role", "")
    draft.sector = employer.get("sector", "")
    draft.site = employer.get("site", "")
    if employer.get("identifier"):
        number = check(employer["scheme"], employer["identifier"])
        draft.identifier_scheme, draft.identifier_value = number.scheme, number.value
        draft.identifier_problem = number.problem


def _allegation(position: int, given: Mapping[str, Any]) -> Allegation:
    return Allegation(
        position=position,
        violation=given["violation"],
        indicators=list(given.get("indicators", [])),
        from_month=given.get("from_month", ""),
        to_month=given.get("to_month", ""),
        ongoing=bool(given.get("ongoing")),
        **{field: int(given.get(field) or 0) for field in ("women", "men", "other", "unknown", "minors")},
        ages=_counts(given, AGES),
        citizenship=_counts(given, CITIZENS),
        amount=_money(given.get("amount")),
        paid=_money(given.get("paid")),
        currency=given.get("currency", "") if given.get("amount") else "",
        facts=given.get("facts", ""),
        basis=given.get("basis", ""),
    )


def _counts(given: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, int]:
    """Only what was counted: a zero is no answer that anybody has to keep."""
    typed = {code: int(given.get(field) or 0) for field, code in codes.items()}
    return {code: number for code, number in typed.items() if number}


def _money(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _source(position: int, given: Mapping[str, Any]) -> Source:
    return Source(
        id=UUID(given["id"]) if given.get("id") else new_id(),
        position=position,
        kind=given["kind"],
        primary=bool(given.get("primary")),
        group=given.get("group", ""),
        reliability=given.get("reliability", ""),
        decision_in_force=bool(given.get("decision_in_force")),
        supports=[int(each) for each in given.get("supports", [])],
        consents=list(given.get("consents", [])),
        consent_on=_day(given.get("consent_on")),
        consent_how=given.get("consent_how", ""),
        withhold=given.get("withhold", ""),
    )


def _evidence(given: Mapping[str, Any]) -> Evidence:
    return Evidence(
        attachment_id=UUID(given["attachment"]),
        source_position=int(given.get("source") or 0),
        title=given.get("title", ""),
        kind=given.get("kind", ""),
        maker=given.get("maker", ""),
        taken_on=_day(given.get("taken_on")),
        chain=given.get("chain", ""),
        supports=[int(each) for each in given.get("supports", [])],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def attachment_of(session: Session, report: Report, attachment_id: UUID) -> Attachment | None:
    """The file, if it belongs to this report or draft."""
    known = {each.attachment_id for each in report.evidence}
    known |= {UUID(each["attachment"]) for each in items_of(report, "evidence")}
    return session.get(Attachment, attachment_id) if attachment_id in known else None
