"""Consent is asked at each way out, and what a source takes back is gone from all of them at once."""

from typing import Any
from uuid import UUID

import pytest
from answers import ANSWERS
from network import Network
from sqlalchemy import select

from core import vault
from core.testing import Town
from core.toolkit import Conflict, Denied, GuardFailed, now
from plugins.monitoring.figures.periods import Period
from plugins.monitoring.models import Dossier, InspectorLink, Report, Withdrawal
from plugins.monitoring.services import aftermath, consents, dossiers, finding, findings, sharing, triage
from plugins.monitoring.services.tallies import tally

BASE = "/ru/monitoring"
EVERYTHING = consents.uses()


def take_back(net: Network, report_id: UUID, *uses: str, place: int = 0, who: str = "monitor") -> None:
    """One source takes these uses back."""
    source = net.report(report_id).sources[place].id
    net.act(who, report_id, consents.withdraw, source, uses)


def letter_step(net: Network, who: str, dossier_id: UUID, service: Any, *values: Any, **named: Any) -> None:
    """One service call on a dossier."""
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, dossier_id)
        service(session, net.actor(session, who), mine, *values, **named)


def counted(net: Network) -> int:
    """How many reports the figures of this year count."""
    with net.site.database.reading() as session:
        quarters = [Period(now().year, f"Q{number}") for number in range(1, 5)]
        return sum(number for _, number in tally(session, quarters).reports)


def texts(net: Network, dossier_id: UUID) -> str:
    """What its letter says."""
    with net.app.app_context(), net.site.database.reading() as session:
        return dossiers.content(session, session.get_one(Dossier, dossier_id)).decode()


def test_nothing_is_agreed_to_by_default_and_nothing_is_sent_without_coordination(net: Network) -> None:
    silent = [{key: value for key, value in ANSWERS["sources"][0].items() if key != "consents"}]
    for sources in (silent, [*ANSWERS["sources"], {**ANSWERS["sources"][0], "consents": ["statistics"]}]):
        draft = net.draft(sources=sources)
        page = net.browser("monitor").post(f"{BASE}/reports/{draft}/draft/check")
        assert page.status_code == 422
        assert "не согласен" in page.get_data(as_text=True)
        assert net.report(draft).state == "draft"


def test_what_is_taken_back_is_out_of_the_figures_at_once(net: Network) -> None:
    report_id = net.sent()
    assert counted(net) == 1
    take_back(net, report_id, "statistics")
    assert counted(net) == 1, "the other source still agrees"
    take_back(net, report_id, "statistics", place=1)
    assert counted(net) == 0
    assert net.report(report_id).state == "submitted"
    assert net.count(Withdrawal) == net.audited("monitoring.consent.withdraw") == 2


def test_a_letter_that_waits_or_is_approved_cannot_be_sent_any_more(net: Network) -> None:
    for until in ("drafting", "approved"):
        report_id = net.verified()
        dossier_id = net.dossier(report_id, until)
        take_back(net, report_id, "dossier_anonymous")
        found = net.letter(dossier_id)
        assert found.consent_lost_at is not None
        with pytest.raises(GuardFailed):
            letter_step(net, "lawyer", dossier_id, dossiers.approve, revision=found.revision) if (
                until == "drafting"
            ) else letter_step(
                net, "coordinator", dossier_id, dossiers.send, now().date(), "epgu", revision=found.revision
            )
        for who in ("coordinator", "lawyer"):
            page = net.browser(who).get(f"{BASE}/dossiers/{dossier_id}").get_data(as_text=True)
            assert "отозвал согласие" in page
            notices = net.browser(who).get("/ru/account/notifications").get_data(as_text=True)
            assert "отправлять нельзя" in notices
        assert net.browser("coordinator").get(f"{BASE}/dossiers/{dossier_id}/dossier.zip").status_code == 409


