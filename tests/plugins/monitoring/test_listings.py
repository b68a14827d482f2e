"""The public list as its people use it: who may do what, what refuses, and what is gone at once."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from listing_site import REPLY, Lists
from network import Network
from sqlalchemy import select, update

from core.testing import drain
from core.toolkit import now
from plugins.monitoring.models import Allegation, Correction, Employer, Identifier, Listing, Report, Source
from plugins.monitoring.services import board, consents, disputes, listings, published
from plugins.monitoring.services.listing_terms import run

PUBLIC, RUSSIAN = "/en/monitoring/published", "/ru/monitoring/published"


@pytest.fixture(scope="module")
def ready(
    settled: Network, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Network, Path, UUID, UUID]]:
    """A network with a public entry and one before the board, kept to begin each test from."""
    with pytest.MonkeyPatch.context() as patch:
        rest = settled.site.settings.instance.with_name("rest")
        net = settled.reopened(rest, tmp_path_factory.mktemp("listed") / "instance")
        lists = Lists(net, patch)
        public = lists.published()
        waiting = lists.before_board(lists.proposed(lists.report(number="7736050003")))
        net.site.database.close()
        kept = net.site.settings.instance.with_name("kept")
        shutil.copytree(net.site.settings.instance, kept)
        yield net, kept, public, waiting


@pytest.fixture
def site(ready: tuple[Network, Path, UUID, UUID], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lists]:
    net, kept, _, _ = ready
    folder = net.site.settings.instance
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    yield Lists(net, monkeypatch)
    net.site.database.close()


@pytest.fixture
def public(ready: tuple[Network, Path, UUID, UUID]) -> UUID:
    return ready[2]


@pytest.fixture
def waiting(ready: tuple[Network, Path, UUID, UUID]) -> UUID:
    return ready[3]


def change(site: Lists, listing_id: UUID, **values: Any) -> None:
    """As if something in the database were other than the flow left it."""
    with site.work() as session:
        session.execute(update(Listing).where(Listing.id == listing_id).values(**values))


def withdraw_consent(site: Lists, listing_id: UUID) -> UUID:
    """One source takes its consent to publication back; nobody has tested anything yet. Gives its report."""
    with site.work() as session:
        source = session.get_one(Listing, listing_id).relied[0].source
        source.consents = [each for each in source.consents if each != "publication"]
        return source.report_id


def anywhere(site: Lists, reference: str, name: str = "Пробный монтаж") -> dict[str, bool]:
    """Where a stranger can find the entry now; the worker has not run."""
    browser = site.net.browser()
    texts = {
        "page": browser.get(PUBLIC).text,
        "entry": browser.get(f"{PUBLIC}/{reference}").text.split("<main")[1],
        "json": json.dumps(browser.get(f"{PUBLIC}.json").json, ensure_ascii=False),
        "csv": browser.get(f"{PUBLIC}.csv").text,
        "search": browser.get(f"/en/search?q={reference}")
        .text.split("<main")[1]
        .replace(f'value="{reference}"', ""),
        "sitemap": browser.get(f"{PUBLIC}/sitemap.xml").text,
        "badge": browser.get(f"{PUBLIC}/{reference}/badge.svg").text,
    }
    return {
        where: any(told in text.split("<main")[-1] for told in (name, reference))
        for where, text in texts.items()
    }


# Switched off


def test_off_it_is_a_plain_page_with_the_reason_and_nothing_else(site: Lists, public: UUID) -> None:
    reference = site.row(public).reference
    for value, review in (("no", "Юрист"), ("yes", " ")):
        site.switch(value, review)
        for path in (
            "",
            f"/{reference}",
            ".json",
            ".csv",
            "/sitemap.xml",
            f"/{reference}/badge.svg",
            "/corrections",
        ):
            answer = site.net.browser().get(f"{PUBLIC}{path}")
            assert answer.status_code == 404
            assert "a lawyer has checked it" in answer.text and "Пробный" not in answer.text
        with site.work() as session:
            assert list(published.documents(session, None)) == []


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


# Gone at once


def everywhere(value: bool) -> dict[str, bool]:
    return dict.fromkeys(("page", "entry", "json", "csv", "search", "sitemap", "badge"), value)


@pytest.mark.parametrize("end", ["suspend", "annul", "lift", "halt", "expire", "consent", "off"])
def test_what_ends_is_gone_everywhere_before_any_worker_runs(site: Lists, public: UUID, end: str) -> None:
    drain(site.app)
    reference = site.row(public).reference
    assert anywhere(site, reference) == everywhere(True)
    match end:
        case "expire":
            site.passes(366)
        case "consent":
            withdraw_consent(site, public)
        case "off":
            site.switch("no")
        case _:
            site.act("board" if end == "halt" else "lawyer", public, listings.move, end, "Ошибка.")
    assert anywhere(site, reference) == everywhere(False)
    drain(site.app)
    assert anywhere(site, reference) == everywhere(False)


def test_the_clock_writes_an_expiry_down(site: Lists, public: UUID) -> None:
    until = site.row(public).versions[0].content["until"]
    expires = site.row(public).expires_at
    assert expires and expires.isoformat().startswith(f"{until}T21:00"), "midnight in Moscow"
    site.ahead = expires - now() - timedelta(seconds=30)
    assert anywhere(site, site.row(public).reference)["page"]
    site.ahead += timedelta(minutes=1)
    assert not anywhere(site, site.row(public).reference)["page"]
    with site.work() as session:
        run(session)
    assert site.row(public).state == "expired"


def test_a_consent_taken_back_suspends_the_entry_in_its_own_transaction(
    site: Lists, public: UUID, waiting: UUID
) -> None:
    for listing_id, state in ((public, "suspended"), (waiting, "proposed")):
        report_id = withdraw_consent(site, listing_id)
        with site.work() as session:
            taken = listings.retest(session, None, session.get_one(Report, report_id))
            assert [each.id for each in taken] == [listing_id]
        assert site.row(listing_id).state == state
        with site.work() as session:
            assert listings.retest(session, None, session.get_one(Report, report_id)) == []
    assert site.refused("lawyer", public, board.submit) == ["gate_consent"]


def test_a_monitor_who_takes_a_consent_back_suspends_the_entry(site: Lists, public: UUID) -> None:
    with site.work() as session:
        report = session.get_one(Listing, public).reports[0]
        sources = [each.id for each in report.sources if "publication" in each.consents]
        for source in sources:
            actor = site.net.actor(session, "monitor")
            consents.withdraw(session, actor, report, source, ["publication"], revision=report.revision)
    assert site.row(public).state == "suspended"


def test_a_report_that_stands_leaves_its_entry_alone(site: Lists, public: UUID) -> None:
    with site.work() as session:
        report = session.get_one(Listing, public).reports[0]
        assert listings.retest(session, site.net.actor(session, "monitor"), report) == []
    assert site.row(public).state == "published"


def test_the_clock_finds_what_nobody_tested(site: Lists, public: UUID) -> None:
    with site.work() as session:
        session.get_one(Listing, public).reports[0].state = "withdrawn"
    with site.work() as session:
        run(session)
    assert site.row(public).state == "suspended"


def test_an_entry_comes_back_only_by_new_votes(site: Lists, public: UUID) -> None:
    site.act("lawyer", public, listings.move, "suspend", "Проверяем.")
    site.act("lawyer", public, board.submit)
    assert site.row(public).state == "board"
    site.act("board", public, board.vote)
    assert not anywhere(site, site.row(public).reference)["page"]
    site.act("board2", public, board.vote)
    assert len(site.row(public).versions) == 2


def test_paid_wages_are_a_label_for_three_months(site: Lists, public: UUID) -> None:
    site.act("lawyer", public, listings.move, "remedy", "Работник подтвердил.")
    assert "Remedied" in site.net.browser().get(PUBLIC).text
    site.passes(93)
    assert not anywhere(site, site.row(public).reference)["page"]
    with site.work() as session:
        run(session)
    assert site.row(public).state == "lifted"


def test_corrections_tell_a_number_and_no_name(site: Lists, public: UUID) -> None:
    site.act("lawyer", public, listings.move, "annul", "Спутали фирму.")
    page = site.net.browser().get(f"{PUBLIC}/corrections").text
    assert site.row(public).reference in page and "Annulled as mistaken" in page
    assert "Пробный" not in page and "Спутали" not in page
    assert site.net.count(Correction, Correction.kind == "annulled") == 1


def test_renewal_wants_a_new_report_and_votes_and_comes_once(site: Lists, public: UUID) -> None:
    fresh = site.report()
    with site.work() as session:
        listing, report = session.get_one(Listing, public), session.get_one(Report, fresh)
        report.employer_id = listing.employer_id
        old = listing.reports[0].id
    with site.work() as session:
        found = session.get_one(Report, old)
        session.expunge(found)
    assert site.refused("coordinator", public, board.renew, found, "left") == ["listing_report"]
    with site.work() as session:
        listing = session.get_one(Listing, public)
        report = session.get_one(Report, fresh)
        actor = site.net.actor(session, "coordinator")
        board.renew(session, actor, listing, report, "left", revision=listing.revision)
    assert anywhere(site, site.row(public).reference)["page"], "the old words stay meanwhile"
    site.act("board", public, board.vote)
    site.act("board2", public, board.vote)
    row = site.row(public)
    assert (row.state, row.renewed, len(row.versions)) == ("published", True, 2)
    assert site.refused("coordinator", public, board.renew, found, "left")[0] == "renewed_already"


# Disputes


def test_a_stranger_disputes_and_a_documented_dispute_suspends(site: Lists, public: UUID) -> None:
    reference = site.row(public).reference
    browser = site.net.browser()
    empty = browser.post(f"{PUBLIC}/{reference}/dispute", text=" ")
    assert empty.status_code == 422
    assert (
        browser.post(f"{PUBLIC}/{reference}/dispute", text="Всё выплачено.", documented="y").status_code
        == 302
    )
    assert "disputed since" in browser.get(f"{PUBLIC}/{reference}").text
    assert "Всё выплачено" not in browser.get(f"{PUBLIC}/{reference}").text
    with site.work() as session:
        listing = session.get_one(Listing, public)
        [told] = listing.disputes
        disputes.answer(
            session,
            site.net.actor(session, "lawyer"),
            listing,
            told,
            "Верно.",
            upheld=True,
            revision=listing.revision,
        )
    assert site.row(public).state == "suspended"


def test_an_answered_dispute_lets_the_entry_stand(site: Lists, public: UUID) -> None:
    with site.work() as session:
        listing = session.get_one(Listing, public)
        told = disputes.take(session, listing, "Неправда.", documented=False)
        assert (told.answer_by - site.today).days >= 14
        lawyer = site.net.actor(session, "lawyer")
        disputes.answer(
            session, lawyer, listing, told, "Документы есть.", upheld=False, revision=listing.revision
        )
    assert site.row(public).state == "published"


# What the public reads


@pytest.mark.parametrize(
    "asked", ["пробный МОНТАЖ", "probny montazh", "ИНН 7707083893", "7707 083 893", "монта"]
)
def test_a_name_or_a_number_finds_it_folded(site: Lists, public: UUID, asked: str) -> None:
    answer = site.net.browser().get(f"{PUBLIC}.json", query_string={"name": asked}).json
    assert [each["reference"] for each in answer["entries"]] == [site.row(public).reference]


@pytest.mark.parametrize("asked", ["%", "_", "Чужая фирма", "7707083894"])
def test_what_is_not_there_is_not_found(site: Lists, asked: str) -> None:
    assert site.net.browser().get(f"{PUBLIC}.json", query_string={"name": asked}).json["entries"] == []


def test_a_name_that_is_a_formula_does_nothing_in_the_file(site: Lists, waiting: UUID) -> None:
    with site.work() as session:
        employer_id = session.get_one(Listing, waiting).employer_id
        session.execute(update(Employer).where(Employer.id == employer_id).values(legal_name="=HYPERLINK(1)"))
    site.act("lawyer", waiting, board.ask_again)
    site.act("board", waiting, board.vote)
    site.act("board2", waiting, board.vote)
    text = site.net.browser().get(f"{PUBLIC}.csv").text
    assert ",'=HYPERLINK(1)," in text and ",=HYPERLINK" not in text


def test_nothing_public_names_the_reporters_or_the_place(site: Lists, public: UUID) -> None:
    reference = site.row(public).reference
    browser = site.net.browser()
    text = "".join(
        browser.get(f"{RUSSIAN}{path}").text
        for path in ("", f"/{reference}", ".json", ".csv", f"/{reference}/badge.svg")
    )
    report = site.row(public).reports[0]
    told = re.sub(r"(?s)<!doctype.*?<main|</main>.*?</html>", "", text)
    assert reference in told
    for hidden in (
        "Люберцы",
        ">most<",
        '"most"',
        report.reference,
        "прораб",
        "чёрный список",
        "Бригаде",
        "12 ",
    ):
        assert hidden not in told, hidden


def test_a_badge_may_stand_on_other_sites_and_runs_nothing(site: Lists, public: UUID) -> None:
    answer = site.net.browser().get(f"{PUBLIC}/{site.row(public).reference}/badge.svg")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "image/svg+xml" and "<script" not in answer.text


def test_other_plugins_learn_what_is_published_and_no_more(site: Lists, public: UUID, waiting: UUID) -> None:
    hooks = site.net.site.plugins
    with site.work() as session:
        [told] = hooks.employer_standing(session, scheme="ru-inn", number="7707 083893")
        assert (told.source, told.state, told.match) == ("monitoring", "published", "number")
        assert told.url == f"/ru/monitoring/published/{site.row(public).reference}"
        assert "Пробный монтаж" in told.summary
        [named] = hooks.employer_standing(session, name="ООО Пробный Монтаж", country="RU")
        assert named.match == "name"
        assert hooks.employer_standing(session, name="ООО Пробный Монтаж", country="KG") == []
        assert hooks.employer_standing(session, scheme="ru-inn", number="7736050003") == [], (
            "only before the board"
        )
        assert hooks.employer_standing(session, scheme="made-up", number="7707083893") == []
    site.act("lawyer", public, listings.move, "suspend", "Проверяем.")
    with site.work() as session:
        assert hooks.employer_standing(session, scheme="ru-inn", number="7707083893") == []


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
