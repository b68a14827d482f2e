"""People: the list, invitations, roles, the end of an account."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from core.accounts import directory, invitations, labels, resets
from core.accounts import people as services
from core.accounts.directory import DirectoryError
from core.accounts.models import Membership, Organisation, Person
from core.accounts.people import Objection
from core.accounts.roles import PEOPLE_DISABLE, PEOPLE_INVITE, PEOPLE_VIEW
from core.accounts.views.answers import directory_words, done, form_page, object_to, refuse, step
from core.accounts.views.blueprints import people
from core.accounts.views.forms import ConfirmForm, InviteForm, OrganisationChoice, RolesForm
from core.database import now
from core.i18n import gettext, language
from core.permissions import Actor, visible
from core.platform import platform
from core.web.guard import current_actor, needs, reading, transaction
from core.web.paging import page_of


def _place(membership: Membership) -> dict[str, object]:
    roles = [labels.role(platform.register, role) for role in membership.roles]
    return {"organisation": membership.organisation, "name": _name(membership.organisation), "roles": roles}


def _name(organisation: Organisation) -> str:
    return organisation.name_on(now().date(), language())


@people.get("/")
@needs(PEOPLE_VIEW)
def index() -> ResponseReturnValue:
    """Everybody whom the actor may see, and the invitations that wait."""
    actor, session = current_actor(), reading()
    page = page_of(session, services.listed(actor), Person.id)
    places = {
        person.id: [_place(m) for m in services.memberships_shown(actor, person)] for person in page.rows
    }
    waiting = invitations.waiting(session, actor) if actor.may(PEOPLE_INVITE) else []
    names = {each.id: _name(each.organisation) for each in waiting}
    return render_template("people/index.html", page=page, places=places, waiting=waiting, names=names)


@people.get("/<uuid:person_id>")
@needs(PEOPLE_VIEW)
def person(person_id: UUID) -> ResponseReturnValue:
    """One person, and what the actor may change."""
    actor = current_actor()
    found = services.find(reading(), actor, person_id)
    places = [
        _place(membership) | {"may_change": _may_change(actor, found, membership.organisation)}
        for membership in services.memberships_shown(actor, found)
    ]
    closable = not found.disabled and found.id != actor.person_id and services.may_disable(actor, found)
    return render_template(
        "people/person.html",
        person=found,
        places=places,
        may_disable=closable,
        may_help=not found.disabled and resets.may_help(actor, found),
        resets=resets.of(reading(), found.id),
    )


def _may_change(actor: Actor, found: Person, organisation: Organisation) -> bool:
    return found.id != actor.person_id and actor.may(PEOPLE_INVITE, directory.subject_of(organisation))


@people.route("/invite", methods=["GET", "POST"])
@needs(PEOPLE_INVITE, fresh=True)
def invite() -> ResponseReturnValue:
    """Invite somebody into one organisation; with a choice of several, that is asked first."""
    actor = current_actor()
    reach = visible(actor, PEOPLE_INVITE, organisation=Organisation.id, country=Organisation.country)
    open_ = reading().scalars(select(Organisation).where(reach, Organisation.closed.is_(False))).all()
    chosen = next((each for each in open_ if str(each.id) == request.args.get("organisation")), None)
    if chosen is None and len(open_) == 1:
        chosen = open_[0]
    if chosen is None:
        choice = OrganisationChoice(request.args)
        choice.organisation.choices = sorted(((str(e.id), _name(e)) for e in open_), key=lambda pair: pair[1])
        return render_template("people/choose.html", form=choice)
    return _invite(actor, chosen)


def _invite(actor: Actor, organisation: Organisation) -> ResponseReturnValue:
    form = InviteForm()
    form.roles.choices = _choices(actor, organisation)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                _, link = invitations.create(
                    session,
                    actor,
                    platform.register,
                    platform.settings,
                    organisation_id=organisation.id,
                    email=form.email.data or "",
                    name=form.name.data or "",
                    roles=form.roles.data or [],
                )
        except DirectoryError as error:
            object_to(form.email, directory_words(error.code))
        else:
            mailed = bool(platform.settings.mail_url)
            return render_template("people/invited.html", link=link, name=form.name.data, mailed=mailed)
    return form_page("people/invite.html", form, organisation=_name(organisation))


def _choices(actor: Actor, organisation: Organisation) -> list[tuple[str, str]]:
    roles = services.givable(actor, platform.register, organisation)
    return [(role.name, labels.role(platform.register, role.name)) for role in roles]


@people.post("/invitations/<uuid:invitation_id>/revoke")
@needs(PEOPLE_INVITE)
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Make a link worthless."""
    with transaction() as session:
        invitations.revoke(session, current_actor(), invitation_id)
    return done(gettext("The invitation is withdrawn. Its link no longer works."), "people.index")


@people.route("/<uuid:person_id>/roles/<uuid:organisation_id>", methods=["GET", "POST"])
@needs(PEOPLE_INVITE, fresh=True)
def roles(person_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """The roles of a person in one organisation."""
    actor = current_actor()
    found = services.membership_of(reading(), actor, person_id, organisation_id)
    form = RolesForm(roles=found.roles)
    form.roles.choices = _choices(actor, found.organisation)
    if not form.validate_on_submit():
        return form_page("people/roles.html", form, membership=found, name=_name(found.organisation))
    # Roles that the actor may not touch are not on the page; they stay.
    untouched = set(found.roles) - {name for name, _ in form.roles.choices}
    wanted = untouched | set(form.roles.data or [])
    try:
        with transaction() as session:
            services.change_roles(session, actor, platform.register, person_id, organisation_id, wanted)
    except DirectoryError as error:
        return refuse(directory_words(error.code), "people.person", person_id=person_id)
    return done(gettext("The roles are saved."), "people.person", person_id=person_id)


@people.post("/<uuid:person_id>/leave/<uuid:organisation_id>")
@needs(PEOPLE_INVITE, fresh=True)
def leave(person_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Take a person out of an organisation."""
    try:
        with transaction() as session:
            services.end_membership(session, current_actor(), platform.register, person_id, organisation_id)
    except DirectoryError as error:
        return refuse(directory_words(error.code), "people.person", person_id=person_id)
    return done(gettext("The person no longer belongs to the organisation."), "people.index")


@people.route("/<uuid:person_id>/disable", methods=["GET", "POST"])
@needs(PEOPLE_DISABLE, fresh=True)
def disable(person_id: UUID) -> ResponseReturnValue:
    """Close an account, after a look at what that means."""
    actor, form = current_actor(), ConfirmForm()
    found = services.find(reading(), actor, person_id)
    if found.disabled:
        return step("people.index")
    if not form.validate_on_submit():
        return form_page("people/disable.html", form, person=found, obstacles=[])
    try:
        with transaction() as session:
            services.disable(session, actor, platform.plugins, person_id)
    except DirectoryError as error:
        return refuse(directory_words(error.code), "people.person", person_id=person_id)
    except Objection as objection:
        return render_template("people/disable.html", form=form, person=found, obstacles=objection.texts), 409
    return done(gettext("The account is closed and all its sign-ins have ended."), "people.index")
