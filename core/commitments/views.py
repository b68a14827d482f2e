"""The pages of commitments: the list, one of them with its history, the file."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from core.accounts.directory import organisation_names, person_names
from core.accounts.models import Organisation
from core.accounts.roles import ACCOUNT_USE, COMMITMENTS_MANAGE
from core.accounts.views.answers import done, form_page, object_to
from core.commitments import services
from core.commitments.forms import Filter, MoveForm, PromiseForm, WordsForm, number
from core.commitments.lifecycle import COMMITMENT
from core.commitments.models import Commitment
from core.contract import Tile
from core.i18n import best, gettext, language, ngettext
from core.permissions import Actor
from core.spreadsheet import csv_text
from core.web.filters import moment
from core.web.guard import current_actor, needs, reading, transaction
from core.web.paging import page_of
from core.workflow import GuardFailed, Passage, history

blueprint = Blueprint("commitments", __name__, url_prefix="/commitments")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates may call."""
    return {"best": best, "state_of": lambda each: COMMITMENT.state(each.state), "words": gettext}


@blueprint.get("/")
@needs(ACCOUNT_USE)
def index() -> str:
    """All of them, or those that the address asks for."""
    form = Filter()
    found = page_of(
        reading(), services.listed(current_actor(), form.state.data, mine=form.mine.data), Commitment.id
    )
    names = organisation_names(reading(), {each.organisation_id for each in found.rows}, language())
    return render_template("commitments/index.html", form=form, found=found, names=names)


@blueprint.get("/commitments.csv")
@needs(ACCOUNT_USE)
def table() -> Response:
    """The same as a file, for whoever writes a report."""
    answer = Response(csv_text(services.table(reading(), current_actor(), language())), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="commitments.csv"'
    return answer


@blueprint.route("/add", methods=["GET", "POST"])
@needs(COMMITMENTS_MANAGE)
def add() -> ResponseReturnValue:
    """Write down a promise."""
    form = PromiseForm()
    form.organisation.choices = _organisations()
    if not form.validate_on_submit():
        return form_page("commitments/edit.html", form, found=None)
    with transaction() as session:
        made = services.promise(
            session, current_actor(), UUID(form.organisation.data), form.words, form.due.data
        )
    return done(gettext("The promise is written down."), "commitments.page", commitment_id=made.id)


def _organisations() -> list[tuple[str, str]]:
    rows = reading().scalars(select(Organisation).where(Organisation.closed.is_(False)))
    names = organisation_names(reading(), [each.id for each in rows], language())
    return [(str(key), name) for key, name in sorted(names.items(), key=lambda pair: pair[1])]


@blueprint.get("/<uuid:commitment_id>")
@needs(ACCOUNT_USE)
def page(commitment_id: UUID) -> ResponseReturnValue:
    """One promise, and what became of it."""
    found = services.find(reading(), current_actor(), commitment_id)
    return _page(found, MoveForm(formdata=None, revision=found.revision))


def _page(found: Commitment, form: MoveForm) -> ResponseReturnValue:
    names = organisation_names(reading(), {found.organisation_id}, language())
    return form_page(
        "commitments/page.html", form, found=found, name=names[found.organisation_id], events=_events(found),
        moves=COMMITMENT.open_to(current_actor(), found),
    )  # fmt: skip


def _events(found: Commitment) -> list[dict[str, str]]:
    passages = history(reading(), found.id)
    people = person_names(reading(), {each.person_id for each in passages if each.person_id})
    told = [{"when": moment(found.created_at), "title": gettext("Written down"), "text": "", "by": ""}]
    return told + [_event(each, people) for each in passages]


def _event(passage: Passage, people: dict[UUID, str]) -> dict[str, str]:
    by = people.get(passage.person_id, "") if passage.person_id else gettext("the clock")
    title = gettext(COMMITMENT.state(passage.target).label)
    return {"when": moment(passage.at), "title": title, "text": passage.reason, "by": by}


@blueprint.post("/<uuid:commitment_id>/move")
@needs(COMMITMENTS_MANAGE)
def move(commitment_id: UUID) -> ResponseReturnValue:
    """Say what became of it."""
    form, actor = MoveForm(), current_actor()
    found = services.find(reading(), actor, commitment_id, COMMITMENTS_MANAGE)
    if form.validate() and form.move.data not in {each.name for each in COMMITMENT.transitions}:
        object_to(*_obstacle(form, ""))
    if form.errors:
        return _page(found, form)
    try:
        with transaction() as session:
            services.move(
                session, actor, commitment_id, form.move.data, revision=number(form.revision.data),
                reason=form.reason.data or "", evidence=form.evidence.data or "",
            )  # fmt: skip
    except GuardFailed as error:
        for code in error.codes:
            field, message = _obstacle(form, code)
            object_to(field, message)
        return _page(found, form)
    return done(gettext("It is written down."), "commitments.page", commitment_id=commitment_id)


def _obstacle(form: MoveForm, code: str) -> tuple[Any, str]:
    known = {
        "evidence_missing": (
            form.evidence,
            gettext("Name what shows that it was kept: an address or a document."),
        ),
        "reason_missing": (form.reason, gettext("Write the reason.")),
        "not_due": (form.reason, gettext("The day has not passed yet.")),
    }
    return known.get(code, (form.reason, gettext("This cannot be done now.")))


@blueprint.route("/<uuid:commitment_id>/change", methods=["GET", "POST"])
@needs(COMMITMENTS_MANAGE)
def change(commitment_id: UUID) -> ResponseReturnValue:
    """Correct the words or the day."""
    actor = current_actor()
    found = services.find(reading(), actor, commitment_id, COMMITMENTS_MANAGE)
    texts = {f"text_{code}": text for code, text in found.text.items()}
    form = WordsForm(due=found.due, revision=found.revision, **texts)
    if not form.validate_on_submit():
        return form_page("commitments/edit.html", form, found=found)
    with transaction() as session:
        services.change(
            session, actor, commitment_id, form.words, form.due.data, revision=number(form.revision.data)
        )
    return done(gettext("The change is saved."), "commitments.page", commitment_id=commitment_id)


def tiles(actor: Actor) -> list[Tile]:
    """What waits on the dashboard: what one's own organisations have promised, and what is late anywhere."""
    own, late = services.waiting(reading(), actor)
    mine = ngettext(
        "promise of your organisation is not kept yet", "promises of your organisation are not kept yet", own
    )
    all_late = ngettext("promise of the network is late", "promises of the network are late", late)
    told = (
        Tile(own, mine, "commitments.index", {"state": "pending", "mine": "y"}, "info", 90),
        Tile(late, all_late, "commitments.index", {"state": "late"}, "warn", 91),
    )
    return [each for each in told if each.number]
