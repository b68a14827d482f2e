"""How resources get their addresses, and how a plugin that would take another's is kept out."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response

from core.platform import EXTENSION, Platform
from core.rest import document, problems
from core.rest.addresses import PREFIX
from core.rest.contract import Resource, Shelf
from core.rest.doors import Door
from core.web.guard import public

THING = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
KEYS = frozenset({"uuid", "string"})


def offences(
    owner: str, resources: Iterable[Resource], shelf: Shelf, permissions: Iterable[str]
) -> list[str]:
    """Why these resources of `owner` cannot be mounted: each in words, none if they can."""
    found, seen, known = [], dict(shelf.accesses), set(permissions)
    names = set(shelf.resources)
    for each in resources:
        plugin, _, thing = each.name.partition(".")
        if plugin != owner or not THING.fullmatch(thing) or each.key not in KEYS:
            found.append(f"the resource {each.name} must be named {owner}.<thing>")
        if each.name in names:
            found.append(f"the resource {each.name} is there twice")
        names.add(each.name)
        for access in each.accesses:
            if not access.name.startswith(f"{owner}."):
                found.append(f"the access {access.name} must be named {owner}.…")
            if seen.setdefault(access.name, access) != access:
                found.append(f"the access {access.name} is declared in two ways")
            found += [
                f"{access.name} needs {p}, which nobody declares"
                for p in access.permissions
                if p not in known
            ]
    return found


def install(app: Flask) -> None:
    """Answer in problem+json, and give the document."""
    problems.install(app)
    app.add_url_rule(f"{PREFIX}/openapi.json", "api.document", public(document.show), methods=["GET"])


def mount(app: Flask, resources: Iterable[Resource]) -> None:
    """Give each its addresses. They have passed `offences`."""
    site: Platform = app.extensions[EXTENSION]
    for each in resources:
        site.rest.resources[each.name] = each
        site.rest.accesses |= {access.name: access for access in each.accesses}
        _mount(app, Door(each))


def _mount(app: Flask, door: Door) -> None:
    path = f"{PREFIX}/{door.resource.name.replace('.', '/')}"
    ways = (
        (path, door.endpoint, door.many, ["GET", "POST"] if door.resource.create else ["GET"]),
        (
            f"{path}/<{door.resource.key}:key>",
            f"{door.endpoint}.one",
            door.one,
            ["GET", "PATCH"] if door.resource.change else ["GET"],
        ),
    )
    for rule, endpoint, view, methods in ways:
        # The door itself asks for the token, before anything else is read.
        page = public(_plain(view, endpoint))
        # Cookies count for nothing here, so another site could not forge a request either.
        app.extensions["csrf"].exempt(page)
        app.add_url_rule(rule, endpoint, page, methods=methods, provide_automatic_options=False)


def _plain(method: Callable[..., Response], name: str) -> Callable[..., Response]:
    """A function of its own: a bound method cannot carry the declaration of its permission."""

    def view(**values: Any) -> Response:
        return method(**values)

    # Flask-WTF remembers by name whom it lets through.
    view.__name__ = view.__qualname__ = name
    return view
