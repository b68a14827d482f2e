"""Writing a report on a phone: one thing a page, kept at each step, checked before it is sent."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from flask import abort, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import (
    Attachment,
    AttachmentProblem,
    Conflict,
    GuardFailed,
    accept_once,
    acknowledge,
    current_actor,
    file_problem,
    language,
    needs,
    platform,
    reading,
    receive_attachment,
    send_attachment,
    sent_item,
    transaction,
    uploaded,
)
from plugins.monitoring import rights
from plugins.monitoring.forms.answers import StepForm
from plugins.monitoring.forms.report import EvidenceForm
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Report
from plugins.monitoring.services import drafts
from plugins.monitoring.views import shells, steps
from plugins.monitoring.views.blueprint import blueprint, page, refused
from plugins.monitoring.views.identities import contact_facts


@blueprint.get("/reports/new")
@needs(rights.REPORT_CREATE)
def new() -> Response:
    """Say what will be asked, who will see it, and that one may stop and come back."""
    return page("draft_new.html", **shells.beginning(uuid4()), intake=shells.told(), quick_exit=True)


@blueprint.post("/reports/new")
@needs(rights.REPORT_CREATE)
def start() -> Response:
    """Begin a draft; a double click begins one, since the page carried its id."""
    try:
        draft_id = UUID(request.form.get("draft_id", ""))
    except ValueError:
        draft_id = uuid4()
    # On PostgreSQL the other click of two may be a moment faster: its draft is this one.
    with suppress(IntegrityError), transaction() as session:
        organisation_id = drafts.home_organisation(session, current_actor())
        if organisation_id is None:
            abort(403)
        drafts.start(session, current_actor(), draft_id, organisation_id, language())
    acknowledge()
    return redirect(url_for("monitoring.draft", report_id=draft_id))


@blueprint.get("/reports/<uuid:report_id>/draft")
@needs(rights.REPORT_CREATE)
def draft(report_id: UUID) -> Response:
    """The list of steps: what is done, what is left."""
    found = drafts.open_draft(reading(), current_actor(), report_id)
    if found.state != "draft":
        return redirect(url_for("monitoring.sent", report_id=report_id))
    tasks = steps.tasks(found)
    return page("draft.html", report=found, tasks=tasks, intake=shells.told(found), quick_exit=True)


@blueprint.route(
    "/reports/<uuid:report_id>/draft/<any(safety,origin,employer):name>", methods=["GET", "POST"]
)
@needs(rights.REPORT_CREATE)
def step(report_id: UUID, name: str) -> Response:
    """One step of the report."""
    return _edit(report_id, steps.SINGLE[name], None)


@blueprint.get("/reports/<uuid:report_id>/draft/<any(allegations,sources,evidence):name>/")
@needs(rights.REPORT_CREATE)
def items(report_id: UUID, name: str) -> Response:
    """What was added so far, and the way to add more."""
    found = drafts.open_draft(reading(), current_actor(), report_id)
    rows = steps.summaries(found, name)
    if not rows:
        return redirect(url_for("monitoring.item", report_id=report_id, name=name, position=0))
    return page(
        "draft_items.html",
        report=found,
        step=steps.REPEATED[name],
        rows=rows,
        after=steps.after,
        **(contact_facts(found) if name == "sources" else {}),
        intake=shells.told(found),
        quick_exit=True,
    )


@blueprint.route(
    "/reports/<uuid:report_id>/draft/<any(allegations,sources,evidence):name>/<int:position>",
    methods=["GET", "POST"],
)
@needs(rights.REPORT_CREATE)
def item(report_id: UUID, name: str, position: int) -> Response:
    """One allegation, source or photo."""
    return _edit(report_id, steps.REPEATED[name], position)


@blueprint.get("/reports/<uuid:report_id>/draft/photo/<uuid:attachment_id>")
@needs(rights.REPORT_CREATE)
def draft_photo(report_id: UUID, attachment_id: UUID) -> Response:
    """The cleaned copy of a photo of this draft, small as the page shows it."""
    found = drafts.open_draft(reading(), current_actor(), report_id)
    attachment = drafts.attachment_of(reading(), found, attachment_id)
    if attachment is None or not attachment.shown:
        abort(404)
    return send_attachment(attachment, platform.settings, "thumbnail")


@blueprint.post(
    "/reports/<uuid:report_id>/draft/<any(allegations,sources,evidence):name>/<int:position>/remove"
)
@needs(rights.REPORT_CREATE)
def remove(report_id: UUID, name: str, position: int) -> Response:
    """Take one away."""
    with transaction() as session:
        found = drafts.open_draft(session, current_actor(), report_id, lock=True)
        drafts.remove_item(session, current_actor(), found, name, position, revision=_revision())
    return redirect(url_for("monitoring.draft", report_id=report_id))


@blueprint.route("/reports/<uuid:report_id>/draft/check", methods=["GET", "POST"])
@needs(rights.REPORT_CREATE)
def check(report_id: UUID) -> Response:
    """Read all answers once more; then send. Sending twice sends once."""
    found = drafts.open_draft(reading(), current_actor(), report_id)
    if found.state != "draft":
        return redirect(url_for("monitoring.sent", report_id=report_id))
    missing = steps.unfinished(found)
    if request.method == "POST" and not missing:
        try:
            with transaction() as session:
                mine = drafts.open_draft(session, current_actor(), report_id, lock=True)
                if accept_once(session, current_actor(), sent_item()):
                    drafts.send(session, current_actor(), mine, revision=_revision())
            acknowledge()
            return redirect(url_for("monitoring.sent", report_id=report_id))
        except GuardFailed as error:
            return page(
                "draft_check.html",
                422,
                report=found,
                sections=steps.answers(found),
                problems=refused(error),
                keep=shells.sending(found, 422),
                intake=shells.told(found),
                quick_exit=True,
            )
    status = 422 if request.method == "POST" else 200
    return page(
        "draft_check.html",
        status,
        report=found,
        sections=steps.answers(found),
        missing=missing,
        warning=steps.number_warning_of(found),
        keep=shells.sending(found, status),
        intake=shells.told(found),
        quick_exit=True,
    )


@blueprint.get("/reports/<uuid:report_id>/sent")
@needs(rights.REPORT_CREATE)
def sent(report_id: UUID) -> Response:
    """The number, what happens next and when; the address keeps working."""
    found = drafts.open_draft(reading(), current_actor(), report_id)
    if found.state == "draft":
        return redirect(url_for("monitoring.draft", report_id=report_id))
    return page("draft_sent.html", report=found, intake=shells.told(found), quick_exit=True)


def _revision() -> int:
    return request.form.get("revision", 0, int)


def _edit(report_id: UUID, wanted: steps.Step, position: int | None) -> Response:
    found = drafts.open_draft(reading(), current_actor(), report_id)
    if found.state != "draft":
        return redirect(url_for("monitoring.sent", report_id=report_id))
    if position is not None and position > len(drafts.items_of(found, wanted.name)):
        abort(404)
    form = wanted.form(found, position)
    if request.method == "GET":
        return _show(found, wanted, position, form, found.revision)
    valid = form.validate()
    if "later" in request.form and not isinstance(form, EvidenceForm):
        # What can be read is kept as it is read, or sending would meet a date as somebody typed it.
        return _keep(
            found, wanted, position, form, form.answers(), url_for("monitoring.draft", report_id=report_id)
        )
    status = _take_file(found, form, position)
    if status or not valid:
        return _refuse(found, wanted, position, form, status or 422)
    after = request.args.get("after") == "check"
    target = url_for("monitoring.check", report_id=report_id) if after else steps.following(found, wanted)
    return _keep(found, wanted, position, form, steps.answers_of(found, form, position), target)


def _keep(
    found: Report,
    wanted: steps.Step,
    position: int | None,
    form: StepForm,
    answers: dict[str, Any],
    target: str,
) -> Response:
    try:
        with transaction() as session:
            mine = drafts.open_draft(session, current_actor(), found.id, lock=True)
            if accept_once(session, current_actor(), sent_item()):
                _save(session, mine, wanted, position, answers)
    except Conflict:
        return _show(found, wanted, position, form, found.revision, 409)
    acknowledge()
    return redirect(target)


def _save(
    session: Session, mine: Report, wanted: steps.Step, position: int | None, answers: dict[str, Any]
) -> None:
    if position is None:
        drafts.save(session, current_actor(), mine, wanted.name, answers, revision=_revision())
    else:
        drafts.save_item(session, current_actor(), mine, wanted.name, position, answers, revision=_revision())


def _show(
    found: Report, wanted: steps.Step, position: int | None, form: StepForm, revision: int, status: int = 200
) -> Response:
    notice = (
        gettext(
            "This draft was changed in another window. What you typed here is kept below: save again to use it."
        )
        if status == 409
        else ""
    )
    kept = steps.attachment_at(found, position) if isinstance(form, EvidenceForm) else ""
    return page(
        f"step_{wanted.name}.html",
        status,
        report=found,
        step=wanted,
        position=position,
        form=form,
        revision=revision,
        notice=notice,
        attachment=drafts.attachment_of(reading(), found, UUID(kept)) if kept else None,
        limit=platform.settings.upload_limit // 2**20,
        keep=shells.keeping(found, wanted, status),
        saved=steps.section(found, wanted, position)["rows"] if status == 409 else [],
        intake=shells.told(found),
        quick_exit=True,
    )


def _refuse(found: Report, wanted: steps.Step, position: int | None, form: StepForm, status: int) -> Response:
    """Show what to mend; a photo that was sent is kept, so that a mistake beside it does not cost a second upload."""
    revision = _revision()
    if position is not None and isinstance(form, EvidenceForm) and form.attachment:
        with transaction() as session:
            mine = drafts.open_draft(session, current_actor(), found.id, lock=True)
            answers = steps.answers_of(found, form, position)
            drafts.save_item(
                session, current_actor(), mine, wanted.name, position, answers, revision=revision
            )
            found, revision = mine, mine.revision
    return _show(found, wanted, position, form, revision, status)


def _take_file(found: Report, form: StepForm, position: int | None) -> int:
    """Receive the file of an evidence form; other forms have none. Gives the status of a refusal, else 0."""
    if not isinstance(form, EvidenceForm):
        return 0
    try:
        kept = _sent_file(found)
    except AttachmentProblem as problem:
        form.photo.errors = [file_problem(problem.code, platform.settings.upload_limit)]
        return 507 if problem.code == "disk_full" else 422
    form.attachment = str(kept.id) if kept else ""
    if kept is None and not steps.attachment_at(found, position):
        form.photo.errors = [file_problem("missing")]
        return 422
    return 0


def _sent_file(found: Report) -> Attachment | None:
    """The file that came with the form, or before it in pieces."""
    try:
        upload_id = UUID(request.form.get("upload", ""))
    except ValueError:
        upload_id = None
    if upload_id:
        return uploaded(reading(), current_actor(), upload_id, found.organisation_id)
    sent = request.files.get("photo")
    if not sent or not sent.filename:
        return None
    place = found.organisation_id
    return receive_attachment(platform.database, platform.settings, current_actor(), sent.read(), place)
