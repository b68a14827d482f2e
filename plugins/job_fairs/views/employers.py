"""Vetting: one employer at a fair and each of its vacancies, with what is published about it."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.job_fairs import rights
from plugins.job_fairs.forms.fair import AcceptForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Participation
from plugins.job_fairs.services import employers, vacancies
from plugins.job_fairs.views.blueprint import blueprint, page, refused, seen_revision, times

MOST_REASON = 1000


@blueprint.route("/employers/<uuid:participation_id>", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def participation(participation_id: UUID) -> Response:
    """An application: accept with a booth, or reject with a reason; later, that it did not come."""
    found = employers.find(reading(), current_actor(), participation_id)
    form = _form(found) if request.method == "GET" else _offer(AcceptForm(), found)
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


def _form(found: Participation) -> AcceptForm:
    return _offer(AcceptForm(formdata=None, desks=found.desks_wanted), found)


def _offer(form: AcceptForm, found: Participation) -> AcceptForm:
    starts = ((str(n), each) for n, each in enumerate(times(found.fair)[:-1]))
    form.lunch.choices = [("", gettext("No break")), *starts]
    return form


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
                lunch=int(form.lunch.data) if form.lunch.data else None, vacancies=_ticked(mine),
            )  # fmt: skip


def _ticked(mine: Participation) -> list[UUID]:
    ticked = set(request.form.getlist("vacancy"))
    return [each for each in employers.proposed(mine) if str(each) in ticked]


@blueprint.post("/vacancies/<uuid:vacancy_id>")
@needs(rights.FAIR_MANAGE)
def vet_vacancy(vacancy_id: UUID) -> Response:
    """Accept or refuse one vacancy."""
    found, told = vacancies.find(reading(), current_actor(), vacancy_id), request.form
    try:
        with transaction() as session:
            mine = vacancies.find(session, current_actor(), vacancy_id)
            vacancies.vet(
                session, current_actor(), mine, "refuse" if told.get("decision") == "refuse" else "accept",
                revision=seen_revision(), reason=told.get("reason", "")[:MOST_REASON],
                licence_checked="licence_checked" in told,
            )  # fmt: skip
    except GuardFailed as error:
        return _show(found.participation, _form(found.participation), 409, refused(error))
    flash(gettext("The decision is kept."), "ok")
    return redirect(url_for("job_fairs.participation", participation_id=found.participation_id))


def _show(found: Participation, form: AcceptForm, status: int, problems: list[str] | None = None) -> Response:
    return page(
        "participation.html", status, employer=found, form=form, problems=problems or [],
        refusals=vacancies.refusals(reading(), found), proposed=employers.proposed(found),
        ticked=request.form.getlist("vacancy"),
    )  # fmt: skip
