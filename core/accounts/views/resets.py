"""The way back in: a colleague asks, another approves and hands over the link, the person sets everything anew."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from core.accounts import credentials, passwords, resets, sessions
from core.accounts import people as services
from core.accounts.directory import DirectoryError, person_names
from core.accounts.models import Reset
from core.accounts.resets import ResetClosed
from core.accounts.roles import PEOPLE_RESET
from core.accounts.views.answers import directory_words, done, form_page, refuse
from core.accounts.views.blueprints import account, people
from core.accounts.views.forms import NewPassword, ReasonForm
from core.i18n import gettext
from core.permissions import Denied, Subject
from core.platform import platform
from core.web.guard import SIGNED_IN, current_actor, needs, public, reading, transaction


@account.get("/cannot-get-in")
@public
def cannot_get_in() -> str:
    """What to do without password or phone."""
    return render_template("account/cannot_get_in.html")


@people.route("/<uuid:person_id>/help", methods=["GET", "POST"])
@needs(PEOPLE_RESET, fresh=True)
def help_back(person_id: UUID) -> ResponseReturnValue:
    """Ask for a way back in for a colleague."""
    actor, form = current_actor(), ReasonForm()
    found = services.find(reading(), actor, person_id)
    if not resets.may_help(actor, found):
        raise Denied(PEOPLE_RESET, Subject(object_id=person_id))
    if not form.validate_on_submit():
        return form_page("people/help.html", form, person=found)
    try:
        with transaction() as session:
            made = resets.ask(session, actor, platform.register, person_id, form.reason.data or "")
    except DirectoryError as error:
        return refuse(directory_words(error.code), "people.person", person_id=person_id)
    return done(
        gettext("The request is made. Another administrator approves it."), "people.reset", reset_id=made.id
    )


@people.get("/resets/<uuid:reset_id>")
@needs(PEOPLE_RESET)
def reset(reset_id: UUID) -> ResponseReturnValue:
    """One request, and what the actor may do with it."""
    found, person = resets.find(reading(), current_actor(), reset_id)
    mine = found.asked_by == current_actor().person_id
    return render_template("people/reset.html", person=person, mine=mine, **_shown(found))


@people.post("/resets/<uuid:reset_id>/approve")
@needs(PEOPLE_RESET, fresh=True)
def approve_reset(reset_id: UUID) -> ResponseReturnValue:
    """Agree as the second person, and see the link this once."""
    try:
        with transaction() as session:
            link = resets.approve(session, current_actor(), platform.settings, reset_id)
    except DirectoryError as error:
        return refuse(directory_words(error.code), "people.reset", reset_id=reset_id)
    _, person = resets.find(reading(), current_actor(), reset_id)
    return render_template("people/reset_approved.html", link=link, person=person)


@people.post("/resets/<uuid:reset_id>/cancel")
@needs(PEOPLE_RESET)
def cancel_reset(reset_id: UUID) -> ResponseReturnValue:
    """Stop it."""
    with transaction() as session:
        resets.find(session, current_actor(), reset_id)
        resets.cancel(session, current_actor(), reset_id)
    return done(
        gettext("The request is cancelled. Its link no longer works."), "people.reset", reset_id=reset_id
    )


@account.get("/help/<uuid:reset_id>")
@needs(SIGNED_IN, conduct=False)
def help_asked(reset_id: UUID) -> ResponseReturnValue:
    """What others have asked for about this account."""
    found = resets.about(reading(), current_actor(), reset_id)
    return render_template("account/help_asked.html", **_shown(found))


@account.post("/help/<uuid:reset_id>/not-me")
@needs(SIGNED_IN, conduct=False)
def not_me(reset_id: UUID) -> ResponseReturnValue:
    """Stop it: the person has lost nothing."""
    with transaction() as session:
        resets.about(session, current_actor(), reset_id)
        resets.cancel(session, current_actor(), reset_id)
    words = gettext(
        "It is stopped. Speak with the administrator of your organisation: somebody wanted your account."
    )
    return done(words, "account.help_asked", reset_id=reset_id)


def _shown(found: Reset) -> dict[str, object]:
    two = {each for each in (found.asked_by, found.approved_by) if each}
    state = str(resets.state_of(found))
    return {"reset": found, "state": state, "names": person_names(reading(), two)}


@account.route("/reset/<token>", methods=["GET", "POST"], endpoint="reset")
@public
def set_anew(token: str) -> ResponseReturnValue:
    """A new password; the second factor follows on the next page."""
    try:
        return _set_anew(token)
    except ResetClosed:
        return render_template("account/reset_closed.html"), 404


def _set_anew(token: str) -> ResponseReturnValue:
    _, person = resets.opened_by(reading(), token)
    form = NewPassword()
    form.words = credentials.personal_words(person.email, person.name)
    if not form.validate_on_submit():
        return form_page("account/reset.html", form, email=person.email)
    hashed, door = passwords.hashed(platform.settings, form.new.data or ""), sessions.door(person.email)
    with transaction() as session:
        half = resets.use(session, token, hashed, door.device)
    sessions.leave()
    sessions.begin(half)
    return done(
        gettext("The password is set. One thing is left: the second factor."), "account.second_factor_setup"
    )
