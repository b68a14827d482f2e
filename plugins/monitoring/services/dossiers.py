"""Dossiers: composed from what was verified and consented to, frozen at approval, sent by a person."""

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    approvals,
    audit,
    mark,
    now,
    organisations_of,
    people_with,
    platform,
    render_pdf,
    require,
)
from plugins.monitoring import rights
from plugins.monitoring.dossier import letter
from plugins.monitoring.lifecycle import DOSSIER
from plugins.monitoring.models import Dossier, Report
from plugins.monitoring.services import bundles, sharing
from plugins.monitoring.services.composing import applicant_of, compose, consented, relied_on
from plugins.monitoring.services.notices import tell
from plugins.monitoring.taxonomy import TAXONOMY

WAITS = mark("A dossier on the report %(reference)s waits for your approval")
APPROVED = mark("The dossier on the report %(reference)s was approved")

FIRST = "police"
"""Violence, confinement and taken papers go here before anybody warns the employer."""

SETTLED = ("nobody", "agreed")
"""Answers to the question of papers that let a dossier go on."""


def proposed(report: Report) -> list[tuple[str, list[str]]]:
    """The authorities that the taxonomy names for what may be told, with the violations; the first comes first."""
    told = [each.violation for each in consented(report)]
    bodies = Counter(str(TAXONOMY.entry("violation", each)["addressee"]) for each in told)
    order = sorted(bodies, key=lambda body: (body != FIRST, -bodies[body], body))
    return [
        (body, [each for each in told if TAXONOMY.entry("violation", each)["addressee"] == body])
        for body in order
    ]


def at_risk(report: Report) -> bool:
    """Whether a complaint could turn against the workers because of their papers: unless somebody said no."""
    return report.safety.get("status") != "no"


def write(
    session: Session,
    actor: Actor,
    report: Report,
    addressee: str,
    *,
    status_risk: str = "",
    confidential: bool = True,
    replaces: Dossier | None = None,
) -> Dossier:
    """Begin a dossier on a verified report. Raises GuardFailed when no consent lets anything out.

    `status_risk`: "nobody" is at risk, or all who are have "agreed"; must be told where the report denies no risk.
    """
    require(actor, rights.DOSSIER_WRITE, report.subject())
    _check(report, status_risk)
    last = session.scalar(select(func.max(Dossier.version)).where(Dossier.report_id == report.id)) or 0
    dossier = Dossier(
        report=report,
        version=last + 1,
        addressee=addressee,
        author_id=actor.person_id,
        organisation_id=next(iter(organisations_of(session, actor.person_id)), None),
        replaces_id=replaces.id if replaces else None,
        status_risk=status_risk,
        confidential=confidential,
    )
    dossier.relies_on = relied_on(report)
    session.add(dossier)
    session.flush()
    audit.record(session, actor, "monitoring.dossier.write", dossier.id)
    officers = people_with(session, platform.register, rights.DOSSIER_APPROVE, dossier.subject())
    tell(session, dossier, [person.id for person in officers if person.id != actor.person_id], WAITS)
    approvals.propose(session, actor, DOSSIER.kind, dossier.id, content(session, dossier))
    return dossier


def _check(report: Report, status_risk: str) -> None:
    missing = {
        "report_not_verified": report.state != "verified",
        "no_consent": not consented(report),
        "status_risk_open": at_risk(report) and status_risk not in SETTLED,
    }
    if any(missing.values()):
        raise GuardFailed("write", [code for code, lacking in missing.items() if lacking])


def renew(session: Session, actor: Actor, dossier: Dossier, *, revision: int) -> Dossier:
    """A new version after changes. One that has not left is replaced, and its links close; one that has goes on."""
    if dossier.state in ("drafting", "approved"):
        DOSSIER.move(session, actor, dossier, "replace", revision=revision)
        sharing.close_all(session, actor, dossier)
    return write(
        session,
        actor,
        dossier.report,
        dossier.addressee,
        status_risk=dossier.status_risk,
        confidential=dossier.confidential,
        replaces=dossier,
    )


