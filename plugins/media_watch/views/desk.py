"""The coding desk: training, one article at a time, every key kept, and adjudication."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, language, needs, reading, transaction
from plugins.media_watch import rights
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.forms.desk import CodeForm, DecideForm
from plugins.media_watch.judging import BadCode
from plugins.media_watch.language import gettext
from plugins.media_watch.models import Assignment
from plugins.media_watch.services import coding, deciding
from plugins.media_watch.views.blueprint import blueprint, page, refused
from plugins.media_watch.words import problem


@blueprint.get("/desk")
@needs(rights.CODE)
def desk() -> Response:
    """The next article to code, or the training, or that all is done."""
    if not coding.admitted(reading(), current_actor()):
        return redirect(url_for("media_watch.training"))
    found = coding.next_one(reading(), current_actor())
    if found is None:
        return page("desk_done.html", progress=coding.progress(reading(), current_actor()))
    return redirect(url_for("media_watch.unit", assignment_id=found.id))


@blueprint.route("/desk/<uuid:assignment_id>", methods=["GET", "POST"])
@needs(rights.CODE)
def unit(assignment_id: UUID) -> Response:
    """One article: the text without its origin, and the code beside it."""
    found = coding.assignment(reading(), current_actor(), assignment_id)
    country = found.item.round.country
    if request.method == "GET":
        given = dict(found.answer) or {"confidence": "2"}
        form = CodeForm(formdata=None, **given, number=found.saved).offer(country)
        return _unit(found, form)
    form = CodeForm().offer(country)
    if not form.validate():
        return _unit(found, form, 422)
    try:
        with transaction() as session:
            mine = coding.assignment(session, current_actor(), assignment_id, lock=True)
            if request.form.get("act") == "keep":
                coding.save(session, current_actor(), mine, form.raw(), request.form.get("number", 0, int))
                return page("kept.html")
            coding.finish(session, current_actor(), mine, form.raw())
    except (BadCode, GuardFailed) as error:
        codes = error.codes if isinstance(error, GuardFailed) else [error.code]
        form.relevant.errors = [problem(each) for each in codes]
        return _unit(found, form, 422)
    return redirect(url_for("media_watch.desk"))


def _unit(found: Assignment, form: CodeForm, status: int = 200) -> Response:
    return page(
        "unit.html", status, assignment=found, form=form,
        progress=coding.progress(reading(), current_actor()),
        categories=CODEBOOK.labels("category", language()),
    )  # fmt: skip


@blueprint.route("/desk/training", methods=["GET", "POST"])
@needs(rights.CODE)
def training() -> Response:
    """Thirty texts whose codes are known; who agrees with them well enough may code."""
    levels = CODEBOOK.labels("level", language())
    values: dict[str, Any] = {"vignettes": VIGNETTES, "levels": levels, "problems": [], "given": request.form}
    if request.method == "GET":
        passed = coding.admitted(reading(), current_actor())
        return page("training.html", passed=passed, **values)
    known = [code for code, _ in levels]
    typed = {each.number: request.form.get(f"v{each.number}", "") for each in VIGNETTES}
    given = {number: known.index(level) for number, level in typed.items() if level in known}
    try:
        with transaction() as session:
            tried = coding.train(session, current_actor(), given)
    except GuardFailed as error:
        return page("training.html", 422, passed=False, **values | {"problems": refused(error)})
    if tried.passed_at:
        flash(gettext("You have passed the training and may code."), "ok")
        return redirect(url_for("media_watch.desk"))
    said = gettext("Not yet: your agreement with the known codes is %(alpha)s, and 0.80 is needed.",
                   alpha=f"{tried.alpha or 0:.2f}")  # fmt: skip
    return page("training.html", 422, passed=False, **values | {"problems": [said]})


@blueprint.get("/decisions")
@needs(rights.DECIDE)
def disputes() -> Response:
    """What waits for a third organisation."""
    return page("disputes.html", found=deciding.disputes(reading(), current_actor()))


@blueprint.route("/decisions/<uuid:item_id>", methods=["GET", "POST"])
@needs(rights.DECIDE)
def dispute(item_id: UUID) -> Response:
    """One article with both codes, without names."""
    found = deciding.dispute(reading(), current_actor(), item_id)
    form = DecideForm().offer(found.item.round.country)
    if request.method == "GET":
        return page("dispute.html", found=found, form=form)
    if not form.validate():
        return page("dispute.html", 422, found=found, form=form)
    try:
        with transaction() as session:
            mine = deciding.dispute(session, current_actor(), item_id)
            deciding.decide(session, current_actor(), mine, form.raw(), form.reason.data or "")
    except (BadCode, GuardFailed) as error:
        field = form.reason if isinstance(error, GuardFailed) else form.relevant
        codes = error.codes if isinstance(error, GuardFailed) else [error.code]
        field.errors = [problem(each) for each in codes]
        return page("dispute.html", 422, found=found, form=form)
    flash(gettext("Kept."), "ok")
    return redirect(url_for("media_watch.disputes"))
