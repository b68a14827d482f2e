"""Accepting an invitation."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.accounts import credentials, invitations, passwords, sessions, sign_ins
from core.accounts.invitations import Closed
from core.accounts.models import Invitation, Person
from core.accounts.views.answers import done, form_page
from core.accounts.views.blueprints import account
from core.accounts.views.forms import AcceptForm, ConfirmForm
from core.database import now
from core.i18n import gettext, language
from core.platform import platform
from core.web.guard import current_actor, public, reading, transaction


@account.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """Make an account, or join another organisation with the account that exists."""
    try:
        found = invitations.find(reading(), token)
        person = invitations.person_invited(reading(), found)
        return _join(token, found, person) if person else _accept(token, found)
    except Closed as closed:
        state = str(closed.state or "")
        return render_template("account/invitation_closed.html", state=state), 410 if state else 404


def _accept(token: str, found: Invitation) -> ResponseReturnValue:
    form = AcceptForm(name=found.name)
    form.words = credentials.personal_words(found.email, found.name)
    if not form.validate_on_submit():
        return form_page("account/invitation.html", form, email=found.email, organisation=_name(found))
    hashed = passwords.hashed(platform.settings, form.new.data or "")
    door = sessions.door(found.email)
    with transaction() as session:
        person = invitations.accept(session, token, form.name.data or "", hashed, language())
        half = sign_ins.open_half(session, person.id, door.device)
    sessions.leave()
    sessions.begin(half)
    return done(
        gettext("Your account is made. One thing is left: the second factor."), "account.second_factor_setup"
    )


def _join(token: str, found: Invitation, person: Person) -> ResponseReturnValue:
    actor, form = current_actor(), ConfirmForm()
    if actor.person_id != person.id:
        values = {"email": found.email, "organisation": _name(found), "signed_in": actor.signed_in}
        return render_template(
            "account/invitation_known.html", **values, sign_in=url_for("account.sign_in", next=request.path)
        )
    if form.validate_on_submit():
        with transaction() as session:
            invitations.join(session, actor, token)
        return done(gettext("You belong to the organisation now."), "account.overview")
    return form_page("account/invitation_join.html", form, organisation=_name(found))


def _name(found: Invitation) -> str:
    return found.organisation.name_on(now().date(), language())
