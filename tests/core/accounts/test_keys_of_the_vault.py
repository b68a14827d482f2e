"""What happens to a person's key of the vault when the person proves, changes or loses the password."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from town import Browser  # type: ignore[import-not-found]

from core import testing, vault
from core.accounts import actors, resets
from core.accounts.models import Person, SignIn
from core.accounts.roles import ORGANISATION_ADMIN
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.testing import PASSWORD

Open = Callable[..., Browser]
NEW = "совсем другие слова у реки"


@pytest.fixture
def holders(app: Flask) -> tuple[UUID, UUID]:
    """Two holders of an organisation that is ready to seal."""
    site: Platform = app.extensions[EXTENSION]
    made = testing.Town(site)
    place = made.organisation("Север")
    first, second = (made.person(f"{n}@example.org", place, ORGANISATION_ADMIN) for n in ("first", "second"))
    for name in ("root", "other"):
        made.person(f"{name}@example.org", place, "core.administrator")
    made.vault(place, first, second)
    return first, second


def opened(site: Platform, person_id: UUID) -> bool:
    """Whether a key is unlocked under the person's only sign-in."""
    with site.database.reading() as session:
        here = session.scalars(select(SignIn.id).where(SignIn.person_id == person_id)).one()
    return vault.keyring.of(here) is not None


def enter(site: Platform, browser: Open) -> Browser:
    """The first holder, signed in with the secret that both houses of people share."""
    visitor = browser()
    token = testing.Town(site).browser(visitor.client.application, "first@example.org")
    found = token.client.get_cookie("camove")
    assert found is not None
    visitor.client.set_cookie("camove", found.value)
    return visitor


def test_confirming_unlocks_and_leaving_forgets(
    holders: tuple[UUID, UUID], browser: Open, site: Platform
) -> None:
    visitor = enter(site, browser)
    assert not opened(site, holders[0])
    visitor.post("/en/account/confirm", **{"confirm-password": "wrong wrong wrong"})
    assert not opened(site, holders[0])
    visitor.post("/en/account/confirm", **{"confirm-password": PASSWORD})
    assert opened(site, holders[0])
    with site.database.reading() as session:
        here = session.scalars(select(SignIn.id).where(SignIn.person_id == holders[0])).one()
    left = visitor.post("/en/account/sign-out", page="/en/account/")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert vault.keyring.of(here) is None


def test_a_changed_password_opens_the_same_key(
    holders: tuple[UUID, UUID], browser: Open, site: Platform
) -> None:
    visitor = enter(site, browser)
    visitor.post("/en/account/password", password=PASSWORD, new=NEW, again=NEW)
    assert not vault.keyring.unlock(site.database, site.settings, holders[0], holders[0], PASSWORD)
    visitor.post("/en/account/confirm", **{"confirm-password": NEW})
    assert opened(site, holders[0])


def test_a_way_back_in_takes_the_key(holders: tuple[UUID, UUID], browser: Open, site: Platform) -> None:
    first, second = holders
    assert vault.keyring.of(first) is not None
    with site.database.transaction() as session:
        root, other = (_actor(session, site, f"{name}@example.org") for name in ("root", "other"))
        asked = resets.ask(session, root, site.register, first, "The phone was stolen.")
        link = resets.approve(session, other, site.settings, asked.id)
    browser().post(link.removeprefix(site.settings.base_url), new=NEW, again=NEW)
    assert vault.keyring.of(first) is None
    assert not vault.keyring.unlock(site.database, site.settings, first, first, NEW)
    assert vault.keyring.of(second) is not None


def _actor(session: Session, site: Platform, email: str) -> Actor:
    person = session.scalars(select(Person).where(Person.email == email)).one()
    return actors.load(session, site.register, person)
