"""The blueprint of the vault, and what its pages share: whose organisation it is, and the password once more."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g
from wtforms.fields import Field

from core.accounts import sessions, sign_in
from core.accounts.directory import organisation_names
from core.accounts.models import Person
from core.accounts.roles import VAULT_HOLD
from core.accounts.sign_in import Refused
from core.accounts.throttle import TooSoon
from core.accounts.views.answers import object_to, wait_text
from core.i18n import gettext, language
from core.permissions import Denied, Subject, require
from core.platform import platform
from core.vault import keyring
from core.vault.keyring import Keys
from core.web.guard import SIGNED_IN, current_actor, reading

blueprint = Blueprint("vault", __name__, url_prefix="/vault")


def member_of(organisation_id: UUID) -> dict[str, Any]:
    """What every page shows of the organisation, for its members; for others there is none (Denied)."""
    if organisation_id not in current_actor().organisations:
        raise Denied(SIGNED_IN, Subject(object_id=organisation_id))
    names = organisation_names(reading(), {organisation_id}, language())
    return {"name": names.get(organisation_id, ""), "organisation_id": organisation_id}


def holder_of(organisation_id: UUID) -> dict[str, Any]:
    """The same for those who may hold its keys."""
    require(current_actor(), VAULT_HOLD, Subject(organisation_id, object_id=organisation_id))
    return member_of(organisation_id)


def password_of(field: Field) -> str:
    """The password typed, if it is the person's own; else empty, with the reason at the field."""
    person = reading().get_one(Person, current_actor().person_id)
    try:
        sign_in.confirm_password(sessions.door(person.email), person.id, field.data or "")
    except TooSoon as error:
        object_to(field, wait_text(error.wait))
    except Refused:
        object_to(field, gettext("Enter the password that you signed in with"))
    else:
        return str(field.data)
    return ""


def open_keys(password: str) -> None:
    """Open the person's keys for this sign-in."""
    if person_id := current_actor().person_id:
        keyring.unlock(platform.database, platform.settings, g.sign_in_id, person_id, password)


def my_keys() -> Keys | None:
    """What this sign-in has opened."""
    return keyring.of(g.sign_in_id)
