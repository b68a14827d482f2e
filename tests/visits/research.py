"""The pages of research."""

from typing import Any

from doors.research import links
from sqlalchemy import select

from core.accounts import actors
from core.accounts.models import Person
from plugins.research.models import Instrument, Request, Study, Version
from visits.visit import Facts, Values, Visit, as_form, as_list


def _version(state: str) -> Values:
    def values(facts: Facts) -> dict[str, Any]:
        found = select(Version).where(Version.state == state).order_by(Version.id)
        return {"version_id": facts.first(found, f"a version in {state}").id}

    return values


def published(facts: Facts) -> dict[str, Any]:
    """The published survey."""
    found = facts.first(select(Version).where(Version.state == "published"), "a published version")
    return {"slug": found.dataset.slug, "number": found.number}


def study(facts: Facts) -> dict[str, Any]:
    """The study that has a dataset and a questionnaire."""
    return {"slug": facts.first(select(Study).join(Instrument), "a study with a questionnaire").slug}


def request(facts: Facts) -> dict[str, Any]:
    """The request for it."""
    rows = select(Request).where(Request.person_id.is_not(None))
    return {"request_id": facts.first(rows, "a request of somebody with an account").id}


def _link(name: str) -> Values:
    """The link of somebody without an account; both are made once."""

    def values(facts: Facts) -> dict[str, Any]:
        if f"research.{name}" not in facts.links:
            site = facts.live.site
            with facts.live.app.app_context(), site.database.transaction() as session:
                person = session.get_one(Person, facts.people["scholar"])
                version = session.scalars(select(Version).where(Version.state == "published")).first()
                assert version is not None
                made = links(session, actors.load(session, site.register, person), version, downloads=5)
                facts.links.update({f"research.{each}": token for each, token in made.items()})
        return {"token": facts.links[f"research.{name}"]}

    return values


PAGES: dict[str, tuple[Visit, ...]] = {
    "research.index": (as_list(""),),
    "research.dataset": (
        as_list("", values=published),
        as_list("depositor", name="with the answers", values=published),
    ),
    "research.studies_list": (as_list(""),),
    "research.study": (as_list("", values=study),),
    "research.new_study": (as_form("scholar"),),
    "research.change_study": (as_form("scholar", values=study),),
    "research.promise": (as_list(""),),
    "research.elsewhere": (as_list(""),),
    "research.desk": (as_list("scholar"),),
    "research.deposit": (as_form("depositor"),),
    "research.work": (
        as_list("depositor", name="draft", values=_version("draft")),
        as_list("scholar", name="review", values=_version("review")),
    ),
    "research.about": (as_form("depositor", values=_version("draft")),),
    "research.columns": (as_list("depositor", values=_version("draft")),),
    "research.column": (
        as_form("depositor", values=lambda facts: _version("draft")(facts) | {"position": 3}),
    ),
    "research.ask": (as_form("reader", values=published),),
    "research.ask_outside": (as_form("", values=published),),
    "research.confirm": (as_form("", values=_link("confirm")),),
    "research.granted": (as_list("", values=_link("granted")),),
    "research.requests": (as_list("scholar"),),
    "research.asked": (as_form("scholar", values=request),),
}

NOT_PAGES = {
    "api.research.datasets": "JSON for programs; tests/core/test_rest.py reads it",
    "api.research.datasets.one": "JSON for programs; tests/core/test_rest.py reads it",
    "research.instrument": "a PDF; research/test_research_studies.py reads it",
    "research.concept": "leads to the newest version",
    "research.description": "files for catalogues; research/test_research_formats.py reads them",
    "research.oai": "an XML feed; research/test_research_formats.py harvests it",
}
