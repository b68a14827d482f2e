"""The pages of job_fairs."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from plugins.job_fairs.models import Fair, Participation, Registration
from visits.visit import Facts, Values, Visit, as_form, as_list, as_offline, just


def fair(facts: Facts, state: str) -> dict[str, UUID]:
    """The sample fair in that state."""
    return {"fair_id": facts.first(select(Fair.id).where(Fair.state == state), f"a fair in {state}")}


def _fair(state: str) -> Values:
    return lambda facts: fair(facts, state)


def _messages(facts: Facts) -> dict[str, Any]:
    """The file of the sample fair, whose council has no open vault."""
    return fair(facts, "published") | {"kind": "csv"}


def participation(facts: Facts, state: str) -> dict[str, UUID]:
    """An employer in that state."""
    rows = select(Participation.id).where(Participation.state == state).order_by(Participation.id)
    return {"participation_id": facts.first(rows, f"an employer in {state}")}


def someone(facts: Facts, state: str) -> dict[str, UUID]:
    """A person at the sample fair in that state."""
    rows = select(Registration.id).join(Fair).where(Fair.state == state).order_by(Registration.id)
    return {"registration_id": facts.first(rows, f"a person at a fair in {state}")}


def token(facts: Facts) -> dict[str, Any]:
    """The link of the announced fair."""
    return {
        "token": facts.first(select(Fair.apply_token).where(Fair.state == "announced"), "an announced fair")
    }


PAGES: dict[str, tuple[Visit, ...]] = {
    "job_fairs.index": (as_list("council"),),
    "job_fairs.new_fair": (as_form("council"),),
    "job_fairs.fair": (as_list("council", values=_fair("published")),),
    "job_fairs.participation": (as_form("council", values=lambda facts: participation(facts, "applied")),),
    "job_fairs.register": (as_form("council", values=_fair("published")),),
    "job_fairs.planning": (as_form("council", values=_fair("published")),),
    "job_fairs.check_in": (as_offline("council", values=_fair("published")),),
    "job_fairs.messages": (as_list("council", values=_fair("published")),),
    "job_fairs.messages_file": (Visit("council", values=_messages, status=409),),
    "job_fairs.marks": (as_form("council", values=lambda facts: participation(facts, "accepted")),),
    "job_fairs.edit_fair": (as_form("council", values=_fair("announced")),),
    "job_fairs.next_fair": (as_form("council", values=_fair("reported")),),
    "job_fairs.booths": (as_form("council", values=_fair("published")),),
    "job_fairs.outcomes": (
        as_list("council", values=lambda facts: fair(facts, "reported") | {"wave": "months"}),
    ),
    "job_fairs.outcome_contacts": (
        as_list("council", values=lambda facts: fair(facts, "reported") | {"wave": "day"}),
    ),
    "job_fairs.people": (as_list("council", values=_fair("published")),),
    "job_fairs.person": (as_form("council", values=lambda facts: someone(facts, "published")),),
    "job_fairs.duplicates": (as_list("council", values=_fair("published")),),
    "job_fairs.duplicate_contacts": (Visit("council", values=_fair("published"), status=409),),
    "job_fairs.waiting_list": (as_list("council", values=_fair("published")),),
    "job_fairs.report": (as_list("council", values=_fair("reported")),),
    "job_fairs.period": (as_list("council"),),
    "job_fairs.public_report": (as_list("", values=_fair("reported")),),
    "job_fairs.public_vacancies": (as_list(""),),
    "job_fairs.public_fairs": (as_list(""),),
    "job_fairs.public_fair": (as_list("", values=_fair("published")),),
    "job_fairs.apply": (
        as_form("", values=token),
        Visit("", name="none", values=just(token="no-such-token"), status=404),
    ),
    "job_fairs.sign_up": (Visit("", name="closed", values=_fair("published"), status=404),),
}

NOT_PAGES = {
    "api.job_fairs.fairs": "JSON for programs; tests/core/test_rest.py reads it",
    "api.job_fairs.fairs.one": "JSON for programs; tests/core/test_rest.py reads it",
    "api.job_fairs.vacancies": "JSON for programs; tests/core/test_rest.py reads it",
    "api.job_fairs.vacancies.one": "JSON for programs; tests/core/test_rest.py reads it",
    "job_fairs.door_forms": "JSON for our own script; the story of a fair uses it",
    "job_fairs.door_codes": "JSON for our own script; the story of a fair uses it",
    "job_fairs.static": "a style sheet and scripts",
    "job_fairs.report_pdf": "a PDF; looked at in tests/plugins/job_fairs/test_outcomes.py",
    "job_fairs.own_feed": "a calendar; read in tests/plugins/job_fairs/test_people.py",
    "job_fairs.papers": "a PDF; looked at in tests/plugins/job_fairs/test_fairs.py",
    "job_fairs.calendar_feed": "a calendar; read in tests/plugins/job_fairs/test_calendars.py",
}
