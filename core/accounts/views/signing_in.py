"""Signing in, in two steps, and leaving."""

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from core.accounts import credentials, security_keys, sessions, sign_in
from core.accounts.models import Person
from core.accounts.sign_in import Door, Half, Refused
from core.accounts.throttle import TooSoon
from core.accounts.views.answers import form_page, next_path, object_to, onward, step, too_soon
from core.accounts.views.blueprints import account
from core.accounts.views.forms import CodeForm, SignInForm
from core.i18n import gettext, ngettext
from core.platform import platform
from core.web.guard import current_actor, public, reading


@account.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
def password_page() -> ResponseReturnValue:
    """E-mail address and password; the same words for every wrong pair."""
    if current_actor().signed_in:
        return onward()
    if g.half is not None:
        return second_step()
    form = SignInForm()
    if form.validate_on_submit():
        email = form.email.data or ""
        try:
            token = sign_in.password_step(sessions.door(email), email, form.password.data or "")
        except TooSoon as error:
            return too_soon("account/sign_in.html", form, form.password, error)
        except Refused:
            object_to(form.password, gettext("Check the e-mail address and the password, then try again"))
        else:
            sessions.begin(token)
            return second_step()
    return form_page("account/sign_in.html", form)


def second_step() -> Response:
    """After the password: the key, the code, or the set-up of the app that makes codes."""
    if security_keys.of(reading(), g.half.person_id):
        return step("account.security_key")
    has_factor = bool(reading().get_one(Person, g.half.person_id).totp_secret)
    return step("account.second_factor" if has_factor else "account.second_factor_setup")


@account.route("/second-factor", methods=["GET", "POST"])
@public
def second_factor() -> ResponseReturnValue:
    """The code of the app."""
    return _factor("account/second_factor.html", sign_in.code_step)


@account.route("/recovery", methods=["GET", "POST"])
@public
def recovery() -> ResponseReturnValue:
    """A recovery code in place of a lost phone."""
    return _factor("account/recovery.html", sign_in.recovery_step)


def _factor(template: str, check: Callable[[Door, Half, str], str]) -> ResponseReturnValue:
    if current_actor().signed_in:
        return onward()
    if g.half is None:
        return step("account.sign_in")
    email, form = reading().get_one(Person, g.half.person_id).email, CodeForm()
    has_keys = bool(security_keys.of(reading(), g.half.person_id))
    if form.validate_on_submit():
        try:
            token = check(sessions.door(email), g.half, form.code.data or "")
        except TooSoon as error:
            return too_soon(template, form, form.code, error, next=next_path(), has_keys=has_keys)
        except Refused:
            object_to(form.code, gettext("Check the code. A code that was used already does not work again"))
        else:
            return welcome(token, email, told_codes=check is sign_in.recovery_step)
    return form_page(template, form, next=next_path(), has_keys=has_keys)


def welcome(token: str, email: str, *, told_codes: bool = False) -> Response:
    """A full sign-in begins in this browser."""
    sessions.begin(token)
    sessions.remember_device(email)
    if told_codes:
        left = credentials.recovery_codes_left(reading(), current_actor().person_id)  # type: ignore[arg-type]
        words = ngettext(
            "You have %(num)s recovery code left.", "You have %(num)s recovery codes left.", left
        )
        flash(words, "warning")
    return onward()


@account.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    sessions.leave()
    left = redirect(url_for("account.signed_out"))
    # What the browser kept of this site goes too; not its cookies, or the device would be a stranger next time.
    # Nor its storage: the script drops the key of the drafts, and then what others wait to send is still there.
    left.headers["Clear-Site-Data"] = '"cache"'
    return left


@account.get("/signed-out")
@public
def signed_out() -> str:
    """Say that it has ended."""
    return render_template("account/signed_out.html")


@account.get("/quick-exit")
@public
def quick_exit() -> ResponseReturnValue:
    """End the sign-in and be somewhere harmless, without a question."""
    sessions.leave()
    return redirect(platform.settings.quick_exit_url)
