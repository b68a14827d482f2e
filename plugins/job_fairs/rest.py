"""What programs read: announced fairs and their vacancies, as everybody sees them. Who looks for work is not here."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from core.toolkit import Denied, Subject, best_label, mark, organisation_names, rest
from plugins.job_fairs import occupations, rights
from plugins.job_fairs.language import gettext
from plugins.job_fairs.lifecycle import FAIR
from plugins.job_fairs.models import Fair, Vacancy
from plugins.job_fairs.regions import regions
from plugins.job_fairs.services import fairs, vacancies

FAIRS = rest.Access("job_fairs.fairs.read", mark("Read the published fairs"))
VACANCIES = rest.Access("job_fairs.vacancies.read", mark("Read the vacancies of published fairs"))


class InRegion(rest.Record):
    """Where (ISO 3166-2)."""

    region = rest.one_of(tuple(regions()), load_default="")


class FairRecord(rest.Record):
    """A fair that was announced. A cancelled one stays, with its state."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    state = fields.Nested(rest.Coded, required=True)
    region = fields.String(required=True)
    venue = fields.String(required=True)
    starts = fields.DateTime(required=True)
    ends = fields.DateTime(required=True)
    changed_at = fields.DateTime(required=True)
    organiser = fields.String(required=True)
    url = fields.String(required=True)


def list_fairs(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """The earliest first."""
    found = fairs.announced(call.session, call.query["region"])
    return rest.behind(found, lambda each: str(each.id), lambda each: _fair(call, each), after, limit)


def show_fair(call: rest.Call, fair_id: UUID) -> Mapping[str, Any]:
    """One of them; a draft is not there."""
    found = fairs.public(call.session, fair_id)
    if found is None:
        raise Denied(rights.FAIR_VIEW, Subject(object_id=fair_id))
    return _fair(call, found)


def _fair(call: rest.Call, found: Fair) -> dict[str, Any]:
    names = organisation_names(call.session, [found.organisation_id], call.language)
    same = ("id", "region", "venue", "starts", "ends", "changed_at")
    return {name: getattr(found, name) for name in same} | {
        "title": best_label(found.title, call.language),
        "state": {"code": found.state, "label": gettext(FAIR.state(found.state).label)},
        "organiser": names.get(found.organisation_id, ""),
        "url": url_for("job_fairs.public_fair", fair_id=found.id),
    }


class Sought(InRegion):
    """Which vacancies: `occupation` is the beginning of an ISCO-08 code."""

    occupation = fields.String(
        load_default="",
        validate=validate.Regexp(r"\d{0,4}\Z", error="This is not one of the allowed values."),
    )
    wage = fields.Integer(
        load_default=0, validate=validate.Range(0, 10_000_000, error="This number is out of range.")
    )
    schedule = rest.one_of(vacancies.SCHEDULES, load_default="")


class VacancyRecord(rest.Record):
    """A vacancy that the council has looked at, of an employer that it has admitted. Wages in som a month."""

    id = fields.UUID(required=True)
    fair = fields.UUID(required=True)
    employer = fields.String(required=True)
    title = fields.String(required=True)
    occupation = fields.Nested(rest.Coded, required=True)
    openings = fields.Integer(required=True)
    wage_min = fields.Integer(required=True, allow_none=True)
    wage_max = fields.Integer(required=True, allow_none=True)
    contract = fields.Boolean(required=True)
    abroad = fields.Boolean(required=True)
    schedule = fields.String(required=True)
    place = fields.String(required=True)
    valid_through = fields.Date(required=True, allow_none=True)


def list_vacancies(call: rest.Call, after: str, limit: int) -> list[rest.Row]:
    """Those of all fairs that are still to come, the oldest first."""
    asked = call.query
    codes = (asked["occupation"],) if asked["occupation"] else None
    wanted = vacancies.Wanted(asked["region"], codes, asked["wage"], asked["schedule"])
    _, found = vacancies.found(call.session, wanted, UUID(after) if after else None, limit)
    return [(str(each.id), _vacancy(call, each)) for each in found]


def show_vacancy(call: rest.Call, vacancy_id: UUID) -> Mapping[str, Any]:
    """One of them."""
    found = vacancies.public(call.session, vacancy_id)
    if found is None:
        raise Denied(rights.FAIR_VIEW, Subject(object_id=vacancy_id))
    return _vacancy(call, found)


def _vacancy(call: rest.Call, found: Vacancy) -> dict[str, Any]:
    known = occupations.occupations().get(found.isco08)
    label = known.title(call.language) if known else found.isco08
    same = (
        "id",
        "title",
        "openings",
        "wage_min",
        "wage_max",
        "contract",
        "abroad",
        "schedule",
        "valid_through",
    )
    return {
        **{name: getattr(found, name) for name in same},
        "fair": found.participation.fair_id,
        "employer": found.participation.name,
        "occupation": {"code": found.isco08, "label": label},
        "place": found.soate,
    }


RESOURCES = (
    rest.Resource(
        "job_fairs.fairs", "Fairs that were announced.", FairRecord, FAIRS, list_fairs, show_fair, query=InRegion
    ),
    rest.Resource(
        "job_fairs.vacancies", "Vacancies of the coming fairs.", VacancyRecord, VACANCIES, list_vacancies,
        show_vacancy, query=Sought,
    ),
)  # fmt: skip
