"""Tokens for programs: what an organisation has given out, a new one, and the end of one."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from core.accounts import directory, labels, tokens
from core.accounts.directory import person_names
from core.accounts.models import Organisation
from core.accounts.roles import TOKENS_MANAGE
from core.accounts.views.answers import done, form_page
from core.accounts.views.blueprints import organisations
from core.accounts.views.forms import TokenForm
from core.database import now
from core.i18n import gettext, language
from core.permissions import Denied, Subject
from core.platform import platform
from core.web.guard import current_actor, needs, reading, transaction


def _found(organisation_id: UUID) -> Organisation:
    return directory.find_organisation(reading(), current_actor(), TOKENS_MANAGE, organisation_id)


def _name(organisation: Organisation) -> str:
    return organisation.name_on(now().date(), language())


@organisations.get("/<uuid:organisation_id>/tokens", endpoint="tokens")
@needs(TOKENS_MANAGE)
def index(organisation_id: UUID) -> ResponseReturnValue:
    """Those that were not revoked."""
    organisation = _found(organisation_id)
    found = tokens.of(reading(), current_actor(), organisation_id)
    return render_template(
        "organisations/tokens.html",
        organisation=organisation,
        name=_name(organisation),
        tokens=found,
        people=person_names(reading(), {each.person_id for each in found}),
        scope=lambda each: labels.access(platform.rest.accesses, each),
        moment=now(),
        is_member=organisation_id in current_actor().organisations,
    )


@organisations.route("/<uuid:organisation_id>/tokens/new", methods=["GET", "POST"])
@needs(TOKENS_MANAGE, fresh=True)
def new_token(organisation_id: UUID) -> ResponseReturnValue:
    """Make one; its text is on the page that follows, and nowhere else."""
    actor, organisation, form = current_actor(), _found(organisation_id), TokenForm()
    if organisation_id not in actor.organisations:
        # It would act with rights that whoever administers the site does not have there.
        raise Denied(TOKENS_MANAGE, Subject(organisation_id))
    known = platform.rest.accesses
    offered = tokens.offered(actor, organisation_id, known.values())
    form.scopes.choices = [(each.name, labels.access(known, each.name)) for each in offered]
    if not form.validate_on_submit():
        return form_page(
            "organisations/new_token.html", form, organisation=organisation, name=_name(organisation)
        )
    with transaction() as session:
        made, text = tokens.make(
            session, actor, known.values(), organisation_id=organisation_id,
            name=form.name.data or "", scopes=form.scopes.data or [], days=int(form.days.data),
        )  # fmt: skip
    return render_template("organisations/token_made.html", organisation=organisation, token=made, text=text)


@organisations.post("/tokens/<uuid:token_id>/revoke")
@needs(TOKENS_MANAGE)
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """End one at once."""
    with transaction() as session:
        gone = tokens.revoke(session, current_actor(), token_id)
    return done(
        gettext("The token is revoked. No program can use it any more."),
        "organisations.tokens",
        organisation_id=gone.organisation_id,
    )
