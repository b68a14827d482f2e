"""Reports after they were sent: who finds them, who moves them, and who is told what another did meanwhile."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from network import Network
from sqlalchemy import select

from core.audit import AuditEntry
from core.toolkit import Conflict, GuardFailed
from plugins.monitoring.services import triage

BASE = "/ru/monitoring/reports"


@pytest.mark.parametrize("who", ["other", "kg_monitor", "kg_coordinator", "idle", "kg_lawyer"])
def test_a_report_of_others_does_not_exist_and_the_try_is_audited(net: Network, who: str) -> None:
    report_id = net.sent()
    answer = net.browser(who).get(f"{BASE}/{report_id}")
    assert answer.status_code == 404
    assert "Пробный монтаж" not in answer.get_data(as_text=True)
    unknown = uuid4()
    assert net.browser(who).get(f"{BASE}/{unknown}").status_code == 404
    with net.site.database.reading() as session:
        rows = select(AuditEntry.object_id, AuditEntry.person_id).where(AuditEntry.action.like("denied:%"))
        tries = [tuple(row) for row in session.execute(rows)]
    assert tries == [(report_id, net.people[who]), (unknown, net.people[who])]


@pytest.mark.parametrize("who", ["monitor", "colleague", "coordinator", "coordinator2", "lawyer"])
def test_those_whom_it_concerns_read_it_and_that_is_audited(net: Network, who: str) -> None:
    report_id = net.sent()
    page = net.browser(who).get(f"{BASE}/{report_id}")
    assert page.status_code == 200
    assert "Пробный монтаж" in page.get_data(as_text=True)
    assert net.audited("monitoring.report.read", report_id) == 1


def test_a_draft_is_its_own_organisations_alone(net: Network) -> None:
    report_id = net.draft()
    for who in ("coordinator", "lawyer", "other", "first"):
        assert net.browser(who).get(f"{BASE}/{report_id}").status_code == 404, who
        listed = net.browser(who).get(BASE).get_data(as_text=True)
        assert str(report_id) not in listed, who
    assert str(report_id) in net.browser("colleague").get(BASE).get_data(as_text=True)


def test_the_list_shows_each_their_own_and_narrows_by_state_and_number(net: Network) -> None:
    mine, theirs = net.sent(), net.sent("other")
    home = net.sent("kg_monitor", employer=_kyrgyz())
    seen = {
        "monitor": {mine},
        "other": {theirs},
        "coordinator": {mine, theirs},
        "kg_coordinator": {home},
        "kg_monitor": {home},
        "first": set(),
    }
    for who, ids in seen.items():
        assert _listed(net, who) == ids, who
    net.act("coordinator", theirs, triage.move, "take")
    assert _listed(net, "coordinator", "?state=triage") == {theirs}
    assert _listed(net, "coordinator", "?state=open") == {mine, theirs}
    assert _listed(net, "coordinator", f"?number={net.report(mine).reference.lower()}") == {mine}
    assert _listed(net, "coordinator", f"?number={net.report(home).reference}") == set()
    assert _listed(net, "coordinator", "?state=' OR 1=1 --") == set()


def _kyrgyz() -> dict[str, str]:
    return {
        "name": "«Сыноо-Курулуш»",
        "role": "employer",
        "country": "KG",
        "region": "KG-O",
        "scheme": "",
        "identifier": "",
        "sector": "construction",
        "site": "Ош",
    }


def _listed(net: Network, who: str, query: str = "") -> set[UUID]:
    page = net.browser(who).get(BASE + query)
    assert page.status_code == 200
    return {
        UUID(each) for each in re.findall(rf'href="{BASE}/([0-9a-f-]{{36}})"', page.get_data(as_text=True))
    }


def test_the_second_of_two_coordinators_is_told_who_did_what_and_nothing_is_overwritten(
    any_net: Network,
) -> None:
    net = any_net
    report_id = net.sorting()
    seen = str(net.report(report_id).revision)
    net.act("coordinator", report_id, triage.move, "ask", reason="Кто подписывал ведомость?")
    page = f"{BASE}/{report_id}"
    answer = net.browser("coordinator2").post(
        f"{page}/move/reject", page, revision=seen, reason="Не о работе."
    )
    said = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Coordinator" in said, "who"
    assert "Ждёт уточнений" in said, "what"
    assert "Кто подписывал ведомость?" in said, "why"
    assert re.search(r"\d{4} г\., \d\d:\d\d", said), "when"
    assert net.report(report_id).state == "needs_info"
    assert net.passages(report_id) == ["submit", "take", "ask"]


def test_a_stale_page_of_names_or_of_the_employer_changes_nothing(net: Network) -> None:
    report_id = net.sorting()
    page, seen = f"{BASE}/{report_id}", str(net.report(report_id).revision)
    employer_id = net.link(report_id)
    before = net.report(report_id)
    second = net.browser("coordinator2")
    named = {"first": str(net.people["first"]), "second": str(net.people["second"])}
    stale = [
        second.post(f"{page}/verifiers", revision=seen, **named),
        second.post(f"{page}/employer", revision=seen, legal_name="ООО «Другое»"),
        second.post(f"{page}/employer/{employer_id}", f"{page}/employer", revision=seen),
        second.post(f"{page}/move/ask", page, revision=seen, reason="Что?"),
    ]
    assert [each.status_code for each in stale] == [409] * 4
    after = net.report(report_id)
    assert (after.verifier_id, after.employer_id, after.revision) == (None, employer_id, before.revision)
    names = net.browser("coordinator").get("/ru/monitoring/employers").get_data(as_text=True)
    assert "Другое" not in names


def test_of_many_coordinators_at_once_exactly_one_moves_the_report(any_net: Network) -> None:
    net = any_net
    report_id = net.sorting()
    revision = net.report(report_id).revision

    def move(n: int) -> bool:
        try:
            net.act(
                ("coordinator", "coordinator2")[n % 2],
                report_id,
                triage.move,
                ("ask", "reject")[n // 2 % 2],
                revision=revision,
                reason=f"{n}",
            )
        except Conflict as conflict:
            assert [each.person_id is not None for each in conflict.passages] == [True]
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        moved = list(pool.map(move, range(8)))
    assert moved.count(True) == 1
    assert len(net.passages(report_id)) == 3
    assert net.report(report_id).revision == revision + 1
    net.agree()


def test_a_move_that_is_none_or_not_from_here_changes_nothing(net: Network) -> None:
    report_id = net.sent()
    page, coordinator = f"{BASE}/{report_id}", net.browser("coordinator")
    assert coordinator.post(f"{page}/move/confirm_verified", page).status_code == 404
    assert coordinator.post(f"{page}/move/__class__", page).status_code == 404
    assert coordinator.post(f"{page}/move/reject", page, reason="Рано.").status_code == 409
    assert coordinator.post(f"{page}/move/withdraw", page, reason="Не моё.").status_code == 404
    assert net.browser("monitor").post(f"{page}/move/take", page).status_code == 404
    assert net.report(report_id).state == "submitted"


def test_asked_and_answered_with_reasons(net: Network) -> None:
    report_id = net.sorting()
    page = f"{BASE}/{report_id}"
    empty = net.browser("coordinator").post(f"{page}/move/ask", page, reason="  ")
    assert empty.status_code == 422
    assert "Напишите пояснение" in empty.get_data(as_text=True)
    asked = net.browser("coordinator").post(f"{page}/move/ask", page, reason="Сколько их?")
    assert asked.status_code == 302
    assert "state=needs_info" in net.browser("monitor").get("/ru/work").get_data(as_text=True)
    assert "Сколько их?" in net.browser("monitor").get(page).get_data(as_text=True)
    assert net.browser("monitor").post(f"{page}/move/answer", page, reason="Девять.").status_code == 302
    assert net.report(report_id).state == "triage"


def test_a_withdrawn_report_is_at_its_end(net: Network) -> None:
    report_id = net.sorting()
    net.act("monitor", report_id, triage.move, "withdraw", reason="Просят молчать.")
    for name in ("take", "ask", "verify", "reject"):
        with pytest.raises((Conflict, GuardFailed)):
            net.act("coordinator", report_id, triage.move, name, reason="Ещё.")
    assert net.report(report_id).state == "withdrawn"


def test_a_photo_of_a_report_opens_through_that_report_only(net: Network) -> None:
    report_id, other = net.sent(photo=True), net.sent()
    photo = net.report(report_id).evidence[0].attachment_id
    coordinator = net.browser("coordinator")
    shown = coordinator.get(f"{BASE}/{report_id}/photo/{photo}/page")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    shown.close()
    assert coordinator.get(f"{BASE}/{other}/photo/{photo}/page").status_code == 404
    assert net.browser("kg_coordinator").get(f"{BASE}/{report_id}/photo/{photo}/page").status_code == 404


def test_a_forged_revision_is_a_conflict_not_a_failure(net: Network) -> None:
    report_id = net.sent()
    page = f"{BASE}/{report_id}"
    answer = net.browser("coordinator").post(f"{page}/move/take", page, revision="9" * 100)
    assert answer.status_code == 409
