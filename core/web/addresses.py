"""Addresses carry the language: `/ru/...`, `/ky/...`, `/en/...`; only `/` chooses one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, request, url_for
from werkzeug.routing import BuildError

from core.i18n import preferred_language
from core.settings import DEFAULT_LOCALE, LOCALE_NAMES, LOCALES

PREFIX = "/<lang>"


def install(app: Flask) -> None:
    """Take the language from each address and put it into each link."""
    app.url_value_preprocessor(take_language)
    app.url_defaults(put_language)
    app.after_request(name_language)


def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before the view: remember the language, which the view itself need not know."""
    code = (values or {}).pop("lang", None)
    if code is not None and code not in LOCALES:
        g.language = DEFAULT_LOCALE
        abort(404)
    g.language = code or spoken()


def spoken() -> str:
    """The language of an address that no route knows, read by hand for the error page."""
    first = request.path.strip("/").split("/", 1)[0]
    return first if first in LOCALES else preferred_language()


def put_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links stay in the language of the page that they stand on."""
    known = endpoint in current_app.view_functions
    if known and "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = g.get("language", DEFAULT_LOCALE)


def name_language(response: Any) -> Any:
    """Say in the headers which language the page is in."""
    response.headers.setdefault("Content-Language", g.get("language", DEFAULT_LOCALE))
    return response


def languages() -> list[dict[str, Any]]:
    """The page in each language, for the switch and for `hreflang`."""
    endpoint = request.endpoint if request.endpoint and "lang" in _arguments() else None
    given = request.view_args or {}
    # Not through `url_for`: a visitor's words could bear the names of its own arguments, or of parts of the address.
    asked = f"?{urlencode(list(request.args.items(multi=True)))}" if request.args else ""
    return [
        {
            "code": code,
            "name": name,
            "current": code == g.get("language"),
            "href": url_for(endpoint, **given | {"lang": code}) + asked if endpoint else f"/{code}/",
        }
        for code, name in LOCALE_NAMES.items()
    ]


def link(endpoint: str, values: Mapping[str, Any]) -> str:
    """The address of a page that a record names; empty when its plugin is gone or its page has changed."""
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def _arguments() -> set[str]:
    return set(request.url_rule.arguments) if request.url_rule else set()
