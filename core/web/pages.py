"""Pages for everybody: home, what waits for you, search, the code of conduct."""

from flask import Blueprint, render_template, request

from core.accounts.conduct import CONDUCT_VERSION
from core.budgets import SEARCH
from core.commitments import views as commitments
from core.facade import ProviderFailed
from core.i18n import best
from core.periodic.views import desk as periodic
from core.platform import platform
from core.search.documents import Results
from core.search.engine import SearchBusy, SearchUnavailable
from core.search.rechecking import recheck
from core.vault.views import tiles as vault_tiles
from core.web import news
from core.web.addresses import link
from core.web.guard import current_actor, needs, public, reading

blueprint = Blueprint("pages", __name__)
RESULTS = 20
DEEPEST = 500
"""Search pages beyond this help nobody and cost much."""


@blueprint.get("/")
@public
def home() -> str:
    """Say in one screen what the network does and where to go."""
    told = news.newest()
    return render_template(
        "pages/home.html", updates=told.answers, missing=told.missing, source=news.source, best=best
    )


@blueprint.get("/work")
@needs("core.account.use")
def dashboard() -> str:
    """What waits for the person, as counted tiles."""
    actor = current_actor()
    tiles = [
        *vault_tiles.tiles(reading(), actor),
        *commitments.tiles(actor),
        *periodic.tiles(actor),
        *platform.plugins.tiles(reading(), actor),
    ]
    broken = (
        [r for r in platform.plugins.records.values() if r.errors] if actor.may("core.plugins.view") else []
    )
    return render_template("pages/dashboard.html", tiles=tiles, broken=broken)


@blueprint.get("/search")
@public
def results() -> str:
    """Find what the visitor may see."""
    query = request.args.get("q", "").strip()[:200]
    offset = max(0, min(request.args.get("from", 0, int), DEEPEST))
    found, unavailable = None, False
    if query:
        try:
            found = _found(query, offset)
        except (SearchBusy, ProviderFailed):
            unavailable = True
        except SearchUnavailable:
            unavailable = True
            platform.index.heal_soon(platform.database)
    return render_template(
        "pages/search.html",
        query=query,
        found=found,
        unavailable=unavailable,
        offset=offset,
        size=RESULTS,
        link=link,
    )


def _found(query: str, offset: int) -> Results:
    """What the index finds and the database confirms."""
    found = platform.index.search(current_actor(), query, limit=RESULTS, offset=offset)
    return recheck(
        found, current_actor(), lambda uids: platform.plugins.search_documents(reading(), uids, SEARCH)
    )


@blueprint.get("/conduct")
@public
def conduct() -> str:
    """The code of conduct that every member accepts."""
    return render_template("pages/conduct.html", version=CONDUCT_VERSION)
