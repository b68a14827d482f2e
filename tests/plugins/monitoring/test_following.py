"""After a dossier has left: each step, each term, each reminder once, and what silence leads to; on both databases."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from network import Network
from test_dossiers import step

from core.accounts.models import Notification
from core.toolkit import Denied, GuardFailed, now
from plugins.monitoring import jobs
from plugins.monitoring.models import Dossier, Report
from plugins.monitoring.services import dossiers, following
from plugins.monitoring.services.following import Outcome

BASE = "/ru/monitoring"


def remind(net: Network, dossier_id: UUID, days: int) -> list[str]:
    """Turn the clock so that so many days are left; gives the notices that this made."""
    before = net.count(Notification)
    with net.app.app_context():
        with net.site.database.transaction() as session:
            mine = session.get_one(Dossier, dossier_id)
            mine.answer_by = following.today(mine) + timedelta(days=days)
        jobs.remind(net.site.database, [{}])
        jobs.remind(net.site.database, [{}])
    with net.site.database.reading() as session:
        rows = session.query(Notification).order_by(Notification.id.desc())
        return sorted({each.message for each in rows.limit(net.count(Notification) - before)})


def refused(net: Network, dossier_id: UUID, service: Any, *values: Any) -> list[str]:
    """The codes with which a step is refused; the dossier stays as it was."""
    before = net.letter(dossier_id)
    with pytest.raises(GuardFailed) as problem:
        step(net, "coordinator", dossier_id, service, *values)
    after = net.letter(dossier_id)
    assert (after.state, after.revision, after.answer_by) == (before.state, before.revision, before.answer_by)
    return problem.value.codes


def test_reminders_come_once_each_and_silence_becomes_a_task(any_net: Network) -> None:
    net = any_net
    dossier_id = net.dossier(net.verified(), "registered")
    due = ["An answer to the dossier on the report %(reference)s is due soon"]
    told = {days: remind(net, dossier_id, days) for days in (30, 8, 7, 6, 3, 2, 1, 0, -1, -2)}
    assert {days for days, messages in told.items() if messages == due} == {7, 2, 0}
    assert [days for days, messages in told.items() if messages and messages != due] == [-1]
    assert net.letter(dossier_id).state == "silent"
    assert net.passages(dossier_id)[-1] == "fall_silent"
    assert net.audited("monitoring.dossier.fall_silent", dossier_id) == 1
    step(net, "coordinator", dossier_id, following.move, "complain", "В прокуратуру, заказным письмом.")
    assert refused(net, dossier_id, following.record, Outcome("fine", now().date())) == [
        "outcome_against_answer"
    ]
    step(net, "coordinator", dossier_id, following.record, Outcome("no_answer", now().date()))
    step(net, "coordinator", dossier_id, following.move, "close")
    assert net.letter(dossier_id).state == "closed"


def test_a_week_without_a_worker_costs_no_reminder(net: Network) -> None:
    dossier_id = net.dossier(net.verified(), "registered")
    assert remind(net, dossier_id, 5) != []
    assert remind(net, dossier_id, -3) != []
    assert net.letter(dossier_id).state == "silent"


def test_the_number_is_asked_for_once_and_later_for_a_letter(net: Network) -> None:
    for channel, days, expected in (("epgu", 3, 0), ("epgu", 4, 1), ("post", 10, 0), ("post", 15, 1)):
        dossier_id = net.dossier(net.verified(), "sent")
        with net.site.database.transaction() as session:
            mine = session.get_one(Dossier, dossier_id)
            mine.channel, mine.sent_on = channel, following.today(mine) - timedelta(days=days)
        before = net.count(Notification)
        for _ in range(2):
            with net.app.app_context():
                jobs.remind(net.site.database, [{}])
        assert (net.count(Notification) > before) is bool(expected), (channel, days)
        assert (net.letter(dossier_id).asked_number_on is not None) is bool(expected)
        step(net, "coordinator", dossier_id, following.move, "withdraw", "Конец.")


def test_an_extension_is_once_and_within_the_law(any_net: Network) -> None:
    net, today = any_net, now().date()
    dossier_id = net.dossier(net.verified(), "registered")
    assert refused(net, dossier_id, following.extend, today + timedelta(days=61)) == ["extension_too_long"]
    assert refused(net, dossier_id, following.extend, today + timedelta(days=30)) == ["extension_too_short"]
    remind(net, dossier_id, 2)
    with net.site.database.transaction() as session:
        session.get_one(Dossier, dossier_id).answer_by = today + timedelta(days=30)
    step(net, "coordinator", dossier_id, following.extend, today + timedelta(days=60))
    found = net.letter(dossier_id)
    assert (found.state, found.answer_by, found.reminded_at) == (
        "registered",
        today + timedelta(days=60),
        None,
    )
    assert "extended_already" in refused(net, dossier_id, following.extend, today + timedelta(days=60))


def test_a_forwarded_dossier_waits_for_its_new_number(any_net: Network) -> None:
    net, today = any_net, now().date()
    dossier_id = net.dossier(net.verified(), "registered")
    early = today - timedelta(days=1)
    assert refused(net, dossier_id, following.forward, early, "police") == ["forwarded_before_registered"]
    assert refused(net, dossier_id, following.forward, today, "labour_inspectorate") == [
        "forwarded_to_itself"
    ]
    step(net, "coordinator", dossier_id, following.forward, today, "police")
    found = net.letter(dossier_id)
    assert (found.state, found.body, found.addressee, found.answer_by) == (
        "forwarded",
        "police",
        "labour_inspectorate",
        None,
    )
    assert refused(net, dossier_id, following.register, early, "5") == ["registered_before_sent"]
    step(net, "coordinator", dossier_id, following.register, today, "ОМВД-5")
    assert net.letter(dossier_id).answer_by == today + timedelta(days=30)


def test_an_outcome_keeps_people_and_money(any_net: Network) -> None:
    net, today = any_net, now().date()
    dossier_id = net.dossier(net.verified(), "registered")
    step(net, "coordinator", dossier_id, following.answer, "Проверка прошла.")
    money = Outcome("wages_paid_part", today, 2, 5, 1, Decimal("180000.50"))
    assert refused(net, dossier_id, following.record, money) == ["money_without_currency"]
    assert refused(net, dossier_id, following.record, Outcome("no_answer", today)) == [
        "outcome_against_answer"
    ]
    step(
        net,
        "coordinator",
        dossier_id,
        following.record,
        Outcome("wages_paid_part", today, 2, 5, 1, Decimal("180000.50"), "RUB"),
    )
    found = net.letter(dossier_id)
    assert (found.outcome, found.outcome_women, found.outcome_men, found.outcome_unknown) == (
        "wages_paid_part",
        2,
        5,
        1,
    )
    assert (found.recovered, found.recovered_currency) == (Decimal("180000.50"), "RUB")
    step(net, "coordinator", dossier_id, following.move, "appeal", "В вышестоящий орган.")
    step(net, "coordinator", dossier_id, following.answer, "Доплатят.")
    assert net.letter(dossier_id).state == "answered"


def test_the_pages_lead_through_it_all(net: Network) -> None:
    dossier_id, today = net.dossier(net.verified(), "registered"), now().date()
    page, coordinator = f"{BASE}/dossiers/{dossier_id}", net.browser("coordinator")
    day = f"{today:%d.%m.%Y}"
    assert coordinator.post(f"{page}/extended", page, until="31.2.2026").status_code == 422
    until = f"{today + timedelta(days=45):%d.%m.%Y}"
    assert coordinator.post(f"{page}/extended", page, until=until).status_code == 302
    assert coordinator.post(f"{page}/forwarded", page, day=day, to="police").status_code == 302
    assert coordinator.post(f"{page}/registered", page, day=day, number="5").status_code == 302
    assert coordinator.post(f"{page}/answered", page, reason="Ответили.").status_code == 302
    bad = coordinator.post(f"{page}/outcome", page, day=day, outcome="fine", recovered="500")
    assert bad.status_code == 422
    sound = {"day": day, "outcome": "fine", "women": "3", "recovered": "500", "currency": "RUB"}
    assert coordinator.post(f"{page}/outcome", page, **sound).status_code == 302
    shown = coordinator.get(page).get_data(as_text=True)
    assert "Штраф" in shown
    assert "500" in shown
    assert coordinator.post(f"{page}/move/close", page).status_code == 302
    assert coordinator.post(f"{page}/move/approve", page).status_code == 404


def test_who_may_only_approve_records_nothing(net: Network) -> None:
    dossier_id = net.dossier(net.verified(), "registered")
    for who in ("lawyer", "monitor", "first", "admin"):
        with pytest.raises(Denied):
            step(net, who, dossier_id, following.answer, "Ответили.")
    assert net.letter(dossier_id).state == "registered"


def test_no_channel_is_an_email(net: Network) -> None:
    dossier_id = net.dossier(net.verified(), "approved")
    for channel in ("email", "e-mail", ""):
        assert refused(net, dossier_id, dossiers.send, now().date(), channel) == ["no_channel"]


def write(net: Network, report_id: UUID, status_risk: str, **more: Any) -> UUID:
    with net.app.app_context(), net.site.database.transaction() as session:
        report = session.get_one(Report, report_id)
        actor = net.actor(session, "coordinator")
        return dossiers.write(session, actor, report, "police", status_risk=status_risk, **more).id


def test_the_risk_of_the_papers_is_asked_for_before(net: Network) -> None:
    report_id = net.verified()
    for answer in ("", "open", "perhaps"):
        with pytest.raises(GuardFailed) as problem:
            write(net, report_id, answer)
        assert problem.value.codes == ["status_risk_open"]
    page = f"{BASE}/reports/{report_id}/dossier"
    answer = net.browser("coordinator").post(page, addressee="police", status_risk="open")
    assert answer.status_code == 422
    assert "Спросите сначала работников" in answer.get_data(as_text=True)
    assert net.letter(write(net, report_id, "agreed")).status_risk == "agreed"
    safe = net.verified(
        safety={"danger": "no", "working": "no", "minors": "no", "violence": "no", "status": "no"}
    )
    assert net.letter(write(net, safe, "")).status_risk == ""


def test_confidentiality_is_ticked_and_printed_unless_taken_off(net: Network) -> None:
    report_id = net.verified()
    shown = net.browser("coordinator").get(f"{BASE}/reports/{report_id}/dossier").get_data(as_text=True)
    box = next(tag for tag in shown.split("<input") if 'name="confidential"' in tag)
    assert "checked" in box.split(">")[0]
    made = [write(net, report_id, "agreed", confidential=each) for each in (True, False)]
    with net.app.app_context(), net.site.database.reading() as session:
        said = [dossiers.content_of(session, session.get_one(Dossier, each))["confidential"] for each in made]
    assert said == [True, False]


def test_the_authority_is_proposed_from_what_may_be_told(net: Network) -> None:
    report = net.report(net.verified())
    assert [body for body, _ in dossiers.proposed(report)] == ["labour_inspectorate"]
    report.allegations[0].violation = "passport_withheld"
    assert dossiers.proposed(report) == [("police", ["passport_withheld"])]
    report.sources[0].consents = report.sources[1].consents = []
    assert dossiers.proposed(report) == []


def test_a_new_version_replaces_what_has_not_left(net: Network) -> None:
    report_id = net.verified()
    first, sent = net.dossier(report_id, "approved"), net.dossier(report_id, "sent")
    for dossier_id, state in ((first, "replaced"), (sent, "sent")):
        page = f"{BASE}/dossiers/{dossier_id}"
        answer = net.browser("coordinator").post(f"{page}/renew", page)
        assert answer.status_code == 302
        newer = net.letter(UUID(answer.location.rsplit("/", 1)[1]))
        assert (newer.replaces_id, newer.state) == (dossier_id, "drafting")
        assert net.letter(dossier_id).state == state
