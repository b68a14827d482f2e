"""What waits for whom: the tiles of the dashboard, and work that comes back when a person leaves."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Obstacle,
    Passage,
    Setting,
    Tile,
    audit,
    get_setting,
    mark,
    now,
    queue_index,
    visible,
)
from plugins.monitoring import rights
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Dossier, Report
from plugins.monitoring.services import custody
from plugins.monitoring.services.aftermath import lost
from plugins.monitoring.services.agenda import tiles as listing_tiles
from plugins.monitoring.services.finding import OPEN_STATES, seen_reports, uid
from plugins.monitoring.services.queue import is_late
from plugins.monitoring.services.queue import seen as in_queue

TRIAGE_DAYS = Setting(
    "monitoring.triage_days",
    mark("Days until a report counts as late"),
    "3",
    mark("A report that no coordinator has taken for so many days is shown in red."),
)


def tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """Counted tiles, each opening the list behind its number."""
    yield from _coordinator_tiles(session, actor)
    yield _tile(
        session, gettext("Reports to verify"), "verification", Report.verifier_id == actor.person_id, 20
    )
    second = Report.second_verifier_id == actor.person_id
    yield _tile(session, gettext("Findings to confirm"), "confirmation", second, 21)
    mine = Report.reporter_id == actor.person_id
    yield _tile(session, gettext("Your reports that need an answer"), "needs_info", mine, 5, "warn")
    yield _tile(session, gettext("Your drafts"), "draft", mine, 40)
    yield from _dossier_tiles(session, actor)
    yield from _lost_tile(session, actor)
    yield from _custodian_tiles(session, actor)
    yield from listing_tiles(session, actor)


def _tile(
    session: Session, label: str, state: str, condition: ColumnElement[bool], weight: int, tone: str = "info"
) -> Tile:
    number = (
        session.scalar(select(func.count()).select_from(Report).where(Report.state == state, condition)) or 0
    )
    return Tile(number, label, "monitoring.reports", {"state": state}, tone, weight)


def _coordinator_tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    if not actor.may(rights.REPORT_TRIAGE):
        return
    days = get_setting(session, TRIAGE_DAYS)
    limit = now() - timedelta(days=int(days) if days.isdigit() else int(TRIAGE_DAYS.default))
    seen = seen_reports(actor)
    late = or_(Report.submitted_at < limit, Report.urgent)
    yield _tile(session, gettext("New reports, urgent or late"), "submitted", seen & late, 1, "error")
    yield _tile(session, gettext("New reports"), "submitted", seen & ~late, 2)
    yield _tile(session, gettext("Reports being sorted"), "triage", seen, 3)
    yield _late_tile(session, actor)


def _late_tile(session: Session, actor: Actor) -> Tile:
    """All that stands too long, whoever has it: the queue tells who."""
    late = is_late(session, TRIAGE_DAYS, now()) & Report.state.in_(OPEN_STATES)
    number = session.scalar(select(func.count()).select_from(Report).where(in_queue(actor), late)) or 0
    tone = "warn" if number else "neutral"
    return Tile(number, gettext("Late in the queue"), "monitoring.queue", {"late": "y"}, tone, 4)


def _dossier_tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    soon = now().date() + timedelta(days=7)
    for permission, state, label, weight, condition in (
        (
            rights.DOSSIER_APPROVE,
            "drafting",
            gettext("Dossiers to approve"),
            10,
            Dossier.author_id != actor.person_id,
        ),
        (rights.DOSSIER_TRACK, "approved", gettext("Dossiers to send"), 11, Dossier.id.is_not(None)),
        (
            rights.DOSSIER_TRACK,
            "silent",
            gettext("Silences to complain about"),
            9,
            Dossier.id.is_not(None),
        ),
        (rights.DOSSIER_TRACK, "answered", gettext("Outcomes to record"), 13, Dossier.id.is_not(None)),
        (
            rights.DOSSIER_TRACK,
            "registered",
            gettext("Answers due within a week"),
            12,
            Dossier.answer_by <= soon,
        ),
    ):
        reached = visible(actor, permission, organisation=Report.organisation_id, country=Report.country)
        rows = (
            select(func.count())
            .select_from(Dossier)
            .join(Report)
            .where(Dossier.state == state, reached, condition)
        )
        yield Tile(session.scalar(rows) or 0, label, "monitoring.dossiers", {"state": state}, "info", weight)


def _lost_tile(session: Session, actor: Actor) -> Iterable[Tile]:
    """Letters whose source took its consent back: for those who send them and those who approve them."""
    reached = or_(
        *(
            visible(actor, each, organisation=Report.organisation_id, country=Report.country)
            for each in (rights.DOSSIER_TRACK, rights.DOSSIER_APPROVE)
        )
    )
    rows = select(func.count()).select_from(Dossier).join(Report).where(lost(), reached)
    if number := session.scalar(rows) or 0:
        words = gettext("Dossiers whose consent was taken back")
        yield Tile(number, words, "monitoring.dossiers", {"lost": "y"}, "error", 1)


def _custodian_tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    if actor.may(rights.IDENTITY_GRANT):
        number = len(custody.waiting(session, actor))
        words = gettext("Requests to open a contact")
        yield Tile(number, words, "monitoring.identity_requests", {}, "warn" if number else "neutral", 3)


def give_back(session: Session, person_id: UUID) -> None:
    """A verifier has left: their open reports go back to the coordinator to name another."""
    named = or_(Report.verifier_id == person_id, Report.second_verifier_id == person_id)
    states = ("triage", "verification", "confirmation")
    rows = select(Report).where(named, Report.state.in_(states)).with_for_update()
    for report in session.scalars(rows):
        source, report.state, report.revision = report.state, "triage", report.revision + 1
        report.verifier_id = None if report.verifier_id == person_id else report.verifier_id
        report.second_verifier_id = (
            None if report.second_verifier_id == person_id else report.second_verifier_id
        )
        passage = Passage(kind="monitoring.report", object_id=report.id, revision=report.revision)
        passage.source, passage.target, passage.transition = source, "triage", "give_back"
        session.add(passage)
        audit.record(session, Actor(), "monitoring.report.give_back", report.id, ("state", "verifier"))
        queue_index(session, [uid(report)])


def obstacles(session: Session, permission: str, target: UUID) -> Iterable[Obstacle]:
    """A person whose own reports are still open is not closed: nobody could answer questions about them."""
    if permission != "core.people.disable":
        return
    asked = select(func.count()).where(
        Report.reporter_id == target, Report.state.in_(("draft", *OPEN_STATES))
    )
    if session.scalar(asked):
        yield Obstacle(
            "open_reports",
            gettext("This person has open reports. Withdraw them or wait until they are closed."),
        )
