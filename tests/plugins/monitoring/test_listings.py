"""An entry of the public list on its way to the board's votes: who may do what, and what refuses."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from listing_site import REPLY, Lists
from sqlalchemy import select, update

from core.toolkit import now
from plugins.monitoring.models import Allegation, Employer, Identifier, Listing, Report, Source
from plugins.monitoring.publication.facts import independent
from plugins.monitoring.services import board, listings
from plugins.monitoring.services.listing_terms import run


def change(site: Lists, listing_id: UUID, **values: Any) -> None:
    """As if something in the database were other than the flow left it."""
    with site.work() as session:
        session.execute(update(Listing).where(Listing.id == listing_id).values(**values))


# Switched off


def test_a_vote_is_refused_while_the_list_is_off(site: Lists, waiting: UUID) -> None:
    site.switch("no")
    assert site.refused("board", waiting, board.vote) == ["publication_off"]


# Who may vote


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("coordinator", "voter_proposed"),
        ("lawyer", "voter_reviewed"),
        ("monitor", "voter_own_case"),
        ("first", "voter_own_case"),
        ("second", "voter_own_case"),
        ("own_board", "voter_of_reporting_organisation"),
    ],
)
def test_nobody_votes_on_an_own_case(site: Lists, waiting: UUID, who: str, code: str) -> None:
    if who != "own_board":
        site.net.join(who, "office", "monitoring.board")
    assert code in site.refused(who, waiting, board.vote)
    assert site.row(waiting).state == "board"


def test_one_vote_publishes_nothing_and_nobody_votes_twice(site: Lists, waiting: UUID) -> None:
    assert site.act("board", waiting, board.vote) is False
    assert site.refused("board", waiting, board.vote) == ["voted_already"]
    assert site.row(waiting).state == "board"
    assert site.act("board2", waiting, board.vote) is True
    row = site.row(waiting)
    assert (row.state, len(row.versions), row.versions[0].content["reply"]["text"]) == ("published", 1, REPLY)


def test_a_vote_holds_for_the_very_words_only(site: Lists, waiting: UUID) -> None:
    site.act("board", waiting, board.vote)
    with site.work() as session:
        listing = session.get_one(Listing, waiting)
        session.execute(
            update(Employer).where(Employer.id == listing.employer_id).values(legal_name="ООО «Иное»")
        )
    assert site.refused("board2", waiting, board.vote) == ["vote_content_changed"]
    site.act("lawyer", waiting, board.ask_again)
    assert site.act("board2", waiting, board.vote) is False, "the first vote was for other words"
    assert site.act("board", waiting, board.vote) is True


def test_every_step_leaves_its_entry_in_the_audit(site: Lists, waiting: UUID) -> None:
    site.act("board", waiting, board.vote)
    site.act("board2", waiting, board.vote)
    steps = ("propose", "describe", "review", "risk", "clear", "notify", "reply", "submit", "publish")
    assert {step: site.net.audited(f"monitoring.listing.{step}", waiting) for step in steps} == dict.fromkeys(
        steps, 1
    )
    assert site.net.audited("monitoring.listing.vote", waiting) == 2
    assert site.net.audited("core.approval.approve", waiting) == 2


def test_who_put_it_to_the_vote_does_not_vote(site: Lists, waiting: UUID) -> None:
    site.net.join("coordinator2", "office", "monitoring.legal_officer", "monitoring.board")
    change(site, waiting, country="KG")
    site.act("coordinator2", waiting, board.ask_again)
    assert site.refused("coordinator2", waiting, board.vote) == ["voter_proposed"]


@pytest.mark.parametrize(
    ("told", "count"), [("1A 2B", 1), ("1A 1B 2A", 2), ("1A 1a 1", 1), ("1 2", 0), ("", 0)]
)
def test_groups_of_two_reports_are_never_added_up(told: str, count: int) -> None:
    """The same worker may have gone to two organisations, and nobody has judged that: "1A" is group A of report 1."""
    assert independent([Source(report_id=UUID(int=int(e[0])), group=e[1:]) for e in told.split()]) == count


# The gates hold in the service, whatever the page shows


def _no_source_agrees(session: Any, listing: Listing) -> None:
    listing.relied[1].source.consents = ["statistics"]


BREAKS: dict[str, Any] = {
    "gate_prosecution_risk": lambda session, it: setattr(it, "prosecution_risk", ""),
    "gate_consent": _no_source_agrees,
    "gate_person": lambda session, it: setattr(it.employer, "natural_person", True),
    "gate_number": lambda session, it: session.execute(update(Identifier).values(problem="checksum")),
    "gate_confirmed": lambda session, it: setattr(it, "register_by", None),
    "gate_workers": lambda session, it: session.execute(update(Allegation).values(men=1, women=1)),
    "gate_sources": lambda session, it: session.execute(update(Source).values(group="A")),
    "gate_primary": lambda session, it: session.execute(update(Source).values(primary=False)),
    "gate_reports": lambda session, it: session.execute(update(Source).values(kind="worker")),
    "gate_recent": lambda session, it: session.execute(
        update(Report).values(received_on=now().date() - timedelta(days=500))
    ),
    "gate_grave": lambda session, it: session.execute(update(Allegation).values(violation="excess_hours")),
    "gate_reidentification": lambda session, it: setattr(it, "reidentification", "failed"),
    "gate_migrants": lambda session, it: setattr(it, "migrants_on_site", 2),
    "gate_safe": lambda session, it: setattr(it.relied[0], "stance", ""),
    "gate_reply": lambda session, it: setattr(it, "reply_kind", ""),
}


@pytest.mark.parametrize("gate", BREAKS)
def test_the_last_vote_publishes_nothing_when_a_gate_has_fallen(
    site: Lists, waiting: UUID, gate: str
) -> None:
    with site.work() as session:
        BREAKS[gate](session, session.get_one(Listing, waiting))
        session.flush()
    if gate == "gate_prosecution_risk":
        assert site.refused("board", waiting, board.vote) == [gate]
        return
    site.act("lawyer", waiting, board.ask_again)
    site.act("board", waiting, board.vote)
    assert gate in site.refused("board2", waiting, board.vote)
    assert site.row(waiting).state == "board"


def test_the_employer_is_not_told_before_the_risk_is_answered(site: Lists) -> None:
    found = site.reviewed(site.proposed(site.report(number="7708503727")), risk="")
    assert site.refused("lawyer", found, listings.clear) == ["gate_prosecution_risk"]
    site.act("lawyer", found, listings.answer_risk, "open", "Партнёр под проверкой.")
    assert site.refused("lawyer", found, listings.clear) == ["gate_prosecution_risk"]
    site.act("lawyer", found, listings.answer_risk, "none", "")
    site.act("lawyer", found, listings.clear)
    assert site.row(found).state == "cleared"


def test_a_source_without_consent_stops_the_letter_until_it_is_left_out(site: Lists) -> None:
    found = site.reviewed(site.proposed(site.report(number="7708503727", consents=())))
    assert "gate_consent" in site.refused("lawyer", found, listings.clear)


def test_a_person_is_never_listed_on_testimony_but_may_be_on_a_decision(site: Lists) -> None:
    report_id = site.report(number="500100732259")
    with site.work() as session, pytest.raises(listings.GuardFailed) as caught:
        report = session.get_one(Report, report_id)
        employer = session.get_one(Employer, report.employer_id)
        listings.propose(session, site.net.actor(session, "coordinator"), employer, reports=[report])
    assert caught.value.codes == ["gate_person"]


def test_tier_a_stands_on_the_paper_alone(site: Lists) -> None:
    found = site.published(site.described(site.decision(natural=True), stances={}))
    content = site.row(found).versions[0].content
    assert content["decision"]["body"] == "Мосгорсуд" and content["workers"] == ""
    assert site.row(found).relied == []


@pytest.mark.parametrize(("lacking", "gate"), [("in_force", "gate_decision"), ("file_id", "gate_document")])
def test_tier_a_needs_its_decision_in_force_and_on_paper(site: Lists, lacking: str, gate: str) -> None:
    found = site.reviewed(site.described(site.decision(**{lacking: None}), stances={}))
    assert site.refused("lawyer", found, listings.clear) == [gate]


# The right of reply


def test_fourteen_days_belong_to_the_employer(site: Lists) -> None:
    found = site.announced(site.proposed(site.report(number="7708503727")))
    assert site.row(found).reply_by == site.today + timedelta(days=14)
    site.passes(14)
    assert site.refused("lawyer", found, listings.record_reply, "none", "") == ["reply_window_open"]
    assert "gate_reply" in site.refused("lawyer", found, board.submit)
    site.act("lawyer", found, listings.extend_reply)
    assert site.refused("lawyer", found, listings.extend_reply) == ["reply_extended"]
    site.passes(14)
    assert site.refused("lawyer", found, listings.record_reply, "none", "") == ["reply_window_open"]
    site.passes(1)
    with site.work() as session:
        run(session)
    assert site.row(found).reply_asked
    site.act("lawyer", found, listings.record_reply, "none", "")
    site.act("lawyer", found, board.submit)
    assert site.row(found).state == "board"


def test_letters_of_tomorrow_and_an_empty_reply_are_refused(site: Lists) -> None:
    found = site.reviewed(site.proposed(site.report(number="7708503727")))
    site.act("lawyer", found, listings.clear)
    late = {"post_on": site.today + timedelta(days=1), "post_number": "1", "email_on": site.today}
    assert site.refused("lawyer", found, listings.announce, **late) == ["letter_in_future"]
    site.letters(found)
    assert site.refused("lawyer", found, listings.record_reply, "full", " ") == ["reply_empty"]


def test_thresholds_never_fall_below_their_floors(site: Lists, waiting: UUID) -> None:
    site.switch("yes", votes="1", migrants="0", sources="нет")
    site.act("board", waiting, board.vote)
    assert site.row(waiting).state == "board", "one vote is never enough"
    site.switch("yes", workers="30")
    assert "gate_workers" in site.refused("board2", waiting, board.vote)


def test_two_entries_about_one_employer_are_refused(site: Lists, public: UUID) -> None:
    fresh = site.report()
    with site.work() as session:
        session.get_one(Report, fresh).employer_id = session.get_one(Listing, public).employer_id
    with pytest.raises(listings.GuardFailed) as caught:
        site.proposed(fresh)
    assert caught.value.codes == ["listing_open"]


def test_another_country_finds_nothing(site: Lists, public: UUID) -> None:
    for who in ("kg_coordinator", "kg_lawyer"):
        assert site.net.browser(who).get(f"/en/monitoring/listings/{public}").status_code == 404
    with site.work() as session:
        mine = session.scalars(listings.seen(site.net.actor(session, "kg_lawyer"))).unique().all()
        assert mine == []
        assert session.scalars(select(Listing.id)).all()
