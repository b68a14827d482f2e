"""The day: check-in at the door, and the marks of one employer's desks on one page."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import abort, flash, jsonify, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, now, reading, transaction
from plugins.job_fairs import codes, rights
from plugins.job_fairs.forms.fair import MoveForm
from plugins.job_fairs.forms.people import CheckInForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair
from plugins.job_fairs.services import day as days
from plugins.job_fairs.services import employers, planning
from plugins.job_fairs.services.day import Waited
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused
from plugins.job_fairs.words import obstacle

MOST_SCANS = 500
MARKS = ("done", "seeker_absent", "cancelled")


@blueprint.route("/<uuid:fair_id>/day", methods=["GET", "POST"])
@needs(rights.DAY_WORK)
def check_in(fair_id: UUID) -> Response:
    """Type or scan a code; the page then says where the person goes."""
    found, form = of_actor(reading(), fair_id, rights.DAY_WORK), CheckInForm()
    if request.method != "POST" or not form.validate():
        return _show(found, form, 422 if form.errors else 200)
    try:
        scan_id = UUID(form.scan_id.data)
    except ValueError:
        abort(400)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.DAY_WORK)
            person = days.check_in(
                session, current_actor(), mine, form.code.data, scan_id, (form.door.data or "").strip()
            )
            code = person.code
    except GuardFailed as error:
        form.code.errors = refused(error)
        return _show(found, form, 422)
    return redirect(url_for("job_fairs.check_in", fair_id=fair_id, came=code, door=form.door.data or None))


@blueprint.post("/<uuid:fair_id>/scans")
@needs(rights.DAY_WORK)
def scans(fair_id: UUID) -> Response:
    """What a phone kept while there was no network: a list of scans, each with an id of its own."""
    of_actor(reading(), fair_id, rights.DAY_WORK)
    try:
        kept = _kept(json.loads(request.form.get("scans", "")))
    except (ValueError, KeyError, TypeError, OverflowError):
        return make_response(jsonify({}), 422)
    with transaction() as session:
        mine = of_actor(session, fair_id, rights.DAY_WORK)
        told = days.take(session, current_actor(), mine, kept)
    return jsonify({str(scan): obstacle(code) if code else "" for scan, code in told.items()})


def _kept(rows: list[dict[str, str]]) -> list[Waited]:
    if not isinstance(rows, list) or len(rows) > MOST_SCANS:
        raise ValueError("scans")
    return [
        Waited(UUID(row["id"]), str(row["code"])[:20], _plain(row.get("door", "")), _device_time(row["at"]))
        for row in rows
    ]


def _plain(text: object) -> str:
    return "".join(char for char in str(text) if char.isprintable())[:40]


def _device_time(told: object) -> datetime:
    """The phone's clock as it was; one without a zone, or far from ours, is none."""
    at = datetime.fromisoformat(str(told))
    if at.tzinfo is None or abs(at - now()) > timedelta(days=7):
        return now()
    return at.astimezone(UTC)


def _show(found: Fair, form: CheckInForm, status: int) -> Response:
    booked = planning.appointments(reading(), found)
    came = request.args.get("came", "")
    if request.method != "POST":
        form.door.data = request.args.get("door", "")
    own = [each for each in booked if each.registration.code == came]
    return page(
        "day.html", status, fair=found, form=form, came=came, own=own, counts=days.counts(reading(), found),
        scan_words=_scan_words(),
    )  # fmt: skip


def _scan_words() -> dict[str, Any]:
    """What the script of the door says, and the table of the check digit."""
    return {
        "table": codes.TABLE,
        "none": gettext(
            "Nothing waits on this phone. Without a network the door goes on: keep this page open."
        ),
        "waits": gettext("Waiting on this phone: {n}"),
        "kept": gettext("{code} is kept on this phone. Let the person in."),
        "wrong": gettext("A digit of the code is wrong. Type the six digits again."),
        "sent": gettext("All that was kept has been sent."),
        "offline": gettext("No network. What is typed is kept on this phone."),
        "signIn": gettext("Sign in again in another tab, then come back: what is kept here is sent then."),
    }


@blueprint.route("/employers/<uuid:participation_id>/marks", methods=["GET", "POST"])
@needs(rights.DAY_WORK)
def marks(participation_id: UUID) -> Response:
    """The marks of the paper desk lists, entered on one page."""
    found = employers.find(reading(), current_actor(), participation_id, rights.DAY_WORK)
    if request.method == "POST":
        with transaction() as session:
            mine = employers.find(session, current_actor(), participation_id, rights.DAY_WORK)
            _keep(session, mine.fair, mine.id)
        flash(gettext("The marks are kept."), "ok")
        return redirect(url_for("job_fairs.marks", participation_id=participation_id))
    booked = [
        each for each in planning.appointments(reading(), found.fair) if each.participation_id == found.id
    ]
    return page("marks.html", employer=found, rows=booked, marks=MARKS, form=MoveForm())


def _keep(session: Session, fair: Fair, participation_id: UUID) -> None:
    for each in planning.appointments(session, fair):
        told = request.form.get(str(each.id), "")
        if each.participation_id == participation_id and told in MARKS and told != each.state:
            days.mark(session, current_actor(), fair, each.id, told)
