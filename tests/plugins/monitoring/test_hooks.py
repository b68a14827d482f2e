"""What monitoring answers to core's hooks: work comes back, an account waits, tiles count."""

import re

import pytest
from network import Network

from core.accounts.models import Person
from core.outbox import QueuedJob
from core.toolkit import now
from plugins.monitoring.models import Report
from plugins.monitoring.services import findings, triage


def close(net: Network, who: str, by: str = "admin") -> int:
    """Close an account on its page."""
    return net.browser(by).post(f"/ru/people/{net.people[who]}/disable").status_code


@pytest.mark.parametrize("who", ["first", "second"])
def test_a_verifier_who_leaves_gives_the_report_back(any_net: Network, who: str) -> None:
    net = any_net
    report_id = net.proposed()
    revision = net.report(report_id).revision
    assert close(net, who) == 302
    found = net.report(report_id)
    assert (found.state, found.revision) == ("triage", revision + 1)
    assert {"first": found.verifier_id, "second": found.second_verifier_id}[who] is None
    assert found.verifier_id or found.second_verifier_id
    assert net.passages(report_id)[-1] == "give_back"
    assert net.audited("monitoring.report.give_back", report_id) == 1
    assert net.count(QueuedJob, QueuedJob.payload["uid"].as_string() == f"monitoring:report:{report_id}")
    page = f"/ru/monitoring/reports/{report_id}"
    stale = net.browser("coordinator").post(f"{page}/move/ask", page, revision=str(revision), reason="Что?")
    assert stale.status_code == 409
    named = net.people["idle"], net.people[{"first": "second", "second": "first"}[who]]
    net.act("coordinator", report_id, triage.name_verifiers, *named)
    net.act("coordinator", report_id, triage.move, "verify")


def test_what_was_verified_stays_verified_when_its_verifier_leaves(net: Network) -> None:
    report_id = net.verified()
    before = net.report(report_id)
    assert close(net, "first") == 302
    after = net.report(report_id)
    assert (after.state, after.revision, after.verifier_id) == (
        "verified",
        before.revision,
        before.verifier_id,
    )


def test_a_person_with_open_reports_cannot_be_closed_and_is_told_why(net: Network) -> None:
    report_id = net.sorting()
    page = net.browser("admin").post(f"/ru/people/{net.people['monitor']}/disable")
    assert page.status_code == 409
    assert "незавершённые сообщения" in page.get_data(as_text=True)
    with net.site.database.reading() as session:
        assert session.get_one(Person, net.people["monitor"]).disabled is False
    assert net.browser("monitor").get("/ru/work").status_code == 200
    net.act("monitor", report_id, triage.move, "withdraw", reason="Попросили.")
    assert close(net, "monitor") == 302
    assert net.audited("core.person.disable", net.people["monitor"]) == 1


def test_a_draft_also_keeps_its_writer(net: Network) -> None:
    net.draft("colleague")
    assert close(net, "colleague", "org_admin") == 409
    assert close(net, "member", "org_admin") == 302


def test_each_sees_what_waits_for_them_and_the_link_opens_just_that(net: Network) -> None:
    net.draft()
    net.sent(safety={"danger": "yes", "working": "yes", "minors": "no", "violence": "no", "status": "no"})
    net.sent()
    net.sorting()
    net.verifying()
    net.proposed()
    verified = net.verified()
    net.dossier(verified)
    expected = {
        "monitor": {"draft": 1},
        "coordinator": {"submitted": 2, "triage": 1},
        "first": {"verification": 1},
        "second": {"confirmation": 1},
        "lawyer": {"drafting": 1},
        "idle": {},
        "kg_coordinator": {},
        "admin": {},
    }
    for who, tiles in expected.items():
        assert _tiles(net, who) == tiles, who


def _tiles(net: Network, who: str) -> dict[str, int]:
    with net.app.test_request_context("/ru/"), net.site.database.reading() as session:
        found: dict[str, int] = {}
        for tile in net.site.plugins.tiles(session, net.actor(session, who)):
            state = tile.values["state"]
            found[state] = found.get(state, 0) + tile.number
        return found


def test_a_report_that_waits_too_long_is_shown_in_red(net: Network) -> None:
    report_id = net.sent()
    assert _tones(net) == {"info"}
    with net.site.database.transaction() as session:
        session.get_one(Report, report_id).submitted_at = now().replace(year=2025)
    assert _tones(net) == {"error"}
    with net.site.database.transaction() as session:
        session.get_one(Report, report_id).submitted_at = now()
        session.get_one(Report, report_id).urgent = True
    assert _tones(net) == {"error"}


def _tones(net: Network) -> set[str]:
    with net.app.test_request_context("/ru/"), net.site.database.reading() as session:
        return {tile.tone for tile in net.site.plugins.tiles(session, net.actor(session, "coordinator"))}


def test_the_navigation_shows_each_what_they_may_open(net: Network) -> None:
    for who in ("monitor", "coordinator", "first", "lawyer", "admin", "member"):
        browser = net.browser(who)
        page = browser.get("/ru/work").get_data(as_text=True)
        for href in set(re.findall(r'href="(/ru/monitoring/[^"?]*)"', page)):
            assert browser.get(href).status_code == 200, (who, href)
        if who in ("admin", "member"):
            assert "/ru/monitoring/" not in page


def test_roles_do_not_imply_one_another(net: Network) -> None:
    rights = {
        name: set(role.grants)
        for name, role in net.site.register.roles.items()
        if name.startswith("monitoring.")
    }
    holders = {
        right: {name for name, held in rights.items() if f"monitoring.{right}" in held}
        for right in ("report.verify", "dossier.approve", "dossier.write", "report.create", "report.triage")
    }
    assert holders == {
        "report.verify": {"monitoring.verifier"},
        "dossier.approve": {"monitoring.legal_officer"},
        "dossier.write": {"monitoring.coordinator"},
        "report.create": {"monitoring.reporter"},
        "report.triage": {"monitoring.coordinator"},
    }
    assert not set(net.site.register.roles["core.administrator"].grants) & set().union(*rights.values())


def test_a_finding_given_back_is_judged_anew(net: Network) -> None:
    report_id = net.proposed()
    assert close(net, "second") == 302
    net.act("coordinator", report_id, triage.name_verifiers, net.people["first"], net.people["idle"])
    net.act("coordinator", report_id, triage.move, "verify")
    net.act("first", report_id, findings.judge, {0: ("unverified", "Второй раз не сошлось.")})
    net.act("idle", report_id, findings.confirm)
    assert net.report(report_id).state == "unverified"
