"""The states of a report and of a dossier: who may move them, and under which guard."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.toolkit import Actor, Machine, State, Transition, approvals, mark, organisations_of
from plugins.monitoring import rights, verification
from plugins.monitoring.dossier.letter import canonical
from plugins.monitoring.models import Dossier, Report, Source
from plugins.monitoring.register import kin
from plugins.monitoring.verification import SourceFact


def ready_to_send(_session: Session, _actor: Actor, report: Report) -> Iterable[str]:
    """Safety answered, at least one allegation, at least one source whose consents were asked for."""
    missing = {
        "safety_unanswered": not report.safety,
        "employer_missing": not report.employer_name,
        "allegation_missing": not report.allegations,
        "source_missing": not report.sources,
        "consent_not_asked": any(source.consent_on is None for source in report.sources),
        "not_to_be_shared": not all(source.shared for source in report.sources),
    }
    return [code for code, lacking in missing.items() if lacking]


def ready_to_verify(session: Session, _actor: Actor, report: Report) -> Iterable[str]:
    """Linked to a registered employer whose number is sound, and two verifiers named by the rules."""
    missing = {
        "employer_not_linked": report.employer is None,
        "identifier_problem": report.employer is not None
        and not kin.numbers_sound(session, kin.survivor(session, report.employer)),
    }
    people = verification.person_obstacles(
        report.reporter_id,
        report.organisation_id,
        report.verifier_id,
        _organisation_of(session, report),
        report.second_verifier_id,
    )
    return [code for code, lacking in missing.items() if lacking] + people


def _organisation_of(session: Session, report: Report) -> object:
    """The verifier's organisation; the reporting one, if they belong to that too."""
    organisations = organisations_of(session, report.verifier_id)
    return (
        report.organisation_id if report.organisation_id in organisations else next(iter(organisations), None)
    )


def ready_to_propose(_session: Session, actor: Actor, report: Report) -> Iterable[str]:
    """The first verifier has judged every allegation, and the gate lets each "verified" through."""
    if actor.person_id != report.verifier_id:
        yield "not_first_verifier"
    for allegation in report.shared_allegations:
        if not allegation.verdict:
            yield "verdict_missing"
        if allegation.verdict == "verified":
            yield from verification.obstacles(facts(supporting(report, allegation.position)))


def ready_to_confirm(_session: Session, actor: Actor, report: Report) -> Iterable[str]:
    """A second person, and the gate once more: the sources may have changed since."""
    if actor.person_id != report.second_verifier_id:
        yield "not_second_verifier"
    yield from verification.second_obstacles(report.reporter_id, report.verifier_id, actor.person_id)
    for allegation in report.allegations:
        if allegation.verdict == "verified":
            yield from verification.obstacles(facts(supporting(report, allegation.position)))


def second_verifier(_session: Session, actor: Actor, report: Report) -> Iterable[str]:
    """Only the second verifier answers a proposal."""
    return () if actor.person_id == report.second_verifier_id else ("not_second_verifier",)


def supporting(report: Report, position: int) -> list[Source]:
    """The sources that stand behind the allegation at `position`; one that took its word back does not."""
    return [source for source in report.shared_sources if position in source.supports]


def facts(sources: Iterable[Source]) -> list[SourceFact]:
    """What the gate needs to know of them."""
    return [SourceFact(s.kind, s.primary, s.group, s.decision_in_force) for s in sources]


def another_person(_session: Session, actor: Actor, dossier: Dossier) -> Iterable[str]:
    """Nobody approves what they wrote themselves."""
    return ("author_approves",) if actor.person_id == dossier.author_id else ()


def is_approved(session: Session, _actor: Actor, dossier: Dossier) -> Iterable[str]:
    """Nothing leaves that was not frozen, that a source took back, or anything but what a second person approved."""
    if not dossier.content:
        return ("not_frozen",)
    if dossier.consent_lost_at:
        return ("consent_lost",)
    text = canonical(dossier.content)
    holds = approvals.approved(session, DOSSIER.kind, dossier.id, text)
    return () if holds and holds.content_hash == dossier.content_hash else ("content_changed",)


ANSWERABLE = ("sent", "registered", "forwarded", "silent", "complained", "appealed")
"""Where an answer of the authority may find a dossier; offices answer when they like."""


def _tracked(
    name: str, sources: tuple[str, ...], target: str, label: str, *, reason: bool = False
) -> Transition:
    """A move of whoever follows what becomes of a dossier."""
    return Transition(name, sources, target, rights.DOSSIER_TRACK, label, reason_required=reason)


OPEN = ("submitted", "triage", "needs_info", "verification", "confirmation")
DECIDED = ("verified", "unverified", "refuted", "rejected")
WITHDRAWABLE = (*OPEN, *DECIDED)
"""A source may change its mind at any time: what was decided does not bind it."""

