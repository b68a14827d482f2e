"""Papers as files: the words that are printed, times as people read them, and the PDF."""

from datetime import datetime
from pathlib import Path

from flask_babel import force_locale
from sqlalchemy.orm import Session

from core.toolkit import Actor, calendars, long_date, render_pdf
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair, Interview
from plugins.job_fairs.services import paper

TEMPLATES = Path(__file__).parent / "templates" / "job_fairs"


def pdf(session: Session, actor: Actor, fair: Fair, kind: str, only: str = "") -> bytes:
    """A paper of `paper.KINDS` in the language that is spoken; `only` is the code of one person. Raises Denied."""
    return render_pdf(TEMPLATES / "paper.typ", paper.paper(session, actor, fair, kind, clock, titles(), only))


def clock(at: datetime, *, day: bool = False, zone: bool = True) -> str:
    """A time as people at the fair read it: 10:00 (UTC+6)."""
    local = at.astimezone(calendars.ZONE)
    time = f"{local:%H:%M}" + (" (UTC+6)" if zone else "")
    return f"{long_date(local.date())}, {time}" if day else time


def message(kind: str, each: Interview) -> str:
    """A text message about an appointment in the language of the person: at most 70 letters, so one part each."""
    fair, employer, person = each.registration.fair, each.participation, each.registration
    local = fair.begins(each.slot).astimezone(calendars.ZONE)
    told = {"when": f"{local:%d.%m %H:%M}", "place": f"{employer.zone} {employer.booth}", "code": person.code}
    with force_locale(person.language):
        if kind == "off":
            return str(gettext("Called off: %(when)s, booth %(place)s. Code %(code)s", **told))
        if kind == "moved":
            return str(gettext("New time: %(when)s (UTC+6), booth %(place)s. Code %(code)s", **told))
        return str(gettext("Interview: %(when)s (UTC+6), booth %(place)s. Code %(code)s", **told))


def titles() -> dict[str, str]:
    """What is printed beside the data."""
    return {
        "time": gettext("Time"), "place": gettext("Place"), "employer": gettext("Employer"),
        "desk": gettext("desk"), "code": gettext("Code"), "name": gettext("Name"), "result": gettext("Result"),
        "first": gettext("First interview"), "none": gettext("No interview is planned. Ask at the entrance."),
        "also": gettext("Still free when this was printed; ask at the entrance:"),
        "missed": gettext("Not possible this time:"), "ask": gettext("Questions? Call the council:"),
        "nobody": gettext("Nobody is on this list yet."), "vacancies": gettext("Vacancies"),
        "partners": gettext("Partners"), "free": gettext("Free for everybody. Register by telephone:"),
    }  # fmt: skip
