"""Proving once more that it is the same person: a page of its own, or in the place of a form that came late.

The same step unlocks the person's key of the vault, so that nobody types the password twice.
"""

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import PasswordField
from wtforms.validators import InputRequired

from core.accounts import sessions, sign_in, sign_ins
from core.accounts.models import Person
from core.accounts.sign_in import Refused
from core.accounts.throttle import TooSoon
from core.accounts.views.answers import form_page, object_to, onward, too_soon
from core.accounts.views.blueprints import account
from core.accounts.views.forms import TYPE_PASSWORD
from core.database import now
from core.i18n import gettext, lazy_gettext
from core.platform import platform
from core.vault import keyring
from core.web.forms import Form
from core.web.guard import SIGNED_IN, current_actor, needs, reading, return_path, wants_proof

PAGE = "account/confirm.html"
FIELD = "confirm-password"
"""No form of a page has a field of this name: there it would be taken for the proof."""


class ConfirmPasswordForm(Form):
    """The password, under a name that no other form uses."""

    proof = PasswordField(lazy_gettext("Password"), [InputRequired(TYPE_PASSWORD)], name=FIELD)


def install(app: Flask) -> None:
    """Stand behind the guard: whoever may open a page proves themselves, if it wants that."""
    app.before_request(ask_again)


def is_proven() -> bool:
    """Whether whoever asks has proven themselves within the last minutes."""
    return g.confirmed_at is not None and g.confirmed_at > now() - sign_ins.CONFIRMED


def ask_again() -> ResponseReturnValue | None:
    """Lead to the page below, or show it in place of a form; None lets the request on."""
    if not wants_proof(request.endpoint) or is_proven():
        return None
    if request.method != "POST":
        return redirect(url_for("account.confirm", next=return_path()))
    form = ConfirmPasswordForm()
    if FIELD not in request.form:
        return render_template(PAGE, form=form, **_held())
    refused = _refused(form, **_held())
    if refused is None:
        _forget_password()
    return refused


@account.route("/confirm", methods=["GET", "POST"])
@needs(SIGNED_IN, conduct=False)
def confirm() -> ResponseReturnValue:
    """Ask for the password, then go on to where the person wanted to be."""
    form = ConfirmPasswordForm()
    if not form.is_submitted():
        return form_page(PAGE, form)
    return _refused(form) or onward()


def _refused(form: ConfirmPasswordForm, **held: object) -> ResponseReturnValue | None:
    """The page again with what was wrong; None once the person is proven."""
    if form.validate():
        person = reading().get_one(Person, current_actor().person_id)
        try:
            password = form.proof.data or ""
            token = sign_in.confirm(sessions.door(person.email), g.sign_in_id, current_actor(), password)
        except TooSoon as error:
            return too_soon(PAGE, form, form.proof, error, **held)
        except Refused:
            object_to(form.proof, gettext("Enter the password that you signed in with"))
        else:
            sessions.renew(token)
            keyring.unlock(platform.database, platform.settings, g.sign_in_id, person.id, password)
            return None
    return form_page(PAGE, form, **held)


def _held() -> dict[str, object]:
    """What the form that came late carried, to be sent again from the page in between."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in (FIELD, "csrf_token")]
    return {"held": fields, "action": request.full_path.rstrip("?"), "files": any(request.files.values())}


def _forget_password() -> None:
    """The page that follows sees its own fields alone."""
    kept = [pair for pair in request.form.items(multi=True) if pair[0] != FIELD]
    request.form = ImmutableMultiDict(kept)
