"""What everybody may see: the fairs, one fair with its vacancies, the calendar, and the application of employers."""

import hashlib
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    CalendarEvent,
    GuardFailed,
    best_label,
    calendars,
    current_actor,
    language,
    now,
    organisation_names,
    platform,
    public,
    reading,
    transaction,
)
from plugins.job_fairs import occupations, structured
from plugins.job_fairs.forms.filters import VacancyFilter
from plugins.job_fairs.forms.people import ApplyForm, VacancyForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair, Interview, Participation
from plugins.job_fairs.services import announcing, employers, fairs, people, vacancies
from plugins.job_fairs.services.employers import Application, Stopped
from plugins.job_fairs.views.blueprint import blueprint, page, refused

VACANCIES = 3


@blueprint.get("/open")
@public
def public_fairs() -> Response:
    """The fairs that are announced."""
    region = request.args.get("region", "")[:8]
    return page("public_fairs.html", fairs=fairs.announced(reading(), region), chosen=region)


@blueprint.get("/open/<uuid:fair_id>")
@public
def public_fair(fair_id: UUID) -> Response:
    """One fair and its vacancies."""
    found = fairs.public(reading(), fair_id)
    if found is None:
        abort(404)
    there = [each for each in found.participations if each.state == "accepted"]
    valid = {each.id for each in vacancies.shown(there)}
    return page("public_fair.html", fair=found, employers=there, valid=valid, data=_structured(found, there))


def _structured(found: Fair, there: list[Participation]) -> list[dict[str, Any]]:
    names = organisation_names(reading(), {found.organisation_id}, language())
    url = url_for("job_fairs.public_fair", fair_id=found.id, _external=True)
    seen = vacancies.shown(there)
    titles = [occupations.occupations()[each.isco08].title(language()) for each in seen]
    organiser = names.get(found.organisation_id, "")
    event = structured.event(found, best_label(found.title), url, organiser, ended=found.ends)
    return structured.all_of(event, seen, titles)


@blueprint.get("/open/vacancies")
@public
def public_vacancies() -> Response:
    """Vacancies of all fairs, by region, occupation, wage and schedule."""
    form = VacancyFilter(request.args)
    after = request.args.get("after", "", str)
    number, rows = vacancies.found(reading(), form.wanted(), _uuid(after))
    more = rows[vacancies.PAGE - 1].id if len(rows) > vacancies.PAGE else None
    again: dict[str, Any] = {name: each for name, each in form.data.items() if each}
    return page(
        "public_vacancies.html", form=form, number=number, vacancies=rows[: vacancies.PAGE],
        more=url_for("job_fairs.public_vacancies", after=more, **again) if more else "",
    )  # fmt: skip


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@blueprint.get("/calendar.ics")
@public
def calendar_feed() -> Response:
    """The fairs for calendar programmes; the bytes change only when a fair does."""
    found = fairs.announced(reading(), request.args.get("region", "")[:8])
    return _calendar(calendars.shown(announcing.events(reading(), found), now()), gettext("Job fairs"))


@blueprint.get("/my/<token>.ics")
@public
def own_feed(token: str) -> Response:
    """A person's own appointments: times and places, no name, no employer, no word of a job."""
    found = people.by_feed(reading(), token)
    if found is None:
        abort(404)
    return _calendar(
        [_appointment(each) for each in people.all_interviews(reading(), found)], gettext("Appointments")
    )


def _calendar(events: list[CalendarEvent], name: str) -> Response:
    body = calendars.feed(events, name, request.url, platform.settings.base_url, language())
    answer = FlaskResponse(body, mimetype="text/calendar")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    return answer.make_conditional(request)


def _appointment(each: Interview) -> CalendarEvent:
    fair, employer = each.registration.fair, each.participation
    off = not each.active
    place = ", ".join(part for part in (fair.venue, f"{employer.zone} {employer.booth}".strip()) if part)
    state = (
        "cancelled" if off or fair.state == "cancelled" else announcing.STATUS.get(fair.state, "confirmed")
    )
    return CalendarEvent(
        uid=f"appointment-{each.id}", title={language(): gettext("Appointment")}, starts=fair.begins(each.slot),
        ends=fair.begins(each.slot + 1), url=url_for("job_fairs.public_fairs"), changed=fair.changed_at,
        place=place, topic="fair", status=state, sequence=fair.sequence + off,
    )  # fmt: skip


@blueprint.route("/apply/<token>", methods=["GET", "POST"])
@public
def apply(token: str) -> Response:
    """An employer applies through the council's link, without an account."""
    found = fairs.by_token(reading(), token)
    if found is None:
        abort(404)
    form = ApplyForm()
    openings = [VacancyForm(prefix=f"v{number}-") for number in range(VACANCIES)]
    if request.method == "GET":
        return page("apply.html", fair=found, form=form, vacancies=openings, problems=[])
    sound = [form.validate(), *(each.validate() for each in openings)]
    filled = [each for each in openings if each.filled]
    if not all(sound) or not filled:
        lacking = [] if filled or not all(sound) else [gettext("Enter at least one vacancy.")]
        return page("apply.html", 422, fair=found, form=form, vacancies=openings, problems=lacking)
    told = Application(
        form.name.data.strip(), form.inn.data, form.desks.data, form.needs.data or "",
        [each.opening() for each in filled],
    )  # fmt: skip
    try:
        with transaction() as session:
            employers.apply(session, current_actor(), session.get_one(Fair, found.id), told)
    except GuardFailed as error:
        return page("apply.html", 409, fair=found, form=form, vacancies=openings, problems=refused(error))
    except Stopped as stop:
        return page("stopped.html", 409, fair=found, entries=stop.entries)
    return page("applied.html", fair=found)
