"""Fairs: the list, a new one, one fair with all that waits, and its moves."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    GuardFailed,
    current_actor,
    language,
    long_date,
    needs,
    reading,
    transaction,
)
from plugins.job_fairs import codes, printing, rights
from plugins.job_fairs.forms.fair import DayForm, FairForm, MoveForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.lifecycle import FAIR
from plugins.job_fairs.models import Fair
from plugins.job_fairs.services import contacts, day, fairs, outcomes, paper, planning, waiting
from plugins.job_fairs.views.blueprint import (
    blueprint,
    of_actor,
    page,
    refused,
    seen_revision,
)


@blueprint.get("/")
@needs(rights.FAIR_VIEW)
def index() -> Response:
    """The fairs that one may see."""
    actor = current_actor()
    return page("fairs.html", fairs=fairs.listed(reading(), actor), may_manage=actor.may(rights.FAIR_MANAGE))


@blueprint.route("/new", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def new_fair() -> Response:
    """Propose a fair."""
    form = FairForm()
    if not form.validate_on_submit():
        return page("fair_new.html", 422 if form.errors else 200, form=form, fair=None, problems=[])
    with transaction() as session:
        made = fairs.propose(session, current_actor(), fairs.home(current_actor()), form.facts())
        fair_id = made.id
    flash(gettext("The fair is kept as a draft."), "ok")
    return redirect(url_for("job_fairs.fair", fair_id=fair_id))


@blueprint.get("/<uuid:fair_id>")
@needs(rights.FAIR_VIEW)
def fair(fair_id: UUID) -> Response:
    """One fair and what waits there."""
    return show(of_actor(reading(), fair_id), MoveForm())


def show(found: Fair, form: MoveForm, status: int = 200, problems: list[str] | None = None) -> Response:
    """The page of a fair."""
    actor, subject = current_actor(), found.subject()
    moves = [each for each in FAIR.open_to(actor, found) if each.name != "publish"]
    return page(
        "fair.html", status, fair=found, form=form, problems=problems or [],
        moves=[(each.name, gettext(each.label), each.reason_required) for each in moves],
        counts=day.counts(reading(), found), standing=planning.appointments(reading(), found),
        meets=fairs.neighbours(reading(), found), series=fairs.series(reading(), found), kinds=paper.KINDS,
        kept_until=long_date(contacts.kept_until(found)),
        may_manage=actor.may(rights.FAIR_MANAGE, subject),
        may_register=actor.may(rights.SEEKER_REGISTER, subject),
        may_work=actor.may(rights.DAY_WORK, subject), may_ask=actor.may(rights.OUTCOME_ENTER, subject),
        editable=found.state in fairs.EDITABLE, asking=found.state in outcomes.ASKABLE,
        offering=found.state in waiting.OFFERABLE,
        link=url_for("job_fairs.apply", token=found.apply_token, _external=True),
    )  # fmt: skip


@blueprint.post("/<uuid:fair_id>/move/<name>")
@needs(rights.FAIR_MANAGE)
def move_fair(fair_id: UUID, name: str) -> Response:
    """Move a fair on."""
    if name not in {each.name for each in FAIR.transitions} - {"publish"}:
        abort(404)
    form = MoveForm()
    if not form.validate():
        return show(of_actor(reading(), fair_id, rights.FAIR_MANAGE), form, 422)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            fairs.move(
                session, current_actor(), mine, name, revision=seen_revision(), reason=form.reason.data or ""
            )
    except GuardFailed as error:
        return show(of_actor(reading(), fair_id), form, 409, refused(error))
    flash(gettext("Done."), "ok")
    return redirect(url_for("job_fairs.fair", fair_id=fair_id))


@blueprint.route("/<uuid:fair_id>/edit", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def edit_fair(fair_id: UUID) -> Response:
    """Change the facts of a fair; calendars hear of another time or place."""
    found = of_actor(reading(), fair_id, rights.FAIR_MANAGE)
    form = FairForm() if request.method == "POST" else FairForm.of(found)
    if not form.validate_on_submit():
        return page("fair_new.html", 422 if form.errors else 200, form=form, fair=found, problems=[])
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            fairs.edit(session, current_actor(), mine, form.facts(), revision=seen_revision())
    except GuardFailed as error:
        return page("fair_new.html", 409, form=form, fair=found, problems=refused(error))
    flash(gettext("The changes are kept."), "ok")
    return redirect(url_for("job_fairs.fair", fair_id=fair_id))


@blueprint.route("/<uuid:fair_id>/again", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def next_fair(fair_id: UUID) -> Response:
    """The next fair of a series: the same, on another day."""
    found, form = of_actor(reading(), fair_id, rights.FAIR_MANAGE), DayForm()
    if not form.validate_on_submit() or form.starts is None:
        return page("fair_again.html", 422 if form.errors else 200, form=form, fair=found)
    with transaction() as session:
        mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
        made = fairs.again(session, current_actor(), mine, form.starts)
        new_id = made.id
    flash(gettext("The fair is kept as a draft."), "ok")
    return redirect(url_for("job_fairs.fair", fair_id=new_id))


@blueprint.get("/<uuid:fair_id>/paper/<kind>.pdf")
@needs(rights.SEEKER_REGISTER)
def papers(fair_id: UUID, kind: str) -> Response:
    """A paper to print, in the language of the page."""
    if kind not in paper.KINDS:
        abort(404)
    mine = of_actor(reading(), fair_id, rights.SEEKER_REGISTER)
    only = codes.read(request.args.get("code", ""))
    answer = FlaskResponse(
        printing.pdf(reading(), current_actor(), mine, kind, only), mimetype="application/pdf"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{language()}.pdf"'
    return answer
