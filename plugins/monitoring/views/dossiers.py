"""Dossiers: written, approved by another person, frozen, and taken along as PDF, ZIP or DOCX."""

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
from plugins.monitoring.dossier.deadlines import check_day, days_left
from plugins.monitoring.dossier.editable import docx
from plugins.monitoring.forms.dossier import (
    DossierForm,
    ExtendedForm,
    ForwardedForm,
    OutcomeForm,
    SentForm,
    ShareForm,
)
from plugins.monitoring.forms.work import MoveForm, RegisteredForm
from plugins.monitoring.models import Dossier
from plugins.monitoring.services import aftermath, bundles, composing, finding, following, sharing
from plugins.monitoring.services import dossiers as service
from plugins.monitoring.views.blueprint import blueprint, page, refused, state_tag

FORMS = {
    "sent_form": SentForm,
    "registered_form": RegisteredForm,
    "forwarded_form": ForwardedForm,
    "extended_form": ExtendedForm,
    "outcome_form": OutcomeForm,
    "share_form": ShareForm,
    "move_form": MoveForm,
    "plain_form": MoveForm,
    "withdraw_form": MoveForm,
    "told_form": MoveForm,
}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/dossiers")
@needs(rights.DOSSIER_VIEW)
def dossiers() -> Response:
    """Dossiers, newest first; those whose answer is due can be asked for alone."""
    rows = finding.dossiers(current_actor())
    if state := request.args.get("state", ""):
        rows = rows.where(Dossier.state == state)
    if request.args.get("lost"):
        rows = rows.where(aftermath.lost())
    found = page_of(reading(), rows, Dossier.id)
    return page("dossiers.html", found=found, today=now().date(), days_left=days_left)


@blueprint.route("/reports/<uuid:report_id>/dossier", methods=["GET", "POST"])
@needs(rights.DOSSIER_WRITE)
def write_dossier(report_id: UUID) -> Response:
    """Choose the authority; the text comes from what was verified and consented to."""
    found = finding.report(reading(), current_actor(), report_id, rights.DOSSIER_WRITE)
    form, proposed = DossierForm(), service.proposed(found)
    shown = {
        "report": found,
        "form": form,
        "facts": composing.consented(found),
        "annexes": composing.annexes(found),
        "proposed": proposed,
        "at_risk": service.at_risk(found),
    }
    if request.method == "GET" or not form.validate():
        if request.method == "GET" and proposed:
            form.addressee.data = proposed[0][0]
        return page("dossier_new.html", 422 if form.errors else 200, problems=[], **shown)
    try:
        with transaction() as session:
            mine = finding.report(session, current_actor(), report_id, rights.DOSSIER_WRITE, lock=True)
            written = service.write(
                session,
                current_actor(),
                mine,
                form.addressee.data,
                status_risk=form.status_risk.data or "",
                confidential=form.confidential.data,
            )
    except GuardFailed as error:
        return page("dossier_new.html", 422, problems=refused(error), **shown)
    return redirect(url_for("monitoring.dossier", dossier_id=written.id))


@blueprint.get("/dossiers/<uuid:dossier_id>")
@needs(rights.DOSSIER_VIEW)
def dossier(dossier_id: UUID) -> Response:
    """One dossier: its text, where it stands, and its days."""
    return show(finding.dossier(reading(), current_actor(), dossier_id))


def show(
    found: Dossier,
    status: int = 200,
    problems: list[str] | None = None,
    form: Form | None = None,
    link: str = "",
) -> Response:
    """The page of a dossier; `form` is the one that was sent and refused, `link` one that was made just now."""
    subject, actor = found.subject(), current_actor()
    return page(
        "dossier.html",
        status,
        dossier=found,
        problems=problems or [],
        form=form,
        link=link,
        terms=following.terms(found),
        check_day=check_day,
        days_left=days_left(following.today(found), found.answer_by) if found.answer_by else None,
        may_approve=actor.may(rights.DOSSIER_APPROVE, subject) and actor.person_id != found.author_id,
        stale=found.state == "drafting" and service.is_stale(reading(), found),
        may_propose=actor.may(rights.DOSSIER_WRITE, subject),
        may_track=actor.may(rights.DOSSIER_TRACK, subject),
        events=_events(found),
        links=sharing.links(reading(), found),
        openings=sharing.openings(reading(), found),
        answers=sharing.answers(reading(), found),
        shareable=bool(found.signature) and sharing.may_leave(found),
        moment=moment,
        **_forms(form),
    )


