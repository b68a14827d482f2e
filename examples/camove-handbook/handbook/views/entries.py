"""The list of entries, one entry, and a new one."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from handbook.forms.entry import EntryForm
from handbook.lifecycle import ENTRY
from handbook.models import Entry
from handbook.rights import EDIT, VIEW
from handbook.services import entries
from handbook.views.blueprint import OBSTACLES, blueprint, page
from core.toolkit import GuardFailed, current_actor, needs, page_of, reading, transaction


@blueprint.get("/")
@needs(VIEW)
def index() -> Response:
    """The entries of one's own organisation, newest first."""
    actor = current_actor()
    found = page_of(reading(), entries.listed(actor), Entry.id)
    return page("index.html", found=found, may_edit=actor.may(EDIT))


@blueprint.route("/new", methods=["GET", "POST"])
@needs(EDIT)
def new() -> Response:
    """Write an entry."""
    actor, form = current_actor(), EntryForm()
    home = next((grant.organisation_id for grant in actor.grants if grant.permission == EDIT), None)
    if request.method == "GET" or not form.validate():
        return page("new.html", 422 if form.errors else 200, form=form)
    with transaction() as session:
        made = entries.write(session, actor, home or abort(404), form.title.data or "", form.text.data or "")
    return redirect(url_for("handbook.entry", entry_id=made.id))


@blueprint.get("/<uuid:entry_id>")
@needs(VIEW)
def entry(entry_id: UUID) -> Response:
    """One entry."""
    return _entry(entries.find(reading(), current_actor(), entry_id))


@blueprint.post("/<uuid:entry_id>/move")
@needs(EDIT)
def move(entry_id: UUID) -> Response:
    """Move an entry on."""
    actor, name = current_actor(), request.form.get("move", "")
    if name not in {each.name for each in ENTRY.transitions}:
        abort(404)
    try:
        with transaction() as session:
            found = entries.find(session, actor, entry_id, EDIT)
            entries.move(session, actor, found, name, request.form.get("revision", 0, int))
    except GuardFailed as error:
        said = [OBSTACLES[code]() for code in error.codes]
        return _entry(entries.find(reading(), actor, entry_id), said, 422)
    return redirect(url_for("handbook.entry", entry_id=entry_id))


def _entry(found: Entry, problems: list[str] | None = None, status: int = 200) -> Response:
    moves = ENTRY.open_to(current_actor(), found)
    return page("entry.html", status, entry=found, moves=moves, problems=problems or [])
