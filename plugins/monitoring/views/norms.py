"""Norms: the list, one norm with its editions, and the legal officer's review."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    Form,
    GuardFailed,
    Subject,
    current_actor,
    needs,
    new_id,
    person_names,
    reading,
    transaction,
)
from plugins.monitoring import rights
from plugins.monitoring.forms.norms import NewNormForm, NormForm, ReviewForm
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Norm
from plugins.monitoring.services import norms as service
from plugins.monitoring.taxonomy import TAXONOMY
from plugins.monitoring.views.blueprint import blueprint, page, refused


@blueprint.get("/norms")
@needs(rights.NORM_VIEW)
def norms() -> Response:
    """Each class with its addressee, its signs and its norms; which of them may be cited."""
    found = service.current(reading())
    classes = [
        (
            code,
            str(TAXONOMY.entry("violation", code)["addressee"]),
            TAXONOMY.listed("violation", code, "ilo"),
            [each for each in found if each.violation == code],
        )
        for code in TAXONOMY.codes("violation")
    ]
    return page(
        "norms.html",
        classes=classes,
        unreviewed=sum(not each.review for each in found),
        may_add=current_actor().may(rights.NORM_REVIEW),
    )


@blueprint.get("/norms/<uuid:norm_id>")
@needs(rights.NORM_VIEW)
def norm(norm_id: UUID) -> Response:
    """One norm, with what may be done to it."""
    return _show(service.find(reading(), current_actor(), norm_id))


def _show(
    found: Norm, status: int = 200, problems: list[str] | None = None, form: Form | None = None
) -> Response:
    people = {each.person_id for each in found.reviews if each.person_id}
    typed = NormForm(formdata=None, data=_typed(found))
    return page(
        "norm.html",
        status,
        norm=found,
        problems=problems or [],
        form=form,
        names=person_names(reading(), people),
        editions=service.editions(reading(), found),
        may_review=found.replaced_at is None and current_actor().may(rights.NORM_REVIEW, found.subject()),
        norm_form=form if isinstance(form, NormForm) else typed,
        review_form=form
        if isinstance(form, ReviewForm)
        else ReviewForm(formdata=None, seen=found.fingerprint),
    )


def _typed(found: Norm) -> dict[str, str]:
    day = found.edition
    written = f"{day.day}.{day.month}.{day.year}" if day else ""
    return {
        "citation": found.citation,
        "text": found.text,
        "edition": written,
        "source": found.source,
    }


@blueprint.route("/norms/new", methods=["GET", "POST"])
@needs(rights.NORM_REVIEW)
def new_norm() -> Response:
    """Add a norm; it is not cited before somebody has reviewed it."""
    form = NewNormForm()
    if request.method == "GET" or not form.validate():
        return page("norm_new.html", 422 if form.errors else 200, form=form)
    if not current_actor().may(rights.NORM_REVIEW, Subject(country=form.country.data)):
        form.country.errors = [gettext("Choose a country whose legal officer you are.")]
        return page("norm_new.html", 422, form=form)
    with transaction() as session:
        code = f"own-{new_id()}"
        made = service.add(session, current_actor(), code, form.violation.data, form.country.data, form.said)
    return redirect(url_for("monitoring.norm", norm_id=made.id))


@blueprint.post("/norms/<uuid:norm_id>/amend")
@needs(rights.NORM_REVIEW)
def amend_norm(norm_id: UUID) -> Response:
    """Write a new edition in place of this one."""
    form = NormForm()
    found = service.find(reading(), current_actor(), norm_id, rights.NORM_REVIEW)
    if not form.validate():
        return _show(found, 422, form=form)
    try:
        with transaction() as session:
            mine = service.find(session, current_actor(), norm_id, rights.NORM_REVIEW, lock=True)
            made = service.amend(session, current_actor(), mine, form.said)
    except GuardFailed as error:
        return _show(found, 422, refused(error), form)
    flash(gettext("The new edition is kept. It is cited once it was reviewed."), "success")
    return redirect(url_for("monitoring.norm", norm_id=made.id))


@blueprint.post("/norms/<uuid:norm_id>/review")
@needs(rights.NORM_REVIEW, fresh=True)
def review_norm(norm_id: UUID) -> Response:
    """Say that the text shown was compared with the law, when, and where."""
    form = ReviewForm()
    found = service.find(reading(), current_actor(), norm_id, rights.NORM_REVIEW)
    if not form.validate():
        return _show(found, 422, form=form)
    try:
        with transaction() as session:
            mine = service.find(session, current_actor(), norm_id, rights.NORM_REVIEW, lock=True)
            checked_in = (form.checked_in.data or "").strip()
            service.review(session, current_actor(), mine, form.seen.data or "", form.read, checked_in)
    except GuardFailed as error:
        return _show(found, 422, refused(error), form)
    flash(gettext("The review is kept. Dossiers may cite this norm now."), "success")
    return redirect(url_for("monitoring.norm", norm_id=norm_id))
