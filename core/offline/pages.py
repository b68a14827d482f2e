"""What a page tells the phone's script: whose phone this is, what may be kept, and in which words to speak."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, g, jsonify, render_template, request, url_for
from flask import session as cookie

from core.accounts import sign_ins
from core.accounts.models import SignIn
from core.i18n import gettext
from core.offline import receipts
from core.offline.phone_key import owner, phone_key
from core.offline.release import release
from core.platform import platform
from core.web.guard import SIGNED_IN, current_actor, needs, reading

blueprint = Blueprint("phone", __name__, url_prefix="/phone")
PARTS = {"kept": "kept.js", "form": "offline-form.js", "empty": "offline-empty.js"}
"""What the script fetches where it is needed."""

ASSETS = ("camove.css", "camove.js", "offline.js", *PARTS.values(), "favicon.svg", "ornament.svg")
NOWHERE = UUID(int=0)
"""Stands for the draft in the addresses of an empty form; the script puts the real one there."""

RECEIVED, MOST = "received", 5
HERE = Path(__file__).parent.parent


@blueprint.get("/key")
@needs(SIGNED_IN, conduct=False)
def key() -> Response:
    """The key of this person's drafts, for as long as this sign-in can last."""
    actor = current_actor()
    sign_in = reading().get(SignIn, g.sign_in_id)
    if actor.person_id is None or sign_in is None:
        abort(404)
    return jsonify(
        owner=owner(platform.settings, actor.person_id),
        key=phone_key(platform.settings, actor.person_id).hex(),
        until=int((sign_in.created_at + sign_ins.ABSOLUTE).timestamp() * 1000),
    )


@blueprint.get("/received/<uuid:item>")
@needs(SIGNED_IN, conduct=False)
def received(item: UUID) -> Response:
    """Whether something that this person sent has arrived; asked when the answer was lost."""
    return jsonify(received=receipts.known(reading(), current_actor(), item))


def sent_item() -> UUID | None:
    """The id that the phone gave to the form that is being received; None without a script."""
    try:
        return UUID(request.form.get("item", ""))
    except ValueError:
        return None


def acknowledge() -> None:
    """Tell the phone, on the next page that it shows, that this form has arrived."""
    item = sent_item()
    if item:
        cookie[RECEIVED] = [*cookie.get(RECEIVED, []), str(item)][-MOST:]


def empty_forms(pages: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Response:
    """All the empty forms of a plugin in one answer: address with `*` for what varies -> template and its values.

    The script asks for them without a cookie, so that nothing personal can stand in them.
    """
    g.csrf_token, g.empty_form = "", True
    found = {address: render_template(template, **values) for address, (template, values) in pages.items()}
    return jsonify(version=version(), forms=found)


def version() -> str:
    """The version of what a phone caches."""
    folders = [HERE / "web", HERE]
    # A plugin's blueprint may be made anywhere below the folder that holds its templates.
    named = [
        Path(str(each.template_folder)) for each in current_app.blueprints.values() if each.template_folder
    ]
    folders += [each.parent for each in named if each.is_absolute()]
    return release(tuple(sorted(set(folders))))


def told(form: Mapping[str, Any] | None = None) -> str:
    """The JSON for the script. `form`: of a page that works offline, with its `forms` address.

    It may hold a `draft`, further `assets` that the page needs, and `keeps` False where core's script has nothing
    to keep because the page has a queue of its own.
    """
    actor, empty = current_actor(), g.get("empty_form", False)
    person = owner(platform.settings, actor.person_id) if actor.person_id and not empty else ""
    values: dict[str, Any] = {
        "person": person,
        "empty": empty,
        "parts": {name: url_for("static", filename=file) for name, file in PARTS.items()},
        "key": url_for("phone.key"),
        "received_at": url_for("phone.key").removesuffix("key") + "received/",
        "received": cookie.pop(RECEIVED, []) if person and RECEIVED in cookie else [],
        "sign_in": url_for("account.sign_in"),
        "words": words() if actor.signed_in or form is not None else {},
    }
    if form is not None:
        values |= {"form": True, "version": version(), **form}
        values["assets"] = [*_assets(), *form.get("assets", ())]
        values |= {"worker": url_for("root.offline_worker")}
        values |= {"exit": platform.settings.quick_exit_url, "nowhere": str(NOWHERE)}
    return json.dumps(values, ensure_ascii=False)


def _assets() -> Sequence[str]:
    return [url_for("static", filename=name) for name in ASSETS]


def words() -> dict[str, str]:
    """What the script says; {n} and {when} are filled in by it."""
    return {
        "ready": gettext("This form works offline now"),
        "typed": gettext("What you type is kept on this phone"),
        "refused": gettext(
            "This browser does not keep what you type. The form works, but only while there is a network."
        ),
        "locked": gettext("Sign in when the network is back: then you see again what is kept on this phone."),
        "waiting": gettext("Waiting to be sent: {n}"),
        "sending": gettext("Sending…"),
        "offline": gettext("No network. It is sent by itself when the network is back."),
        "sent": gettext("Everything that waited on this phone has been sent."),
        "sign_in": gettext("Sign in to send what waits on this phone"),
        "mend": gettext("Something is missing here. Mend it and send again."),
        "conflict": gettext("This was changed elsewhere meanwhile. Compare the two."),
        "stuck": gettext(
            "This could not be sent, because the draft is no longer open. Copy what you need from here."
        ),
        "restored": gettext("Here is what you typed on {when}. It was not sent yet."),
        "forget": gettext("Throw away what I typed"),
        "theirs": gettext("Saved meanwhile"),
        "mine": gettext("Typed on this phone"),
        "use_mine": gettext("Use what was typed on this phone"),
        "use_theirs": gettext("Keep what was saved"),
        "empty": gettext("Not provided"),
        "kept_here": gettext("Kept on this phone"),
        "deleted": gettext("Deleted. Nothing of yours is left on this phone."),
    }
