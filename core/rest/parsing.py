"""What came in: parameters and a body, held against their schemas; errors name each field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import abort, request
from marshmallow import ValidationError

from core.i18n import gettext, mark
from core.rest.contract import Record
from core.rest.problems import Pointer, Problem

JSON = "application/json"
LARGEST = 256 * 1024
"""Bytes of a body at most: a report with every answer has some 20 KB."""

MESSAGES = (
    mark("Missing data for required field."),
    mark("Field may not be null."),
    mark("Unknown field."),
    mark("Not a valid string."),
    mark("Not a valid integer."),
    mark("Not a valid boolean."),
    mark("Not a valid UUID."),
    mark("Not a valid date."),
    mark("Not a valid list."),
    mark("Invalid input type."),
    mark("This is too long."),
    mark("This is not one of the allowed values."),
    mark("This number is out of range."),
    mark("This text holds characters that cannot be kept."),
)
"""What marshmallow and our schemas say; marked here so that the catalogues carry them."""


def negotiate() -> None:
    """Refuse whoever takes no JSON. Raises Problem."""
    if "Accept" in request.headers and not request.accept_mimetypes.best_match([JSON]):
        raise Problem(406, "not_acceptable")


def query(schema: type[Record]) -> dict[str, Any]:
    """The parameters of the address; one that comes twice, or that nobody knows, is an error. Raises Problem."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Problem(422, "fields", [(name, gettext("Not a valid string.")) for name in twice])
    return _checked(schema, request.args.to_dict(), "")


def body(schema: type[Record]) -> dict[str, Any]:
    """The body. Raises Problem (400, 415, 422)."""
    return _checked(schema, _parsed(), "/")


def _parsed() -> Any:
    if request.mimetype != JSON:
        raise Problem(415, "wrong_type", headers={"Accept": JSON})
    content = request.get_data()
    if len(content) > LARGEST:
        abort(413)
    try:
        return json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "not_json") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _checked(schema: type[Record], given: Any, root: str) -> dict[str, Any]:
    if wrong := [(where, gettext(MESSAGES[-1])) for where in _unkeepable(given, root.rstrip("/"))]:
        raise Problem(422, "fields", wrong)
    try:
        found: dict[str, Any] = schema().load(given)
    except ValidationError as error:
        raise invalid(error, root) from error
    return found


def invalid(error: ValidationError, root: str = "/") -> Problem:
    """A ValidationError as a problem with a pointer to each field (RFC 6901)."""
    return Problem(422, "fields", _pointers(error.messages, root.rstrip("/"), root))


def _pointers(messages: Any, path: str, root: str) -> Iterator[Pointer]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            step = "" if key == "_schema" else (f"{path}/{_escaped(key)}" if root else str(key))
            yield from _pointers(inner, step or path, root)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        if isinstance(message, Mapping):
            yield from _pointers(message, path, root)
        else:
            yield path, gettext(str(message))


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1").encode("utf-8", "replace").decode()


def _unkeepable(value: Any, path: str) -> Iterator[str]:
    """Where a text holds a NUL or half a character: no database keeps them."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _unkeepable(key, path)
            yield from _unkeepable(inner, f"{path}/{_escaped(key)}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _unkeepable(inner, f"{path}/{position}")
    elif isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
        yield path


__all__ = ["JSON", "body", "invalid", "negotiate", "query"]
