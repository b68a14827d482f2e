"""The desk of coordinators: drafts, their figures and texts, the second person's approval, corrections."""

import json
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from core.accounts.roles import PERIODIC_MANAGE
from core.accounts.views.answers import done, form_page, refuse
from core.commitments.forms import number
from core.contract import Tile
from core.database import now
from core.i18n import best, gettext, language, ngettext
from core.periodic import comparing, drawing, periods, printing, services, telling
from core.periodic.forms import BeginForm, MoveForm, TextForm, TitleForm, words
from core.periodic.lifecycle import PERIODIC
from core.periodic.models import PeriodicReport
from core.periodic.views.blueprint import blueprint, edition_of
from core.permissions import Actor
from core.web.guard import current_actor, needs, reading, transaction
from core.web.paging import page_of
from core.workflow import GuardFailed


@blueprint.get("/desk")
@needs(PERIODIC_MANAGE)
def desk() -> str:
    """All drafts and editions."""
    found = page_of(reading(), services.listed(current_actor()), PeriodicReport.id)
    return render_template("periodic/desk.html", found=found)


@blueprint.route("/desk/add", methods=["GET", "POST"])
@needs(PERIODIC_MANAGE)
def add() -> ResponseReturnValue:
    """Begin a draft; its figures are drawn at once."""
    form = BeginForm()
    offered = periods.offered(now().date())
    form.period.choices = [(each.code, telling.period_in_words(each.code)) for each in offered]
    if not form.validate_on_submit():
        return form_page("periodic/edit.html", form, found=None)
    drawn = drawing.drawn(reading(), periods.read(form.period.data))
    with transaction() as session:
        made = services.begin(session, current_actor(), form.period.data, words(form, "title"))
        services.keep_figures(session, current_actor(), made.id, drawn, revision=made.revision)
    return done(
        gettext("The draft is begun, and its figures are drawn."), "periodic.draft", report_id=made.id
    )


@blueprint.get("/desk/<uuid:report_id>")
@needs(PERIODIC_MANAGE)
def draft(report_id: UUID) -> ResponseReturnValue:
    """The draft as it would be read, with what can be done."""
    actor = current_actor()
    found = services.find(reading(), actor, report_id)
    own = services.proposer(reading(), found) == actor.person_id
    moves = [
        each for each in PERIODIC.open_to(actor, found)
        if each.name != "supersede" and not (own and each.name == "publish")
    ]  # fmt: skip
    edition = edition_of(found)
    return render_template(
        "periodic/draft.html", report=found, edition=edition, moves=moves, own=own,
        rule=printing.rule(), drawn=printing.drawn_on(edition),
        form=MoveForm(formdata=None, revision=found.revision), sections=_sections(found),
        changed=comparing.changes(reading(), found, language()),
    )  # fmt: skip


def _sections(found: PeriodicReport) -> list[dict[str, Any]]:
    snapshot = json.loads(found.snapshot) if found.snapshot else {}
    return [
        {"code": code, "title": best(title), "languages": sorted(found.texts.get(code, {}))}
        for code, title in drawing.sections_of(snapshot)
    ]


