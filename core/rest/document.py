"""The OpenAPI 3.1 document: made from the same schemas that read and write, so that it cannot promise otherwise."""

import json
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response, current_app
from marshmallow import Schema

from core import __version__
from core.platform import platform
from core.rest import tags
from core.rest.addresses import PREFIX
from core.rest.contract import Record, Resource
from core.rest.doors import Paging

KEPT = "camove_api_document"
"""The key of app.extensions under which the document waits: resources are mounted once."""

ALWAYS = (400, 401, 403, 404, 406, 422, 429)
HEADERS = {
    "ETag": "A strong tag of this very answer.",
    "RateLimit": "What is left, and in how many seconds it is whole again.",
    "RateLimit-Policy": "How much a token may ask.",
}


def show() -> Response:
    """Give it to anybody: it holds no data of anybody."""
    if KEPT not in current_app.extensions:
        current_app.extensions[KEPT] = json.dumps(described(), ensure_ascii=False, sort_keys=True)
    response = Response(current_app.extensions[KEPT], mimetype="application/json")
    return tags.tagged(response)


def described() -> dict[str, Any]:
    """The whole document."""
    spec = APISpec(
        title="camove",
        version=__version__,
        openapi_version="3.1.0",
        info={"description": "What programs of member organisations read and write; see docs/api.md."},
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        servers=[{"url": "/"}],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", _problem())
    for resource in platform.rest.resources.values():
        _describe(spec, resource)
    return dict(spec.to_dict())


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    plugin = kind.__module__.removesuffix(".rest").rpartition(".")[2]
    return f"{plugin}.{kind.__name__}"


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    pointed = {
        "type": "object",
        "properties": {"pointer": text, "detail": text},
        "required": ["pointer", "detail"],
    }
    told = {"type": text, "title": text, "status": {"type": "integer"}, "code": text, "detail": text}
    return {
        "type": "object",
        "properties": {**told, "request_id": text, "errors": {"type": "array", "items": pointed}},
        "required": [*told, "request_id"],
        "additionalProperties": False,
    }


def _describe(spec: APISpec, resource: Resource) -> None:
    path = f"{PREFIX}/{resource.name.replace('.', '/')}"
    many, one = {"get": _list(resource)}, {"get": _show(resource)}
    if resource.created and resource.write:
        many["post"] = _written(
            resource, "create", resource.created, _header("Idempotency-Key", 8), (409, 413, 415)
        )
        many["post"]["responses"]["201"] = _answer(resource.record, "Made, now or by the first of two.")
    if resource.changed and resource.write:
        errors = (409, 412, 413, 415, 428)
        one["patch"] = _written(resource, "change", resource.changed, _header("If-Match", 1), errors)
        one["patch"]["responses"]["200"] = _answer(resource.record, "Changed.")
    key = {"name": "key", "in": "path", "required": True, "schema": _key(resource)}
    for each in one.values():
        each["parameters"] = [key, *each.get("parameters", ())]
    spec.path(path=path, operations=many)
    spec.path(path=f"{path}/{{key}}", operations=one)


def _key(resource: Resource) -> dict[str, Any]:
    known = {"type": "string", "format": "uuid"}
    return known if resource.key == "uuid" else {"type": "string", "minLength": 1, "maxLength": 100}


def _list(resource: Resource) -> dict[str, Any]:
    schemas: list[type[Schema]] = [*([resource.query] if resource.query else []), Paging]
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": resource.record},
            "next": {"type": ["string", "null"], "description": "The address of the next page."},
        },
        "required": ["items", "next"],
        "additionalProperties": False,
    }
    told = _operation(resource, "list", resource.read.name)
    told["parameters"] = [{"in": "query", "schema": each} for each in schemas]
    return told | {"responses": told["responses"] | {"200": _answer(page, "A page."), "304": _unchanged()}}


def _show(resource: Resource) -> dict[str, Any]:
    told = _operation(resource, "show", resource.read.name)
    return told | {
        "responses": told["responses"] | {"200": _answer(resource.record, "The record."), "304": _unchanged()}
    }


def _written(
    resource: Resource, act: str, schema: type[Record], header: dict[str, Any], errors: tuple[int, ...]
) -> dict[str, Any]:
    told = _operation(resource, act, resource.write.name if resource.write else "", errors)
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return told | {"parameters": [header], "requestBody": body}


def _header(name: str, shortest: int) -> dict[str, Any]:
    text = {"type": "string", "minLength": shortest, "maxLength": 200, "pattern": "^[!-~]+$"}
    return {"name": name, "in": "header", "required": True, "schema": text}


def _operation(resource: Resource, act: str, access: str, errors: tuple[int, ...] = ()) -> dict[str, Any]:
    return {
        "operationId": f"{resource.name}.{act}",
        "summary": resource.summary,
        "description": f"The token needs `{access}`.",
        "tags": [resource.name.partition(".")[0]],
        "responses": {str(status): _failure() for status in (*ALWAYS, *errors)},
    }


def _failure() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "See `code` and `detail`.", "content": content}


def _unchanged() -> dict[str, Any]:
    return {"description": "As If-None-Match says, you have it."}


def _answer(schema: Any, words: str) -> dict[str, Any]:
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()}
    return {"description": words, "content": {"application/json": {"schema": schema}}, "headers": headers}
