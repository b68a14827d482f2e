"""Tokens for programs: made by an administrator, shown once, with their maker's rights at most, ended at once."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from callers import EMPLOYER, MONITOR, REPORTS, Caller, caller
from network import Network
from sqlalchemy import select, update

from core.accounts import directory, people, tokens
from core.accounts.models import Membership, Organisation, Person, SignIn
from core.accounts.roles import PEOPLE_INVITE, TOKENS_MANAGE
from core.accounts.tokens import ApiToken
from core.database import now
from core.permissions import Denied
from core.testing import command
from core.vault.locking import lock
from plugins.monitoring.models import Report


def changed(net: Network, change: Callable[[Any], object]) -> None:
    with net.app.app_context(), net.site.database.transaction() as session:
        change(session)


def row(net: Network, given: Caller) -> ApiToken:
    with net.site.database.reading() as session:
        found = session.get_one(ApiToken, given.token_id)
        session.expunge_all()
        return found


def ends(net: Network, given: Caller, change: Callable[[Any], object]) -> None:
    """The token works, and after the change it does not."""
    assert given.get(REPORTS).status_code == 200
    changed(net, change)
    assert given.get(REPORTS).status_code == 401


def test_only_a_hash_is_kept_and_the_day_of_the_last_use(net: Network) -> None:
    ours = caller(net, "org_admin", roles=MONITOR)
    assert re.fullmatch(r"camove_[\w-]{43}", ours.token)
    assert row(net, ours).used_on is None
    ours.get(REPORTS)
    kept = row(net, ours)
    assert kept.used_on == now().date()
    net.site.database.close()
    data = b"".join(path.read_bytes() for path in net.site.settings.data.rglob("*") if path.is_file())
    assert ours.token.encode() not in data
    assert kept.token_hash.encode() in data


def test_a_token_is_in_no_log_and_no_answer(net: Network, caplog: pytest.LogCaptureFixture) -> None:
    ours = caller(net, "org_admin", roles=MONITOR)
    with caplog.at_level(0):
        for path in (REPORTS, f"{REPORTS}/{ours.token}", f"{REPORTS}?state={ours.token}", "/api/v1/nothing"):
            assert ours.token not in ours.get(path).text
    assert ours.token not in caplog.text


def test_it_ends_with_its_time(net: Network) -> None:
    given = caller(net, "org_admin", roles=MONITOR)
    ends(
        net, given, lambda session: session.execute(update(ApiToken).values(expires_at=now() - timedelta(1)))
    )


def test_it_ends_when_it_is_revoked_and_a_second_time_changes_nothing(net: Network) -> None:
    given = caller(net, "org_admin", roles=MONITOR)
    for _ in range(2):
        changed(net, lambda session: tokens.revoke(session, net.actor(session, "org_admin"), given.token_id))
    assert given.get(REPORTS).status_code == 401
    assert net.audited("core.token.revoke", given.token_id) == 1


def test_it_ends_when_its_maker_leaves_or_is_locked_out(net: Network) -> None:
    given, who = caller(net, "org_admin", roles=MONITOR), net.people["org_admin"]
    ends(
        net,
        given,
        lambda session: people.disable(session, net.actor(session, "admin"), net.site.plugins, who),
    )
    other, kg = caller(net, "kg_admin", roles=MONITOR), net.people["kg_admin"]
    place = net.organisations["talas"]
    ends(net, other, lambda session: people.end_membership(
        session, net.actor(session, "admin"), net.site.register, kg, place))  # fmt: skip


def test_it_ends_with_its_organisation_and_when_that_is_locked(net: Network) -> None:
    closing = caller(net, "org_admin", roles=MONITOR)
    place = net.organisations["most"]
    ends(
        net,
        closing,
        lambda session: directory.close_organisation(session, net.actor(session, "admin"), place),
    )
    locked = caller(net, "kg_admin", roles=MONITOR)
    talas = net.organisations["talas"]
    ends(net, locked, lambda session: lock(session, net.actor(session, "kg_monitor"), talas))


def test_it_may_no_more_than_its_maker_at_that_moment(net: Network) -> None:
    given = caller(net, "org_admin", roles=MONITOR)
    place = given.draft().headers["Location"]
    assert given.get(place).status_code == 200
    alone = ["core.organisation_admin"]
    who = Membership.person_id == net.people["org_admin"]
    changed(net, lambda session: session.execute(update(Membership).where(who).values(roles=alone)))
    assert given.get(place).status_code == 404
    assert given.get(REPORTS).get_json()["items"] == []
    assert given.draft().status_code == 404


def test_it_carries_no_right_but_those_of_its_scopes(net: Network) -> None:
    given = caller(net, "org_admin", "monitoring.reports.read", roles=MONITOR)
    with net.app.app_context(), net.site.database.reading() as session:
        came = tokens.bearer(session, net.site.register, net.site.rest.accesses, given.token)
    assert came is not None
    actor = came[0].actor
    assert {grant.permission for grant in actor.grants} == {"monitoring.report.view"}
    assert not actor.may(TOKENS_MANAGE) and not actor.may(PEOPLE_INVITE)
    assert actor.organisations == (net.organisations["most"],)


def test_it_acts_for_its_own_organisation_alone(net: Network) -> None:
    net.join("org_admin", "talas", "monitoring.reporter", "monitoring.coordinator")
    theirs = caller(net, "kg_admin", roles=MONITOR).draft().headers["Location"]
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, "org_admin")
        with pytest.raises(Denied):
            tokens.make(
                session, actor, (), organisation_id=net.organisations["talas"], name="x", scopes=(), days=7
            )
    ours = caller(net, "org_admin", "monitoring.public_list.read")
    assert ours.get(theirs).status_code == 403
    changed(net, lambda session: session.execute(
        update(ApiToken).where(ApiToken.id == ours.token_id).values(scopes=["monitoring.reports.read"])))  # fmt: skip
    assert ours.get(theirs).status_code == 404
    with net.app.app_context(), net.site.database.reading() as session:
        came = tokens.bearer(session, net.site.register, net.site.rest.accesses, ours.token)
    assert came is not None and came[0].actor.grants == ()


def test_nobody_gives_what_they_may_not_do(net: Network) -> None:
    with net.app.app_context(), net.site.database.transaction() as session:
        for who, scope in (("org_admin", "monitoring.reports.read"), ("monitor", "monitoring.public_list.read"),
                           ("admin", "monitoring.reports.read"), ("org_admin", "no.such")):  # fmt: skip
            with pytest.raises(Denied):
                tokens.make(
                    session, net.actor(session, who), net.site.rest.accesses.values(),
                    organisation_id=net.organisations["most"], name="x", scopes=[scope], days=7,
                )  # fmt: skip
    assert net.count(ApiToken) == 0


def test_the_pages_of_tokens(net: Network) -> None:
    """From the organisation to a token, its list, its end; the text is on one page only."""
    with net.site.database.reading() as session:
        home = session.scalars(
            select(Organisation.id).where(Organisation.id == net.organisations["most"])
        ).one()
    base = f"/ru/organisations/{home}"
    browser, stranger = net.browser("org_admin"), net.browser("kg_admin")
    changed(net, lambda session: session.execute(update(SignIn).values(confirmed_at=now())))
    assert f"{base}/tokens" in browser.get(base).text
    empty = browser.post(f"{base}/tokens/new", name="Учёт")
    assert (empty.status_code, "Учёт" in empty.text) == (422, True)
    assert "monitoring.reports.read" not in empty.text, "offered is what the administrator may do"
    made = browser.post(f"{base}/tokens/new", name="Учёт", scopes="monitoring.public_list.read", days="90")
    [text] = set(re.findall(r"camove_[\w-]{43}", made.text))
    assert net.app.test_client().get(
        "/api/v1/monitoring/public_list", headers={"Authorization": f"Bearer {text}"}
    ).status_code == 200  # fmt: skip
    listed = browser.get(f"{base}/tokens")
    assert "Учёт" in listed.text and text not in listed.text
    [token_id] = re.findall(r"/tokens/([0-9a-f-]{36})/revoke", listed.text)
    assert stranger.get(f"{base}/tokens").status_code == 404
    revoke = f"/ru/organisations/tokens/{token_id}/revoke"
    assert stranger.post(revoke, f"/ru/organisations/{net.organisations['talas']}").status_code == 404
    assert browser.post(revoke, f"{base}/tokens").status_code == 302
    assert "Учёт" not in browser.get(f"{base}/tokens").text
    changed(
        net, lambda session: session.execute(update(SignIn).values(confirmed_at=now() - timedelta(hours=1)))
    )
    assert "/account/confirm" in browser.get(f"{base}/tokens/new").headers["Location"]


def test_the_commands(net: Network) -> None:
    home = str(net.organisations["most"])
    make = ("token", "make", "--email", "org_admin@example.org", "--name", "Учёт", "--scope")
    text = command(net.app, *make, "monitoring.public_list.read").strip()
    assert text.startswith("camove_")
    listed = command(net.app, "token", "list", home)
    assert "Учёт [monitoring.public_list.read]" in listed
    [token_id] = re.findall(r"^([0-9a-f-]{36}) until", listed, re.MULTILINE)
    with pytest.raises(RuntimeError, match=r"monitoring\.reports\.read\. They may give: .*public_list"):
        command(net.app, *make, "monitoring.reports.read")
    with pytest.raises(RuntimeError, match="Only an administrator"):
        command(net.app, "token", "make", "--email", "monitor@example.org", "--name", "x", "--scope",
                "monitoring.reports.read")  # fmt: skip
    assert command(net.app, "token", "revoke", token_id) == "revoked\n"
    assert token_id not in command(net.app, "token", "list", home)


def made_at_once(net: Network, ours: Caller) -> None:
    """Four of one creation at the same moment make one record."""
    before, places = net.count(Report), []

    def create() -> None:
        answer = ours.create(REPORTS, {"employer": EMPLOYER}, Idempotency_Key="one-of-four")
        places.append(answer.headers.get("Location"))

    racers = [threading.Thread(target=create) for _ in range(4)]
    for each in racers:
        each.start()
    for each in racers:
        each.join()
    assert len(places) == 4 and len(set(places)) == 1 and places[0]
    assert net.count(Report) == before + 1


def changed_at_once(ours: Caller) -> None:
    """Of two who have read the same, one changes it."""
    place = ours.draft().headers["Location"]
    tag, found = ours.get(place).headers["ETag"], []

    def change(name: str) -> None:
        body = {"employer": EMPLOYER | {"name": name}}
        found.append(ours.change(place, body, If_Match=tag).status_code)

    racers = [threading.Thread(target=change, args=(name,)) for name in ("Первый", "Второй")]
    for each in racers:
        each.start()
    for each in racers:
        each.join()
    assert sorted(found) == [200, 412]


def test_the_same_on_each_database(any_net: Network) -> None:
    """The whole way of a record, where rows are locked and where the database is."""
    ours = caller(any_net, "org_admin", roles=MONITOR)
    made = ours.draft()
    place, tag = made.headers["Location"], ours.get(made.headers["Location"]).headers["ETag"]
    again = {"employer": EMPLOYER | {"name": "Другое"}}
    assert ours.change(place, again, If_Match=tag).status_code == 200
    assert ours.change(place, again, If_Match=tag).status_code == 412
    assert ours.get(f"{REPORTS}?limit=1").get_json()["items"][0]["employer"]["name"] == "Другое"
    made_at_once(any_net, ours)
    changed_at_once(ours)
    changed(any_net, lambda session: session.execute(update(Person).values(disabled=True)))
    assert ours.get(place).status_code == 401
