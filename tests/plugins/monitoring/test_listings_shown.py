"""The public list as strangers see it: what it shows, what is gone at once, disputes."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from callers import caller
from listing_site import Lists
from sqlalchemy import update

from core.testing import drain
from core.toolkit import now
from plugins.monitoring.models import Correction, Employer, Listing, Report
from plugins.monitoring.publication import limits
from plugins.monitoring.services import board, consents, disputes, listings, published
from plugins.monitoring.services.listing_terms import run

API = "/api/v1/monitoring/public_list"
PUBLIC, RUSSIAN = "/en/monitoring/published", "/ru/monitoring/published"


def withdraw_consent(site: Lists, listing_id: UUID) -> UUID:
    """One source takes its consent to publication back; nobody has tested anything yet. Gives its report."""
    with site.work() as session:
        source = session.get_one(Listing, listing_id).relied[0].source
        source.consents = [each for each in source.consents if each != "publication"]
        return source.report_id


def anywhere(site: Lists, reference: str, name: str = "Пробный монтаж") -> dict[str, bool]:
    """Where a stranger can find the entry now; the worker has not run."""
    browser, program = site.net.browser(), caller(site.net, "org_admin", "monitoring.public_list.read")
    texts = {
        "page": browser.get(PUBLIC).text,
        "entry": browser.get(f"{PUBLIC}/{reference}").text.split("<main")[1],
        "json": json.dumps(browser.get(f"{PUBLIC}.json").json, ensure_ascii=False),
        "csv": browser.get(f"{PUBLIC}.csv").text,
        "search": browser.get(f"/en/search?q={reference}")
        .text.split("<main")[1]
        .replace(f'value="{reference}"', ""),
        "sitemap": browser.get(f"{PUBLIC}/sitemap.xml").text,
        "api": program.get(API).text,
        "api entry": program.get(f"{API}/{reference}").text,
        "badge": browser.get(f"{PUBLIC}/{reference}/badge.svg").text,
    }
    return {
        where: any(told in text.split("<main")[-1] for told in (name, reference))
        for where, text in texts.items()
    }


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


# Gone at once


def everywhere(value: bool) -> dict[str, bool]:
    return dict.fromkeys(
        ("page", "entry", "json", "csv", "search", "sitemap", "api", "api entry", "badge"), value
    )


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


def test_switching_it_on_the_page_changes_index_and_navigation_at_once(site: Lists, public: UUID) -> None:
    drain(site.app)
    name, reference = limits.PUBLIC.name, site.row(public).reference
    for value, stands in (("no", False), ("yes", True)):
        answer = site.net.browser("admin").post("/en/admin/settings", **{name: value})
        assert answer.status_code == 302
        drain(site.app)
        assert (f"monitoring:listing:{public}" in site.net.site.index.engine.revisions()) is stands
        home = site.net.browser().get("/en/").text
        assert home.count(f'href="{PUBLIC}"') == (3 if stands else 0), "header, first page, footer"
        assert f'href="{PUBLIC}"' not in site.net.browser("coordinator").get("/en/").text
        assert anywhere(site, reference) == everywhere(stands)


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
        waited = [
            site.today + timedelta(number) for number in range(1, (told.answer_by - site.today).days + 1)
        ]
        assert sum(day.weekday() < 5 for day in waited) >= 10
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


def test_a_program_is_told_how_an_entry_stands(site: Lists, public: UUID) -> None:
    """In the careful words of the page, with the employer's reply, and never who reported."""
    program = caller(site.net, "org_admin", "monitoring.public_list.read")
    reference = site.row(public).reference
    told = program.get(f"{API}/{reference}", Accept_Language="en").json
    assert [told] == program.get(f"{API}?name=пробный", Accept_Language="en").json["items"]
    assert told["standing"] in site.net.browser().get(f"{PUBLIC}/{reference}").text
    assert told["reply"]["kind"] and told["from"] and told["to"]
    shown = site.net.browser().get(f"{PUBLIC}.json").json
    [entry] = shown["entries"] if isinstance(shown, dict) else shown
    assert told.pop("standing") and entry.pop("address").endswith(told.pop("url"))
    assert told == entry


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
