"""What everybody reads: the book, a chapter, its older editions, and a feed of what changed."""

from flask import Response as FlaskResponse
from flask import abort, url_for
from werkzeug.wrappers import Response

from core.toolkit import atom, current_actor, language, organisation_names, platform, public, reading
from handbook import rights
from handbook.language import gettext
from handbook.models import Edition
from handbook.services import finding
from handbook.sources import Source
from handbook.views.blueprint import blueprint, page, spoken


@blueprint.get("/")
@public
def index() -> Response:
    """The book."""
    actor = current_actor()
    return page(
        "index.html", editions=finding.in_force(reading()),
        may_work=actor.may(rights.VIEW), may_give=actor.may(rights.GIVE),
    )  # fmt: skip


@blueprint.get("/chapters/<slug>")
@public
def chapter(slug: str) -> Response:
    """The edition in force, or what became of the last one."""
    editions = finding.shown(reading(), slug)
    newest = next((each for each in editions if each.state == "published"), None)
    return shown(newest or next(iter(editions), None) or abort(404), editions)


@blueprint.get("/chapters/<slug>/<int:number>")
@public
def edition(slug: str, number: int) -> Response:
    """One edition, as it was published."""
    editions = finding.shown(reading(), slug)
    return shown(next((each for each in editions if each.number == number), None) or abort(404), editions)


def shown(found: Edition, editions: object) -> Response:
    """The page of an edition; the text of a withdrawn one is gone (410), its place stays."""
    names = organisation_names(reading(), {found.signed_for} if found.signed_for else set(), language())
    return page(
        "chapter.html", 410 if found.state == "withdrawn" else 200,
        edition=found, editions=editions, signed=names.get(found.signed_for, "") if found.signed_for else "",
        sources=[Source.of(each) for each in found.sources],
    )  # fmt: skip


@blueprint.get("/changes.atom")
@public
def feed() -> Response:
    """What was published, for feed readers (RFC 4287)."""
    body = atom.feed(
        [_item(each) for each in finding.changes(reading())], name="handbook:changes",
        title=gettext("Legal handbook: what changed"), base=platform.settings.base_url,
        home=url_for("handbook.index"), own=url_for("handbook.feed"), language=language(),
    )  # fmt: skip
    return FlaskResponse(body, mimetype="application/atom+xml")


def _item(found: Edition) -> atom.Item:
    text = spoken(found)
    where = url_for("handbook.edition", slug=found.chapter.slug, number=found.number)
    return atom.Item(
        f"handbook:edition:{found.id}", text["title"], where, found.published_at or found.created_at,
        text["changed"] or gettext("A new chapter."),
    )  # fmt: skip