def content(session: Session, dossier: Dossier) -> bytes:
    """What the letter says now, in the form that is proposed, approved and compared."""
    return letter.canonical(letter.payload(compose(session, dossier, None)))


def is_void(dossier: Dossier) -> bool:
    """Whether what was approved may not leave any more, since a source took its consent back before it did."""
    return dossier.consent_lost_at is not None and dossier.state == "approved"


def content_of(session: Session, dossier: Dossier) -> dict[str, object]:
    """The letter as plain values: what was frozen, or what would be."""
    if is_void(dossier):
        return letter.payload(compose(session, dossier, None))
    return dossier.content or letter.payload(compose(session, dossier, None))


def propose_again(session: Session, actor: Actor, dossier: Dossier) -> None:
    """Put the letter forward as the report stands now, and become its author. Raises Denied or GuardFailed."""
    require(actor, rights.DOSSIER_WRITE, dossier.subject())
    if dossier.state != "drafting":
        raise GuardFailed("propose", ["not_open"])
    dossier.author_id = actor.person_id
    dossier.organisation_id = next(iter(organisations_of(session, actor.person_id)), None)
    dossier.relies_on, dossier.consent_lost_at = relied_on(dossier.report), None
    approvals.propose(session, actor, DOSSIER.kind, dossier.id, content(session, dossier))


def is_stale(session: Session, dossier: Dossier) -> bool:
    """Whether the report has changed since the letter was proposed, so that nobody can approve it."""
    proposal = approvals.waiting(session, DOSSIER.kind, dossier.id)
    return proposal is None or proposal.content_hash != approvals.fingerprint(content(session, dossier))


def approve(session: Session, actor: Actor, dossier: Dossier, *, revision: int) -> None:
    """Freeze text, annex list and PDF, and approve. Raises Denied, Conflict or GuardFailed."""
    DOSSIER.move(session, actor, dossier, "approve", revision=revision)
    if not consented(dossier.report):
        raise GuardFailed("approve", ["no_consent"])
    applicant = applicant_of(session, dossier)
    if applicant is None:
        raise GuardFailed("approve", ["no_applicant"])
    dossier.organisation_id = applicant
    if dossier.consent_lost_at:
        raise GuardFailed("approve", ["consent_lost"])
    composed = compose(session, dossier, now().date())
    _approve(session, actor, dossier, letter.canonical(letter.payload(composed)))
    dossier.content, dossier.relies_on = letter.payload(composed), relied_on(dossier.report)
    dossier.content_hash = letter.content_hash(composed)
    dossier.pdf = render_pdf(letter.TEMPLATE, letter.document(composed))
    bundles.freeze(session, dossier, applicant)
    tell(session, dossier, [dossier.author_id] if dossier.author_id else [], APPROVED)


def _approve(session: Session, actor: Actor, dossier: Dossier, text: bytes) -> None:
    proposal = approvals.waiting(session, DOSSIER.kind, dossier.id)
    try:
        if proposal is None:
            raise approvals.NotOpen
        approvals.approve(session, actor, proposal, text)
    except approvals.ApprovalProblem as problem:
        raise GuardFailed("approve", [problem.code]) from problem


def preview(session: Session, dossier: Dossier) -> bytes:
    """The PDF as it left, or as it would leave: a draft says so on its pages."""
    if dossier.pdf and not is_void(dossier):
        return dossier.pdf
    return render_pdf(letter.TEMPLATE, letter.document(compose(session, dossier, None)))


def send(
    session: Session,
    actor: Actor,
    dossier: Dossier,
    day: date,
    channel: str,
    proof: str = "",
    *,
    revision: int,
) -> None:
    """Record when and how the dossier left. camove itself sends nothing: an identified person files.

    `channel` is never e-mail: since 30.03.2025 that is no appeal (547-FZ). `proof`: the number of a receipt.
    """
    if channel not in TAXONOMY.codes("channel"):
        raise GuardFailed("send", ["no_channel"])
    DOSSIER.move(session, actor, dossier, "send", revision=revision)
    dossier.sent_on, dossier.channel, dossier.proof = day, channel, proof
