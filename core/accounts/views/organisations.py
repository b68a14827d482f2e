"""Organisations of the network."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from core.accounts import directory, labels
from core.accounts.directory import DirectoryError
from core.accounts.models import Membership, Organisation
from core.accounts.roles import ORGANISATIONS_CHANGE, ORGANISATIONS_VIEW, PEOPLE_VIEW, TOKENS_MANAGE
from core.accounts.views.answers import directory_words, done, form_page, object_to, refuse
from core.accounts.views.blueprints import organisations
from core.accounts.views.forms import ConfirmForm, NamesForm, OrganisationForm
from core.database import now
from core.i18n import gettext, language
from core.permissions import visible
from core.web.guard import current_actor, needs, reading, transaction
from core.web.paging import page_of


def _shown(organisation: Organisation) -> dict[str, object]:
    return {
        "organisation": organisation,
        "name": organisation.name_on(now().date(), language()),
        "kind": labels.kind(organisation.kind),
        "country": labels.country(organisation.country),
        "region": labels.region(organisation.region),
    }


@organisations.get("/")
@needs(ORGANISATIONS_VIEW)
def index() -> ResponseReturnValue:
    """The organisations that the actor may see."""
    actor = current_actor()
    reach = visible(actor, ORGANISATIONS_VIEW, organisation=Organisation.id, country=Organisation.country)
    page = page_of(reading(), select(Organisation).where(reach), Organisation.id)
    rows = [_shown(each) for each in page.rows]
    return render_template("organisations/index.html", page=page, rows=rows)


@organisations.get("/<uuid:organisation_id>", endpoint="page")
@needs(ORGANISATIONS_VIEW)
def show(organisation_id: UUID) -> ResponseReturnValue:
    """One organisation: its names through time and its people."""
    actor = current_actor()
    found = directory.find_organisation(reading(), actor, ORGANISATIONS_VIEW, organisation_id)
    members = _members(found) if actor.may(PEOPLE_VIEW, directory.subject_of(found)) else None
    may_change = actor.may(ORGANISATIONS_CHANGE, directory.subject_of(found))
    may_tokens = actor.may(TOKENS_MANAGE, directory.subject_of(found))
    return render_template(
        "organisations/page.html",
        **_shown(found),
        members=members,
        may_change=may_change,
        may_tokens=may_tokens,
    )


def _members(organisation: Organisation) -> list[Membership]:
    rows = select(Membership).join(Membership.person).where(Membership.organisation_id == organisation.id)
    return sorted(reading().scalars(rows).unique(), key=lambda membership: membership.person.name)


@organisations.route("/add", methods=["GET", "POST"])
@needs(ORGANISATIONS_CHANGE)
def add() -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm()
    if not form.validate_on_submit():
        return form_page("organisations/add.html", form)
    try:
        with transaction() as session:
            added = directory.add_organisation(
                session,
                current_actor(),
                kind=form.kind.data,
                country=form.country.data,
                region=form.region.data,
                labels=form.labels,
                since=form.since.data,
            )
    except DirectoryError as error:
        object_to(form.kind, directory_words(error.code))
        return form_page("organisations/add.html", form)
    return done(gettext("The organisation is added."), "organisations.page", organisation_id=added.id)


@organisations.route("/<uuid:organisation_id>/rename", methods=["GET", "POST"])
@needs(ORGANISATIONS_CHANGE)
def rename(organisation_id: UUID) -> ResponseReturnValue:
    """Give it a name from a day on."""
    actor, form = current_actor(), NamesForm()
    found = directory.find_organisation(reading(), actor, ORGANISATIONS_CHANGE, organisation_id)
    if not form.validate_on_submit():
        return form_page("organisations/rename.html", form, **_shown(found))
    with transaction() as session:
        directory.rename_organisation(
            session, actor, organisation_id, form.labels, form.since.data or now().date()
        )
    return done(gettext("The name is saved."), "organisations.page", organisation_id=organisation_id)


@organisations.route("/<uuid:organisation_id>/close", methods=["GET", "POST"])
@needs(ORGANISATIONS_CHANGE)
def close(organisation_id: UUID) -> ResponseReturnValue:
    """Close it: its people keep their accounts and lose what they could do there."""
    actor, form = current_actor(), ConfirmForm()
    found = directory.find_organisation(reading(), actor, ORGANISATIONS_CHANGE, organisation_id)
    if not form.validate_on_submit():
        return form_page("organisations/close.html", form, **_shown(found))
    try:
        with transaction() as session:
            directory.close_organisation(session, actor, organisation_id)
    except DirectoryError as error:
        return refuse(directory_words(error.code), "organisations.page", organisation_id=organisation_id)
    return done(gettext("The organisation is closed."), "organisations.page", organisation_id=organisation_id)


@organisations.post("/<uuid:organisation_id>/reopen")
@needs(ORGANISATIONS_CHANGE)
def reopen(organisation_id: UUID) -> ResponseReturnValue:
    """Take the closing back."""
    with transaction() as session:
        directory.reopen_organisation(session, current_actor(), organisation_id)
    return done(
        gettext("The organisation is open again."), "organisations.page", organisation_id=organisation_id
    )
