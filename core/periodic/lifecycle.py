"""The states of a periodic report: who may move it, and what stands before each move."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import approvals
from core.accounts.roles import PERIODIC_MANAGE
from core.i18n import mark
from core.periodic import content
from core.periodic.models import PeriodicReport
from core.permissions import Actor
from core.workflow import Machine, State, Transition

APPROVAL = "core.periodic"
"""The kind under which approvals are kept."""

PUBLIC = ("published", "superseded")


def standing(session: Session, period: str) -> PeriodicReport | None:
    """The edition of a period that is valid now."""
    return session.scalars(select(PeriodicReport).filter_by(period=period, state="published")).first()


def complete(session: Session, _actor: Actor, report: PeriodicReport) -> Iterable[str]:
    """It says what it is, it has figures, and it stands beside no other edition."""
    valid = standing(session, report.period)
    if not any(report.title.values()):
        yield "title_missing"
    if not report.snapshot:
        yield "figures_missing"
    if report.corrects_id and not any(report.changes.values()):
        yield "changes_missing"
    if (valid.id if valid else None) != report.corrects_id:
        yield "not_latest"


def agreed(session: Session, actor: Actor, report: PeriodicReport) -> Iterable[str]:
    """Somebody else has approved exactly this content."""
    yield from complete(session, actor, report)
    if content.digest(report.content) != report.sha256:
        yield "content_changed"
    if approvals.approved(session, APPROVAL, report.id, report.content) is None:
        yield "not_approved"


PERIODIC = Machine(
    "core.periodic",
    (
        State("draft", mark("Draft")),
        State("proposed", mark("Waits for a second person"), "warn"),
        State("published", mark("Published"), "ok"),
        State("superseded", mark("Replaced by a correction")),
        State("discarded", mark("Discarded"), final=True),
    ),
    (
        Transition(
            "propose", ("draft",), "proposed", PERIODIC_MANAGE, mark("Propose for publication"), complete
        ),
        Transition("recall", ("proposed",), "draft", PERIODIC_MANAGE, mark("Take back for changes")),
        Transition(
            "publish", ("proposed",), "published", PERIODIC_MANAGE, mark("Approve and publish"), agreed
        ),
        Transition(
            "supersede", ("published",), "superseded", PERIODIC_MANAGE, mark("Replace by the correction")
        ),
        Transition("discard", ("draft",), "discarded", PERIODIC_MANAGE, mark("Discard this draft")),
    ),
)
