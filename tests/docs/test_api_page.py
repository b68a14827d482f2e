"""docs/api.md, followed to the letter with a real curl against a served site."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from callers import MONITOR
from machine import absent
from network import Network
from serving import Serving

from core.accounts.models import Membership
from core.web.limits import ON

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
DONE = "--- done ---"


@pytest.fixture
def served(own_net: Network) -> Iterator[tuple[Network, str]]:
    """The network behind a real server, with the limits that it has in earnest."""
    own_net.app.config[ON] = True
    with own_net.site.database.transaction() as session:
        place = session.query(Membership).filter_by(person_id=own_net.people["org_admin"]).one()
        place.roles = [*place.roles, *MONITOR]
    server = Serving(own_net.app)
    yield own_net, f"http://127.0.0.1:{server.port}"
    server.end()


def test_every_command_does_what_the_page_says(served: tuple[Network, str], tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        absent("curl")
    net, base = served
    environment = os.environ | {
        "CAMOVE": base,
        "EMAIL": "org_admin@example.org",
        "CAMOVE_INSTANCE": str(net.site.settings.instance),
        "CAMOVE_BASE_URL": base,
        "CAMOVE_DATABASE_URL": "",
        "CAMOVE_SEARCH_ENGINE": "fts5",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "no_proxy": "*",
    }
    script = "\n".join(f"{text}\necho '{DONE}'" for kind, text in BLOCKS if kind == "sh")
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.split(f"{DONE}\n")
    assert said == [*told(), ""], done.stderr
    assert net.audited("core.token.write") == 4


def told() -> list[str]:
    """What the page says that each block prints; a block without a word after it prints nothing."""
    found: list[str] = []
    for kind, text in BLOCKS:
        if kind == "sh":
            found.append("")
        else:
            found[-1] = text
    return found


def test_every_scope_of_the_site_stands_on_the_page(own_net: Network) -> None:
    named = set(re.findall(r"^\| `([a-z_.]+)` \|", PAGE, re.MULTILINE))
    assert named == set(own_net.site.rest.accesses)
