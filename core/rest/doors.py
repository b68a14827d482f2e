"""The doors of a resource: take the token, read what came, call one function of the plugin, answer. No rule is here."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, abort, request, url_for
from marshmallow import ValidationError, fields, validate
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import audit
from core.accounts.tokens import Bearer
from core.i18n import language
from core.platform import platform
from core.rest import bearer, creations, cursors, parsing, tags
from core.rest.contract import MOST, Access, Call, Record, Resource
from core.rest.problems import Problem
from core.web.guard import reading, transaction
from core.workflow import Conflict, GuardFailed

USUAL = 25
WRITTEN = "core.token.write"
"""In the audit, beside what the service says in the name of the person: which token it came with."""


class Paging(Record):
    """The parameters of every list."""

    limit = fields.Integer(
        load_default=USUAL,
        validate=validate.Range(1, MOST, error="This number is out of range."),
        metadata={"description": "Rows of one page."},
    )
    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=500, error="This is too long."),
        metadata={"description": "Where to go on: from `next` of the page before."},
    )


class Door:
    """The addresses of one resource."""

    def __init__(self, resource: Resource) -> None:
        """Know what stands behind."""
        self.resource = resource
        self.plugin = resource.name.partition(".")[0]
        self.endpoint = f"api.{resource.name}"

    def many(self) -> Response:
        """The list, or one more in it."""
        return self._create() if request.method == "POST" else self._list()

    def one(self, key: UUID | str) -> Response:
        """One record, or a change to it."""
        return self._change(key) if request.method == "PATCH" else self._show(key)

    def _list(self) -> Response:
        came = self._admit(self.resource.read)
        paging, filters = Paging(), self.resource.query or Record
        asked = parsing.query(_both(filters))
        limit, cursor = asked.pop("limit"), asked.pop("cursor")
        kept = {name: value for name, value in request.args.items() if name not in paging.fields}
        after = cursors.opened(self.resource.name, kept, cursor)
        call = self._call(came, reading(), query=asked)
        rows = self.resource.items(call, after, limit + 1)
        found = [record for _, record in rows[:limit]]
        onward = ""
        if len(rows) > limit:
            kept |= {"limit": limit, "cursor": cursors.sealed(self.resource.name, kept, rows[limit - 1][0])}
            onward = f"{url_for(self.endpoint)}?{urlencode(kept)}"
        return tags.tagged(_page(self.resource.record().dump(found, many=True), onward))

    def _show(self, key: UUID | str) -> Response:
        came = self._admit(self.resource.read)
        parsing.query(Record)
        return tags.tagged(_json(self._told(self._call(came, reading()), key)))

    def _create(self) -> Response:
        resource = self.resource
        assert resource.write is not None and resource.create is not None and resource.created is not None  # noqa: S101
        came = self._admit(resource.write)
        parsing.query(Record)
        creations.key()
        given = parsing.body(resource.created)
        answer: Response | None = None
        # Of two at once the later meets the key of the first, and finds what that one made.
        with suppress(IntegrityError):
            answer = self._made(came, resource.create, given)
        return answer or self._made(came, resource.create, given)

    def _made(self, came: Bearer, create: Callable[[Call], None], given: Mapping[str, Any]) -> Response:
        with transaction() as session:
            made, again = creations.claim(session, came.organisation_id, self.resource.name)
            call = self._call(came, session, body=given, new_id=made)
            if not again:
                _run(lambda: create(call))
                audit.record(session, came.actor, WRITTEN, came.token_id)
            answer = _json(self._told(call, made), 201)
        answer.headers["Location"] = url_for(f"{self.endpoint}.one", key=made)
        answer.headers["Idempotency-Replayed"] = "true" if again else "false"
        return answer

    def _change(self, key: UUID | str) -> Response:
        resource = self.resource
        assert resource.write is not None and resource.change is not None and resource.changed is not None  # noqa: S101
        change = resource.change
        came = self._admit(resource.write)
        parsing.query(Record)
        given = parsing.body(resource.changed)
        with transaction() as session:
            call = self._call(came, session, body=given)
            tags.require_match(_bytes(self._told(call, key)))
            _run(lambda: change(call, key))
            audit.record(session, came.actor, WRITTEN, came.token_id)
            return _json(self._told(call, key))

    def _admit(self, access: Access) -> Bearer:
        parsing.negotiate()
        came = bearer.admit(access)
        record = platform.plugins.records.get(self.plugin)
        if record is not None and not record.active:
            abort(404)
        return came

    def _call(self, came: Bearer, session: Session, **more: Any) -> Call:
        writes = request.method not in ("GET", "HEAD")
        return Call(session, came.actor, came.organisation_id, language(), writes=writes, **more)

    def _told(self, call: Call, key: UUID | str) -> dict[str, Any]:
        found: dict[str, Any] = self.resource.record().dump(self.resource.item(call, key))
        return found


def _both(filters: type[Record]) -> type[Record]:
    """The parameters of a list: its own and those of every list."""
    return type("Asked", (filters, Paging), {})


def _run(write: Callable[[], None]) -> None:
    """What the service refuses, in the words of REST. Raises Problem."""
    try:
        write()
    except ValidationError as error:
        raise parsing.invalid(error) from error
    except GuardFailed as error:
        raise Problem(409, "not_ready", [("", code) for code in error.codes]) from error
    except Conflict as error:
        raise Problem(412, "stale") from error


def _bytes(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _json(told: Any, status: int = 200) -> Response:
    response = Response(_bytes(told), status, mimetype=parsing.JSON)
    response.vary.update(("Accept-Language", "Authorization"))
    response.set_etag(tags.tag(response.get_data()))
    return response


def _page(rows: Any, onward: str) -> Response:
    response = _json({"items": rows, "next": onward or None})
    if onward:
        response.headers["Link"] = f'<{onward}>; rel="next"'
    return response
