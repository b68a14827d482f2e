"""Setting up the second factor, and the codes for the day when the phone is lost."""

from datetime import timedelta

import segno
from flask import g, render_template
from flask.typing import ResponseReturnValue

from core.accounts import account as services
from core.accounts import credentials, enrolment, sessions, sign_in, sign_ins
from core.accounts.enrolment import NotFresh
from core.accounts.models import Person, SignIn
from core.accounts.sign_in import Door, Refused
from core.accounts.throttle import TooSoon
from core.accounts.views.answers import form_page, next_path, object_to, refuse, step, too_soon
from core.accounts.views.blueprints import account
from core.accounts.views.forms import CodeForm, PasswordForm, ReplaceFactorForm
from core.i18n import gettext
from core.platform import platform
from core.web.guard import SIGNED_IN, current_actor, needs, public, reading, transaction

SETUP = "account/second_factor_setup.html"


@account.route("/second-factor/set-up", methods=["GET", "POST"])
@public
def second_factor_setup() -> ResponseReturnValue:
    """Show the secret, ask for a first code; after the password alone only whoever has no factor yet."""
    found = reading().get(SignIn, g.sign_in_id) if g.sign_in_id else None
    if found is None:
        return step("account.sign_in")
    person = reading().get_one(Person, found.person_id)
    if not enrolment.allowed(person, found):
        return _not_now()
    secret = enrolment.offered_secret(platform.settings, sessions.token_here())
    form = ReplaceFactorForm() if person.totp_secret else CodeForm()
    if form.validate_on_submit():
        return _set_up(form, person, secret)
    return form_page(SETUP, form, **_shown(person, secret))


def _not_now() -> ResponseReturnValue:
    if not current_actor().signed_in:
        return step("account.second_factor")
    minutes = sign_ins.FRESH // timedelta(minutes=1)
    words = gettext(
        "To replace the app, sign out and sign in again, then do it within %(minutes)s minutes.",
        minutes=minutes,
    )
    return refuse(words, "account.overview")


def _set_up(form: CodeForm, person: Person, secret: str) -> ResponseReturnValue:
    door, shown = sessions.door(person.email), _shown(person, secret)
    try:
        _confirm(form, door, person)
        token, codes = enrolment.enrol(door, g.sign_in_id, secret, form.code.data or "")
    except TooSoon as error:
        return too_soon(SETUP, form, form.code, error, **shown)
    except NotFresh:
        return step("account.sign_in")
    except Refused:
        object_to(form.code, gettext("Check the code and the clock of the phone, then enter the newest code"))
        return form_page(SETUP, form, **shown)
    sessions.begin(token)
    sessions.remember_device(person.email)
    return _codes_page(codes)


def _confirm(form: CodeForm, door: Door, person: Person) -> None:
    if isinstance(form, ReplaceFactorForm):
        sign_in.confirm_password(door, person.id, form.password.data or "")


def _shown(person: Person, secret: str) -> dict[str, str]:
    picture = segno.make(credentials.totp_address(secret, person.email), micro=False)
    return {
        "picture": picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        "secret": credentials.grouped(secret),
        "next": next_path(),
    }


@account.route("/recovery-codes", methods=["GET", "POST"])
@needs(SIGNED_IN, conduct=False)
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes; they are shown this once."""
    actor, form = current_actor(), PasswordForm()
    person = reading().get_one(Person, actor.person_id)
    if form.validate_on_submit():
        try:
            sign_in.confirm_password(sessions.door(person.email), person.id, form.password.data or "")
        except TooSoon as error:
            return too_soon("account/recovery_codes_renew.html", form, form.password, error)
        except Refused:
            object_to(form.password, gettext("Enter the password that you signed in with"))
        else:
            with transaction() as session:
                codes = services.renew_recovery_codes(session, actor, platform.settings)
            return _codes_page(codes)
    return form_page("account/recovery_codes_renew.html", form)


def _codes_page(codes: list[str]) -> str:
    return render_template("account/recovery_codes.html", codes=codes, next=next_path())
