"""A person's own account."""

from uuid import UUID

from flask import g, render_template
from flask.typing import ResponseReturnValue

from core import notifications as notices
from core.accounts import account as services
from core.accounts import conduct as code_of_conduct
from core.accounts import credentials, labels, passwords, security_keys, sessions, sign_in, sign_ins
from core.accounts.actors import open_memberships
from core.accounts.models import Person
from core.accounts.sign_in import Refused
from core.accounts.throttle import TooSoon
from core.accounts.views.answers import done, form_page, next_path, object_to, onward, step, too_soon
from core.accounts.views.blueprints import account
from core.accounts.views.forms import ChangePasswordForm, ConductForm, LanguageForm
from core.database import now
from core.i18n import gettext, language
from core.platform import platform
from core.vault import keyring, member_keys
from core.web.addresses import link
from core.web.guard import SIGNED_IN, current_actor, needs, reading, transaction


def me() -> Person:
    """The row of who asks."""
    return reading().get_one(Person, current_actor().person_id)


@account.get("/")
@needs(SIGNED_IN, conduct=False)
def overview() -> ResponseReturnValue:
    """Everything about the account in one place."""
    person = me()
    places = [
        {
            "organisation": membership.organisation.name_on(now().date(), language()),
            "roles": ", ".join(labels.role(platform.register, role) for role in membership.roles),
        }
        for membership in open_memberships(reading(), person.id)
    ]
    return render_template(
        "account/overview.html",
        person=person,
        places=places,
        codes_left=credentials.recovery_codes_left(reading(), person.id),
        keys=len(security_keys.of(reading(), person.id)),
        key_recommended=security_keys.recommended(reading(), current_actor()),
        form=LanguageForm(language=person.locale),
    )


@account.post("/language", endpoint="language")
@needs(SIGNED_IN, conduct=False)
def save_language() -> ResponseReturnValue:
    """Save the language in which the site opens."""
    form = LanguageForm()
    if not form.validate_on_submit():
        return step("account.overview")
    with transaction() as session:
        services.change_language(session, current_actor(), form.language.data)
    return done(gettext("The language is saved."), "account.overview")


@account.route("/password", methods=["GET", "POST"])
@needs(SIGNED_IN, conduct=False)
def password() -> ResponseReturnValue:
    """Change the password; every other sign-in ends."""
    person, form, template = me(), ChangePasswordForm(), "account/password.html"
    form.words = credentials.personal_words(person.email, person.name)
    if form.validate_on_submit():
        try:
            sign_in.confirm_password(sessions.door(person.email), person.id, form.password.data or "")
        except TooSoon as error:
            return too_soon(template, form, form.password, error)
        except Refused:
            object_to(form.password, gettext("Enter the password that you signed in with"))
        else:
            return _change_password(person.id, form.password.data or "", form.new.data or "")
    return form_page(template, form)


def _change_password(person_id: UUID, old: str, new: str) -> ResponseReturnValue:
    hashed = passwords.hashed(platform.settings, new)
    turned = member_keys.turned(platform.database, platform.settings, person_id, old, new)
    with transaction() as session:
        token = services.change_password(session, current_actor(), hashed, g.sign_in_id, turned)
    if token is None:
        return step("account.sign_in")
    sessions.begin(token)
    return done(gettext("The password is changed. All other sign-ins have ended."), "account.overview")


@account.get("/sign-ins", endpoint="sign_ins")
@needs(SIGNED_IN, conduct=False)
def list_sign_ins() -> ResponseReturnValue:
    """Where the person is signed in."""
    found = sign_ins.of(reading(), me().id)
    return render_template("account/sign_ins.html", sign_ins=found, here=g.sign_in_id)


@account.post("/sign-ins/<uuid:sign_in_id>/end")
@needs(SIGNED_IN, conduct=False)
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """End one of them."""
    with transaction() as session:
        if services.end_sign_in(session, current_actor(), sign_in_id):
            keyring.forget(sign_in_id)
    return done(gettext("That sign-in has ended."), "account.sign_ins")


@account.post("/sign-ins/end-others")
@needs(SIGNED_IN, conduct=False)
def end_other_sign_ins() -> ResponseReturnValue:
    """End all but this one."""
    with transaction() as session:
        services.end_other_sign_ins(session, current_actor(), g.sign_in_id)
    return done(gettext("All other sign-ins have ended."), "account.sign_ins")


@account.route("/conduct", methods=["GET", "POST"])
@needs(SIGNED_IN, conduct=False)
def conduct() -> ResponseReturnValue:
    """The code of conduct, before the first page with content."""
    form = ConductForm()
    if form.validate_on_submit():
        with transaction() as session:
            code_of_conduct.accept(session, current_actor())
        return onward()
    accepted = current_actor().conduct_accepted
    version = code_of_conduct.CONDUCT_VERSION
    return form_page("account/conduct.html", form, version=version, accepted=accepted, next=next_path())


@account.get("/notifications")
@needs(SIGNED_IN, conduct=False)
def notifications() -> ResponseReturnValue:
    """What the site has told the person."""
    found = [
        {
            "at": notice.created_at,
            "text": notices.text(notice, language()),
            "href": link(notice.endpoint, notice.arguments),
            "new": not notice.read_at,
        }
        for notice in notices.of(reading(), me().id)
    ]
    return render_template("account/notifications.html", notices=found)


@account.post("/notifications/read")
@needs(SIGNED_IN, conduct=False)
def notifications_read() -> ResponseReturnValue:
    """Note that the list was seen."""
    with transaction() as session:
        notices.mark_read(session, me().id)
    return done(gettext("All notifications are marked as read."), "account.notifications")