def test_a_letter_goes_on_without_the_source_and_not_at_all_without_any(net: Network) -> None:
    report_id = net.verified()
    dossier_id = net.dossier(report_id)
    assert '"sources":2' in texts(net, dossier_id)
    take_back(net, report_id, "dossier_anonymous")
    letter_step(net, "coordinator", dossier_id, dossiers.propose_again)
    assert '"sources":1' in texts(net, dossier_id)
    assert net.letter(dossier_id).consent_lost_at is None
    letter_step(net, "lawyer", dossier_id, dossiers.approve, revision=net.letter(dossier_id).revision)
    take_back(net, report_id, "dossier_anonymous", place=1)
    with pytest.raises(GuardFailed, match="no_consent"):
        net.dossier(report_id)


def test_one_that_was_sent_closes_its_links_and_asks_to_tell_the_authority(net: Network) -> None:
    report_id = net.verified()
    dossier_id = net.dossier(report_id, "registered")
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, dossier_id)
        token = sharing.open_link(session, net.actor(session, "coordinator"), mine, "ГИТ")
    take_back(net, report_id, *EVERYTHING)
    assert net.browser().get(f"{BASE}/shared/{token}").status_code == 404
    assert net.count(InspectorLink, InspectorLink.revoked_at.is_(None)) == 0
    assert net.letter(dossier_id).state == "registered"
    page, coordinator = f"{BASE}/dossiers/{dossier_id}", net.browser("coordinator")
    assert "Досье, согласие на которые отозвано" in coordinator.get("/ru/work").get_data(as_text=True)
    assert coordinator.post(f"{page}/told", page, reason=" ").status_code == 422
    with pytest.raises(GuardFailed):
        letter_step(net, "coordinator", dossier_id, sharing.open_link, "ГИТ")
    assert coordinator.post(f"{page}/told", page, reason="Письмом 3 марта.").status_code == 302
    assert net.letter(dossier_id).consent_lost_at is None
    assert "told" in net.passages(dossier_id)


def test_a_dossier_that_never_stood_on_the_source_is_left_alone(net: Network) -> None:
    second = {**ANSWERS["sources"][1], "consents": ["statistics", "coordination"]}
    report_id = net.verified(sources=[ANSWERS["sources"][0], second])
    dossier_id = net.dossier(report_id, "approved")
    take_back(net, report_id, "statistics", place=1)
    assert net.letter(dossier_id).consent_lost_at is None


def test_without_coordination_others_do_not_see_what_only_this_source_told(net: Network) -> None:
    facts = [
        ANSWERS["allegations"][0] | {"facts": "Не платят за март."},
        ANSWERS["allegations"][0] | {"violation": "passport_withheld", "facts": "Паспорта в сейфе."},
    ]
    sources = [
        {**ANSWERS["sources"][0], "supports": ["0", "1"]},
        {**ANSWERS["sources"][1], "supports": ["0"]},
    ]
    report_id = net.verifying(allegations=facts, sources=sources, photo=True)
    photo = f"{BASE}/reports/{report_id}/photo/{net.report(report_id).evidence[0].attachment_id}/page"
    first = net.browser("first")
    assert first.get(photo).status_code == 200
    take_back(net, report_id, "coordination")
    assert net.report(report_id).sources[0].consents == ["statistics"]
    for path in (f"{BASE}/reports/{report_id}", f"{BASE}/reports/{report_id}/findings"):
        page = first.get(path).get_data(as_text=True)
        assert "Не платят за март" in page
        assert "Паспорта в сейфе" not in page
    assert first.get(photo).status_code == 404
    own = net.browser("monitor").get(f"{BASE}/reports/{report_id}").get_data(as_text=True)
    assert "Паспорта в сейфе" in own
    with net.site.database.reading() as session:
        bodies = [each.body for each in finding.documents(session, None)]
    assert not [body for body in bodies if "Паспорта" in body]
    with pytest.raises(GuardFailed) as refused:
        net.act("first", report_id, findings.judge, {0: ("verified", "Да."), 1: ("verified", "Да.")})
    assert "independent_sources" in refused.value.codes


