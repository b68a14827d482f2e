"""Between Flask's cookie and the table of sign-ins: who asks for this page."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import Flask, after_this_request, g, request
from flask import session as cookie
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, lazyload
from werkzeug.wrappers import Response

from core.accounts import actors, credentials, devices, sign_ins, throttle
from core.accounts.invitations import InvitationMailer
from core.accounts.models import Person, SignIn
from core.accounts.sign_in import Door, Half
from core.contract import Job
from core.database import Database, now
from core.permissions import ANONYMOUS
from core.platform import platform
from core.rest import addresses
from core.settings import Settings
from core.vault import keyring

TOKEN = "sign_in"  # noqa: S105 - the name of the cookie's field
DEVICE_AGE = timedelta(days=365)


def install(app: Flask) -> None:
    """Before each page: find out who asks."""
    app.before_request(load_actor)


def load_actor() -> None:
    """Set `g.actor`, `g.sign_in_id`, `g.confirmed_at` and, after the password alone, `g.half`."""
    _nobody()
    # A program comes with its token; that a browser has a cookie too must not open anything there.
    token = None if addresses.is_ours() else cookie.get(TOKEN)
    if not token or request.endpoint == "static":
        return
    with platform.database.reading() as session:
        sign_in = sign_ins.find(session, token)
        stale = _take(session, sign_in) if sign_in else False
    if g.sign_in_id is None:
        cookie.pop(TOKEN)
    elif stale:
        # Pages are still read while a long write, such as a migration, holds the database.
        with suppress(OperationalError), platform.database.transaction() as writing:
            sign_ins.touch(writing, g.sign_in_id)


def _nobody() -> None:
    g.actor, g.sign_in_id, g.half, g.confirmed_at = ANONYMOUS, None, None, None


def _take(session: Session, sign_in: SignIn) -> bool:
    """Remember whose request this is; says whether `seen_at` is due."""
    person = session.get_one(Person, sign_in.person_id, options=[lazyload(Person.memberships)])
    if person.disabled:
        return False
    g.sign_in_id, g.confirmed_at = sign_in.id, sign_in.confirmed_at
    if sign_in.second_factor:
        g.actor = actors.load(session, platform.register, person)
    else:
        g.half = Half(sign_in.id, person.id)
    return sign_in.seen_at < now() - sign_ins.TOUCH


def begin(token: str) -> None:
    """Put a new token into the browser; nothing of the session before survives."""
    cookie.clear()
    # Flask-WTF keeps the form token of this request here; the next form needs one of the new session.
    g.pop("csrf_token", None)
    cookie[TOKEN] = token
    load_actor()


def renew(token: str) -> None:
    """Put the new token of the same sign-in into the browser; forms that stand open keep working."""
    cookie[TOKEN] = token
    load_actor()


def leave() -> None:
    """End this sign-in in the table and in the browser."""
    token = cookie.get(TOKEN)
    cookie.clear()
    g.pop("csrf_token", None)
    _nobody()
    if token:
        with platform.database.transaction() as session:
            found = sign_ins.find(session, token)
            if found:
                keyring.forget(found.id)
                session.delete(found)


def token_here() -> str:
    """The token that the browser sent."""
    return str(cookie.get(TOKEN, ""))


def door(email: str) -> Door:
    """Where the visitor stands who tries that account."""
    settings, email = platform.settings, credentials.clean_email(email)
    mark = request.cookies.get(devices.cookie_name(settings, email), "")
    source = devices.source(settings, email, mark, request.remote_addr or "")
    device = devices.device_name(request.headers.get("User-Agent", ""))
    return Door(platform.database, settings, source, device)


def remember_device(email: str) -> None:
    """Mark this device as one that the account has been signed in on."""
    settings = platform.settings
    name, mark = devices.cookie_name(settings, email), devices.new_mark(settings, email)

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            name, mark, max_age=DEVICE_AGE, secure=settings.secure, httponly=True, samesite="Lax", path="/"
        )
        return response


def jobs(settings: Settings) -> list[Job]:
    """The background work of accounts."""
    return [InvitationMailer(settings).job(), Job("core.sign_in_purge", purge, every=timedelta(hours=1))]


def purge(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Drop sign-ins and tries whose time is over."""
    with database.transaction() as session:
        sign_ins.purge(session)
        throttle.purge(session)
