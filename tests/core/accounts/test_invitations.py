import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import func, select, update
from town import PASSWORD, Browser, Town  # type: ignore[import-not-found]

from core.accounts import actors, invitations
from core.accounts.actors import SYSTEM
from core.accounts.directory import DirectoryError
from core.accounts.invitations import Closed
from core.accounts.models import Invitation, Membership, Person
from core.audit import AuditEntry, verify
from core.database import now
from core.notifications import Mailer
from core.outbox import QueuedJob
from core.permissions import Actor, Denied
from core.platform import Platform
from core.settings import Settings
from core.worker import Worker

Open = Callable[..., Browser]
NEW = "новые слова у реки"


def actor_of(site: Platform, person_id: Any) -> Actor:
    with site.database.reading() as session:
        return actors.load(session, site.register, session.get_one(Person, person_id))


def invite(
    site: Platform, actor: Actor, organisation: Any, email: str = "new@example.org", *roles: str
) -> str:
    with site.database.transaction() as session:
        _, link = invitations.create(
            session,
            actor,
            site.register,
            site.settings,
            organisation_id=organisation,
            email=email,
            name="Новая",
            roles=roles or ["core.member"],
        )
    # The link opens in Russian, the language of the network; the tests read English.
    return link.removeprefix(site.settings.base_url).replace("/ru/", "/en/", 1)


def words(visitor: Browser, path: str) -> tuple[int, str]:
    answer = visitor.get(path)
    return answer.status_code, answer.get_data(as_text=True)


def test_from_the_link_to_the_first_page(town: Town, browser: Open, site: Platform) -> None:
    host = browser().sign_in("nadia@example.org")
    made = host.post("/en/people/invite", name="Gulzat", email=" Gulzat@Example.org", roles=["core.member"])
    link = re.search(r'copy-value">http://127.0.0.1:8000(/[^<]+)<', made.get_data(as_text=True))
    assert link is not None
    guest = browser("198.51.100.9")
    page = guest.get(link[1]).get_data(as_text=True)
    assert "gulzat@example.org" in page
    assert "Gulzat" in page
    assert guest.post(link[1], name="Гүлзат", new="gulzat@example", again="gulzat@example").status_code == 422
    answer = guest.post(link[1], name="Гүлзат", new=NEW, again=NEW)
    assert answer.location.endswith("/account/second-factor/set-up")
    assert guest.get("/en/account/").status_code == 302
    shown = guest.get(answer.location).get_data(as_text=True)
    secret = re.search(r'copy-value">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")  # type: ignore[index]
    assert guest.post(answer.location, code=pyotp.TOTP(secret).now()).status_code == 200
    assert guest.get("/en/account/").status_code == 200
    with site.database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == "gulzat@example.org")).one()
        assert person.name == "Гүлзат"
        assert [(m.organisation_id, m.roles) for m in person.memberships] == [
            (town.ids["north"], ["core.member"])
        ]
        actions = session.scalars(select(AuditEntry.action)).all()
        assert {"core.invitation.create", "core.invitation.accept", "core.second_factor.set"} <= set(actions)
        assert verify(session) == []
    assert words(browser(), link[1])[0] == 410


def test_link_that_is_used_withdrawn_old_or_wrong_says_so(town: Town, browser: Open, site: Platform) -> None:
    link = invite(site, SYSTEM, town.ids["north"])
    visitor = browser()
    for values, sentence in (
        ({"accepted_at": now()}, "used already"),
        ({"revoked_at": now()}, "withdrawn"),
        ({"expires_at": now() - timedelta(seconds=1)}, "too old"),
    ):
        with site.database.transaction() as session:
            clean = {"accepted_at": None, "revoked_at": None, "expires_at": now() + timedelta(days=7)}
            session.execute(update(Invitation).values(**clean | values))
        status, text = words(visitor, link)
        assert (status, sentence in text) == (410, True)
        with pytest.raises(Closed), site.database.transaction() as session:
            invitations.accept(session, link.rsplit("/", 1)[1], "X", "hash", "ru")
    assert words(visitor, link[:-1] + "_")[0] == 404


def test_link_lives_seven_days(town: Town, site: Platform) -> None:
    invite(site, SYSTEM, town.ids["north"])
    with site.database.reading() as session:
        left = session.scalars(select(Invitation.expires_at)).one() - now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)


def test_only_the_hash_of_the_token_is_kept_even_in_the_queue(town: Town, site: Platform) -> None:
    token = invite(site, SYSTEM, town.ids["north"]).rsplit("/", 1)[1]
    kept = b"".join(path.read_bytes() for path in site.settings.data.rglob("*") if path.is_file())
    assert b"new@example.org" in kept
    assert token.encode() not in kept
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(QueuedJob.name == invitations.JOB)) == 1


