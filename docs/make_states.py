"""Draws docs/states.md from the state machines of core and of the plugins: `make states`."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from core.platform import EXTENSION
from core.testing import make_app
from core.workflow import Machine

PAGE = Path(__file__).with_name("states.md")
HEAD = """# States

The records that travel, and the moves that they may make. Drawn from the code by `make states`; a test compares.
Who may make a move, and what must be there first, stands in `plugins/<name>/lifecycle.py`.
"""


def draw(machines: Iterable[Machine]) -> str:
    """The page for these machines, sorted by kind."""
    parts = [HEAD]
    for machine in sorted(machines, key=lambda each: each.kind):
        parts.append(f"## {machine.kind}\n\n```mermaid\n{machine.mermaid()}\n```\n")
        rows = [f"| `{t.name}` | `{t.permission}` | {_yes(t.reason_required)} |" for t in machine.transitions]
        parts.append("| move | permission | reason asked |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        site = make_app(Path(folder) / "instance").extensions[EXTENSION]
        PAGE.write_text(draw(site.machines.values()), encoding="utf-8")
        site.database.close()


if __name__ == "__main__":
    main()
