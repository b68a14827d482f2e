"""The desk of writers and lawyers."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    Actor,
    GuardFailed,
    current_actor,
    history,
    moment,
    needs,
    page_of,
    person_names,
    reading,
    transaction,
)
from handbook import rights
from handbook.forms.edition import ChapterForm, EditionForm
from handbook.lifecycle import BY_ITSELF, EDITION
from handbook.models import Edition
from handbook.prose import changes
from handbook.services import editing, finding, signing
from handbook.sources import Source
from handbook.views.blueprint import blueprint, page, refused, seen_revision, state_tag


def home(actor: Actor, permission: str) -> UUID:
    """The organisation for which the actor holds the permission."""
    return next(
        (each.organisation_id for each in actor.grants if each.permission == permission), None
    ) or abort(404)


@blueprint.get("/work")
@needs(rights.VIEW)
def desk() -> Response:
    """What is at work and in force, the newest first."""
    actor = current_actor()
    found = page_of(reading(), finding.at_work(actor), Edition.id)
    return page("desk.html", found=found, may_write=actor.may(rights.WRITE))


@blueprint.route("/work/new", methods=["GET", "POST"])
@needs(rights.WRITE)
def new() -> Response:
    """Begin a chapter."""
    actor, form = current_actor(), ChapterForm()
    if request.method == "GET" or not form.validate():
        return page("new.html", 422 if form.errors else 200, form=form)
    try:
        with transaction() as session:
            made = editing.begin_chapter(session, actor, home(actor, rights.WRITE), form.slug.data or "")
    except GuardFailed as error:
        form.slug.errors = refused(error)
        return page("new.html", 422, form=form)
    return redirect(url_for("handbook.edit", edition_id=made.id))


@blueprint.post("/work/chapters/<uuid:chapter_id>/begin")
@needs(rights.WRITE)
def begin(chapter_id: UUID) -> Response:
    """Begin the next edition, or go on with the one at work."""
    with transaction() as session:
        made = editing.begin_edition(session, current_actor(), chapter_id)
    return redirect(url_for("handbook.work", edition_id=made.id))


@blueprint.get("/work/<uuid:edition_id>")
@needs(rights.VIEW)
def work(edition_id: UUID) -> Response:
    """One edition, as writers and lawyers see it."""
    return _work(editing.find(reading(), current_actor(), edition_id))


@blueprint.route("/work/<uuid:edition_id>/edit", methods=["GET", "POST"])
@needs(rights.WRITE)
def edit(edition_id: UUID) -> Response:
    """Write."""
    actor = current_actor()
    found = editing.find(reading(), actor, edition_id, rights.WRITE)
    if request.method == "GET":
        return page("edit.html", form=EditionForm.showing(found), edition=found, revision=found.revision)
    form = EditionForm()
    if not form.validate():
        return page("edit.html", 422, form=form, edition=found, revision=seen_revision())
    try:
        with transaction() as session:
            mine = editing.find(session, actor, edition_id, rights.WRITE, lock=True)
            editing.write(session, actor, mine, form.content(), seen_revision())
    except GuardFailed as error:
        form.title_ru.errors = refused(error)
        return page("edit.html", 422, form=form, edition=found, revision=seen_revision())
    return redirect(url_for("handbook.work", edition_id=edition_id))


@blueprint.post("/work/<uuid:edition_id>/move")
@needs(rights.VIEW)
def move(edition_id: UUID) -> Response:
    """Send, take back, sign, send back, withdraw or discard."""
    actor, name = current_actor(), request.form.get("move", "")
    if name not in {each.name for each in EDITION.transitions if each.name not in BY_ITSELF}:
        abort(404)
    reason = request.form.get("reason", "").replace("\0", "")[:1000]
    try:
        with transaction() as session:
            found = editing.find(session, actor, edition_id, lock=True)
            signing.move(session, actor, found, name, seen_revision(), reason)
    except GuardFailed as error:
        return _work(editing.find(reading(), actor, edition_id), refused(error), 422, reason)
    return redirect(url_for("handbook.work", edition_id=edition_id))


def _work(found: Edition, problems: list[str] | None = None, status: int = 200, reason: str = "") -> Response:
    actor = current_actor()
    moves = [each for each in EDITION.open_to(actor, found) if each.name not in BY_ITSELF]
    before = [each for each in found.chapter.editions if each.number and each.id < found.id]
    old = before[-1].texts.get("ru", {}).get("body", "") if before else ""
    return page(
        "work.html", status, edition=found, moves=moves, problems=problems or [], reason=reason,
        may_write=actor.may(rights.WRITE, found.subject()), events=_events(found),
        changed=changes(old, found.texts.get("ru", {}).get("body", "")) if before else [],
        sources=[Source.of(each) for each in found.sources],
    )  # fmt: skip


def _events(found: Edition) -> list[dict[str, Any]]:
    passed = history(reading(), found.id)
    names = person_names(reading(), {each.person_id for each in passed if each.person_id})
    return [
        {
            "when": moment(each.at), "title": state_tag(each.target)["label"], "text": each.reason,
            "by": names.get(each.person_id, "") if each.person_id else "",
        }
        for each in passed
    ]  # fmt: skip
