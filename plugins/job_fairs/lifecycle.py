"""The states of a fair, of an employer at it and of each of its vacancies."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Machine, State, Transition, mark
from plugins.job_fairs.models import Fair, Outcome, Participation, Registration, Vacancy
from plugins.job_fairs.rights import FAIR_MANAGE
from plugins.job_fairs.waves import WAVES


def complete(_session: Session, _actor: Actor, fair: Fair) -> Iterable[str]:
    """A fair that people shall come to has a place and a telephone."""
    return [
        code
        for code, there in {"venue_missing": fair.venue, "phone_missing": fair.phone}.items()
        if not there
    ]


def has_employers(_session: Session, _actor: Actor, fair: Fair) -> Iterable[str]:
    """There is somebody to meet."""
    return () if any(each.state == "accepted" for each in fair.participations) else ("no_employers",)


def vetted(_session: Session, _actor: Actor, employer: Participation) -> Iterable[str]:
    """There is work to talk about: at least one vacancy that the council has read and accepted."""
    return () if any(each.state == "accepted" for each in employer.vacancies) else ("no_vacancy",)


def lawful(_session: Session, _actor: Actor, vacancy: Vacancy) -> Iterable[str]:
    """Work abroad has the licence of the agency, and somebody has looked it up."""
    if vacancy.abroad and not vacancy.licence:
        yield "licence_missing"
    elif vacancy.abroad and not vacancy.licence_checked:
        yield "licence_unchecked"


def another_left(_session: Session, _actor: Actor, vacancy: Vacancy) -> Iterable[str]:
    """An employer who is coming keeps a vacancy; whom people come to see is not emptied behind their backs."""
    employer = vacancy.participation
    others = [each for each in employer.vacancies if each.state == "accepted" and each.id != vacancy.id]
    return ("last_vacancy",) if employer.state == "accepted" and not others else ()


def reportable(session: Session, _actor: Actor, fair: Fair) -> Iterable[str]:
    """A fair is not finished until its results are entered: whoever came was asked in each wave."""
    came = select(func.count(Registration.id)).filter_by(fair_id=fair.id, state="present")
    people = session.scalar(came) or 0
    asked = (
        select(Outcome.wave, func.count(Outcome.id))
        .join(Registration)
        .where(Registration.fair_id == fair.id, Registration.state == "present", Outcome.status != "unknown")
    )
    known = dict(session.execute(asked.group_by(Outcome.wave)).all())
    return () if all(known.get(wave, 0) == people for wave in WAVES) else ("results_missing",)


BEFORE = ("draft", "announced", "open", "planning", "published", "postponed")
AFTER = ("closed", "reported")

FAIR = Machine(
    "job_fairs.fair",
    (
        State("draft", mark("Draft")),
        State("announced", mark("Announced"), "info"),
        State("open", mark("Registration open"), "info"),
        State("planning", mark("Being planned"), "info"),
        State("published", mark("Plan published"), "ok"),
        State("running", mark("Running"), "ok"),
        State("postponed", mark("Postponed"), "warn"),
        State("closed", mark("Closed")),
        State("reported", mark("Reported"), "ok", final=True),
        State("cancelled", mark("Cancelled"), "warn", final=True),
    ),
    (
        Transition("announce", ("draft", "postponed"), "announced", FAIR_MANAGE, mark("Announce"), complete),
        Transition("open", ("announced",), "open", FAIR_MANAGE, mark("Open registration"), has_employers),
        Transition("plan", ("open",), "planning", FAIR_MANAGE, mark("End registration and plan")),
        Transition("publish", ("planning",), "published", FAIR_MANAGE, mark("Publish the plan")),
        Transition("start", ("published",), "running", FAIR_MANAGE, mark("Begin the fair")),
        Transition("close", ("running",), "closed", FAIR_MANAGE, mark("Close the fair")),
        Transition("report", ("closed",), "reported", FAIR_MANAGE, mark("Results are entered"), reportable),
        Transition("postpone", BEFORE[1:5], "postponed", FAIR_MANAGE, mark("Postpone"), reason_required=True),
        Transition("cancel", BEFORE, "cancelled", FAIR_MANAGE, mark("Cancel the fair"), reason_required=True),
    ),
)

PARTICIPATION = Machine(
    "job_fairs.participation",
    (
        State("applied", mark("Applied"), "info"),
        State("accepted", mark("Accepted"), "ok"),
        State("rejected", mark("Rejected"), final=True),
        State("absent", mark("Did not come"), "warn", final=True),
    ),
    (
        Transition("accept", ("applied",), "accepted", FAIR_MANAGE, mark("Accept"), vetted),
        Transition("reject", ("applied",), "rejected", FAIR_MANAGE, mark("Reject"), reason_required=True),
        Transition("absent", ("accepted",), "absent", FAIR_MANAGE, mark("Did not come")),
    ),
)

VACANCY = Machine(
    "job_fairs.vacancy",
    (
        State("proposed", mark("Not looked at yet"), "info"),
        State("accepted", mark("Accepted"), "ok"),
        State("refused", mark("Refused"), "warn"),
    ),
    (
        Transition("accept", ("proposed", "refused"), "accepted", FAIR_MANAGE, mark("Accept"), lawful),
        Transition(
            "refuse", ("proposed", "accepted"), "refused", FAIR_MANAGE, mark("Refuse"), another_left,
            reason_required=True,
        ),
    ),
)  # fmt: skip
