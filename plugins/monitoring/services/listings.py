"""Entries of the public list: proposed, reviewed for risk, announced to the employer, answered; and taken down."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    Passage,
    Subject,
    audit,
    mark,
    notify,
    organisations_of,
    people_with,
    platform,
    queue_index,
    require,
    visible,
)
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import supporting
from plugins.monitoring.models import (
    Correction,
    Employer,
    Listing,
    ListingReport,
    ListingSource,
    Report,
)
from plugins.monitoring.publication import clock, terms
from plugins.monitoring.publication.facts import natural
from plugins.monitoring.publication.gates import Stage
from plugins.monitoring.publication.lifecycle import BEFORE, LISTING, PUBLIC, missing
from plugins.monitoring.register import kin
from plugins.monitoring.services.finding import Missing

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REVIEW = mark("The entry %(reference)s of the public list waits for your review")
MOVED = mark("The entry %(reference)s of the public list has moved")
SUSPENDED = mark("The entry %(reference)s of the public list was suspended: a gate does not hold any more")
PLAIN = ("review", "send_back", "reject", "suspend", "halt", "lift", "annul", "remedy")
"""Moves that need a reason at most."""

CORRECTED = {"annul": "annulled", "lift": "lifted", "suspend": "suspended", "halt": "suspended"}
"""Moves that the public may read of afterwards, and the word for each; without a name."""

STILL = "consent_or_gate"


@dataclass(frozen=True)
class Decision:
    """The official decision of an entry of tier A, in the words of its paper."""

    kind: str
    body: str
    number: str
    on: date
    last_fact: date
    violations: tuple[str, ...]
    in_force: bool
    file_id: UUID | None

    def plain(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {
            "kind": self.kind, "body": self.body, "number": self.number, "on": self.on.isoformat(),
            "last_fact": self.last_fact.isoformat(), "violations": list(self.violations), "in_force": self.in_force,
        }  # fmt: skip


def uid(listing: Listing) -> str:
    """The name of an entry in the search index."""
    return f"monitoring:listing:{listing.id}"


def find(
    session: Session,
    actor: Actor,
    listing_id: UUID,
    permission: str = rights.LISTING_VIEW,
    *,
    lock: bool = False,
) -> Listing:
    """One entry, locked if it is to be changed. Raises Denied if absent or not for `actor`."""
    found = session.get(Listing, listing_id, with_for_update={"of": Listing} if lock else None)
    if found is None:
        raise Missing(permission, Subject(object_id=listing_id))
    require(actor, permission, found.subject())
    return found


def seen(actor: Actor) -> Select[Listing]:
    """The entries that `actor` may read."""
    mine = visible(actor, rights.LISTING_VIEW, organisation=Listing.organisation_id, country=Listing.country)
    return select(Listing).where(mine)


def eligible(session: Session, actor: Actor, employer: Employer) -> list[Report]:
    """The confirmed reports about an employer that `actor` may propose an entry on."""
    family = kin.family(session, kin.survivor(session, employer).id)
    rows = select(Report).where(Report.employer_id.in_(family), Report.state == "verified")
    mine = visible(actor, rights.LISTING_PROPOSE, organisation=Report.organisation_id, country=Report.country)
    return list(session.scalars(rows.where(mine).order_by(Report.id)))


def propose(
    session: Session,
    actor: Actor,
    employer: Employer,
    *,
    reports: Sequence[Report] = (),
    decision: Decision | None = None,
) -> Listing:
    """Propose an entry: of tier A on a decision, or of tier B on confirmed reports. Raises Denied or GuardFailed."""
    subject = Subject(country=employer.country)
    require(actor, rights.LISTING_PROPOSE, subject)
    allowed = {each.id for each in eligible(session, actor, employer)}
    wrong = {
        "listing_grounds": (decision is None) == (not reports),
        "listing_report": any(each.id not in allowed for each in reports),
        "listing_open": _open(session, employer),
    }
    if any(wrong.values()):
        raise GuardFailed("propose", [code for code, found in wrong.items() if found])
    listing = Listing(
        reference=_reference(),
        tier="A" if decision else "B",
        employer=kin.survivor(session, employer),
        country=employer.country,
        organisation_id=next(iter(organisations_of(session, actor.person_id)), None),
        proposer_id=actor.person_id,
        decision=decision.plain() if decision else None,
        decision_file_id=decision.file_id if decision else None,
    )
    session.add(listing)
    session.flush()
    if listing.tier == "B" and natural(session, listing):
        raise GuardFailed("propose", ["gate_person"])
    session.add_all(ListingReport(listing_id=listing.id, report_id=each.id) for each in reports)
    listing.relied = [ListingSource(source=source) for each in reports for source in _supporters(each)]
    session.flush()
    session.expire(listing, ["reports"])
    audit.record(session, actor, "monitoring.listing.propose", listing.id)
    officers = people_with(session, platform.register, rights.LISTING_REVIEW, listing.subject())
    tell(session, listing, [each.id for each in officers if each.id != actor.person_id], REVIEW)
    return listing


def _open(session: Session, employer: Employer) -> bool:
    """Whether an entry about this employer is on its way or public already: two would confuse its reply."""
    family = kin.family(session, kin.survivor(session, employer).id)
    ended = tuple(each.name for each in LISTING.states if each.final)
    rows = select(Listing.id).where(Listing.employer_id.in_(family), Listing.state.not_in(ended))
    return session.scalars(rows.limit(1)).first() is not None


def _supporters(report: Report) -> list[Any]:
    """The sources of its confirmed allegations; all are relied on until somebody leaves one out."""
    confirmed = [each.position for each in report.allegations if each.state == "verified"]
    return [s for s in report.sources if any(s in supporting(report, position) for position in confirmed)]


def _reference() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"L-{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True)
class Circumstances:
    """What people found out about an entry: the open register, the site, and each source's stance by its id."""

    register_source: str
    migrants_on_site: int | None
    reidentification: str
    stances: Mapping[UUID, str]
    dropped: frozenset[UUID] = frozenset()


