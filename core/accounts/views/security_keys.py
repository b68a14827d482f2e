"""Security keys: signing in with one, adding and removing them."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from core.accounts import security_keys, sessions, sign_in
from core.accounts.models import Person
from core.accounts.security_keys import KeyRefused, LastFactor
from core.accounts.sign_in import Refused
from core.accounts.throttle import TooSoon
from core.accounts.views.answers import done, form_page, next_path, object_to, onward, refuse, step, too_soon
from core.accounts.views.blueprints import account
from core.accounts.views.forms import KeyForm, NewKeyForm
from core.accounts.views.signing_in import welcome
from core.i18n import gettext
from core.platform import platform
from core.web.guard import SIGNED_IN, current_actor, needs, public, reading, transaction

ASK, LIST = "account/security_key.html", "account/security_keys.html"


@account.route("/security-key", methods=["GET", "POST"])
@public
def security_key() -> ResponseReturnValue:
    """A key in place of the code."""
    if current_actor().signed_in:
        return onward()
    if g.half is None:
        return step("account.sign_in")
    person, form = reading().get_one(Person, g.half.person_id), KeyForm()
    if form.validate_on_submit():
        try:
            token = sign_in.key_step(sessions.door(person.email), g.half, form.answer.data or "")
        except TooSoon as error:
            return too_soon(ASK, form, form.answer, error, options="{}", next=next_path())
        except Refused:
            object_to(form.answer, gettext("The key was not accepted. Try again, or use the code of the app"))
        else:
            return welcome(token, person.email)
    return form_page(ASK, form, options=_request(person), next=next_path())


def _request(person: Person) -> str:
    with transaction() as session:
        return security_keys.request_options(session, platform.settings, g.half.sign_in_id, person.id)


@account.route("/security-keys", methods=["GET", "POST"], endpoint="security_keys")
@needs(SIGNED_IN, conduct=False, fresh=True)
def keys() -> ResponseReturnValue:
    """The keys that the person has, and a new one."""
    actor, form = current_actor(), NewKeyForm()
    if form.validate_on_submit():
        name, answer = form.name.data or "", form.answer.data or ""
        try:
            with transaction() as session:
                security_keys.add(session, platform.settings, actor, g.sign_in_id, name, answer)
        except KeyRefused:
            object_to(form.answer, gettext("The key was not accepted. Try again, or try another key"))
        else:
            return done(gettext("The key is added. Use it at your next sign-in."), "account.security_keys")
    person = reading().get_one(Person, actor.person_id)
    with transaction() as session:
        options = security_keys.creation_options(session, platform.settings, g.sign_in_id, person)
    found = security_keys.of(reading(), person.id)
    return form_page(LIST, form, options=options, keys=found)


@account.post("/security-keys/<uuid:key_id>/remove")
@needs(SIGNED_IN, conduct=False, fresh=True)
def remove_security_key(key_id: UUID) -> ResponseReturnValue:
    """Take a key away."""
    try:
        with transaction() as session:
            security_keys.remove(session, current_actor(), key_id)
    except LastFactor:
        return refuse(
            gettext("Set up the app first: you would have nothing left to sign in with."),
            "account.security_keys",
        )
    return done(gettext("The key is removed."), "account.security_keys")
