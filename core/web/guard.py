"""The door of every page: its permission is declared on the route, or the site does not start."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.permissions import ANONYMOUS, Actor, Denied
from core.platform import platform

PUBLIC = ""
SIGNED_IN = "core.account.use"
"""Held by everybody who has signed in, whatever their roles."""

View = TypeVar("View", bound=Callable[..., object])


class UnguardedRoute(RuntimeError):
    """A page without a declared permission."""


def needs(permission: str, *, conduct: bool = True, fresh: bool = False) -> Callable[[View], View]:
    """Declare the permission of a page. The code of conduct comes before it unless `conduct` is off.

    `fresh`: whoever has not proven themselves within five minutes types the password first
    (`core.accounts.views.confirming`), and nothing that a form held is lost; files are chosen again.
    """

    def declare(view: View) -> View:
        view.camove_permission = permission  # type: ignore[attr-defined]
        view.camove_conduct = conduct  # type: ignore[attr-defined]
        view.camove_fresh = fresh  # type: ignore[attr-defined]
        return view

    return declare


public = needs(PUBLIC, conduct=False)
"""Declare that anybody may see the page."""


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What the page of `endpoint` declares; None if it declares nothing."""
    return cast("str | None", getattr(app.view_functions[endpoint], "camove_permission", None))


def check_routes(app: Flask) -> None:
    """Refuse to start with a page that declares no permission."""
    bare = sorted({r.endpoint for r in app.url_map.iter_rules() if permission_of(app, r.endpoint) is None})
    if bare:
        raise UnguardedRoute(f"These pages declare no permission (use @needs or @public): {', '.join(bare)}")


def install(app: Flask) -> None:
    """Stand before every page."""
    app.before_request(admit)
    app.teardown_request(close_reader)
    # Flask's own page for files is the only one that cannot carry a decorator.
    app.view_functions["static"] = public(app.view_functions["static"])


def current_actor() -> Actor:
    """Who asks for this page."""
    return cast("Actor", g.get("actor", ANONYMOUS))


def admit() -> Response | None:
    """Before each page: let in, ask to sign in, ask for the code of conduct, or raise Denied."""
    if request.endpoint is None:
        return None
    view = current_app.view_functions.get(request.endpoint)
    permission = getattr(view, "camove_permission", None)
    if permission in (PUBLIC, None):
        return None
    actor = current_actor()
    if not actor.signed_in:
        return redirect(url_for("account.sign_in", next=return_path()))
    if permission != SIGNED_IN and not actor.may(str(permission)):
        raise Denied(str(permission))
    if getattr(view, "camove_conduct", True) and not actor.conduct_accepted:
        return redirect(url_for("account.conduct", next=return_path()))
    return None


def wants_proof(endpoint: str | None) -> bool:
    """Whether the page of `endpoint` wants a proof of the last minutes."""
    return bool(getattr(current_app.view_functions.get(endpoint or ""), "camove_fresh", False))


def return_path() -> str:
    """Where to come back to after a page in between; a form cannot be asked for again."""
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else ""


def reading() -> Session:
    """The session in which this page reads; closed when it has been sent."""
    if "reader" not in g:
        g.reader_context = platform.database.reading()
        g.reader = g.reader_context.__enter__()
    return cast("Session", g.reader)


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction for the page that writes."""
    with platform.database.transaction() as session:
        yield session


def close_reader(_error: BaseException | None = None) -> None:
    """After each page: give the reading session back."""
    context = g.pop("reader_context", None)
    g.pop("reader", None)
    if context is not None:
        context.__exit__(None, None, None)
