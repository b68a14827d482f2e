"""The register of employers, for members only: the list, and one employer with its history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.toolkit import Page, Subject, current_actor, moment, needs, page_of, person_names, reading
from plugins.monitoring import rights
from plugins.monitoring.language import gettext
from plugins.monitoring.models import Employer
from plugins.monitoring.register import kin
from plugins.monitoring.services import candidates, chronicle, finding
from plugins.monitoring.services.chronicle import Event
from plugins.monitoring.views.blueprint import blueprint, page, state_tag
from plugins.monitoring.words import CHANGES


@blueprint.get("/employers")
@needs(rights.EMPLOYER_VIEW)
def employers() -> Response:
    """Employers, newest first, or those whom a name or a number may mean, best first."""
    name = request.args.get("name", "").strip()[:100]
    if name:
        found = Page(candidates.search(reading(), name))
    else:
        found = page_of(reading(), select(Employer).where(kin.standing_alone()), Employer.id)
    may_change = current_actor().may(rights.EMPLOYER_CHANGE)
    return page("employers.html", found=found, name=name, may_change=may_change)


@blueprint.get("/employers/<uuid:employer_id>")
@needs(rights.EMPLOYER_VIEW)
def employer(employer_id: UUID) -> Response:
    """One employer with those merged into it, and of its history what the person may read."""
    session, actor = reading(), current_actor()
    found = finding.employer(session, actor, employer_id)
    members = kin.members(session, employer_id)
    ids = [each.id for each in members]
    told = chronicle.chronicle(session, actor, ids, _before())
    relations = chronicle.relations(session, ids)
    return page(
        "employer.html",
        employer=found,
        members=members,
        survivor=kin.survivor(session, found),
        merges=chronicle.standing_merges(session, [found.id]),
        figures=chronicle.figures(session, actor, ids),
        relations=relations,
        served=chronicle.served(session, relations),
        events=_shown(told.events, ids),
        older=told.older
        and url_for("monitoring.employer", employer_id=employer_id, before=told.older.isoformat()),
        may_change=actor.may(rights.EMPLOYER_CHANGE),
        may_propose_listing=actor.may(rights.LISTING_PROPOSE, Subject(country=found.country)),
    )


def _before() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get("before", "").replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _shown(events: Any, ids: list[UUID]) -> list[dict[str, object]]:
    names = person_names(reading(), {each.person_id for each in events if each.person_id})
    return [_event(each, names, ids) for each in events]


def _event(event: Event, names: dict[UUID, str], ids: list[UUID]) -> dict[str, object]:
    said = {"report": _report, "dossier": _dossier, "change": _change, "merge": _merge, "unmerge": _merge}
    by = names.get(event.person_id, "") if event.person_id else ""
    return {"when": moment(event.at), "text": event.reason, "by": by, **said[event.kind](event, ids)}


def _report(event: Event, _ids: list[UUID]) -> dict[str, object]:
    report: Any = event.record
    href = url_for("monitoring.report", report_id=report.id)
    title = gettext("Report %(reference)s", reference=report.reference)
    return {"title": title, "href": href, "tag": state_tag("monitoring.report", report.state)}


def _dossier(event: Event, _ids: list[UUID]) -> dict[str, object]:
    dossier: Any = event.record
    href = url_for("monitoring.dossier", dossier_id=dossier.id)
    title = gettext("Dossier on the report %(reference)s", reference=dossier.report.reference)
    return {"title": title, "href": href, "tag": state_tag("monitoring.dossier", dossier.state)}


def _change(event: Event, ids: list[UUID]) -> dict[str, object]:
    """What was done; of a record that is merged into this one, with its name."""
    change: Any = event.record
    title = f"{CHANGES.get(change.what, change.what)} {change.detail}".strip()
    if change.employer_id != ids[0]:
        title = f"{reading().get_one(Employer, change.employer_id).legal_name}. {title}"
    return {"title": title}


def _merge(event: Event, ids: list[UUID]) -> dict[str, object]:
    edge: Any = event.record
    into = edge.target_id in ids
    other = edge.source if into else edge.target
    if event.kind == "unmerge":
        title = gettext("Merge undone with: %(name)s", name=other.legal_name)
    elif into:
        title = gettext("Merged into this one: %(name)s", name=other.legal_name)
    else:
        title = gettext("Merged into: %(name)s", name=other.legal_name)
    return {"title": title, "href": url_for("monitoring.employer", employer_id=other.id)}