def describe(session: Session, actor: Actor, listing: Listing, told: Circumstances, *, revision: int) -> None:
    """Record what was found out, before the employer is told; later it would change what was announced.

    `stances`: "left" or "accepted" for each source; a source in `dropped` is not relied on any more.
    """
    require(actor, rights.LISTING_VIEW, listing.subject())
    if not (
        actor.may(rights.LISTING_PROPOSE, listing.subject())
        or actor.may(rights.LISTING_REVIEW, listing.subject())
    ):
        require(actor, rights.LISTING_PROPOSE, listing.subject())
    _claim(listing, revision, ("proposed", "risk_review"))
    if told.register_source != listing.register_source:
        listing.register_source = told.register_source
        listing.register_by = actor.person_id if told.register_source else None
        listing.register_on = clock.today(listing.country)
    listing.migrants_on_site, listing.reidentification = told.migrants_on_site, told.reidentification
    listing.relied = [each for each in listing.relied if each.source_id not in told.dropped]
    for each in listing.relied:
        each.stance = told.stances.get(each.source_id, each.stance)
    audit.record(session, actor, "monitoring.listing.describe", listing.id, ("circumstances",))


def answer_risk(
    session: Session, actor: Actor, listing: Listing, answer: str, note: str, *, revision: int
) -> None:
    """The legal officer answers whether publishing could get anybody prosecuted: "none", "handled" or "open"."""
    require(actor, rights.LISTING_REVIEW, listing.subject())
    if actor.person_id == listing.proposer_id:
        raise GuardFailed("risk", ["reviewer_proposed"])
    if answer != "none" and not note.strip():
        raise GuardFailed("risk", ["reason_missing"])
    _claim(listing, revision, ("risk_review",))
    listing.prosecution_risk, listing.risk_note = answer, note.strip()
    listing.reviewer_id = actor.person_id
    audit.record(session, actor, "monitoring.listing.risk", listing.id, ("prosecution_risk",))


def clear(session: Session, actor: Actor, listing: Listing, *, revision: int) -> None:
    """Let the employer be told. Raises GuardFailed with the gates that do not hold."""
    LISTING.move(session, actor, listing, "clear", revision=revision)


def announce(
    session: Session,
    actor: Actor,
    listing: Listing,
    *,
    post_on: date,
    post_number: str,
    email_on: date,
    revision: int,
) -> None:
    """Record that the facts went to the employer by registered post and by its official e-mail; 14 days run."""
    today = clock.today(listing.country)
    if max(post_on, email_on) > today:
        raise GuardFailed("notify", ["letter_in_future"])
    if not post_number.strip():
        raise GuardFailed("notify", ["post_number_missing"])
    LISTING.move(session, actor, listing, "notify", revision=revision)
    listing.post_on, listing.post_number, listing.email_on = post_on, post_number.strip(), email_on
    listing.reply_extended = listing.reply_asked = False
    listing.reply_kind, listing.reply_text, listing.reply_on = "", "", None
    listing.reply_by = terms.reply_by((post_on, email_on))


def extend_reply(session: Session, actor: Actor, listing: Listing, *, revision: int) -> None:
    """Fourteen days more, as the employer asked, once."""
    require(actor, rights.LISTING_REVIEW, listing.subject())
    if listing.reply_extended:
        raise GuardFailed("extend", ["reply_extended"])
    _claim(listing, revision, ("reply_window",))
    listing.reply_extended = True
    listing.reply_by = terms.reply_by((_day(listing.post_on), _day(listing.email_on)), extended=True)
    audit.record(session, actor, "monitoring.listing.extend", listing.id, ("reply_by",))


