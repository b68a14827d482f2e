"""Registering people: by a helper, by telephone, from paper, at the door; and by themselves on the site."""

from uuid import UUID

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, long_date, needs, public, reading, transaction, vault
from plugins.job_fairs import rights
from plugins.job_fairs.forms.people import SeekerForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair
from plugins.job_fairs.services import contacts, fairs, registrations
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused, times


@blueprint.route("/<uuid:fair_id>/register", methods=["GET", "POST"])
@needs(rights.SEEKER_REGISTER)
def register(fair_id: UUID) -> Response:
    """The form of helpers: one page, all day."""
    return _form(of_actor(reading(), fair_id, rights.SEEKER_REGISTER), "")


@blueprint.route("/open/<uuid:fair_id>/register", methods=["GET", "POST"])
@public
def sign_up(fair_id: UUID) -> Response:
    """The same for people themselves, while registration is open."""
    found = fairs.public(reading(), fair_id)
    if found is None or found.state != "open":
        abort(404)
    return _form(found, "web")


def _form(fair: Fair, channel: str) -> Response:
    form = SeekerForm()
    if channel:
        del form.channel
    there = [each for each in fair.participations if each.state == "accepted"]
    form.offer(
        times(fair), [(str(each.id), each.name) for each in there], long_date(contacts.kept_until(fair))
    )
    if not form.validate_on_submit():
        return _page(fair, form, channel, 422 if form.errors else 200)
    try:
        registration_id = UUID(form.registration_id.data)
    except ValueError:
        abort(400)
    try:
        with transaction() as session:
            made = registrations.register(
                session, current_actor(), session.get_one(Fair, fair.id), registration_id, form.person(channel),
                form.chosen(), form.contact(), consent=bool(form.consent.data),
            )  # fmt: skip
            code = f"{made.code[:3]} {made.code[3:]}"
    except GuardFailed as error:
        return _page(fair, form, channel, 409, refused(error))
    except vault.NotReady:
        sealed = gettext(
            "Names and telephones cannot be sealed yet. Leave them empty, or open the vault first."
        )
        return _page(fair, form, channel, 409, [sealed])
    if channel:
        return page("registered.html", fair=fair, code=code)
    flash(gettext("Registered. The code is %(code)s.", code=code), "ok")
    return redirect(url_for("job_fairs.register", fair_id=fair.id))


def _page(
    fair: Fair, form: SeekerForm, channel: str, status: int, problems: list[str] | None = None
) -> Response:
    return page("register.html", status, fair=fair, form=form, channel=channel, problems=problems or [])
