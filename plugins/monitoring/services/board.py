"""The board of the public list: who may vote, votes bound to the very words, and publishing by the last of them."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    GuardFailed,
    approvals,
    audit,
    fold,
    mark,
    organisations_of,
    people_with,
    platform,
    require,
)
from plugins.monitoring import rights
from plugins.monitoring.models import Listing, ListingReport, ListingSource, ListingVersion, Report
from plugins.monitoring.publication import clock, entry, limits, terms
from plugins.monitoring.publication.facts import content_of, seat, votes
from plugins.monitoring.publication.lifecycle import LISTING, VOTING
from plugins.monitoring.register.matching import normalise
from plugins.monitoring.services.listings import correct, eligible, settle, tell

VOTE = mark("The entry %(reference)s of the public list waits for your vote")


def submit(session: Session, actor: Actor, listing: Listing, *, revision: int) -> None:
    """Put an entry before the board, at first or after it was suspended. Raises Denied, Conflict or GuardFailed."""
    name = "resume" if listing.state == "suspended" else "submit"
    LISTING.move(session, actor, listing, name, revision=revision)
    put_to_vote(session, actor, listing)


def renew(
    session: Session, actor: Actor, listing: Listing, report: Report, stance: str, *, revision: int
) -> None:
    """Renew an entry of tier B, once, on a report confirmed since; the old words stay public until the votes."""
    known = {each.id for each in listing.reports}
    fresh = [each.id for each in eligible(session, actor, listing.employer) if each.id not in known]
    wrong = {
        "renewed_already": listing.renewed,
        "listing_grounds": listing.tier != "B",
        "listing_report": report.id not in fresh,
    }
    if any(wrong.values()):
        raise GuardFailed("renew", [code for code, found in wrong.items() if found])
    session.add(ListingReport(listing_id=listing.id, report_id=report.id))
    listing.relied = [*listing.relied, *(ListingSource(source=s, stance=stance) for s in report.sources)]
    listing.renewed = True
    session.flush()
    session.expire(listing, ["reports"])
    LISTING.move(session, actor, listing, "renew", revision=revision)
    put_to_vote(session, actor, listing)


def put_to_vote(session: Session, actor: Actor, listing: Listing) -> None:
    """Ask the board for its votes on the words as they stand now; votes for other words do not count."""
    content, listing.ballot = _words(session, listing), listing.ballot + 1
    for number in range(_seats(session)):
        approvals.propose(session, actor, seat(listing, number), listing.id, content)
    settle(session, listing, "submit")
    board = people_with(session, platform.register, rights.LISTING_VOTE, listing.subject())
    tell(session, listing, [each.id for each in board], VOTE)


def ask_again(session: Session, actor: Actor, listing: Listing, *, revision: int) -> None:
    """The words have changed since they were put to the vote: put the new ones. All votes begin anew."""
    require(actor, rights.LISTING_REVIEW, listing.subject())
    if listing.state not in VOTING or listing.revision != revision:
        raise GuardFailed("ask_again", ["listing_changed"])
    listing.revision += 1
    put_to_vote(session, actor, listing)


def is_stale(session: Session, listing: Listing) -> bool:
    """Whether the words have changed since they were put to the vote, so that nobody can vote."""
    if listing.state not in VOTING:
        return False
    hashed = approvals.fingerprint(_words(session, listing))
    open_seats = [approvals.waiting(session, seat(listing, n), listing.id) for n in range(_seats(session))]
    return any(each is not None and each.content_hash != hashed for each in open_seats)


def conflicts(session: Session, actor: Actor, listing: Listing) -> list[str]:
    """Why this person may not vote on this entry; empty when they may."""
    return list(dict.fromkeys(_conflicts(session, actor, listing)))


def _conflicts(session: Session, actor: Actor, listing: Listing) -> Iterator[str]:
    person, mine = actor.person_id, set(organisations_of(session, actor.person_id))
    if person is None or person == listing.proposer_id:
        yield "voter_proposed"
    if person in (listing.reviewer_id, listing.register_by):
        yield "voter_reviewed"
    for report in listing.reports:
        if person in (report.reporter_id, report.verifier_id, report.second_verifier_id):
            yield "voter_own_case"
        if report.organisation_id in mine:
            yield "voter_of_reporting_organisation"


def vote(session: Session, actor: Actor, listing: Listing, *, revision: int) -> bool:
    """Vote for exactly the words that stand; gives whether they are public now. Raises Denied or GuardFailed."""
    require(actor, rights.LISTING_VOTE, listing.subject())
    wrong = {
        "not_open_now": listing.state not in VOTING,
        "listing_changed": listing.revision != revision,
        "publication_off": not limits.is_on(session),
        "gate_prosecution_risk": not listing.prosecution_risk,
    }
    codes = [code for code, found in wrong.items() if found] or conflicts(session, actor, listing)
    held = votes(session, listing)
    if not codes and actor.person_id in held:
        codes = ["voted_already"]
    if codes:
        raise GuardFailed("vote", codes)
    _approve(session, actor, listing)
    listing.revision += 1
    audit.record(session, actor, "monitoring.listing.vote", listing.id)
    if len(votes(session, listing)) < _seats(session):
        return False
    publish(session, actor, listing)
    return True


def _approve(session: Session, actor: Actor, listing: Listing) -> None:
    """Take the first free seat. The two-person rule of core binds it to the words."""
    seats = (approvals.waiting(session, seat(listing, n), listing.id) for n in range(_seats(session)))
    free = next((each for each in seats if each is not None), None)
    try:
        if free is None:
            raise approvals.NotOpen
        approvals.approve(session, actor, free, _words(session, listing))
    except approvals.SamePerson as problem:
        raise GuardFailed("vote", ["voter_proposed"]) from problem
    except approvals.ApprovalProblem as problem:
        raise GuardFailed("vote", ["vote_content_changed"]) from problem


def publish(session: Session, actor: Actor, listing: Listing) -> None:
    """Show the entry: a new version, frozen. Every gate is asked once more. Raises Denied, Conflict or GuardFailed."""
    content = content_of(session, listing)
    LISTING.move(session, actor, listing, "publish", revision=listing.revision)
    moment = clock.moment()
    listing.published_at = listing.published_at or moment
    listing.versions.append(
        ListingVersion(
            number=len(listing.versions) + 1,
            content=content,
            content_hash=approvals.fingerprint(entry.canonical(content)),
            published_at=moment,
        )
    )
    _index_words(listing, content)
    if len(listing.versions) > 1:
        correct(session, listing, "renewed" if listing.renewed else "republished")
    settle(session, listing, "publish")


def _index_words(listing: Listing, content: dict[str, object]) -> None:
    """What the public search compares, and the moment at which the entry goes by itself."""
    name = str(content["legal_name"])
    listing.legal_name, listing.folded, listing.normalised = name, fold(name)[:600], normalise(name)[:300]
    listing.scheme, listing.number = str(content["scheme"]), str(content["number"])
    until = date.fromisoformat(str(content["until"]))
    listing.expires_at = terms.end_of(until, clock.zone(listing.country))


def find_indicators(
    session: Session, actor: Actor, listing: Listing, indicators: list[str], *, revision: int
) -> None:
    """A member of the board finds indicators of forced labour: people find them, no count does. Votes confirm it."""
    require(actor, rights.LISTING_VOTE, listing.subject())
    codes = conflicts(session, actor, listing)
    if listing.revision != revision or listing.state not in ("proposed", "risk_review"):
        codes.append("listing_changed" if listing.revision != revision else "not_open_now")
    if codes:
        raise GuardFailed("indicators", codes)
    listing.indicators = sorted(indicators)
    listing.indicators_by = actor.person_id if indicators else None
    listing.revision += 1
    audit.record(session, actor, "monitoring.listing.indicators", listing.id, ("indicators",))


def _words(session: Session, listing: Listing) -> bytes:
    try:
        return entry.canonical(content_of(session, listing))
    except ValueError as problem:
        raise GuardFailed("vote", ["gate_recent"]) from problem


def _seats(session: Session) -> int:
    return limits.thresholds(session).votes
