"""Use cases of periodic reports: one function each, in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from core import approvals, audit
from core.accounts.directory import people_with
from core.accounts.roles import PERIODIC_MANAGE
from core.database import now
from core.i18n import mark
from core.notifications import notify
from core.periodic import content, periods
from core.periodic.lifecycle import APPROVAL, PERIODIC, PUBLIC, standing
from core.periodic.models import PeriodicReport
from core.permissions import Actor, Denied, Subject, require
from core.platform import platform
from core.workflow import Conflict, GuardFailed, history

Texts = Mapping[str, str]
WAITS = mark("A report of the network waits for your approval: %(period)s")


def begin(
    session: Session, actor: Actor, period: str, title: Texts, *, sample: bool = False
) -> PeriodicReport:
    """Begin a draft on an ended period. Raises Denied, ValueError if it is none that is offered."""
    require(actor, PERIODIC_MANAGE)
    if period not in {each.code for each in periods.offered(now().date())}:
        raise ValueError(period)
    made = PeriodicReport(period=period, title=dict(title), sample=sample)
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.periodic.begin", made.id, ("period", "title"))
    return made


def correct(session: Session, actor: Actor, report_id: UUID) -> PeriodicReport:
    """Begin the correction of the valid edition, or give the one that is begun. Raises Denied, GuardFailed."""
    before = find(session, actor, report_id)
    if before.state != "published":
        raise GuardFailed("correct", ["not_latest"])
    open_ones = select(PeriodicReport).filter_by(corrects_id=before.id)
    begun = session.scalars(open_ones.where(PeriodicReport.state.in_(("draft", "proposed")))).first()
    if begun is not None:
        return begun
    made = PeriodicReport(
        period=before.period, title=before.title, texts=before.texts, snapshot=before.snapshot,
        corrects_id=before.id, sample=before.sample,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.periodic.correct", made.id, ("corrects",))
    return made


def change(
    session: Session, actor: Actor, report_id: UUID, title: Texts, changes: Texts, *, revision: int
) -> None:
    """Give a draft its title and, if it is a correction, what it changes. Raises Denied, Conflict, GuardFailed."""
    found = _draft(session, actor, report_id, revision, "change", ("title", "changes"))
    found.title, found.changes = dict(title), dict(changes) if found.corrects_id else {}


def write(
    session: Session, actor: Actor, report_id: UUID, section: str, text: Texts, *, revision: int
) -> None:
    """Write the text of one section of a draft. Raises Denied, Conflict, GuardFailed."""
    found = _draft(session, actor, report_id, revision, "write", (section,))
    found.texts = {**found.texts, section: dict(text)} if text else _without(found.texts, section)


def keep_figures(
    session: Session, actor: Actor, report_id: UUID, drawn: Mapping[str, Any], *, revision: int
) -> None:
    """Keep figures that were drawn just now in place of the earlier ones. Raises Denied, Conflict, GuardFailed."""
    found = _draft(session, actor, report_id, revision, "draw", ("snapshot",))
    found.snapshot = content.canonical(drawn)


def move(session: Session, actor: Actor, report_id: UUID, name: str, *, revision: int) -> PeriodicReport:
    """Propose, take back, publish or discard. Raises Denied, Conflict, GuardFailed."""
    found = find(session, actor, report_id, lock=True)
    known = {"propose": _propose, "recall": _recall, "publish": _publish, "discard": _discard}
    if name not in known:
        raise GuardFailed(name, ["not_open"])
    known[name](session, actor, found, revision)
    return found


def _propose(session: Session, actor: Actor, found: PeriodicReport, revision: int) -> None:
    PERIODIC.move(session, actor, found, "propose", revision=revision)
    found.content = content.canonical(composed(session, found))
    found.sha256 = content.digest(found.content)
    approvals.propose(session, actor, APPROVAL, found.id, found.content)
    others = {each.id for each in people_with(session, platform.register, PERIODIC_MANAGE, found.subject())}
    notify(
        session, others - {actor.person_id}, "core", WAITS, {"period": found.period},
        endpoint="periodic.draft", arguments={"report_id": str(found.id)},
    )  # fmt: skip


def _recall(session: Session, actor: Actor, found: PeriodicReport, revision: int) -> None:
    PERIODIC.move(session, actor, found, "recall", revision=revision)
    if waiting := approvals.waiting(session, APPROVAL, found.id):
        approvals.withdraw(session, actor, waiting)
    found.content, found.sha256 = "", ""


def _publish(session: Session, actor: Actor, found: PeriodicReport, revision: int) -> None:
    waiting = approvals.waiting(session, APPROVAL, found.id)
    if waiting is None or found.state != "proposed":
        raise GuardFailed("publish", ["not_open"])
    try:
        approvals.approve(session, actor, waiting, found.content)
    except approvals.ApprovalProblem as problem:
        raise GuardFailed("publish", [problem.code]) from problem
    before = standing(session, found.period)
    # Once it is public, the database lets nothing of it change. The guard holds that no edition came between, so this
    # is the number that was approved.
    found.number, found.published_at = next_number(session, found.period), now()
    PERIODIC.move(session, actor, found, "publish", revision=revision)
    if before is not None:
        PERIODIC.move(session, actor, before, "supersede", revision=before.revision)


def _discard(session: Session, actor: Actor, found: PeriodicReport, revision: int) -> None:
    PERIODIC.move(session, actor, found, "discard", revision=revision)


def composed(session: Session, report: PeriodicReport) -> dict[str, Any]:
    """The content as it stands now, of a draft; what was proposed is read from its own."""
    if report.content:
        return dict(json.loads(report.content))
    before = report.corrects
    corrects = (
        {"number": before.number, "sha256": before.sha256, "changes": report.changes} if before else None
    )
    snapshot = json.loads(report.snapshot) if report.snapshot else {}
    number = next_number(session, report.period)
    return content.composed(
        periods.read(report.period), number, report.title, report.texts, snapshot, corrects
    )


def next_number(session: Session, period: str) -> int:
    """The number that the next edition of a period bears."""
    last = session.scalar(select(func.max(PeriodicReport.number)).filter_by(period=period))
    return (last or 0) + 1


def find(session: Session, actor: Actor, report_id: UUID, *, lock: bool = False) -> PeriodicReport:
    """One of them, for whoever makes them. Raises Denied, as for one that is not there."""
    found = session.get(PeriodicReport, report_id, with_for_update={"of": PeriodicReport} if lock else None)
    if found is None:
        raise Denied(PERIODIC_MANAGE, Subject(object_id=report_id))
    require(actor, PERIODIC_MANAGE, found.subject())
    return found


def listed(actor: Actor) -> Select[PeriodicReport]:
    """All that are worked on or were published."""
    require(actor, PERIODIC_MANAGE)
    return select(PeriodicReport).where(PeriodicReport.state != "discarded")


def proposer(session: Session, report: PeriodicReport) -> UUID | None:
    """Who proposed what waits."""
    waiting = approvals.waiting(session, APPROVAL, report.id)
    return waiting.proposed_by if waiting else None


def waits_for(session: Session, actor: Actor) -> int:
    """How many editions wait for this person's approval."""
    if not actor.may(PERIODIC_MANAGE):
        return 0
    rows = session.scalars(select(PeriodicReport).filter_by(state="proposed"))
    return sum(proposer(session, each) != actor.person_id for each in rows)


