"""The door without a network: its page for the phone, the codes of a fair, and what waited on the phone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import jsonify, make_response, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    NOWHERE,
    allow_camera,
    current_actor,
    empty_forms,
    needs,
    now,
    public,
    reading,
    transaction,
)
from plugins.job_fairs import codes, rights
from plugins.job_fairs.forms.people import CheckInForm
from plugins.job_fairs.language import gettext
from plugins.job_fairs.services import day as days
from plugins.job_fairs.services.day import Waited
from plugins.job_fairs.views.blueprint import blueprint, of_actor
from plugins.job_fairs.words import obstacle

MOST_SCANS = 500
FILES = ("fairs.css", "scan.js", "camera.js")


@blueprint.get("/door-forms")
@public
def door_forms() -> Response:
    """The page of the door as a phone keeps it: no fair, no code and no person stand in it."""
    address = url_for("job_fairs.check_in", fair_id=NOWHERE).replace(str(NOWHERE), "*")
    form = CheckInForm(formdata=None, meta={"csrf": False})
    values = {"form": form, "scan": scanning(NOWHERE), "intake": phone()}
    return allow_camera(empty_forms({address: ("job_fairs/door_alone.html", values)}))


def phone() -> dict[str, Any]:
    """For core's script: where the copy of the page is, and that codes wait in a queue of our own."""
    files = [url_for("job_fairs.static", filename=name) for name in FILES]
    return {"forms": url_for("job_fairs.door_forms"), "assets": files, "keeps": False}


@blueprint.get("/<uuid:fair_id>/codes")
@needs(rights.DAY_WORK)
def door_codes(fair_id: UUID) -> Response:
    """The codes that may come in, for a phone that will be alone: codes only, never a name."""
    found = of_actor(reading(), fair_id, rights.DAY_WORK)
    return jsonify(codes=days.door_codes(reading(), current_actor(), found))


@blueprint.post("/<uuid:fair_id>/scans")
@needs(rights.DAY_WORK)
def scans(fair_id: UUID) -> Response:
    """What a phone kept while there was no network: a list of scans, each with an id of its own."""
    of_actor(reading(), fair_id, rights.DAY_WORK)
    try:
        kept = _kept(json.loads(request.form.get("scans", "")))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
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


def scanning(fair_id: UUID, answered: str = "") -> dict[str, Any]:
    """What the script of the door needs. `answered`: the scan that this page is the answer to."""
    return {
        "to": url_for("job_fairs.scans", fair_id=fair_id),
        "codes": url_for("job_fairs.door_codes", fair_id=fair_id),
        "camera": url_for("job_fairs.static", filename="camera.js"),
        "table": codes.TABLE,
        "answered": answered,
        "most": MOST_SCANS,
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "none": gettext("Nothing waits on this phone. Without a network the door goes on."),
        "waits": gettext("Waiting on this phone: {n}"),
        "kept": gettext("{code} is kept on this phone. Let the person in."),
        "strange": gettext(
            "{code} is kept, but this phone does not know it. Send the person to the desk of registration."
        ),
        "wrong": gettext("A digit of the code is wrong. Type the six digits again."),
        "sent": gettext("All that was kept has been sent."),
        "offline": gettext("No network. What is typed is kept on this phone."),
        "full": gettext("This phone keeps nothing more. Write the code on paper and enter it later."),
        "seen": gettext("I have read this"),
        "signIn": gettext("Sign in again in another tab, then come back: what is kept here is sent then."),
        "looking": gettext("Hold the code before the camera."),
        "refused": gettext("The camera is not allowed or not there. Type the six digits instead."),
        "stop": gettext("Switch the camera off"),
        "start": gettext("Read codes with the camera"),
    }
