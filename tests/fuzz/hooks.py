"""What schemathesis needs at each request, in its own environment: the cookie, the token, and a note of each answer.

`FUZZ_PLAN` names a JSON file: `doors`, pairs of cookie and token of one person; `between`, pages
that lead even them to the sign-in; `answers`, the file to write.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, Response

PLAN: dict[str, Any] = json.loads(Path(os.environ["FUZZ_PLAN"]).read_text("utf-8"))
LOCK = threading.Lock()


@schemathesis.hook
def before_call(_context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Come as the person of this run; answers are looked at before they lead elsewhere."""
    cookie, token = PLAN["doors"][0]
    kwargs["allow_redirects"] = False
    case.headers = {**(case.headers or {}), "Cookie": cookie, "X-CSRFToken": token}


@schemathesis.hook
def after_call(_context: HookContext, case: Case, response: Response) -> None:
    """Note the answer; who was signed out goes on with the next of their sign-ins."""
    leads_to = (response.headers.get("location") or [""])[0]
    out = "/account/sign-in" in leads_to or "/account/signed-out" in leads_to
    operation = case.operation.definition.raw["operationId"]
    between = operation in PLAN["between"]
    with LOCK, Path(PLAN["answers"]).open("a", encoding="utf-8") as file:
        print(json.dumps([operation, response.status_code, out]), file=file)
        if out and not between and len(PLAN["doors"]) > 1:
            PLAN["doors"].pop(0)
