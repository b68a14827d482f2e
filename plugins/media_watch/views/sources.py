"""Outlets, feeds and lists of feeds."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import current_actor, language, needs, reading, transaction
from plugins.media_watch import opml, rights
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.forms.work import FeedForm, ListForm, OutletForm
from plugins.media_watch.language import gettext
from plugins.media_watch.opml import BadOpml, Listed
from plugins.media_watch.services import sources
from plugins.media_watch.services.sources import Row, SourceProblem
from plugins.media_watch.views.blueprint import blueprint, page
from plugins.media_watch.words import problem

MOST_LIST = 2**20


@blueprint.get("/")
@needs(rights.SOURCES_VIEW)
def index() -> Response:
    """The outlets are the front page of those who work here."""
    return redirect(url_for("media_watch.sources_page"))


def _lists() -> list[tuple[str, str]]:
    mine = sources.countries(current_actor())
    return [(each, CODEBOOK.label("list", each, language())) for each in mine]


@blueprint.get("/sources")
@needs(rights.SOURCES_VIEW)
def sources_page() -> Response:
    """All outlets with the health of their feeds."""
    return _sources()


def _sources(status: int = 200, **given: Any) -> Response:
    values: dict[str, Any] = {"form": OutletForm(formdata=None), "list_form": ListForm(formdata=None)} | given
    for each in (values["form"], values["list_form"]):
        each.country.choices = _lists()
    found = sources.outlets(reading(), current_actor())
    may = bool(sources.countries(current_actor()))
    return page("sources.html", status, outlets=found, may_change=may, **values)


@blueprint.post("/sources/add")
@needs(rights.SOURCES_CHANGE)
def add_outlet() -> Response:
    """Watch another outlet."""
    form = OutletForm()
    form.country.choices = _lists()
    if not form.validate():
        return _sources(422, form=form)
    try:
        with transaction() as session:
            made = sources.add_outlet(session, current_actor(), form.country.data, form.facts())
    except SourceProblem as error:
        _put(form, "country" if error.code == "country_unknown" else "name", error.code)
        return _sources(422, form=form)
    flash(gettext("The outlet is watched. Add its feeds."), "ok")
    return redirect(url_for("media_watch.outlet", outlet_id=made.id))


def _put(form: Any, field: str, code: str) -> None:
    """Say at a field what is wrong."""
    form[field].errors = [*form[field].errors, problem(code)]


@blueprint.post("/sources/import")
@needs(rights.SOURCES_CHANGE)
def take_opml() -> Response:
    """Judge a list of feeds row by row; the second step brings it in, all or nothing."""
    form = ListForm()
    form.country.choices = _lists()
    rows: list[Row] = []
    try:
        listed = _listed(form)
        rows = sources.judge_list(reading(), listed)
        if request.form.get("confirm") != "yes":
            return _sources(list_form=form, rows=rows)
        with transaction() as session:
            number = sources.take_list(session, current_actor(), form.country.data or "", listed)
    except (BadOpml, SourceProblem) as error:
        _put(form, "file", error.code)
        return _sources(422, list_form=form, rows=rows)
    flash(gettext("Feeds brought in: %(number)s", number=number), "ok")
    return redirect(url_for("media_watch.sources_page"))


def _listed(form: ListForm) -> list[Listed]:
    """The rows of the file, or those that the first step has shown."""
    names, urls = request.form.getlist("title"), request.form.getlist("feed")
    if urls:
        sites = request.form.getlist("site")
        return [Listed(*each) for each in zip(names, urls, sites, strict=False)][: opml.MOST]
    body = form.file.data.read(MOST_LIST + 1) if form.file.data else b""
    if len(body) > MOST_LIST:
        raise BadOpml("too_many")
    return opml.read(body)


@blueprint.get("/sources.opml")
@needs(rights.SOURCES_VIEW)
def give_opml() -> Response:
    """The feeds as a list for any reader."""
    body = opml.write("camove", sources.as_list(sources.outlets(reading(), current_actor())))
    answer = FlaskResponse(body, mimetype="text/x-opml")
    answer.headers["Content-Disposition"] = 'attachment; filename="camove.opml"'
    return answer


@blueprint.route("/sources/<uuid:outlet_id>", methods=["GET"])
@needs(rights.SOURCES_VIEW)
def outlet(outlet_id: UUID) -> Response:
    """One outlet and the health of each of its feeds."""
    return _outlet(outlet_id)


def _outlet(outlet_id: UUID, status: int = 200, **given: Any) -> Response:
    found = sources.outlet(reading(), current_actor(), outlet_id)
    facts = {name: getattr(found, name) for name in ("country", "name", "site", "owner", "contact")}
    form = OutletForm(formdata=None, **facts, aliases=", ".join(found.aliases))
    values: dict[str, Any] = {"form": form, "feed_form": FeedForm(formdata=None)} | given
    may = current_actor().may(rights.SOURCES_CHANGE, found.subject())
    return page("outlet.html", status, outlet=found, may_change=may, **values)


@blueprint.post("/sources/<uuid:outlet_id>")
@needs(rights.SOURCES_CHANGE)
def change_outlet(outlet_id: UUID) -> Response:
    """Change what is known of an outlet, add a feed, or pause, resume or check one: `act` says which."""
    act = request.form.get("act", "change")
    form = FeedForm() if act == "feed" else OutletForm()
    sources.outlet(reading(), current_actor(), outlet_id, rights.SOURCES_CHANGE)
    shown = {"feed_form" if act == "feed" else "form": form}
    if act in {"change", "feed"} and not form.validate():
        return _outlet(outlet_id, 422, **shown)
    try:
        with transaction() as session:
            mine = sources.outlet(session, current_actor(), outlet_id, rights.SOURCES_CHANGE)
            if isinstance(form, FeedForm):
                sources.add_feed(session, current_actor(), mine, form.url.data)
            elif act in {"pause", "resume", "check"}:
                chosen = sources.feed(mine, request.form.get("feed", ""))
                sources.set_feed(session, current_actor(), chosen, act)
            else:
                sources.change_outlet(session, current_actor(), mine, form.facts())
    except SourceProblem as error:
        _put(form, "url" if act == "feed" else "name", error.code)
        return _outlet(outlet_id, 422, **shown)
    flash(gettext("Kept."), "ok")
    return redirect(url_for("media_watch.outlet", outlet_id=outlet_id))
