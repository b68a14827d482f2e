"""Where a report, its dossier and its entry of the list must stand for a step to succeed."""

from datetime import date

from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import approvals
from core.toolkit import now
from doors.door import Records
from plugins.monitoring.dossier.letter import canonical
from plugins.monitoring.models import (
    Dossier,
    Employer,
    Listing,
    Report,
)
from plugins.monitoring.services import (
    dossiers,
)

STAGES = {
    "monitoring.judge": {"report": ("verification", 4)},
    "monitoring.confirm": {"report": ("confirmation", 5)},
    "monitoring.write_dossier": {"report": ("verified", 6)},
    "monitoring.approve_dossier": {"report": ("verified", 6), "dossier": ("drafting", 1)},
    "monitoring.propose_dossier": {"report": ("verified", 6), "dossier": ("drafting", 1)},
    "monitoring.renew_dossier": {"report": ("verified", 6)},
    "monitoring.forwarded_dossier": {"dossier": ("registered", 4)},
    "monitoring.extended_dossier": {"dossier": ("registered", 4)},
    "monitoring.outcome_dossier": {"dossier": ("answered", 5)},
    "monitoring.move_dossier": {"dossier": ("registered", 4)},
    "monitoring.sent_dossier": {"dossier": ("approved", 2)},
    "monitoring.registered_dossier": {"dossier": ("sent", 3)},
    "monitoring.answered_dossier": {"dossier": ("registered", 4)},
}
"""Where the Russian record must stand for a step to succeed."""

LISTING_STAGES = {
    "monitoring.risk_listing": "risk_review",
    "monitoring.extend_listing": "reply_window",
    "monitoring.reply_listing": "reply_window",
    "monitoring.answer_dispute": "disputed",
}
"""The same for its entry of the public list."""


def stage(net: Network, endpoint: str, records: Records) -> None:
    """Put the report and its dossier where the step can succeed."""
    report_id, wanted = records["monitoring.report"]["report_id"], STAGES.get(endpoint, {})
    with net.app.app_context(), net.site.database.transaction() as session:
        listing = session.get_one(Listing, records["monitoring.listing"]["listing_id"])
        listing.state = LISTING_STAGES.get(endpoint, "proposed")
        listing.post_on = listing.email_on = date(2026, 3, 1)
        report = session.get_one(Report, report_id)
        dossier = session.scalars(select(Dossier).where(Dossier.report_id == report_id)).one()
        dossier.registered_on, dossier.answer_by = date(2026, 3, 1), date(2026, 3, 31)
        for name, (state, revision) in wanted.items():
            record = {"report": report, "dossier": dossier}[name]
            record.state, record.revision = state, revision
        if report.state in ("confirmation", "verified"):
            report.allegations[0].verdict = "verified"
            report.allegations[0].state = "verified" if report.state == "verified" else "pending"
        if report.state == "verified":
            report.employer = session.scalars(select(Employer)).first()
        dossier.consent_lost_at = now() if endpoint == "monitoring.told_dossier" else None
        session.flush()
        _approval(session, net, dossier)


def _approval(session: Session, net: Network, dossier: Dossier) -> None:
    """What the two-person rule asks for where the dossier stands."""
    author, officer = (net.actor(session, who) for who in ("coordinator", "lawyer"))
    dossier.content = None if dossier.state == "drafting" else {"reference": "RP"}
    text = canonical(dossier.content) if dossier.content else dossiers.content(session, dossier)
    proposal = approvals.propose(session, author, "monitoring.dossier", dossier.id, text)
    if dossier.content:
        approvals.approve(session, officer, proposal, text)
        dossier.content_hash = proposal.content_hash
