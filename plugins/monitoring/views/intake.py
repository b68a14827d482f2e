"""Taking in what was collected elsewhere: a dry run row by row, then a confirmation; and our form for survey tools."""

from typing import Any
from uuid import UUID

from flask import abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import current_actor, needs, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms import questionnaire
from plugins.monitoring.forms.intake import IntakeForm
from plugins.monitoring.intake import codebook, dry_run
from plugins.monitoring.intake.dry_run import DryRun, Line, Wishes
from plugins.monitoring.intake.opening import File
from plugins.monitoring.intake.problems import spoken
from plugins.monitoring.intake.tabular import TableProblem
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Batch
from plugins.monitoring.services import cases, intake
from plugins.monitoring.services.drafts import home_organisation
from plugins.monitoring.views.blueprint import blueprint, page

MOST_LINES, MOST_FILES = 300, 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/intake")
@needs(rights.REPORT_CREATE)
def take_in() -> Response:
    """Say what may be brought, and what will be left out of it."""
    return page("intake.html", form=IntakeForm(), judged=None)


@blueprint.post("/intake")
@needs(rights.REPORT_CREATE)
def judge_intake() -> Response:
    """The dry run. Reading the files takes no transaction; what passes waits for its confirmation."""
    organisation_id = _home()
    form = IntakeForm()
    if not form.validate_on_submit():
        return page("intake.html", 422, form=form, judged=None)
    try:
        judged = dry_run.judge(_files(), _wishes(form), questionnaire.labels())
    except TableProblem as problem:
        field = form.mapping if problem.code.startswith("mapping") else form.files
        field.errors = [spoken(problem.code, str(problem.detail))]
        return page("intake.html", 422, form=form, judged=None)
    if judged.book and not form.mapping.data:
        form.mapping.data = codebook.dump(judged.book)
    if not judged.ok:
        return page("intake.html", 422, form=form, judged=judged, **_shown(judged, {}))
    return _waiting(form, judged, organisation_id)


def _waiting(form: IntakeForm, judged: DryRun, organisation_id: UUID) -> Response:
    found = [*cases.candidates(judged.cases), *judged.candidates]
    with transaction() as session:
        batch_id = intake.keep(session, current_actor(), found, organisation_id).id
        fates = intake.fates(session, organisation_id, found)
    known = {each.reference: fate for each, fate in zip(found, fates, strict=True) if each.reference}
    return page("intake.html", form=form, judged=judged, batch_id=batch_id, **_shown(judged, known))


@blueprint.get("/intake/<uuid:batch_id>")
@needs(rights.REPORT_CREATE)
def batch(batch_id: UUID) -> Response:
    """What waits for a confirmation; afterwards, what it has done."""
    found = intake.batch(reading(), current_actor(), batch_id)
    return _batch_page(found)


@blueprint.post("/intake/<uuid:batch_id>")
@needs(rights.REPORT_CREATE)
def confirm_batch(batch_id: UUID) -> Response:
    """Make the drafts, all or none; a second click makes no second ones."""
    with transaction() as session:
        intake.confirm(session, current_actor(), batch_id)
    return redirect(url_for("monitoring.batch", batch_id=batch_id))


def _batch_page(found: Batch) -> Response:
    waiting = intake.candidates_of(found)
    return page(
        "batch.html",
        batch=found,
        outcome=intake.outcome_of(found),
        waiting=waiting[:MOST_LINES],
        more=max(0, len(waiting) - MOST_LINES),
        why=_conflict,
    )


@blueprint.get("/intake/camove.xlsx")
@needs(rights.REPORT_CREATE)
def xlsform() -> Response:
    """Our form as an XLSForm."""
    answer = make_response(questionnaire.workbook())
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = "attachment; filename=camove.xlsx"
    return answer


def _home() -> UUID:
    organisation_id = home_organisation(reading(), current_actor())
    if organisation_id is None:
        abort(403)
    return organisation_id


def _files() -> list[File]:
    sent = [each for each in request.files.getlist("files") if each.filename]
    if len(sent) > MOST_FILES:
        raise TableProblem("mixed_files")
    return [(str(each.filename), each.read()) for each in sent]


def _wishes(form: IntakeForm) -> Wishes:
    return Wishes(
        form.date_order.data or "",
        form.currency.data or "",
        form.country.data or "",
        form.mapping.data or "",
    )


def _shown(judged: DryRun, fates: dict[str, str]) -> dict[str, Any]:
    """The rows for the page: first those that somebody has to look at."""
    lines = sorted(judged.lines, key=lambda line: (line.taken, not line.problems))
    return {
        "rows": [_row(line, fates) for line in lines[:MOST_LINES]],
        "more": max(0, len(lines) - MOST_LINES),
        "file_problems": [
            f"{each.column}: {spoken(each.code, each.value)}".removeprefix(": ") for each in judged.problems
        ],
    }


def _row(line: Line, fates: dict[str, str]) -> dict[str, object]:
    notes = [f"{each.column}: {spoken(each.code, each.value)}".removeprefix(": ") for each in line.problems]
    fate = fates.get(line.reference, intake.NEW)
    return {
        "number": str(line.number),
        "employer": line.employer or "–",
        "verdict": _fate(fate) if line.taken else gettext("Refused"),
        "notes": "; ".join([*notes, *([_conflict(fate)] if fate in intake.CONFLICTS else [])]),
    }


def _fate(fate: str) -> str:
    words: dict[str, Any] = {
        intake.NEW: gettext("A new draft"),
        intake.KNOWN: gettext("There already"),
        intake.CHANGED: gettext("A new version of the draft"),
    }
    return str(words.get(fate) or gettext("Conflict: stays as it is"))


def _conflict(fate: str) -> str:
    if fate == intake.SENT:
        return str(
            gettext("It has changed since its report was sent. Tell the coordinator what is different.")
        )
    return str(
        gettext("It has changed, and its draft was worked on here. Compare the two and correct the draft.")
    )
