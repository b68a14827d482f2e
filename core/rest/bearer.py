"""Who asks: the token in the Authorization header, and nothing else. No cookie and no part of an address counts."""

from contextlib import suppress
from typing import cast

from flask import g, request
from sqlalchemy.exc import OperationalError

from core.accounts import tokens
from core.accounts.tokens import Bearer
from core.platform import platform
from core.rest.contract import Access
from core.rest.problems import Problem


def presented() -> Bearer | None:
    """Whose token came with this request; asked of the database once."""
    if "bearer" not in g:
        g.bearer = _found()
    return cast("Bearer | None", g.bearer)


def _found() -> Bearer | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        return None
    with platform.database.reading() as session:
        came = tokens.bearer(session, platform.register, platform.rest.accesses, text.strip())
    if came is None:
        return None
    bearer, stale = came
    if stale:
        # Reading goes on while a long write, such as a migration, holds the database.
        with suppress(OperationalError), platform.database.transaction() as writing:
            tokens.touch(writing, bearer.token_id)
    return bearer


def admit(access: Access) -> Bearer:
    """The bearer, if the token is good and made for this. Raises Problem (401, 403)."""
    bearer = presented()
    if bearer is None:
        sent = "Authorization" in request.headers
        challenge = 'Bearer realm="camove"' + (', error="invalid_token"' if sent else "")
        raise Problem(401, "no_token", headers={"WWW-Authenticate": challenge})
    if access.name not in bearer.scopes:
        challenge = f'Bearer realm="camove", error="insufficient_scope", scope="{access.name}"'
        raise Problem(403, "scope_missing", headers={"WWW-Authenticate": challenge})
    # Whatever is noted from here on, a refusal included, is noted of them.
    g.actor = bearer.actor
    return bearer
