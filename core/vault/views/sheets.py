"""The recovery sheet: made with the key, shown once, confirmed, replaced, and used when all else is lost."""

from typing import Any
from uuid import UUID

import segno
from flask import render_template
from flask.typing import ResponseReturnValue

from core.accounts.roles import VAULT_HOLD
from core.accounts.views.answers import done, form_page, object_to
from core.database import now
from core.i18n import gettext
from core.platform import platform
from core.vault import recovery, sheets
from core.vault.holders import begin as begin_vault
from core.vault.problems import Closed, Damaged, VaultProblem
from core.vault.readiness import readiness
from core.vault.views.blueprint import blueprint, holder_of, my_keys, open_keys, password_of
from core.vault.views.forms import ConfirmForm, GroupsForm, PasswordForm, RestoreForm
from core.vault.views.words import problem_words, refused
from core.web.guard import current_actor, needs, reading, transaction


@blueprint.route("/<uuid:organisation_id>/begin", methods=["GET", "POST"])
@needs(VAULT_HOLD)
def begin(organisation_id: UUID) -> ResponseReturnValue:
    """Make the organisation's key; the answer is the recovery sheet. The password is asked for on the page itself."""
    shown, form = holder_of(organisation_id), PasswordForm()
    password = password_of(form.password) if form.validate_on_submit() else ""
    if not password:
        return form_page("vault/begin.html", form, **shown)
    try:
        sheet = begin_vault(platform.database, platform.settings, current_actor(), organisation_id, password)
    except VaultProblem as error:
        return refused(error, organisation_id)
    open_keys(password)
    return sheet_page(sheet, shown)


@blueprint.route("/<uuid:organisation_id>/new-sheet", methods=["GET", "POST"])
@needs(VAULT_HOLD, fresh=True)
def new_sheet(organisation_id: UUID) -> ResponseReturnValue:
    """Replace the sheet; the old one opens nothing here any more."""
    shown, form = holder_of(organisation_id), ConfirmForm()
    if not form.validate_on_submit():
        return form_page("vault/new_sheet.html", form, **shown)
    try:
        with transaction() as session:
            sheet = recovery.new_sheet(session, current_actor(), my_keys(), organisation_id)
    except (Closed, Damaged, VaultProblem) as error:
        return refused(error, organisation_id)
    return sheet_page(sheet, shown)


def sheet_page(text: str, shown: dict[str, Any]) -> str:
    """The sheet on paper: never stored, so it cannot be shown a second time."""
    picture = segno.make(text, micro=False, error="m")
    return render_template(
        "vault/sheet.html",
        **shown,
        prefix=sheets.PREFIX,
        groups=sheets.groups(text),
        picture=picture.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"),
        day=now().date(),
    )


@blueprint.route("/<uuid:organisation_id>/confirm-sheet", methods=["GET", "POST"])
@needs(VAULT_HOLD, fresh=True)
def confirm_sheet(organisation_id: UUID) -> ResponseReturnValue:
    """Two groups typed from the paper prove that it exists and can be read."""
    shown, form = holder_of(organisation_id), GroupsForm()
    numbers = readiness(reading(), organisation_id).sheet_groups
    if len(numbers) != len(form.groups):
        return done(
            gettext("No sheet waits to be confirmed."), "vault.state", organisation_id=organisation_id
        )
    for field, number in zip(form.groups, numbers, strict=True):
        field.label.text = gettext("Group %(number)s", number=number)
    if form.validate_on_submit():
        typed = {number: field.data or "" for field, number in zip(form.groups, numbers, strict=True)}
        try:
            with transaction() as session:
                recovery.confirm_sheet(session, current_actor(), organisation_id, typed)
        except VaultProblem as error:
            object_to(form.first, problem_words(error.code))
        else:
            words = gettext("The sheet is confirmed. Put it into its safe place now.")
            return done(words, "vault.state", organisation_id=organisation_id)
    return form_page("vault/confirm_sheet.html", form, **shown)


@blueprint.route("/<uuid:organisation_id>/restore", methods=["GET", "POST"])
@needs(VAULT_HOLD)
def restore(organisation_id: UUID) -> ResponseReturnValue:
    """The sheet lets a member back in when no holder can. The password is asked for on the page itself."""
    shown, form = holder_of(organisation_id), RestoreForm()
    password = password_of(form.password) if form.validate_on_submit() else ""
    if password:
        try:
            recovery.restore_from_sheet(
                platform.database,
                platform.settings,
                current_actor(),
                organisation_id,
                form.sheet.data or "",
                password,
            )
        except VaultProblem as error:
            field = form.password if error.code == "wrong_password" else form.sheet
            object_to(field, problem_words(error.code))
        else:
            open_keys(password)
            words = gettext(
                "You hold the key again. Make a new recovery sheet: this one has been out of its place."
            )
            return done(words, "vault.state", organisation_id=organisation_id)
    return form_page("vault/restore.html", form, **shown)