@blueprint.get("/desk/<uuid:report_id>/report.pdf")
@needs(PERIODIC_MANAGE)
def preview(report_id: UUID) -> Response:
    """The draft as it would be printed; each page says that it is one."""
    found = services.find(reading(), current_actor(), report_id)
    answer = Response(printing.pdf(found, edition_of(found)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="draft-{found.period}.pdf"'
    return answer


@blueprint.route("/desk/<uuid:report_id>/change", methods=["GET", "POST"])
@needs(PERIODIC_MANAGE)
def change(report_id: UUID) -> ResponseReturnValue:
    """The title and, of a correction, what it changes."""
    found = services.find(reading(), current_actor(), report_id)
    form = TitleForm(
        revision=found.revision, **_typed("title", found.title), **_typed("changes", found.changes)
    )
    if not form.validate_on_submit():
        return form_page("periodic/edit.html", form, found=found)
    try:
        with transaction() as session:
            services.change(
                session, current_actor(), report_id, words(form, "title"), words(form, "changes"),
                revision=_seen(),
            )  # fmt: skip
    except GuardFailed as error:
        return _refused(error, report_id)
    return done(gettext("The change is saved."), "periodic.draft", report_id=report_id)


@blueprint.route("/desk/<uuid:report_id>/text/<section>", methods=["GET", "POST"])
@needs(PERIODIC_MANAGE)
def text(report_id: UUID, section: str) -> ResponseReturnValue:
    """The text of one section."""
    found = services.find(reading(), current_actor(), report_id)
    names = {each["code"]: each["title"] for each in _sections(found)}
    if section not in names:
        abort(404)
    form = TextForm(revision=found.revision, **_typed("text", found.texts.get(section, {})))
    if not form.validate_on_submit():
        return form_page("periodic/text.html", form, found=found, name=names[section])
    try:
        with transaction() as session:
            services.write(
                session, current_actor(), report_id, section, words(form, "text"),
                revision=_seen(),
            )  # fmt: skip
    except GuardFailed as error:
        return _refused(error, report_id)
    return done(gettext("The text is saved."), "periodic.draft", report_id=report_id)


def _seen() -> int:
    """The revision that the form was made of; a form that carries none fits no record."""
    return number(request.form.get("revision"))


def _typed(name: str, texts: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": text for code, text in texts.items()}


@blueprint.post("/desk/<uuid:report_id>/draw")
@needs(PERIODIC_MANAGE)
def draw(report_id: UUID) -> ResponseReturnValue:
    """Draw the figures anew."""
    found = services.find(reading(), current_actor(), report_id)
    drawn = drawing.drawn(reading(), periods.read(found.period)) if found.state == "draft" else {}
    try:
        with transaction() as session:
            services.keep_figures(session, current_actor(), report_id, drawn, revision=_seen())
    except GuardFailed as error:
        return _refused(error, report_id)
    return done(gettext("The figures are drawn anew."), "periodic.draft", report_id=report_id)


@blueprint.post("/desk/<uuid:report_id>/move")
@needs(PERIODIC_MANAGE)
def move(report_id: UUID) -> ResponseReturnValue:
    """Propose, take back, publish or discard."""
    form = MoveForm()
    try:
        with transaction() as session:
            found = services.move(session, current_actor(), report_id, form.move.data or "", revision=_seen())
            discarded = found.state == "discarded"
    except GuardFailed as error:
        return _refused(error, report_id)
    if discarded:
        return done(gettext("The draft is discarded."), "periodic.desk")
    return done(gettext("It is done."), "periodic.draft", report_id=report_id)


@blueprint.post("/desk/<uuid:report_id>/correct")
@needs(PERIODIC_MANAGE)
def correct(report_id: UUID) -> ResponseReturnValue:
    """Begin a correction of what is published, or go on with the one that is begun."""
    try:
        with transaction() as session:
            made = services.correct(session, current_actor(), report_id).id
    except GuardFailed as error:
        return _refused(error, report_id)
    return done(gettext("Write what is corrected and why."), "periodic.change", report_id=made)


def _refused(error: GuardFailed, report_id: UUID) -> ResponseReturnValue:
    known = {
        "title_missing": gettext("Give the report a title first."),
        "figures_missing": gettext("Draw the figures first."),
        "changes_missing": gettext("Write what is corrected and why first."),
        "not_latest": gettext("Another edition of this period is valid now. Begin a correction of that one."),
        "not_draft": gettext("Only a draft can be changed. Take it back first."),
        "same_person": gettext(
            "Somebody else has to approve it: who proposes and who approves are two people."
        ),
        "content_changed": gettext("The content was changed meanwhile. Take it back and propose it again."),
    }
    first = error.codes[0] if error.codes else ""
    return refuse(
        known.get(first, gettext("This cannot be done now.")), "periodic.draft", report_id=report_id
    )


def tiles(actor: Actor) -> list[Tile]:
    """What waits on the dashboard: reports that wait for this person's approval."""
    waiting = services.waits_for(reading(), actor)
    label = ngettext("report waits for your approval", "reports wait for your approval", waiting)
    return [Tile(waiting, label, "periodic.desk", {}, "info", 92)] if waiting else []
