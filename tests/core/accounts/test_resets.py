"""The way back in: two colleagues agree, a link opens it once, everybody hears of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import select, update
from town import PASSWORD, Browser, Town  # type: ignore[import-not-found]

from core.accounts import credentials, resets
from core.accounts.models import Notification, Person, RecoveryCode, Reset, SignIn
from core.accounts.roles import ORGANISATION_ADMIN
from core.accounts.tokens import ApiToken
from core.approvals import Approval
from core.audit import AuditEntry
from core.database import now
from core.platform import Platform

Open = Callable[..., Browser]
NEW = "совсем другие слова у реки"


def ask(visitor: Browser, person_id: UUID) -> str:
    """The path of a new request."""
    answer = visitor.post(f"/en/people/{person_id}/help", reason="The phone was stolen.")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def approve(visitor: Browser, path: str) -> str:
    """The path of the link."""
    page = visitor.post(f"{path}/approve", page=path).get_data(as_text=True)
    link = re.search(r'class="copy-value">[^<]*(/[a-z]{2}/account/reset/[\w-]+)<', page)
    assert link is not None, page
    return link[1]


@pytest.fixture
def second(town: Town) -> UUID:
    made: UUID = town.person("second@example.org", (town.ids["north"], ORGANISATION_ADMIN))
    return made


def test_two_colleagues_and_a_link_lead_to_a_new_password_and_a_new_factor(
    town: Town, browser: Open, site: Platform, second: UUID
) -> None:
    lost = browser().sign_in("aibek@example.org")
    with site.database.transaction() as session:
        credentials.new_recovery_codes(session, site.settings, town.ids["aibek"])
        for who in ("aibek", "nadia"):
            made = {"organisation_id": town.ids["north"], "person_id": town.ids[who], "name": who}
            session.add(ApiToken(**made, token_hash=who, expires_at=now() + timedelta(days=1)))
    path = ask(browser().sign_in("nadia@example.org"), town.ids["aibek"])
    link = approve(browser().sign_in("second@example.org"), path)
    visitor = browser()
    assert "aibek@example.org" in visitor.get(link).get_data(as_text=True)
    assert visitor.post(link, new="short", again="short").status_code == 422
    assert lost.get("/en/account/").status_code == 200
    assert "set-up" in visitor.post(link, new=NEW, again=NEW).location
    assert lost.get("/en/account/").status_code == 302
    assert visitor.get("/en/account/").status_code == 302
    page = visitor.get("/en/account/second-factor/set-up").get_data(as_text=True)
    secret = re.search(r'class="copy-value">([A-Z2-7 ]+)<', page)
    assert secret is not None
    code = pyotp.TOTP(secret[1].replace(" ", "")).now()
    codes = visitor.post("/en/account/second-factor/set-up", code=code).get_data(as_text=True)
    assert len(re.findall(r"<code>([A-Z2-7-]{19})</code>", codes)) == 10
    assert visitor.get("/en/account/").status_code == 200
    assert browser("198.51.100.9").password("aibek@example.org").status_code == 422
    assert browser().get(link).status_code == 404
    with site.database.reading() as session:
        assert len(session.scalars(select(RecoveryCode)).all()) == 10
        alive = session.scalars(select(ApiToken.name).where(ApiToken.revoked_at.is_(None))).all()
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
        told = set(session.scalars(select(Notification.person_id).where(Notification.message == resets.DONE)))
    assert [a for a in actions if a.startswith("core.reset")] == [
        "core.reset.ask",
        "core.reset.approve",
        "core.reset.use",
    ]
    assert told == {town.ids["aibek"], town.ids["nadia"], second}
    assert alive == ["nadia"], "whoever had the account may have made a token"


def test_the_same_person_cannot_ask_and_approve(town: Town, browser: Open, second: UUID) -> None:
    visitor = browser().sign_in("nadia@example.org")
    path = ask(visitor, town.ids["aibek"])
    assert "Approve and see the link" not in visitor.get(path).get_data(as_text=True)
    answer = visitor.post(f"{path}/approve", page=path)
    assert answer.location == path
    assert "Somebody else has to approve it" in visitor.get(path).get_data(as_text=True)


def test_nobody_asks_or_approves_for_themselves(
    town: Town, browser: Open, site: Platform, second: UUID
) -> None:
    nadia = browser().sign_in("nadia@example.org")
    own = f"/en/people/{town.ids['nadia']}/help"
    assert nadia.get(own).status_code == 404
    path = ask(browser().sign_in("second@example.org"), town.ids["nadia"])
    assert nadia.get(path).status_code == 404
    assert nadia.post(f"{path}/approve", page="/en/account/").status_code == 404
    with site.database.reading() as session:
        assert session.scalars(select(Reset.approved_by)).one() is None


def test_strangers_neither_ask_nor_see_nor_approve(town: Town, browser: Open, second: UUID) -> None:
    path = ask(browser().sign_in("nadia@example.org"), town.ids["aibek"])
    town.person("south@example.org", (town.ids["south"], ORGANISATION_ADMIN))
    stranger = browser().sign_in("south@example.org")
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"/en/people/{town.ids['aibek']}/help").status_code == 404
    assert stranger.post(f"{path}/approve", page="/en/account/").status_code == 404
    member = browser().sign_in("aibek@example.org")
    assert member.get(path).status_code == 403


def test_an_administrator_of_an_organisation_cannot_help_one_of_the_site(town: Town, browser: Open) -> None:
    visitor = browser().sign_in("nadia@example.org")
    assert visitor.get(f"/en/people/{town.ids['root']}/help").status_code == 404


def test_without_a_second_person_it_is_refused_in_words(town: Town, browser: Open, site: Platform) -> None:
    with site.database.transaction() as session:
        session.get_one(Person, town.ids["root"]).disabled = True
    visitor = browser().sign_in("nadia@example.org")
    answer = visitor.post(f"/en/people/{town.ids['aibek']}/help", reason="The phone was stolen.")
    assert "Nobody else could approve this" in visitor.get(answer.location).get_data(as_text=True)


def test_the_person_stops_what_was_not_asked_for(
    town: Town, browser: Open, site: Platform, second: UUID
) -> None:
    owner = browser().sign_in("aibek@example.org")
    path = ask(browser().sign_in("nadia@example.org"), town.ids["aibek"])
    link = approve(browser().sign_in("second@example.org"), path)
    seen = owner.get("/en/account/notifications").get_data(as_text=True)
    about = re.search(r'href="(/en/account/help/[^"]+)"', seen)
    assert about is not None
    page = owner.get(about[1]).get_data(as_text=True)
    assert "This was not me" in page
    assert "The phone was stolen." in page
    assert owner.post(f"{about[1]}/not-me", page=about[1]).status_code == 302
    assert browser().get(link).status_code == 404
    assert owner.get("/en/account/").status_code == 200
    with site.database.reading() as session:
        told = set(
            session.scalars(select(Notification.person_id).where(Notification.message == resets.STOPPED))
        )
    assert told == {town.ids["nadia"], second}
    stranger = browser().sign_in("sonya@example.org")
    assert stranger.get(about[1]).status_code == 404


@pytest.mark.parametrize("who", ["nadia@example.org", "second@example.org", "root@example.org"])
def test_either_of_the_two_or_the_site_may_cancel(town: Town, browser: Open, second: UUID, who: str) -> None:
    first, other = browser().sign_in("nadia@example.org"), browser().sign_in("second@example.org")
    visitors = {"nadia@example.org": first, "second@example.org": other}
    path = ask(first, town.ids["aibek"])
    link = approve(other, path)
    visitor = visitors.get(who) or browser().sign_in(who)
    assert visitor.post(f"{path}/cancel", page=path).status_code == 302
    assert browser().get(link).status_code == 404


def test_request_and_link_expire(town: Town, browser: Open, site: Platform, second: UUID) -> None:
    first, other = browser().sign_in("nadia@example.org"), browser().sign_in("second@example.org")
    path = ask(first, town.ids["aibek"])
    with site.database.transaction() as session:
        session.execute(update(Approval).values(expires_at=now() - timedelta(seconds=1)))
    assert other.post(f"{path}/approve", page=path).location == path
    link = approve(other, ask(first, town.ids["aibek"]))
    with site.database.transaction() as session:
        session.execute(update(Reset).values(expires_at=now() - timedelta(seconds=1)))
    assert browser().get(link).status_code == 404


def test_a_new_request_makes_the_one_before_worthless(town: Town, browser: Open, second: UUID) -> None:
    first, other = browser().sign_in("nadia@example.org"), browser().sign_in("second@example.org")
    link = approve(other, ask(first, town.ids["aibek"]))
    ask(first, town.ids["aibek"])
    assert browser().get(link).status_code == 404


def test_what_was_approved_and_then_edited_opens_nothing(
    town: Town, browser: Open, site: Platform, second: UUID
) -> None:
    first, other = browser().sign_in("nadia@example.org"), browser().sign_in("second@example.org")
    link = approve(other, ask(first, town.ids["aibek"]))
    with site.database.transaction() as session:
        session.execute(update(Reset).values(person_id=town.ids["sonya"]))
    assert browser().get(link).status_code == 404


def test_nothing_of_the_token_is_kept(town: Town, browser: Open, site: Platform, second: UUID) -> None:
    first, other = browser().sign_in("nadia@example.org"), browser().sign_in("second@example.org")
    token = approve(other, ask(first, town.ids["aibek"])).rsplit("/", 1)[1]
    with site.database.reading() as session:
        dump = "\n".join(str(tuple(row)) for row in session.execute(select(Reset.__table__)))
    assert token not in dump


def test_the_sign_in_page_leads_to_the_explanation(browser: Open, town: Town) -> None:
    assert "/en/account/cannot-get-in" in browser().get("/en/account/sign-in").get_data(as_text=True)
    assert browser().get("/en/account/cannot-get-in").status_code == 200


def test_asking_wants_a_fresh_proof(town: Town, browser: Open, site: Platform, second: UUID) -> None:
    visitor = browser().sign_in("nadia@example.org")
    with site.database.transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=now() - timedelta(minutes=6)))
    path = f"/en/people/{town.ids['aibek']}/help"
    assert "/account/confirm?next=" in visitor.get(path).location
    visitor.post("/en/account/confirm", **{"confirm-password": PASSWORD})
    assert visitor.get(path).status_code == 200
