"""Proving once more that it is the same person, before what matters."""

import io
from collections.abc import Callable
from datetime import timedelta

from flask import request
from sqlalchemy import Update, select, update
from town import PASSWORD, Browser, Town  # type: ignore[import-not-found]

from core.accounts.models import Invitation, Membership, Person, SignIn
from core.audit import AuditEntry
from core.database import now
from core.platform import Platform
from core.testing import hidden

Open = Callable[..., Browser]
INVITE = "/en/people/invite"
NEW = {"name": "Жылдыз", "email": "new@example.org", "roles": "core.member"}


def grow_stale(site: Platform) -> None:
    with site.database.transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=now() - timedelta(minutes=6)))


def invited(site: Platform) -> list[str]:
    with site.database.reading() as session:
        return list(session.scalars(select(Invitation.email)))


def test_a_sensitive_page_asks_again_after_five_minutes_and_leads_back(
    town: Town, browser: Open, site: Platform
) -> None:
    visitor = browser().sign_in("nadia@example.org")
    assert visitor.get(INVITE).status_code == 200
    grow_stale(site)
    asked = visitor.get(INVITE)
    assert asked.status_code == 302
    assert asked.location == "/en/account/confirm?next=/en/people/invite"
    assert visitor.post(asked.location, **{"confirm-password": "wrong wrong wrong"}).status_code == 422
    assert visitor.get(INVITE).status_code == 302
    proven = visitor.post(asked.location, **{"confirm-password": PASSWORD})
    assert proven.location == INVITE
    assert visitor.get(INVITE).status_code == 200
    with site.database.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("core.sign_in.confirm") == 1


def test_a_form_that_comes_late_is_kept_and_sent_with_the_password(
    town: Town, browser: Open, site: Platform
) -> None:
    visitor = browser().sign_in("nadia@example.org")
    page = visitor.get(INVITE).get_data(as_text=True)
    grow_stale(site)
    asked = visitor.client.post(INVITE, data=hidden(page) | NEW | {"roles": ["core.member", "core.member"]})
    kept = asked.get_data(as_text=True)
    assert asked.status_code == 200
    assert 'value="Жылдыз"' in kept
    assert kept.count('name="roles"') == 2
    assert invited(site) == []
    wrong = visitor.client.post(INVITE, data=hidden(kept) | {"confirm-password": "wrong wrong wrong"})
    again = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'value="Жылдыз"' in again
    assert "wrong wrong wrong" not in again
    assert invited(site) == []
    done = visitor.client.post(INVITE, data=hidden(again) | {"confirm-password": PASSWORD})
    assert "The invitation is ready" in done.get_data(as_text=True)
    assert invited(site) == ["new@example.org"]


def test_the_page_says_that_files_are_not_kept(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("nadia@example.org")
    page = visitor.get(INVITE).get_data(as_text=True)
    grow_stale(site)
    file = {"photo": (io.BytesIO(b"x"), "x.jpg")}
    asked = visitor.client.post(INVITE, data=hidden(page) | NEW | file)
    assert "choose them again" in asked.get_data(as_text=True)


def test_the_page_behind_never_sees_the_password(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("root@example.org")
    page = visitor.get("/en/admin/settings").get_data(as_text=True)
    grow_stale(site)
    seen: list[list[str]] = []
    view = visitor.client.application.view_functions["admin.change_settings"]

    def watched() -> object:
        seen.append(sorted(request.form))
        return view()

    watched.camove_permission, watched.camove_fresh = "core.settings.change", True  # type: ignore[attr-defined]
    visitor.client.application.view_functions["admin.change_settings"] = watched
    visitor.client.post("/en/admin/settings", data=hidden(page) | {"confirm-password": PASSWORD})
    assert seen == [["csrf_token"]]


def test_confirming_gives_a_new_token_and_the_old_one_ends(town: Town, browser: Open, site: Platform) -> None:
    visitor, thief = browser().sign_in("nadia@example.org"), browser()
    stolen = visitor.client.get_cookie("camove")
    assert stolen is not None
    visitor.post("/en/account/confirm", **{"confirm-password": PASSWORD})
    thief.client.set_cookie("camove", stolen.value)
    assert thief.get("/en/account/").status_code == 302
    assert visitor.get("/en/account/").status_code == 200


def test_guessing_at_the_confirmation_is_slowed(town: Town, browser: Open) -> None:
    visitor = browser().sign_in("nadia@example.org")
    answers = [
        visitor.post("/en/account/confirm", **{"confirm-password": f"wrong wrong wrong {n}"}).status_code
        for n in range(6)
    ]
    assert answers == [422] * 5 + [429]


def test_what_is_not_sensitive_does_not_ask(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("nadia@example.org")
    grow_stale(site)
    for path in ("/en/account/", "/en/account/sign-ins", "/en/people/"):
        assert visitor.get(path).status_code == 200, path


def test_whoever_may_not_is_refused_before_being_asked(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("aibek@example.org")
    grow_stale(site)
    assert visitor.get(INVITE).status_code == 403
    with site.database.reading() as session:
        rows = select(Membership.roles).where(Membership.person_id == town.ids["aibek"])
        assert session.scalars(rows).one() == ["core.member"]


def test_the_sixth_sign_in_ends_the_oldest(town: Town, browser: Open, site: Platform) -> None:
    visitors = []
    for _ in range(6):
        visitor = browser()
        visitor.password("aibek@example.org")
        with site.database.transaction() as session:
            session.execute(_unspent(town))
        assert visitor.code().status_code == 302
        visitors.append(visitor)
    assert [each.get("/en/account/").status_code for each in visitors] == [302, 200, 200, 200, 200, 200]


def _unspent(town: Town) -> Update:
    return update(Person).where(Person.id == town.ids["aibek"]).values(totp_last_step=0)
