"""The plan: make versions, see what each costs and for whom, publish one."""

from uuid import UUID

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.job_fairs import rights
from plugins.job_fairs.forms.fair import PlanForm
from plugins.job_fairs.language import gettext, ngettext
from plugins.job_fairs.models import Fair, PlanVersion
from plugins.job_fairs.planner import solver
from plugins.job_fairs.services import planning as plans
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused, seen_revision


@blueprint.route("/<uuid:fair_id>/plan", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def planning(fair_id: UUID) -> Response:
    """The versions of the plan, and a form for another one."""
    found, form = of_actor(reading(), fair_id, rights.FAIR_MANAGE), PlanForm()
    if not solver.available():
        form.engine.choices = [("1", gettext("Quickly"))]
    if not form.validate_on_submit():
        return _show(found, form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            plans.make(session, current_actor(), mine, form.choice.data, form.engine.data, form.own())
    except GuardFailed as error:
        return _show(found, form, 409, refused(error))
    return redirect(url_for("job_fairs.planning", fair_id=fair_id))


def _show(found: Fair, form: PlanForm, status: int, problems: list[str] | None = None) -> Response:
    versions = plans.versions(reading(), found)
    return page("plan.html", status, fair=found, form=form, versions=versions, problems=problems or [])


@blueprint.post("/<uuid:fair_id>/plan/<int:number>/publish")
@needs(rights.FAIR_MANAGE)
def publish(fair_id: UUID, number: int) -> Response:
    """Freeze a version; whoever has an appointment keeps it."""
    found = of_actor(reading(), fair_id, rights.FAIR_MANAGE)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            version = session.query(PlanVersion).filter_by(fair_id=fair_id, number=number).first()
            if version is None:
                abort(404)
            new = plans.publish(session, current_actor(), mine, version, revision=seen_revision())
    except GuardFailed as error:
        return _show(found, PlanForm(formdata=None), 409, refused(error))
    flash(ngettext("Published: %(num)s new appointment.", "Published: %(num)s new appointments.", new), "ok")
    return redirect(url_for("job_fairs.fair", fair_id=fair_id))