def test_second_link_ends_the_first(town: Town, site: Platform, browser: Open) -> None:
    first, second = (invite(site, SYSTEM, town.ids["north"]) for _ in range(2))
    assert [words(browser(), link)[0] for link in (first, second)] == [410, 200]


def test_account_that_exists_joins_with_a_click_by_its_owner_only(
    town: Town, site: Platform, browser: Open
) -> None:
    link = invite(site, SYSTEM, town.ids["south"], "aibek@example.org")
    stranger = browser()
    assert "Sign in to accept" in words(stranger, link)[1]
    stranger.sign_in("sonya@example.org")
    assert "signed in with another account" in words(stranger, link)[1]
    stranger.post(link, page="/en/account/", name="X", new=NEW, again=NEW)
    owner = browser().sign_in("aibek@example.org")
    assert owner.post(link).location.endswith("/account/")
    with site.database.reading() as session:
        places = session.scalars(
            select(Membership.organisation_id).where(Membership.person_id == town.ids["aibek"])
        )
        assert set(places) == {town.ids["north"], town.ids["south"]}
    assert browser().password("aibek@example.org", PASSWORD).status_code == 302


def test_who_belongs_already_is_not_invited(town: Town, site: Platform) -> None:
    with pytest.raises(DirectoryError, match="belongs"):
        invite(site, SYSTEM, town.ids["north"], "AIBEK@example.org")


def test_administrator_of_an_organisation_invites_only_there_and_never_administrators(
    town: Town, site: Platform
) -> None:
    nadia = actor_of(site, town.ids["nadia"])
    assert invite(site, nadia, town.ids["north"], "a@example.org", "core.organisation_admin")
    with pytest.raises(Denied):
        invite(site, nadia, town.ids["south"], "b@example.org")
    with pytest.raises(Denied):
        invite(site, nadia, town.ids["north"], "c@example.org", "core.administrator")
    with pytest.raises(Denied):
        invite(site, nadia, town.ids["north"], "d@example.org", "made.up")
    with pytest.raises(Denied):
        invite(site, actor_of(site, town.ids["aibek"]), town.ids["north"], "e@example.org")
    assert invite(
        site, actor_of(site, town.ids["root"]), town.ids["south"], "f@example.org", "core.administrator"
    )


def test_withdrawing_needs_the_right_over_that_organisation(
    town: Town, site: Platform, browser: Open
) -> None:
    link = invite(site, SYSTEM, town.ids["south"])
    with site.database.reading() as session:
        target = session.scalars(select(Invitation.id)).one()
    nadia, root = browser().sign_in("nadia@example.org"), browser().sign_in("root@example.org")
    assert nadia.post(f"/en/people/invitations/{target}/revoke", page="/en/people/").status_code == 404
    assert "new@example.org" not in words(nadia, "/en/people/")[1]
    assert words(browser(), link)[0] == 200
    assert "new@example.org" in words(root, "/en/people/")[1]
    assert root.post(f"/en/people/invitations/{target}/revoke", page="/en/people/").status_code == 302
    assert words(browser(), link)[0] == 410


def test_email_has_the_link_in_the_language_of_the_inviter(
    town: Town, site: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(Mailer, "deliver", lambda _self, message: sent.append(message))
    link = invite(site, actor_of(site, town.ids["nadia"]), town.ids["north"])
    settings = Settings(instance=site.settings.instance, testing=True, mail_url="smtp://mail.example:25")
    job = invitations.InvitationMailer(settings).job()
    assert Worker(site.database, {job.name: job}).drain() == 1
    assert sent[0]["To"] == "new@example.org"
    body = sent[0].get_content().replace("\n", "")
    assert link.replace("/en/", "/ru/", 1) in body
    assert "Новая" not in body


def test_page_offers_only_roles_that_may_be_given(town: Town, browser: Open) -> None:
    page = browser().sign_in("nadia@example.org").get("/en/people/invite").get_data(as_text=True)
    assert 'value="core.organisation_admin"' in page
    assert 'value="core.administrator"' not in page


def test_service_refuses_somebody_elses_invitation(town: Town, site: Platform) -> None:
    token = invite(site, SYSTEM, town.ids["south"], "aibek@example.org").rsplit("/", 1)[1]
    for actor in (actor_of(site, town.ids["sonya"]), Actor()):
        with pytest.raises(Denied), site.database.transaction() as session:
            invitations.join(session, actor, token)
