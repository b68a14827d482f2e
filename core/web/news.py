"""What the plugins have published, the newest first: for the home page, and as Atom feeds, of all and of each."""

from flask import Blueprint, abort, url_for
from werkzeug.wrappers import Response

from core import atom
from core.contract import PublicUpdate
from core.facade import Gathered
from core.i18n import best, domain_of, gettext, language
from core.periodic import announcing
from core.platform import platform
from core.web.agenda import for_programmes
from core.web.guard import public, reading

blueprint = Blueprint("news", __name__)
ON_HOME, IN_FEED = 5, 50


def newest(limit: int = ON_HOME, of: str = "") -> Gathered[PublicUpdate]:
    """The newest updates that are public at this moment, of one plugin or of all and of core."""
    told = platform.plugins.public_updates(reading(), limit, of)
    if of:
        return told
    both = [*told.answers, *announcing.newest(reading(), limit)]
    both.sort(key=lambda each: (each.published, each.uid), reverse=True)
    return Gathered(tuple(both[:limit]), told.missing)


def source(plugin: str) -> str:
    """The title of a plugin in the visitor's language."""
    if plugin == announcing.SOURCE:
        return str(gettext("Reports of the network"))
    record = platform.plugins.records.get(plugin)
    title = record.manifest.title if record and record.manifest else plugin
    return str(domain_of(plugin).gettext(title))


@blueprint.get("/news.atom")
@public
def feed() -> Response:
    """The newest of all plugins for feed readers."""
    return _feed(gettext("News of the network"))


@blueprint.get("/news/<plugin>.atom")
@public
def feed_of(plugin: str) -> Response:
    """The newest of one plugin; a plugin that does not run has no feed."""
    record = platform.plugins.records.get(plugin)
    if record is None or not record.active:
        abort(404)
    return _feed(source(plugin), plugin)


def _feed(title: str, of: str = "") -> Response:
    # What a plugin cannot tell now stays with the reader from the last time, so a feed may lack it.
    own = url_for("news.feed_of", plugin=of) if of else url_for("news.feed")
    items = [
        atom.Item(
            each.uid, best(each.title), each.url, each.published, best(each.summary), source(each.plugin)
        )
        for each in newest(IN_FEED, of).answers
    ]
    body = atom.feed(
        items, name=f"news:{of}" if of else "news", title=f"camove: {title}", base=platform.settings.base_url,
        home=url_for("pages.home"), own=own, language=language(),
    )  # fmt: skip
    return for_programmes(body, "application/atom+xml")
