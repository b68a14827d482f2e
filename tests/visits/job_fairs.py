"""The pages of job_fairs."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from plugins.job_fairs.models import Fair, Participation
from visits.visit import Facts, Values, Visit, as_form, as_list, just


def fair(facts: Facts, state: str) -> dict[str, UUID]:
    """The sample fair in that state."""
    return {"fair_id": facts.first(select(Fair.id).where(Fair.state == state), f"a fair in {state}")}


def _fair(state: str) -> Values:
    return lambda facts: fair(facts, state)


def participation(facts: Facts, state: str) -> dict[str, UUID]:
    """An employer in that state."""
    rows = select(Participation.id).where(Participation.state == state).order_by(Participation.id)
    return {"participation_id": facts.first(rows, f"an employer in {state}")}


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
    "job_fairs.check_in": (as_form("council", values=_fair("published")),),
    "job_fairs.marks": (as_form("council", values=lambda facts: participation(facts, "accepted")),),
    "job_fairs.public_fairs": (as_list(""),),
    "job_fairs.public_fair": (as_list("", values=_fair("published")),),
    "job_fairs.apply": (
        as_form("", values=token),
        Visit("", name="none", values=just(token="no-such-token"), status=404),
    ),
    "job_fairs.sign_up": (Visit("", name="closed", values=_fair("published"), status=404),),
}

NOT_PAGES = {
    "job_fairs.papers": "a PDF; looked at in tests/plugins/job_fairs/test_fairs.py",
    "job_fairs.calendar_feed": "a calendar; read in tests/plugins/job_fairs/test_calendars.py",
}