REPORT = Machine(
    "monitoring.report",
    (
        State("draft", mark("Draft")),
        State("submitted", mark("Waits for the coordinator"), "info"),
        State("triage", mark("Being sorted"), "info"),
        State("needs_info", mark("Waits for more information"), "warn"),
        State("verification", mark("Under review"), "info"),
        State("confirmation", mark("Waits for the second verifier"), "info"),
        State("verified", mark("Confirmed"), "ok"),
        State("unverified", mark("Not confirmed")),
        State("refuted", mark("Refuted")),
        State("rejected", mark("Rejected")),
        State("withdrawn", mark("Withdrawn"), final=True),
    ),
    (
        Transition("submit", ("draft",), "submitted", rights.REPORT_CREATE, mark("Send"), ready_to_send),
        Transition("take", ("submitted",), "triage", rights.REPORT_TRIAGE, mark("Take this report")),
        Transition(
            "ask",
            ("triage",),
            "needs_info",
            rights.REPORT_TRIAGE,
            mark("Ask for more information"),
            reason_required=True,
        ),
        Transition(
            "answer", ("needs_info",), "triage", rights.REPORT_CREATE, mark("Answer"), reason_required=True
        ),
        Transition(
            "reject", ("triage",), "rejected", rights.REPORT_TRIAGE, mark("Reject"), reason_required=True
        ),
        Transition(
            "verify",
            ("triage",),
            "verification",
            rights.REPORT_TRIAGE,
            mark("Start verification"),
            ready_to_verify,
        ),
        Transition(
            "propose",
            ("verification",),
            "confirmation",
            rights.REPORT_VERIFY,
            mark("Propose these findings"),
            ready_to_propose,
        ),
        Transition(
            "send_back",
            ("confirmation",),
            "verification",
            rights.REPORT_VERIFY,
            mark("Send back to the first verifier"),
            second_verifier,
            reason_required=True,
        ),
        *(
            Transition(
                f"confirm_{outcome}",
                ("confirmation",),
                outcome,
                rights.REPORT_VERIFY,
                mark("Confirm these findings"),
                ready_to_confirm,
            )
            for outcome in ("verified", "unverified", "refuted")
        ),
        Transition(
            "withdraw",
            WITHDRAWABLE,
            "withdrawn",
            rights.CONSENT_WITHDRAW,
            mark("Withdraw"),
            reason_required=True,
        ),
    ),
)

DOSSIER = Machine(
    "monitoring.dossier",
    (
        State("drafting", mark("Being written")),
        State("approved", mark("Approved"), "ok"),
        State("sent", mark("Sent"), "info"),
        State("registered", mark("Registered by the authority"), "info"),
        State("forwarded", mark("Forwarded to another authority"), "info"),
        State("silent", mark("No answer in time"), "error"),
        State("complained", mark("Complaint about the silence sent"), "warn"),
        State("answered", mark("Answered"), "ok"),
        State("recorded", mark("Outcome recorded"), "ok"),
        State("appealed", mark("The answer was appealed"), "warn"),
        State("closed", mark("Closed"), final=True),
        State("replaced", mark("Replaced by a newer version"), final=True),
        State("withdrawn", mark("Withdrawn"), final=True),
    ),
    (
        Transition(
            "approve", ("drafting",), "approved", rights.DOSSIER_APPROVE, mark("Approve"), another_person
        ),
        Transition("send", ("approved",), "sent", rights.DOSSIER_TRACK, mark("Record as sent"), is_approved),
        _tracked("register", ("sent", "forwarded"), "registered", mark("Record the registration")),
        _tracked("forward", ("registered", "silent"), "forwarded", mark("Record the forwarding")),
        _tracked("extend", ("registered", "silent"), "registered", mark("Record the extension")),
        _tracked(
            "complain", ("silent",), "complained", mark("Record the complaint about the silence"), reason=True
        ),
        _tracked("answer", ANSWERABLE, "answered", mark("Record the answer"), reason=True),
        _tracked("record", ("answered", "silent", "complained"), "recorded", mark("Record the outcome")),
        _tracked("appeal", ("recorded",), "appealed", mark("Record the appeal"), reason=True),
        _tracked("close", ("recorded",), "closed", mark("Close the dossier")),
        Transition(
            "replace",
            ("drafting", "approved"),
            "replaced",
            rights.DOSSIER_WRITE,
            mark("Write a new version"),
        ),
        _tracked(
            "withdraw", ("drafting", "approved", *ANSWERABLE), "withdrawn", mark("Withdraw"), reason=True
        ),
    ),
)
