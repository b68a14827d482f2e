"""What the frame of every page needs to know."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for

from core import notifications
from core.accounts import sample
from core.i18n import gettext
from core.offline.pages import told
from core.platform import platform
from core.web.addresses import languages
from core.web.guard import current_actor, reading


def install(app: Flask) -> None:
    """Give every template its frame, and every file a version in its address."""
    app.context_processor(frame)
    app.url_defaults(version)


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


def version(endpoint: str, values: dict[str, Any]) -> None:
    """Files are cached for ever under an address that changes with them."""
    if endpoint == "static" and "filename" in values:
        values.setdefault("v", _digest(Path(__file__).parent / "static" / values["filename"]))


def frame() -> dict[str, Any]:
    """Navigation, languages, the person, and whether all this is invented."""
    actor = current_actor()
    broken = g.get("error_page", False)
    return {
        "actor": actor,
        "languages": languages(),
        "nav": [] if broken else _navigation(),
        "account_links": _account_links(),
        "unread": notifications.unread(reading(), actor.person_id) if actor.person_id and not broken else 0,
        "sample_data": not broken and sample.present(reading()),
        "quick_exit": "",
        "phone": None if broken else told,
        "intake": None,
    }


def _navigation() -> list[dict[str, Any]]:
    actor = current_actor()
    here = request.path
    links = [(url_for(item.endpoint), item.label) for item in platform.plugins.nav_items(actor)]
    if actor.signed_in:
        links.insert(0, (url_for("pages.dashboard"), gettext("What waits for you")))
    current = max((href for href, _ in links if here.startswith(href)), key=len, default="")
    return [{"href": href, "label": label, "current": href == current} for href, label in links]


def _account_links() -> list[dict[str, str]]:
    actor = current_actor()
    if not actor.signed_in:
        return []
    links = [("account.overview", gettext("My account"), "core.account.use")]
    links += [
        ("commitments.index", gettext("Promises"), "core.account.use"),
        ("periodic.desk", gettext("Periodic reports"), "core.periodic.manage"),
        ("people.index", gettext("People"), "core.people.view"),
        ("organisations.index", gettext("Organisations"), "core.organisations.view"),
        ("admin.index", gettext("Administration"), "core.plugins.view"),
    ]
    return [{"href": url_for(end), "label": label} for end, label, right in links if actor.may(right)]
