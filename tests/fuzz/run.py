"""Fuzzes the running site as several people: `make fuzz`, or `PYTHONPATH=tests python -m fuzz.run TOOL [SECONDS]`.

Each person meets a fresh copy of the site of the role matrix, served by `camove serve`. Prints how many requests came
how far, by person; the exit code is 1 if any answer was our own failure.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from doors import DOORS, TABLES
from doors.site import Site, cookie_of, settle, show_password_lately
from fuzz.description import described
from fuzz.pages import forms_of
from gates.process import served

PEOPLE = ("monitor", "coordinator", "lawyer", "admin", "org_admin")
SIGN_INS = 4
"""Of each person; a fifth would end the first."""

ENDING = re.compile(
    r"GET account\.quick_exit|POST (account\.(sign_out|end_.*|not_me|password)"
    r"|vault\.(lock|withdraw)|organisations\.close|people\.(disable|leave|roles))"
)
"""Doors behind which a person may sign out or lose the role: they are tried last."""

BETWEEN = [
    f"{method} {name}"
    for (name, method, _), door in DOORS.items()
    if door.leads_to_sign_in or "sign_out" in name
]
"""Pages between the two factors: they lead who is signed in to the sign-in as well."""

SEED = 3


def plan(site: Site, folder: Path) -> Path:
    """The description of the site, in a file."""
    successes = {
        name: values for t in TABLES.values() for name, (_, values, _) in t.successes(site.net).items()
    }
    forms, pages = forms_of(site, successes)
    print(f"{pages} pages read, {len(forms)} forms with {sum(map(len, forms.values()))} fields", flush=True)
    path = folder / "openapi.json"
    path.write_text(json.dumps(described(site, forms)), "utf-8")
    return path


def fuzz(tool: str, who: str, site: Site, description: Path, seconds: int) -> Counter[tuple[str, int, bool]]:
    """Everything that came back to one person: (operation, status, whether it led to the sign-in) -> how often."""
    folder = description.parent / who
    shutil.copytree(site.rest, folder / "instance")
    answers = folder / "answers"
    answers.touch()
    told = {
        "doors": [site.cookies[f"{who} {n}"] for n in range(SIGN_INS)],
        "between": BETWEEN,
        "answers": str(answers),
    }
    (folder / "plan").write_text(json.dumps(told), "utf-8")
    with served(folder / "instance", CAMOVE_LIMITS_FACTOR="0", CAMOVE_SEARCH_ENGINE="fts5") as server:
        for choice, share in (("exclude", 9), ("include", 1)):
            command = [
                *(tool, "run", str(description), "--url", f"http://127.0.0.1:{server.port}"),
                *(
                    "--phases",
                    "examples,coverage,fuzzing",
                    "--checks",
                    "not_a_server_error",
                    "--continue-on-failure",
                    "--workers",
                    "2",
                ),
                *(
                    f"--{choice}-operation-id-regex",
                    ENDING.pattern,
                    "--max-time",
                    str(max(seconds * share // 10, 5)),
                ),
                *("--seed", str(SEED), "--suppress-health-check", "all", "--warnings", "off", "--no-color"),
                *("--generation-database", "none", "--request-timeout", "30"),
            ]
            environment = os.environ | {"FUZZ_PLAN": str(folder / "plan"), "SCHEMATHESIS_HOOKS": "fuzz.hooks"}
            environment["PYTHONPATH"] = str(Path(__file__).parents[1])
            with (folder / f"schemathesis-{choice}.log").open("wb") as log:
                subprocess.run(command, env=environment, cwd=folder, stdout=log, stderr=log, check=False)
    return Counter(tuple(json.loads(line)) for line in answers.read_text("utf-8").splitlines())


def told(who: str, found: Counter[tuple[str, int, bool]], operations: int, seconds: float) -> str:
    """One line about one person."""
    total, statuses = found.total(), Counter[int]()
    for (_, status, _), number in found.items():
        statuses[status] += number
    outside = sum(number for (_, status, out), number in found.items() if out or status == 403)
    inside = {name for (name, status, out) in found if not out and status in {200, 302, 409, 422}}
    tried = {name for name, _, _ in found}
    return (
        f"{who}: {total} requests in {seconds:.0f} s to {len(tried)} of {operations} doors, "
        f"{len(inside)} of these opened; {outside} led to the sign-in or were refused; "
        f"statuses {dict(sorted(statuses.items()))}"
    )


def main(tool: str, seconds: int = 240, keep: str = "") -> int:
    """Run all of it; the number of answers that were our failure."""
    failures: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="camove-fuzz-") as passing:
        folder = Path(keep or passing)
        site = settle(folder / "instance")
        for who in PEOPLE:
            site.cookies |= {f"{who} {number}": cookie_of(site.net, who) for number in range(SIGN_INS)}
        show_password_lately(site.net)
        description = plan(site, folder)
        site.net.site.database.close()
        shutil.rmtree(site.rest)
        shutil.copytree(folder / "instance", site.rest)
        document: dict[str, Any] = json.loads(description.read_text("utf-8"))
        operations = sum(len(each) for each in document["paths"].values())
        for who in PEOPLE:
            began = time.monotonic()
            found = fuzz(tool, who, site, description, seconds)
            print(told(who, found, operations, time.monotonic() - began), flush=True)
            failures += Counter(
                {f"{op}: {status}": n for (op, status, _), n in found.items() if status >= 500}
            )
    for line, number in failures.most_common():
        print(f"FAILED {line}, {number} times")
    return failures.total()


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1], *map(int, sys.argv[2:3]), *sys.argv[3:4])))
