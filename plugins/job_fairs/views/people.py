"""The people of a fair: found by code, withdrawn, given a desk by hand, merged; and what waits for a free desk."""

from collections import Counter
from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction, vault
from plugins.job_fairs import rights
from plugins.job_fairs.language import gettext, ngettext
from plugins.job_fairs.models import Desk, Fair, Registration
from plugins.job_fairs.services import people as persons
from plugins.job_fairs.services import planning, registrations, waiting
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused

PAGE = 60


@blueprint.get("/<uuid:fair_id>/people")
@needs(rights.SEEKER_REGISTER)
def people(fair_id: UUID) -> Response:
    """All who are registered, by code."""
    found = of_actor(reading(), fair_id, rights.SEEKER_REGISTER)
    wanted = "".join(char for char in request.args.get("code", "")[:12] if char.isdigit())
    rows = sorted(registrations.of(reading(), found), key=lambda each: each.code)
    rows = [each for each in rows if each.code.startswith(wanted)]
    after = request.args.get("after", "")[:6]
    rest = [each for each in rows if each.code > after]
    more = rest[PAGE - 1].code if len(rest) > PAGE else ""
    booked = Counter(each.registration_id for each in planning.appointments(reading(), found))
    return page(
        "people.html",
        fair=found,
        people=rest[:PAGE],
        more=more,
        number=len(rows),
        wanted=wanted,
        booked=booked,
    )


@blueprint.get("/people/<uuid:registration_id>")
@needs(rights.SEEKER_REGISTER)
def person(registration_id: UUID) -> Response:
    """One person: appointments, what else is free, and what can be done."""
    return _person(persons.find(reading(), current_actor(), registration_id))


def _person(found: Registration, status: int = 200, problems: list[str] | None = None) -> Response:
    session, fair = reading(), found.fair
    open_desks = planning.free_for(session, fair, found) if fair.state in waiting.OFFERABLE else []
    feed = url_for("job_fairs.own_feed", token=found.feed_token, _external=True) if found.feed_token else ""
    return page(
        "person.html", status, person=found, fair=fair, own=persons.interviews(session, found), free=open_desks,
        feed=feed, here=found.state in registrations.COUNTED, problems=problems or [],
    )  # fmt: skip


@blueprint.post("/people/<uuid:registration_id>/<any(withdraw,give,end,book,off):act>")
@needs(rights.SEEKER_REGISTER)
def change_person(registration_id: UUID, act: str) -> Response:
    """Withdraw, give or take away an own calendar, give a desk, take an appointment away."""
    try:
        with transaction() as session:
            _act(session, persons.find(session, current_actor(), registration_id), act)
    except GuardFailed as error:
        return _person(persons.find(reading(), current_actor(), registration_id), 409, refused(error))
    done = {
        "withdraw": gettext("The person has withdrawn. Name and telephone are erased."),
        "give": gettext("The calendar has an address now. Give it to this person only."),
        "end": gettext("The old address opens nothing any more."),
        "book": gettext("The desk is given. Print a new slip."),
        "off": gettext("The appointment is off. Print a new slip."),
    }
    flash(done[act], "ok")
    return redirect(url_for("job_fairs.person", registration_id=registration_id))


def _act(session: Session, mine: Registration, act: str) -> None:
    actor = current_actor()
    if act == "withdraw":
        persons.withdraw(session, actor, mine)
    elif act == "give":
        persons.give_feed(session, actor, mine)
    elif act == "end":
        persons.end_feed(session, actor, mine)
    elif act == "book":
        _book(session, mine)
    else:
        planning.call_off(session, actor, mine.fair, _id(request.form.get("interview", "")))


def _book(session: Session, mine: Registration) -> None:
    desk_id, _, slot = request.form.get("desk", "").partition("/")
    desk = session.get(Desk, _id(desk_id))
    if desk is None or not (slot.isascii() and slot.isdigit() and len(slot) < 3):
        raise GuardFailed("book", ["no_such_desk"])
    planning.book(session, current_actor(), mine.fair, mine, desk, int(slot))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise GuardFailed("form", ["gone"]) from error


