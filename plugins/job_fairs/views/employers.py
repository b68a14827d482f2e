"""Vetting: one employer at a fair, with what is published about it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.job_fairs import rights
from plugins.job_fairs.forms.fair import AcceptForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Participation
from plugins.job_fairs.services import employers
from plugins.job_fairs.views.blueprint import blueprint, page, refused, seen_revision, times


@blueprint.route("/employers/<uuid:participation_id>", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def participation(participation_id: UUID) -> Response:
    """An application: accept with a booth, or reject with a reason; later, that it did not come."""
    found = employers.find(reading(), current_actor(), participation_id)
    form = AcceptForm(desks=found.desks_wanted) if request.method == "GET" else AcceptForm()
    form.lunch.choices = [
        ("", gettext("No break")),
        *((str(n), t) for n, t in enumerate(times(found.fair)[:-1])),
    ]
    if request.method == "GET" or not form.validate():
        return _show(found, form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            mine = employers.find(session, current_actor(), participation_id)
            fair_id = mine.fair_id
            _decide(session, mine, form)
    except GuardFailed as error:
        return _show(found, form, 409, refused(error))
    flash(gettext("The decision is kept."), "ok")
    return redirect(url_for("job_fairs.fair", fair_id=fair_id))


def _decide(session: Session, mine: Participation, form: AcceptForm) -> None:
    actor, revision = current_actor(), seen_revision()
    match request.form.get("decision", "accept"):
        case "reject":
            employers.reject(session, actor, mine, revision=revision, reason=form.reason.data or "")
        case "absent":
            employers.absent(session, actor, mine, revision=revision)
        case _:
            employers.accept(
                session, actor, mine, revision=revision, zone=form.zone.data,
                booth=(form.booth.data or "").strip(), desks=form.desks.data,
                lunch=int(form.lunch.data) if form.lunch.data else None,
            )  # fmt: skip


def _show(found: Participation, form: AcceptForm, status: int, problems: list[str] | None = None) -> Response:
    return page("participation.html", status, employer=found, form=form, problems=problems or [])