def record_reply(
    session: Session, actor: Actor, listing: Listing, kind: str, text: str, *, revision: int
) -> None:
    """Record the employer's reply in full or as an agreed summary, or after the last day that none came."""
    require(actor, rights.LISTING_REVIEW, listing.subject())
    today = clock.today(listing.country)
    wrong = {
        "reply_empty": kind in ("full", "summary") and not text.strip(),
        "reply_window_open": kind == "none" and (listing.reply_by is None or today <= listing.reply_by),
    }
    if any(wrong.values()):
        raise GuardFailed("reply", [code for code, found in wrong.items() if found])
    _claim(listing, revision, ("reply_window",))
    listing.reply_kind, listing.reply_on = kind, today
    listing.reply_text = "" if kind == "none" else text.strip()
    audit.record(session, actor, "monitoring.listing.reply", listing.id, ("reply",))


def move(
    session: Session, actor: Actor, listing: Listing, name: str, reason: str = "", *, revision: int
) -> None:
    """One of the moves that need a reason at most. What was public is gone with this very transaction."""
    if name not in PLAIN:
        raise GuardFailed(name, ["not_open"])
    LISTING.move(session, actor, listing, name, revision=revision, reason=reason)
    settle(session, listing, name)


def settle(session: Session, listing: Listing, name: str) -> None:
    """What follows a move in the same transaction: the label's end, the public note, the index, the notices."""
    if name == "review":
        listing.prosecution_risk = listing.risk_note = ""
    if name == "remedy":
        day = terms.months_after(clock.today(listing.country), terms.LABEL_MONTHS)
        end = terms.end_of(day, clock.zone(listing.country))
        listing.expires_at = min(listing.expires_at or end, end)
    if name in CORRECTED:
        correct(session, listing, CORRECTED[name])
    queue_index(session, [uid(listing)])
    tell(session, listing, [listing.proposer_id] if listing.proposer_id else [], MOVED)


def correct(session: Session, listing: Listing, kind: str) -> None:
    """A note for everybody: its number and what became of it, no name."""
    session.add(Correction(listing_id=listing.id, reference=listing.reference, kind=kind, at=clock.moment()))


def let_pass(session: Session, listing: Listing, name: str, reason: str, actor: Actor | None = None) -> None:
    """A move that no person makes: the clock, a consent taken back, a dispute of a stranger. It protects only."""
    transition = LISTING.transition(name)
    if listing.state not in transition.sources:
        raise GuardFailed(name, ["not_open"])
    source, listing.state, listing.revision = listing.state, transition.target, listing.revision + 1
    passage = Passage(kind=LISTING.kind, object_id=listing.id, revision=listing.revision, reason=reason)
    passage.source, passage.target, passage.transition = source, listing.state, name
    session.add(passage)
    audit.record(session, actor or Actor(), f"{LISTING.kind}.{name}", listing.id, ("state",))
    settle(session, listing, name)


def retest(session: Session, actor: Actor | None, report: Report) -> list[Listing]:
    """Test again every entry that relies on `report`; gives those that do not hold and were taken back at once.

    To be called in the transaction in which a consent is withdrawn or the report leaves "verified". `actor` is
    who caused it, for the audit; None is the system. What is public is suspended, what is not yet public goes
    back to its proposer.
    """
    session.flush()
    session.expire(report, ["sources"])
    rows = select(Listing).join(ListingReport, ListingReport.listing_id == Listing.id)
    rows = rows.where(ListingReport.report_id == report.id, Listing.state.in_((*PUBLIC, *BEFORE[1:])))
    found = session.scalars(rows.order_by(Listing.id).with_for_update(of=Listing)).all()
    return [each for each in found if _fails(session, actor, each)]


def _fails(session: Session, actor: Actor | None, listing: Listing) -> bool:
    stage = Stage.STANDING if listing.state in PUBLIC else Stage.NOTICE
    lacking = missing(session, listing, stage)
    if listing.state == "risk_review":
        # The risk is being looked at: only what concerns the sources can send it back.
        lacking = [each for each in lacking if each == "gate_consent"]
    if not lacking:
        return False
    name = "suspend" if listing.state in PUBLIC else "send_back"
    let_pass(session, listing, name, ", ".join(lacking), actor)
    officers = people_with(session, platform.register, rights.LISTING_REVIEW, listing.subject())
    tell(session, listing, [each.id for each in officers], SUSPENDED if name == "suspend" else MOVED)
    return True


def tell(session: Session, listing: Listing, people: Sequence[UUID], message: str) -> None:
    """Leave a notice for each, with the number and nothing else."""
    notify(
        session,
        people,
        "monitoring",
        message,
        {"reference": listing.reference},
        endpoint="monitoring.listing",
        arguments={"listing_id": str(listing.id)},
    )


def _claim(listing: Listing, revision: int, states: tuple[str, ...]) -> None:
    """A change that moves nothing: the person has seen how it stands, and it stands where this may be done."""
    if listing.revision != revision:
        raise GuardFailed("change", ["listing_changed"])
    if listing.state not in states:
        raise GuardFailed("change", ["not_open_now"])
    listing.revision += 1


def _day(day: date | None) -> date:
    assert day is not None  # noqa: S101 - a window that is open has both letters
    return day
