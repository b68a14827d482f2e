"""Fairs: the list, a new one, one fair with all that waits, and its moves."""

from pathlib import Path
from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    GuardFailed,
    current_actor,
    language,
    long_date,
    needs,
    reading,
    render_pdf,
    transaction,
)
from plugins.job_fairs import rights
from plugins.job_fairs.forms.fair import FairForm, MoveForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.lifecycle import FAIR
from plugins.job_fairs.models import Fair
from plugins.job_fairs.services import contacts, day, fairs, paper, planning
from plugins.job_fairs.views.blueprint import blueprint, clock, of_actor, page, refused, seen_revision

TEMPLATE = Path(__file__).parents[1] / "templates" / "job_fairs" / "paper.typ"


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
        return page("fair_new.html", 422 if form.errors else 200, form=form)
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
        counts=day.counts(reading(), found), standing=planning.standing(reading(), found),
        meets=fairs.neighbours(reading(), found), kinds=paper.KINDS,
        kept_until=long_date(contacts.kept_until(found)),
        may_manage=actor.may(rights.FAIR_MANAGE, subject),
        may_register=actor.may(rights.SEEKER_REGISTER, subject),
        may_work=actor.may(rights.DAY_WORK, subject),
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


@blueprint.get("/<uuid:fair_id>/paper/<kind>.pdf")
@needs(rights.SEEKER_REGISTER)
def papers(fair_id: UUID, kind: str) -> Response:
    """A paper to print, in the language of the page."""
    if kind not in paper.KINDS:
        abort(404)
    mine = of_actor(reading(), fair_id, rights.SEEKER_REGISTER)
    data = paper.paper(reading(), current_actor(), mine, kind, clock, _titles())
    answer = FlaskResponse(render_pdf(TEMPLATE, data), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{language()}.pdf"'
    return answer


def _titles() -> dict[str, str]:
    return {
        "time": gettext("Time"), "place": gettext("Place"), "employer": gettext("Employer"),
        "desk": gettext("desk"), "code": gettext("Code"), "name": gettext("Name"), "result": gettext("Result"),
        "first": gettext("First interview"), "none": gettext("No interview is planned. Ask at the entrance."),
        "missed": gettext("Not possible this time:"), "ask": gettext("Questions? Call the council:"),
        "nobody": gettext("Nobody is on this list yet."), "vacancies": gettext("Vacancies"),
        "partners": gettext("Partners"), "free": gettext("Free for everybody. Register by telephone:"),
    }  # fmt: skip