def published(session: Session) -> Sequence[PeriodicReport]:
    """What everybody may read: the valid edition of each period, the latest period first."""
    rows = select(PeriodicReport).filter_by(state="published")
    return session.scalars(rows.order_by(PeriodicReport.published_at.desc(), PeriodicReport.id.desc())).all()


def editions(session: Session, period: str) -> Sequence[PeriodicReport]:
    """Every public edition of a period, the newest first."""
    rows = select(PeriodicReport).filter_by(period=period).where(PeriodicReport.state.in_(PUBLIC))
    return session.scalars(rows.order_by(PeriodicReport.number.desc())).all()


def _draft(
    session: Session, actor: Actor, report_id: UUID, revision: int, act: str, fields: Sequence[str]
) -> PeriodicReport:
    """A draft that nobody else has changed since `revision`, claimed and written down in the audit."""
    found = find(session, actor, report_id)
    if found.state != "draft":
        raise GuardFailed(act, ["not_draft"])
    claim = update(PeriodicReport).where(
        PeriodicReport.id == found.id, PeriodicReport.revision == revision, PeriodicReport.state == "draft"
    )
    taken = revision == found.revision and session.execute(claim.values(revision=revision + 1))
    if not taken or taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(history(session, found.id, since=min(max(revision, 0), found.revision)))
    session.refresh(found)
    audit.record(session, actor, f"core.periodic.{act}", found.id, fields)
    return found


def _without(texts: Mapping[str, Texts], section: str) -> dict[str, dict[str, str]]:
    return {key: dict(each) for key, each in texts.items() if key != section}
