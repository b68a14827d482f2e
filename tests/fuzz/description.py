"""An OpenAPI description of every page of the site, for fuzzers: real routes, ids of real records, real fields.

REST has a document of its own (tests/judging.py); what stands here is what the routes of pages, the records of the role
matrix and the pages know.
"""

from typing import Any
from uuid import uuid4

from doors import DOORS, VARIANTS
from doors.site import Site
from fuzz.pages import QUERY, Field, Forms
from werkzeug.routing import Rule

URLENCODED, MULTIPART, RAW = (
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/octet-stream",
)
ANSWERS = {"default": {"description": "a page"}}


def described(site: Site, forms: Forms) -> dict[str, Any]:
    """Every route and method."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in site.net.app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            fields = forms.get(rule.endpoint if method == "POST" else QUERY, {})
            told = {"operationId": f"{method} {rule.endpoint}", "responses": ANSWERS}
            told |= _posted(site, rule, fields) if method == "POST" else _asked(site, rule, fields)
            paths.setdefault(_path(rule), {})[method.lower()] = told
    return {"openapi": "3.1.0", "info": {"title": "camove", "version": "0"}, "paths": paths}


def _path(rule: Rule) -> str:
    return "".join(f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace).lstrip("|")


def _asked(site: Site, rule: Rule, fields: dict[str, Field]) -> dict[str, Any]:
    asked = [{"name": name, "in": "query", "schema": _field(each)} for name, each in sorted(fields.items())]
    return {"parameters": [*_parameters(site, rule), *asked]}


def _posted(site: Site, rule: Rule, fields: dict[str, Field]) -> dict[str, Any]:
    kind = MULTIPART if any(each.is_file for each in fields.values()) else URLENCODED
    content = {kind: {"schema": _form(fields)}}
    if rule.endpoint == "uploads.piece":
        content = {RAW: {"schema": {"type": "string", "format": "binary"}}}
    return {"parameters": _parameters(site, rule), "requestBody": {"content": content}}


def _parameters(site: Site, rule: Rule) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _parameter(site, rule, name)}
        for name in sorted(rule.arguments)
    ]


def _parameter(site: Site, rule: Rule, name: str) -> dict[str, Any]:
    """The value of both worlds' records, and one that nothing has; a negative case makes others by itself."""
    if name == "lang":
        return {"enum": ["ru", "ky", "en"]}
    known = {
        str(each[rule.endpoint][name])
        for each in site.records.values()
        if name in each.get(rule.endpoint, {})
    }
    if VARIANTS.get(rule.endpoint) == name:
        known |= _variants(rule.endpoint)
    kind = type(rule._converters[name]).__name__
    strange = {"UUIDConverter": str(uuid4()), "IntegerConverter": "7"}.get(kind, "none")
    return {"enum": [*sorted(known), strange]}


def _variants(endpoint: str) -> set[str]:
    return {key[2] for key in DOORS if key[0] == endpoint and key[2]}


def _form(fields: dict[str, Field]) -> dict[str, Any]:
    properties = {name: _field(each) for name, each in fields.items()}
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def _field(told: Field) -> dict[str, Any]:
    if told.is_file:
        return {"type": "string", "format": "binary"}
    anything = {"type": "string", "maxLength": 400}
    return {"anyOf": [{"enum": sorted(told.values)}, anything]} if told.values else anything
