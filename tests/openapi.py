"""An OpenAPI description of every page of the site, for fuzzers: `python tests/openapi.py > openapi.json`.

There is no REST API; what stands here is only what the routes themselves know.
"""

import json
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from core.app import create_app

KINDS: dict[str, dict[str, Any]] = {
    "UUIDConverter": {"type": "string", "format": "uuid"},
    "IntegerConverter": {"type": "integer", "minimum": 0},
}
FIELDS = ("name", "email", "reason", "revision", "day", "password", "code", "next", "position", "roles")


def described(app: Flask) -> dict[str, Any]:
    """Every route and method; a form is a few fields of any text."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(_path(rule), {})[method.lower()] = _operation(rule, method)
    return {"openapi": "3.1.0", "info": {"title": "camove", "version": "0"}, "paths": paths}


def _path(rule: Rule) -> str:
    return "".join(f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace).lstrip("|")


def _operation(rule: Rule, method: str) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _schema(rule, name)}
        for name in rule.arguments
    ]
    form = {"type": "object", "properties": {name: {"type": "string"} for name in FIELDS}}
    body = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}}}
    answers = {"default": {"description": "a page"}}
    return {"parameters": parameters, "responses": answers} | (body if method == "POST" else {})


def _schema(rule: Rule, name: str) -> dict[str, Any]:
    if name == "lang":
        return {"enum": ["ru", "ky", "en"]}
    return KINDS.get(type(rule._converters[name]).__name__, {"type": "string", "minLength": 1})


if __name__ == "__main__":
    print(json.dumps(described(create_app()), indent=1))