def test_without_any_source_that_agrees_the_report_goes_home(net: Network) -> None:
    report_id = net.verifying()
    take_back(net, report_id, *EVERYTHING)
    take_back(net, report_id, "coordination", place=1)
    assert net.report(report_id).state == "withdrawn"
    assert [each.consents for each in net.report(report_id).sources] == [[], []]
    for who in ("coordinator2", "first", "lawyer"):
        browser = net.browser(who)
        page = browser.get(f"{BASE}/reports/{report_id}").get_data(as_text=True)
        assert "Пробный монтаж" not in page
        assert "Бригаде не платят" not in page
        assert net.report(report_id).reference not in browser.get(f"{BASE}/reports").get_data(as_text=True)
    assert "Бригаде не платят" in net.browser("monitor").get(f"{BASE}/reports/{report_id}").get_data(
        as_text=True
    )


def test_a_verified_report_can_be_withdrawn_whole(net: Network) -> None:
    report_id = net.verified()
    dossier_id = net.dossier(report_id, "approved")
    net.act("custodian", report_id, triage.move, "withdraw", reason="Так хочет источник")
    assert net.report(report_id).state == "withdrawn"
    assert net.letter(dossier_id).consent_lost_at is not None
    assert counted(net) == 0


def test_the_contact_is_erased_with_the_last_consent(net: Network) -> None:
    holders = [net.people["org_admin"], net.people["custodian"]]
    Town(net.site).vault(net.organisations["most"], *holders)
    report_id = net.sent()
    page = f"{BASE}/reports/{report_id}/consents/{net.report(report_id).sources[0].id}"
    contact = page.replace("/consents/", "/contact/")
    monitor = net.browser("monitor")
    assert monitor.post(contact, name="Айдана").status_code == 302
    place = vault.Place("monitoring_source", net.report(report_id).sources[0].id, net.organisations["most"])

    def sealed() -> bool:
        with net.site.database.reading() as session:
            return bool(vault.has(session, [place]))

    assert monitor.post(page, uses="statistics", revision="2").status_code == 302
    assert sealed()
    assert monitor.post(page, revision="3").status_code == 422
    assert monitor.post(page, everything="y", revision="2").status_code == 409
    assert monitor.post(page, everything="y", revision="3").status_code == 302
    assert not sealed()
    shown = monitor.get(f"{BASE}/reports/{report_id}").get_data(as_text=True)
    assert "отозвано" in shown
    for person in holders:
        vault.keyring.forget_person(person)


def test_only_the_reporting_organisation_takes_back_and_two_at_once_conflict(net: Network) -> None:
    report_id = net.sent()
    source = net.report(report_id).sources[0].id
    for who in ("other", "coordinator", "first", "lawyer", "kg_monitor"):
        with pytest.raises(Denied):
            take_back(net, report_id, "statistics", who=who)
        answer = net.browser(who).client.get(f"{BASE}/reports/{report_id}/consents/{source}")
        assert answer.status_code in (403, 404)
    with pytest.raises(Conflict):
        net.act("monitor", report_id, consents.withdraw, source, ["statistics"], revision=1)


def test_every_consent_taken_back_passes_the_one_place_that_listings_listen_to(
    net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[frozenset[str]] = []
    monkeypatch.setattr(aftermath, "consent_withdrawn", lambda *given: heard.append(given[-1]))
    report_id = net.sent(sources=[{**each, "consents": [*EVERYTHING]} for each in ANSWERS["sources"]])
    take_back(net, report_id, "publication")
    net.act("monitor", report_id, triage.move, "withdraw", reason="Так хочет источник")
    assert heard[0] == {"publication"}
    assert frozenset().union(*heard) == set(EVERYTHING)
    with net.site.database.reading() as session:
        assert session.scalars(select(Report.state)).one() == "withdrawn"
