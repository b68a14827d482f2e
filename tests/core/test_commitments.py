"""Commitments: who writes them down, what becomes of them, what the clock does, and what everybody reads."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from network import Network
from sqlalchemy import select

from core.accounts.models import Notification
from core.commitments import services
from core.commitments.lifecycle import today
from core.commitments.models import Commitment
from core.commitments.reminding import Reminder
from core.permissions import Denied
from core.workflow import Conflict, GuardFailed

TEXT = {"ru": "Провести ярмарку <вакансий>", "ky": "Жарманке өткөрүү"}


def promised(net: Network, due: date | None = None, place: str = "most") -> UUID:
    """A promise of that organisation, due in a month."""
    with net.app.app_context(), net.site.database.transaction() as session:
        who = net.actor(session, "net_coordinator")
        made = services.promise(
            session, who, net.organisations[place], TEXT, due or today() + timedelta(days=30)
        )
        return made.id


def move(net: Network, promise: UUID, name: str, who: str = "net_coordinator", **given: Any) -> None:
    with net.app.app_context(), net.site.database.transaction() as session:
        given.setdefault("revision", session.get_one(Commitment, promise).revision)
        services.move(session, net.actor(session, who), promise, name, **given)


def row(net: Network, promise: UUID) -> Commitment:
    with net.site.database.reading() as session:
        found = session.get_one(Commitment, promise)
        session.expunge(found)
        return found


def told(net: Network, promise: UUID) -> dict[str, set[UUID]]:
    """Who was told what of that promise."""
    found: dict[str, set[UUID]] = {}
    with net.site.database.reading() as session:
        for notice in session.scalars(
            select(Notification).where(Notification.endpoint == "commitments.page")
        ):
            if notice.arguments == {"commitment_id": str(promise)}:
                assert notice.person_id not in found.get(notice.message, set())
                found.setdefault(notice.message, set()).add(notice.person_id)
    return found


def test_a_promise_is_kept_only_with_what_shows_it_and_given_up_only_with_a_reason(net: Network) -> None:
    kept, dropped = promised(net), promised(net)
    for name, given, code in (
        ("keep", {}, "evidence_missing"),
        ("keep", {"evidence": "  "}, "evidence_missing"),
        ("drop", {}, "reason_missing"),
        ("lapse", {}, "not_due"),
    ):
        with pytest.raises(GuardFailed) as failed:
            move(net, kept, name, **given)
        assert failed.value.codes == [code]
    move(net, kept, "keep", evidence="https://camove.example/fair")
    move(net, dropped, "drop", reason="Нет средств.")
    assert (row(net, kept).state, row(net, kept).evidence) == ("kept", "https://camove.example/fair")
    assert row(net, dropped).state == "dropped"
    move(net, kept, "reopen", reason="Ярмарка не состоялась.")
    assert (row(net, kept).state, row(net, kept).evidence) == ("open", "")
    assert net.passages(kept) == ["keep", "reopen"]
    assert net.audited("core.commitment.keep", kept) == 1
    net.agree()


def test_only_coordinators_change_promises_and_one_of_two_at_once_wins(net: Network) -> None:
    promise = promised(net)
    with net.app.app_context(), net.site.database.transaction() as session:
        for who in ("member", "org_admin", "coordinator"):
            actor = net.actor(session, who)
            assert services.find(session, actor, promise).id == promise
            with pytest.raises(Denied):
                services.promise(session, actor, net.organisations["most"], TEXT, today())
            with pytest.raises(Denied):
                services.change(session, actor, promise, TEXT, today(), revision=1)
        with pytest.raises(Denied):
            services.promise(session, net.actor(session, "admin"), uuid4(), TEXT, today())
    with net.app.app_context(), net.site.database.transaction() as session:
        services.change(session, net.actor(session, "admin"), promise, {"en": "Other"}, today(), revision=1)
    with pytest.raises(Conflict):
        move(net, promise, "drop", revision=1, reason="Позже.")
    with pytest.raises(Conflict), net.app.app_context(), net.site.database.transaction() as session:
        services.change(session, net.actor(session, "admin"), promise, TEXT, today(), revision=1)
    assert (row(net, promise).text, row(net, promise).state) == ({"en": "Other"}, "open")


def test_the_clock_reminds_once_before_and_once_on_the_day_and_then_it_is_late(any_net: Network) -> None:
    """Of each promise the people of its organisation are told, of a late one who manages them as well."""
    net, reminder = any_net, Reminder(any_net.site.register)
    far, soon, now, past = (promised(net, today() + timedelta(days=days)) for days in (8, 7, 0, -1))
    for _ in range(2):
        reminder.run(net.site.database)
    people = {net.people[who] for who in ("member", "monitor", "org_admin")}
    assert told(net, far) == {}
    [(before, whom)] = told(net, soon).items()
    assert "due on" in before
    assert people < whom
    assert net.people["kg_monitor"] not in whom
    assert net.people["net_coordinator"] not in whom
    [(on_the_day, _)] = told(net, now).items()
    assert "today" in on_the_day
    [(late, all_told)] = told(net, past).items()
    assert "late" in late
    assert people | {net.people["net_coordinator"]} < all_told
    assert [row(net, each).state for each in (far, soon, now, past)] == ["open", "open", "open", "late"]
    assert net.passages(past) == ["lapse"]
    with net.app.app_context(), net.site.database.transaction() as session:
        who = net.actor(session, "net_coordinator")
        services.change(session, who, now, TEXT, today() + timedelta(days=3), revision=1)
    reminder.run(net.site.database)
    assert len(told(net, now)) == 2
    move(net, past, "keep", evidence="Протокол от 1 мая")


def test_the_pages_lose_nothing_that_was_typed_and_members_read_them(net: Network) -> None:
    boss, member = net.browser("net_coordinator"), net.browser("member")
    home = str(net.organisations["most"])
    wrong = boss.post("/en/commitments/add", organisation=home, text_ru="Обещание", due="когда-нибудь")
    assert wrong.status_code == 422
    assert "Обещание" in wrong.text
    assert boss.post("/en/commitments/add", organisation=home, due="1.6.2027").status_code == 422
    assert (
        boss.post("/en/commitments/add", organisation=str(uuid4()), text_ru="x", due="1.6.2027").status_code
        == 422
    )
    made = boss.post("/en/commitments/add", organisation=home, text_ru=TEXT["ru"], due="1.6.2027")
    path = made.headers["Location"]
    for tried in ({"move": "keep"}, {"move": "drop", "evidence": "Письмо"}, {"move": "fly"}, {}):
        answer = boss.post(f"{path}/move", revision="1", **tried)
        assert answer.status_code == 422, tried
        assert tried.get("evidence", "") in answer.text
    page = member.get(path)
    assert "Провести ярмарку &lt;вакансий&gt;" in page.text
    assert "/move" not in page.text
    assert member.get(f"/en/commitments/{uuid4()}").status_code == 404
    assert "promise of your organisation is not kept yet" in member.get("/en/work").text
    assert "of your organisation is not kept yet" not in net.browser("kg_monitor").get("/en/work").text
    assert TEXT["ru"].split()[0] in member.get("/en/commitments/?state=pending&mine=y").text
    assert TEXT["ru"].split()[0] not in member.get("/en/commitments/?state=kept").text
    assert '<a href="https://camove.example/fair"' not in member.get(path).text
    assert boss.post(f"{path}/move", move="drop", revision="9" * 99, reason="x").status_code == 409
    assert boss.post(f"{path}/move", move="drop", revision="1", reason="Нет средств.").status_code == 302


def test_the_file_holds_every_promise_and_no_formula(net: Network) -> None:
    with net.app.app_context(), net.site.database.transaction() as session:
        who = net.actor(session, "net_coordinator")
        services.promise(session, who, net.organisations["talas"], {"ru": "=1+1"}, date(2027, 6, 1))
    answer = net.browser("member").get("/ru/commitments/commitments.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [each["text"] for each in rows] == ["'=1+1"]
    assert (rows[0]["organisation"], rows[0]["due"], rows[0]["state"]) == ("talas", "2027-06-01", "open")
