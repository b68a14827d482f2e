"""Holders: somebody asks, a colleague lets them in, a key is withdrawn."""

from uuid import UUID

from flask import abort, flash
from flask.typing import ResponseReturnValue

from core.accounts.directory import person_names
from core.accounts.roles import VAULT_HOLD
from core.accounts.views.answers import done, form_page
from core.i18n import gettext
from core.platform import platform
from core.vault import holders
from core.vault.problems import Closed, Damaged, VaultProblem
from core.vault.readiness import readiness
from core.vault.views.blueprint import blueprint, holder_of, my_keys, open_keys, password_of
from core.vault.views.forms import LetInForm, PasswordForm, WithdrawForm
from core.vault.views.sheets import sheet_page
from core.vault.views.words import refused
from core.web.guard import current_actor, needs, reading, transaction


@blueprint.route("/<uuid:organisation_id>/join", methods=["GET", "POST"])
@needs(VAULT_HOLD)
def join(organisation_id: UUID) -> ResponseReturnValue:
    """Make the own key and ask to be let in. The password is asked for on the page itself."""
    shown, form = holder_of(organisation_id), PasswordForm()
    password = password_of(form.password) if form.validate_on_submit() else ""
    if not password:
        return form_page("vault/join.html", form, **shown)
    try:
        holders.join(platform.database, platform.settings, current_actor(), password)
    except VaultProblem as error:
        return refused(error, organisation_id)
    open_keys(password)
    words = gettext("You have asked to be let in. Now tell a colleague who holds a key.")
    return done(words, "vault.state", organisation_id=organisation_id)


@blueprint.route("/<uuid:organisation_id>/let-in/<uuid:person_id>", methods=["GET", "POST"])
@needs(VAULT_HOLD, fresh=True)
def let_in(organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Let a waiting colleague in, after a page that asks to speak with them first."""
    shown, form = holder_of(organisation_id), LetInForm()
    waiting = {each.person_id: each for each in holders.waiting(reading(), organisation_id)}
    if person_id not in waiting:
        abort(404)
    person = person_names(reading(), {person_id})[person_id]
    if not form.validate_on_submit():
        code = form.fingerprint.data = waiting[person_id].fingerprint
        return form_page("vault/let_in.html", form, **shown, person=person, fingerprint=code)
    try:
        with transaction() as session:
            code = form.fingerprint.data or ""
            holders.grant(session, current_actor(), my_keys(), organisation_id, person_id, code)
    except (Closed, Damaged, VaultProblem) as error:
        return refused(error, organisation_id)
    words = gettext("%(name)s holds the key now.", name=person)
    return done(words, "vault.state", organisation_id=organisation_id)


@blueprint.route("/<uuid:organisation_id>/withdraw/<uuid:person_id>", methods=["GET", "POST"])
@needs(VAULT_HOLD, fresh=True)
def withdraw(organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take a key away: the organisation gets a new one, and the sheet is made anew."""
    shown, form = holder_of(organisation_id), WithdrawForm()
    if person_id not in {each.person_id for each in readiness(reading(), organisation_id).holders}:
        abort(404)
    person = person_names(reading(), {person_id})[person_id]
    if not form.validate_on_submit():
        return form_page("vault/withdraw.html", form, **shown, person=person)
    try:
        sheet = holders.withdraw(platform.database, current_actor(), my_keys(), organisation_id, person_id)
    except (Closed, Damaged, VaultProblem) as error:
        return refused(error, organisation_id)
    flash(gettext("The key is withdrawn. This is the new recovery sheet."), "success")
    return sheet_page(sheet, shown)


@blueprint.post("/<uuid:organisation_id>/refuse/<uuid:person_id>")
@needs(VAULT_HOLD, fresh=True)
def refuse(organisation_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Turn a request down: the person may ask again."""
    holder_of(organisation_id)
    with transaction() as session:
        holders.refuse(session, current_actor(), organisation_id, person_id)
    return done(gettext("The request is turned down."), "vault.state", organisation_id=organisation_id)
