"""The day: check-in at the door, and the marks of one employer's desks on one page."""

from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, allow_camera, current_actor, needs, reading, transaction
from plugins.job_fairs import rights
from plugins.job_fairs.forms.fair import MoveForm
from plugins.job_fairs.forms.people import CheckInForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair
from plugins.job_fairs.services import day as days
from plugins.job_fairs.services import employers, planning
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused
from plugins.job_fairs.views.door import phone, scanning

MARKS = ("done", "seeker_absent", "cancelled")


@blueprint.route("/<uuid:fair_id>/day", methods=["GET", "POST"])
@needs(rights.DAY_WORK)
def check_in(fair_id: UUID) -> Response:
    """Type or scan a code; the page then says where the person goes."""
    found, form = of_actor(reading(), fair_id, rights.DAY_WORK), CheckInForm()
    if request.method != "POST" or not form.validate():
        return _show(found, form, 422 if form.errors else 200)
    try:
        scan_id = UUID(form.scan_id.data)
    except ValueError:
        abort(400)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.DAY_WORK)
            person = days.check_in(
                session, current_actor(), mine, form.code.data, scan_id, (form.door.data or "").strip()
            )
            code = person.code
    except GuardFailed as error:
        form.code.errors = refused(error)
        return _show(found, form, 422)
    return redirect(
        url_for("job_fairs.check_in", fair_id=fair_id, came=code, scan=scan_id, door=form.door.data or None)
    )


def _show(found: Fair, form: CheckInForm, status: int) -> Response:
    booked = planning.appointments(reading(), found)
    came = request.args.get("came", "")
    if request.method != "POST":
        form.door.data = request.args.get("door", "")
    own = [each for each in booked if each.registration.code == came]
    answered = form.scan_id.data if status == 422 else request.args.get("scan", "")
    shown = page(
        "day.html", status, fair=found, form=form, came=came, own=own, counts=days.counts(reading(), found),
        scan=scanning(fair_id=found.id, answered=answered or ""), intake=phone(),
    )  # fmt: skip
    return allow_camera(shown)


@blueprint.route("/employers/<uuid:participation_id>/marks", methods=["GET", "POST"])
@needs(rights.DAY_WORK)
def marks(participation_id: UUID) -> Response:
    """The marks of the paper desk lists, entered on one page."""
    found = employers.find(reading(), current_actor(), participation_id, rights.DAY_WORK)
    if request.method == "POST":
        with transaction() as session:
            mine = employers.find(session, current_actor(), participation_id, rights.DAY_WORK)
            _keep(session, mine.fair, mine.id)
        flash(gettext("The marks are kept."), "ok")
        return redirect(url_for("job_fairs.marks", participation_id=participation_id))
    booked = [
        each for each in planning.appointments(reading(), found.fair) if each.participation_id == found.id
    ]
    return page("marks.html", employer=found, rows=booked, marks=MARKS, form=MoveForm())


def _keep(session: Session, fair: Fair, participation_id: UUID) -> None:
    for each in planning.appointments(session, fair):
        told = request.form.get(str(each.id), "")
        if each.participation_id == participation_id and told in MARKS and told != each.state:
            days.mark(session, current_actor(), fair, each.id, told)