@blueprint.route("/<uuid:fair_id>/duplicates", methods=["GET", "POST"])
@needs(rights.SEEKER_REGISTER)
def duplicates(fair_id: UUID) -> Response:
    """Registrations that may be one person; a person decides."""
    found = of_actor(reading(), fair_id, rights.SEEKER_REGISTER)
    if request.method == "GET":
        return _duplicates(found)
    try:
        with transaction() as session:
            keep, drop = (
                persons.find(session, current_actor(), _id(request.form.get(name, "")))
                for name in ("keep", "drop")
            )
            if keep.fair_id != fair_id:
                abort(404)
            persons.merge(session, current_actor(), keep, drop)
    except GuardFailed as error:
        return _duplicates(found, 409, refused(error))
    flash(gettext("Merged. The other code leads to this registration now."), "ok")
    return redirect(url_for("job_fairs.duplicates", fair_id=fair_id))


def _duplicates(fair: Fair, status: int = 200, problems: list[str] | None = None) -> Response:
    pairs = persons.duplicates(reading(), current_actor(), fair)
    return page("duplicates.html", status, fair=fair, pairs=pairs, opened=False, problems=problems or [])


@blueprint.get("/<uuid:fair_id>/duplicates/contacts")
@needs(rights.SEEKER_REGISTER, fresh=True)
def duplicate_contacts(fair_id: UUID) -> Response:
    """The same, compared by name and telephone as well, for a key holder whose vault is open."""
    found = of_actor(reading(), fair_id, rights.SEEKER_REGISTER)
    keys = vault.keyring.of(g.sign_in_id)
    if keys is None:
        return page("closed_vault.html", 409, fair=found)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.SEEKER_REGISTER)
            pairs = persons.duplicates(session, current_actor(), mine, keys)
            return page("duplicates.html", fair=found, pairs=pairs, opened=True, problems=[])
    except (vault.Closed, vault.Damaged):
        return page("closed_vault.html", 409, fair=found)


@blueprint.route("/<uuid:fair_id>/waiting", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def waiting_list(fair_id: UUID) -> Response:
    """Who waits for what; free desks become offers."""
    found = of_actor(reading(), fair_id, rights.FAIR_MANAGE)
    if request.method == "GET":
        return _waiting(found)
    hours = request.form.get("hours", 0, int)
    if hours not in waiting.HOURS:
        return _waiting(found, 422, [gettext("Choose how long the offers stand.")])
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            made = waiting.offer(session, current_actor(), mine, hours)
    except GuardFailed as error:
        return _waiting(found, 409, refused(error))
    flash(
        ngettext(
            "%(num)s offer is made. Call the person.", "%(num)s offers are made. Call the people.", made
        ),
        "ok",
    )
    return redirect(url_for("job_fairs.waiting_list", fair_id=fair_id))


def _waiting(fair: Fair, status: int = 200, problems: list[str] | None = None) -> Response:
    session = reading()
    return page(
        "waiting.html", status, fair=fair, waiting=waiting.people(session, fair), offers=waiting.offers(session, fair),
        hours=waiting.HOURS, problems=problems or [],
    )  # fmt: skip


@blueprint.post("/<uuid:fair_id>/waiting/<uuid:interview_id>/<any(yes,no):answer>")
@needs(rights.FAIR_MANAGE)
def answer_offer(fair_id: UUID, interview_id: UUID, answer: str) -> Response:
    """The person has said yes or no on the telephone."""
    found = of_actor(reading(), fair_id, rights.FAIR_MANAGE)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            waiting.answer(session, current_actor(), mine, interview_id, yes=answer == "yes")
    except GuardFailed as error:
        return _waiting(found, 409, refused(error))
    said = (
        gettext("It is an appointment now. Print a new slip.")
        if answer == "yes"
        else gettext("The desk is free again.")
    )
    flash(said, "ok")
    return redirect(url_for("job_fairs.waiting_list", fair_id=fair_id))