def _forms(sent: Form | None) -> dict[str, Form]:
    """The forms of the page, the one that was sent as it was typed; ids that no two fields share."""
    made: dict[str, Form] = {}
    for name, kind in FORMS.items():
        mine = isinstance(sent, kind) and sent not in made.values()
        made[name] = sent if mine and sent is not None else kind(formdata=None)
        for field in made[name]:
            field.id = field.label.field_id = f"{field.short_name}-{name}"
    return made


def _events(found: Dossier) -> list[dict[str, str]]:
    passages = history(reading(), found.id)
    names = person_names(reading(), {each.person_id for each in passages if each.person_id})
    return [
        {
            "when": moment(each.at),
            "title": state_tag("monitoring.dossier", each.target)["label"],
            "text": each.reason,
            "by": names.get(each.person_id, "") if each.person_id else "",
        }
        for each in reversed(passages)
    ]


def download(content: bytes, kind: str, name: str) -> Response:
    """A file that no browser runs and no cache keeps."""
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def packed(found: Dossier) -> Response:
    """The ZIP, read from the disk while it is sent. Raises GuardFailed if it cannot be whole."""
    size, pieces = bundles.pack(found)
    response = make_response(pieces)
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(found)}.zip"'
    return response


def file_name(found: Dossier) -> str:
    """What its files are called; it tells the number and nothing else."""
    return f"{found.report.reference}-v{found.version}"


def _read(found: Dossier) -> None:
    with transaction() as session:
        audit.record(session, current_actor(), "monitoring.dossier.read", found.id)


@blueprint.get("/dossiers/<uuid:dossier_id>/dossier.pdf")
@needs(rights.DOSSIER_VIEW)
def dossier_pdf(dossier_id: UUID) -> Response:
    """The letter as it left; before that, a draft that says so."""
    found = finding.dossier(reading(), current_actor(), dossier_id)
    content = service.preview(reading(), found)
    _read(found)
    return download(content, "application/pdf", f"{file_name(found)}.pdf")


@blueprint.get("/dossiers/<uuid:dossier_id>/dossier.docx")
@needs(rights.DOSSIER_VIEW)
def dossier_docx(dossier_id: UUID) -> Response:
    """The letter for the lawyer's edits; what is edited there does not come back."""
    found = finding.dossier(reading(), current_actor(), dossier_id)
    content = docx(service.content_of(reading(), found))
    _read(found)
    return download(content, DOCX, f"{file_name(found)}.docx")


@blueprint.get("/dossiers/<uuid:dossier_id>/dossier.zip")
@needs(rights.DOSSIER_VIEW)
def dossier_zip(dossier_id: UUID) -> Response:
    """The letter and its annexes with a signed manifest."""
    found = finding.dossier(reading(), current_actor(), dossier_id)
    try:
        response = packed(found)
    except GuardFailed as error:
        return show(found, 409, refused(error))
    _read(found)
    return response


Step = Callable[[Session, Actor, Dossier, int], None]


def do(dossier_id: UUID, permission: str, form: Form, step: Step) -> Response:
    """Validate, make one step in one transaction, come back."""
    if not form.validate():
        return show(finding.dossier(reading(), current_actor(), dossier_id, permission), 422, form=form)
    try:
        with transaction() as session:
            mine = finding.dossier(session, current_actor(), dossier_id, permission, lock=True)
            step(session, current_actor(), mine, request.form.get("revision", 0, int))
    except GuardFailed as error:
        found = finding.dossier(reading(), current_actor(), dossier_id, permission)
        return show(found, 422, refused(error), form)
    return redirect(url_for("monitoring.dossier", dossier_id=dossier_id))


@blueprint.post("/dossiers/<uuid:dossier_id>/approve")
@needs(rights.DOSSIER_APPROVE, fresh=True)
def approve_dossier(dossier_id: UUID) -> Response:
    """Freeze it and let it go."""
    return do(
        dossier_id,
        rights.DOSSIER_APPROVE,
        MoveForm(),
        lambda session, actor, mine, revision: service.approve(session, actor, mine, revision=revision),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/propose")
@needs(rights.DOSSIER_WRITE)
def propose_dossier(dossier_id: UUID) -> Response:
    """Put the letter forward again, as the report stands now."""
    return do(
        dossier_id,
        rights.DOSSIER_WRITE,
        MoveForm(),
        lambda session, actor, mine, _revision: service.propose_again(session, actor, mine),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/renew")
@needs(rights.DOSSIER_WRITE)
def renew_dossier(dossier_id: UUID) -> Response:
    """Write a new version, as the report stands now."""
    made: list[UUID] = []
    answer = do(
        dossier_id,
        rights.DOSSIER_WRITE,
        MoveForm(),
        lambda session, actor, mine, revision: made.append(
            service.renew(session, actor, mine, revision=revision).id
        ),
    )
    return redirect(url_for("monitoring.dossier", dossier_id=made[0])) if made else answer
