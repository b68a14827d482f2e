"""One employer or two: records that may be the same, merging them, taking that back, and telling them apart."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms.register import ReasonForm
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Employer, Merge
from plugins.monitoring.register import kin
from plugins.monitoring.services import candidates, merging
from plugins.monitoring.views.blueprint import blueprint, page, refused
from plugins.monitoring.views.register import ONE, of_register, seen_revision


@blueprint.get(f"{ONE}/duplicates")
@needs(rights.EMPLOYER_CHANGE)
def duplicates(employer_id: UUID) -> Response:
    """Records that may be the same employer; a person looks, and decides."""
    session = reading()
    found = of_register(session, employer_id)
    wanted = request.args.get("wanted", "").strip()[:100]
    apart = candidates.told_apart(session, kin.family(session, employer_id))
    own = set(kin.family(session, employer_id))
    return page(
        "employer_duplicates.html",
        employer=found,
        proposals=candidates.duplicates(session, found),
        apart=[session.get_one(Employer, each) for each in sorted(apart)],
        wanted=wanted,
        others=[e for e in candidates.search(session, wanted) if e.id not in own] if wanted else [],
    )


@blueprint.route(f"{ONE}/merge/<uuid:other_id>", methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def merge_employers(employer_id: UUID, other_id: UUID) -> Response:
    """Say that the first is the second: from then on it is shown there."""
    form = ReasonForm()
    if request.method == "GET" or not form.validate():
        return _both("employer_merge.html", employer_id, other_id, form)
    seen = seen_revision(), seen_revision("other_revision")
    try:
        with transaction() as session:
            merging.merge(
                session, current_actor(), employer_id, other_id, revisions=seen, reason=form.reason.data
            )
    except GuardFailed as error:
        return _both("employer_merge.html", employer_id, other_id, form, refused(error))
    flash(gettext("The two are now one in the register. This can be undone at any time."), "ok")
    return redirect(url_for("monitoring.employer", employer_id=other_id))


@blueprint.route(f"{ONE}/apart/<uuid:other_id>", methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def tell_apart(employer_id: UUID, other_id: UUID) -> Response:
    """Say that the two are not the same."""
    form = ReasonForm()
    if request.method == "GET" or not form.validate():
        return _both("employer_apart.html", employer_id, other_id, form)
    try:
        with transaction() as session:
            merging.tell_apart(session, current_actor(), employer_id, other_id, reason=form.reason.data)
    except GuardFailed as error:
        return _both("employer_apart.html", employer_id, other_id, form, refused(error))
    flash(gettext("They are not proposed to each other any more."), "ok")
    return redirect(url_for("monitoring.duplicates", employer_id=employer_id))


def _both(
    template: str, employer_id: UUID, other_id: UUID, form: ReasonForm, problems: list[str] | None = None
) -> Response:
    one, other = (of_register(reading(), each) for each in (employer_id, other_id))
    status = 409 if problems else 422 if form.errors else 200
    numbers = [{(n.scheme, n.value) for n in each.identifiers if not n.problem} for each in (one, other)]
    schemes = [{scheme for scheme, _ in each if scheme != "other"} for each in numbers]
    contrary = bool(schemes[0] & schemes[1]) and not numbers[0] & numbers[1]
    return page(
        template, status, employer=one, other=other, form=form, problems=problems or [], contrary=contrary
    )


@blueprint.post(f"{ONE}/apart/<uuid:other_id>/take-back")
@needs(rights.EMPLOYER_CHANGE)
def take_back_apart(employer_id: UUID, other_id: UUID) -> Response:
    """Let the two be proposed to each other again."""
    with transaction() as session:
        merging.take_back(session, current_actor(), employer_id, other_id)
    flash(gettext("They may be proposed to each other again."), "ok")
    return redirect(url_for("monitoring.duplicates", employer_id=employer_id))


@blueprint.route("/employers/merges/<uuid:merge_id>/undo", methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def unmerge(merge_id: UUID) -> Response:
    """Take a merge back: both stand as before."""
    form = ReasonForm()
    if request.method == "GET" or not form.validate():
        edge: Merge = merging.edge(reading(), merge_id)
        return page("employer_unmerge.html", 422 if form.errors else 200, edge=edge, form=form)
    with transaction() as session:
        undone = merging.unmerge(session, current_actor(), merge_id, reason=form.reason.data)
    flash(gettext("The merge was undone. Both stand as before."), "ok")
    return redirect(url_for("monitoring.employer", employer_id=undone.source_id))
