"""Dossiers: written, approved by another person, recorded as sent and registered, and watched."""

from collections.abc import Callable
from uuid import UUID

from flask import make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import (
    Actor,
    Form,
    GuardFailed,
    audit,
    current_actor,
    history,
    moment,
    needs,
    now,
    page_of,
    person_names,
    reading,
    transaction,
)
from plugins.monitoring import rights
from plugins.monitoring.deadlines import check_day, days_left
from plugins.monitoring.forms.work import DossierForm, MoveForm, RegisteredForm, SentForm
from plugins.monitoring.models import Dossier
from plugins.monitoring.services import dossiers as service
from plugins.monitoring.services import finding
from plugins.monitoring.views.blueprint import blueprint, page, refused, state_tag


@blueprint.get("/dossiers")
@needs(rights.DOSSIER_VIEW)
def dossiers() -> Response:
    """Dossiers, newest first; those whose answer is due can be asked for alone."""
    rows = finding.dossiers(current_actor())
    if state := request.args.get("state", ""):
        rows = rows.where(Dossier.state == state)
    found = page_of(reading(), rows, Dossier.id)
    return page("dossiers.html", found=found, today=now().date(), days_left=days_left)


@blueprint.route("/reports/<uuid:report_id>/dossier", methods=["GET", "POST"])
@needs(rights.DOSSIER_WRITE)
def write_dossier(report_id: UUID) -> Response:
    """Choose the authority; the text comes from what was verified and consented to."""
    found = finding.report(reading(), current_actor(), report_id, rights.DOSSIER_WRITE)
    form = DossierForm()
    shown = {
        "report": found,
        "form": form,
        "facts": service.consented(found),
        "annexes": service.annexes(found),
    }
    if request.method == "GET" or not form.validate():
        return page("dossier_new.html", 422 if form.errors else 200, problems=[], **shown)
    try:
        with transaction() as session:
            mine = finding.report(session, current_actor(), report_id, rights.DOSSIER_WRITE, lock=True)
            written = service.write(session, current_actor(), mine, form.addressee.data)
    except GuardFailed as error:
        return page("dossier_new.html", 422, problems=refused(error), **shown)
    return redirect(url_for("monitoring.dossier", dossier_id=written.id))


@blueprint.get("/dossiers/<uuid:dossier_id>")
@needs(rights.DOSSIER_VIEW)
def dossier(dossier_id: UUID) -> Response:
    """One dossier: its text, where it stands, and its days."""
    found = finding.dossier(reading(), current_actor(), dossier_id)
    return _show(found)


def _show(
    found: Dossier, status: int = 200, problems: list[str] | None = None, form: Form | None = None
) -> Response:
    passages = history(reading(), found.id)
    names = person_names(reading(), {each.person_id for each in passages if each.person_id})
    subject, actor = found.subject(), current_actor()
    return page(
        "dossier.html",
        status,
        dossier=found,
        problems=problems or [],
        form=form,
        sent_form=form if isinstance(form, SentForm) else SentForm(formdata=None),
        registered_form=form if isinstance(form, RegisteredForm) else RegisteredForm(formdata=None),
        move_form=form if isinstance(form, MoveForm) else MoveForm(formdata=None),
        terms=service.terms(found),
        check_day=check_day,
        days_left=days_left(now().date(), found.answer_by) if found.answer_by else None,
        may_approve=actor.may(rights.DOSSIER_APPROVE, subject) and actor.person_id != found.author_id,
        stale=found.state == "drafting" and service.is_stale(reading(), found),
        may_propose=actor.may(rights.DOSSIER_WRITE, subject),
        may_track=actor.may(rights.DOSSIER_TRACK, subject),
        events=[
            {
                "when": moment(each.at),
                "title": state_tag("monitoring.dossier", each.target)["label"],
                "text": each.reason,
                "by": names.get(each.person_id, "") if each.person_id else "",
            }
            for each in reversed(passages)
        ],
    )


@blueprint.get("/dossiers/<uuid:dossier_id>/dossier.pdf")
@needs(rights.DOSSIER_VIEW)
def dossier_pdf(dossier_id: UUID) -> Response:
    """The letter as it left; before that, a draft that says so."""
    found = finding.dossier(reading(), current_actor(), dossier_id)
    content = service.preview(reading(), found)
    with transaction() as session:
        audit.record(session, current_actor(), "monitoring.dossier.read", found.id)
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    name = f"{found.report.reference}-v{found.version}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


Step = Callable[[Session, Actor, Dossier, int], None]


def _do(dossier_id: UUID, permission: str, form: Form, step: Step) -> Response:
    """Validate, make one step in one transaction, come back."""
    if not form.validate():
        return _show(finding.dossier(reading(), current_actor(), dossier_id, permission), 422, form=form)
    try:
        with transaction() as session:
            mine = finding.dossier(session, current_actor(), dossier_id, permission, lock=True)
            step(session, current_actor(), mine, request.form.get("revision", 0, int))
    except GuardFailed as error:
        return _show(
            finding.dossier(reading(), current_actor(), dossier_id, permission), 422, refused(error), form
        )
    return redirect(url_for("monitoring.dossier", dossier_id=dossier_id))


@blueprint.post("/dossiers/<uuid:dossier_id>/approve")
@needs(rights.DOSSIER_APPROVE, fresh=True)
def approve_dossier(dossier_id: UUID) -> Response:
    """Freeze it and let it go."""
    return _do(
        dossier_id,
        rights.DOSSIER_APPROVE,
        MoveForm(),
        lambda session, actor, mine, revision: service.approve(session, actor, mine, revision=revision),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/propose")
@needs(rights.DOSSIER_WRITE)
def propose_dossier(dossier_id: UUID) -> Response:
    """Put the letter forward again, as the report stands now."""
    return _do(
        dossier_id,
        rights.DOSSIER_WRITE,
        MoveForm(),
        lambda session, actor, mine, _revision: service.propose_again(session, actor, mine),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/sent")
@needs(rights.DOSSIER_TRACK)
def sent_dossier(dossier_id: UUID) -> Response:
    """Record when and how it left."""
    form = SentForm()
    return _do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: service.send(
            session, actor, mine, form.read, form.channel.data, revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/registered")
@needs(rights.DOSSIER_TRACK)
def registered_dossier(dossier_id: UUID) -> Response:
    """Record the incoming number; the answer-by date follows from it."""
    form = RegisteredForm()
    return _do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: service.register(
            session, actor, mine, form.read, form.number.data, revision=revision
        ),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/answered")
@needs(rights.DOSSIER_TRACK)
def answered_dossier(dossier_id: UUID) -> Response:
    """Record what the authority answered."""
    form = MoveForm()
    return _do(
        dossier_id,
        rights.DOSSIER_TRACK,
        form,
        lambda session, actor, mine, revision: service.answer(
            session, actor, mine, form.reason.data or "", revision=revision
        ),
    )
