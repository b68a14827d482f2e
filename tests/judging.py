"""schemathesis as judge of REST: what the document promises is what every operation does, with good tokens and bad."""

from collections import Counter
from typing import Any

import schemathesis
from callers import Caller
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

JUDGES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 25
"""For each operation, from a fixed seed: enough to meet each way out, few enough for every run."""

Seen = Counter[tuple[str, int]]


def judged(app: Flask, caller: Caller) -> tuple[set[str], Seen]:
    """Ask every operation; gives their names, and how often each answered with which status.

    Half of the cases of a record name a real one, as it stands at that moment.
    """
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=app)
    operations = [each.ok() for each in schema.get_all_operations()]
    seen: Seen = Counter()
    for operation in operations:
        _judge(caller, operation, real_key(caller, operation.path), seen)
    return {each.label for each in operations}, seen


def real_key(caller: Caller, path: str) -> str:
    """The key of a record behind that path; empty where there is none."""
    found = caller.get(path.removesuffix("/{key}")).get_json()["items"] if path.endswith("{key}") else []
    return str(found[0].get("id") or found[0].get("reference")) if found else ""


def _judge(caller: Caller, operation: Any, real: str, seen: Seen) -> None:
    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), known=st.booleans(), with_token=st.integers(0, 5))
    def run(case: Any, known: bool, with_token: int) -> None:
        headers = {"Authorization": f"Bearer {caller.token if with_token else 'camove_nobody'}"}
        if real and known:
            case.path_parameters["key"] = real
            if case.method == "PATCH":
                headers["If-Match"] = caller.get(operation.path.replace("{key}", real)).headers["ETag"]
        answer = case.call_and_validate(headers=headers, checks=JUDGES)
        assert with_token or answer.status_code in (400, 401, 404), "nobody gets in without a token"
        seen[operation.label, answer.status_code] += 1

    run()
