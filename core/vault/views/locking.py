"""Locking an organisation in danger, and opening it again by two holders."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from core.accounts.roles import VAULT_HOLD
from core.accounts.views.answers import done, form_page
from core.i18n import gettext, ngettext
from core.vault import locking
from core.vault.problems import Closed, Damaged, VaultProblem
from core.vault.views.blueprint import blueprint, holder_of, member_of, my_keys
from core.vault.views.forms import ConfirmForm
from core.vault.views.words import refused
from core.web.guard import SIGNED_IN, current_actor, needs, transaction


@blueprint.route("/<uuid:organisation_id>/lock", methods=["GET", "POST"])
@needs(SIGNED_IN)
def lock(organisation_id: UUID) -> ResponseReturnValue:
    """Lock, after a page that says what happens. No password is asked for: seconds count, and nothing is opened."""
    shown, form = member_of(organisation_id), ConfirmForm()
    if not form.validate_on_submit():
        return form_page("vault/lock.html", form, **shown)
    with transaction() as session:
        locking.lock(session, current_actor(), organisation_id)
    return redirect(url_for("account.signed_out"))


@blueprint.route("/<uuid:organisation_id>/unlock", methods=["GET", "POST"])
@needs(VAULT_HOLD, fresh=True)
def unlock(organisation_id: UUID) -> ResponseReturnValue:
    """One of two holders wants the organisation open again."""
    shown, form = holder_of(organisation_id), ConfirmForm()
    if not form.validate_on_submit():
        return form_page("vault/unlock.html", form, **shown)
    try:
        with transaction() as session:
            needed = locking.unlock_after_lock(session, current_actor(), my_keys(), organisation_id)
    except (Closed, Damaged, VaultProblem) as error:
        return refused(error, organisation_id)
    words = (
        ngettext(
            "Noted. %(num)s more key holder has to unlock.",
            "Noted. %(num)s more key holders have to unlock.",
            needed,
        )
        if needed
        else gettext("The organisation is open again.")
    )
    return done(str(words), "vault.state", organisation_id=organisation_id)
