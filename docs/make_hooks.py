"""Writes docs/hooks.md from the specifications of hooks and from the plugins that answer them: `make hooks`.

What a chapter says stands in the docstring of its hook in `core/hookspecs.py`; the example is a real plugin's code.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core import HOOK_API, budgets, hookspecs
from core.plugins import ANSWER_LIMIT, DOCUMENT_LIMIT, FAILURE_LIMIT, FAILURE_WINDOW

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).with_name("hooks.md")
POINTS = ("Phase", "Parameters", "Returns", "Merge", "When it fails")
PREFERRED = "monitoring"
"""Its example is shown where it has one: one plugin is easier to follow than many."""

FAILS = {
    "boot": (
        "the plugin is marked failed, nothing of it is used, and the site starts without it; with `strict` the"
        " start is refused."
    ),
    "render": (
        "the plugin's answers are left out of the page, the failure is noted, and administrators see a notice."
        " An endpoint that does not exist is a failure too."
    ),
    "event": "what the plugin did in this event is undone (a savepoint), the failure is noted, and the act goes on.",
}
"""What is said of a phase once; a hook that differs says so itself."""

HEAD = """# Hooks

<!-- Written by `make hooks` from core/hookspecs.py and the plugins; change those. -->

A hook is a question or a message from core that any plugin may answer. This page has one chapter for each; signatures,
words and examples are taken from the code, and tests fail when a hook has no test or no plugin that uses it.

- A plugin is an object with a `manifest` and methods marked `@hookimpl`. Everything it needs is in `core.toolkit`.
- Take only the arguments that you need; their names decide. A misspelt hook or argument is refused at the start.
- Answers are the frozen dataclasses of `core/contract.py`, never tuples and never HTML: an answer of another kind
  counts as a failure. Yield them, or return a tuple. More than {answers:,} answers count as a failure
  ({documents:,} documents).
- Order is decided by `weight` and name. The order in which plugins are asked means nothing.
- Wrappers (`hookimpl(wrapper=True)`) are refused: no plugin stands around another's answers.
- An implementation that fails harms nobody else: it is asked alone, inside a savepoint where a transaction is open. Its
  kind and place are noted (not its words, which could name a person) and stand in Administration, Plugins, and in
  `camove plugins show <name>`. {failures} failures within {minutes} minutes switch the plugin off until the next start
  (failures to provide do not count: the worker asks again and again, and no page is harmed).
- A page does not wait for ever. The hooks of this table have a budget, in seconds for each plugin
  (`core/budgets.py`). They are asked in another thread, in a database session that only reads and is closed
  afterwards, with the visitor and the language of the page and nothing else of it. A late answer is left out and
  noted as `Late`; while it still hangs, its plugin is not asked again, and {failures} late answers within {minutes}
  minutes switch it off, unless the machine had more to do than it has processors. All other hooks are part of
  their caller's transaction, or belong to the start or the worker: whatever hangs there holds its caller up.

{budgets}

- `HOOK_API` is {api}. It grows when this contract changes; a plugin that needs a newer one is marked incompatible.

| phase | family | when an implementation fails |
|---|---|---|
| boot | `camove_register_*` | the plugin is marked failed; the site starts without it |
| render | `camove_nav_*`, `camove_panel_*` | left out; administrators see a notice |
| event | `camove_on_*` | undone and noted; the rest goes on |
| guard | `camove_guard_*` | the act is denied |
| provide | `camove_provide_*` | noted, and tried again |
"""


def hooks() -> dict[str, Callable[..., Any]]:
    """The hooks, in the order in which they are specified."""
    return {name: hook for name, hook in vars(hookspecs).items() if name.startswith("camove_")}


def page() -> str:
    """The whole page. Raises ValueError for a hook that leaves a point unsaid or has no example."""
    minutes = int(FAILURE_WINDOW.total_seconds() // 60)
    head = HEAD.format(
        api=HOOK_API,
        answers=ANSWER_LIMIT,
        documents=DOCUMENT_LIMIT,
        failures=FAILURE_LIMIT,
        minutes=minutes,
        budgets=patience(),
    )
    return "\n".join([head, *(chapter(name, hook) for name, hook in hooks().items())])


def patience() -> str:
    """The table of budgets."""
    rows = [f"| `{name}` | {seconds:g} |" for name, seconds in budgets.SECONDS.items()]
    rows += [f"| `camove_provide_search_documents`, when a page of results asks | {budgets.SEARCH:g} |"]
    return "\n".join(["| hook | seconds |", "|---|---|", *rows])


def chapter(name: str, hook: Callable[..., Any]) -> str:
    """What the page says of one hook."""
    first, points, since = told(name, inspect.getdoc(hook) or "")
    said = "\n".join(f"- **{point}** {points[point]}" for point in POINTS)
    return (
        f"## {name}\n\n```python\n{signature(name, hook)}\n```\n\n{first}\n\n{said}\n- **Since** {since}\n\n"
        f"```python\n{example(name)}\n```\n"
    )


def told(name: str, text: str) -> tuple[str, dict[str, str], str]:
    """The first sentence, the points, and since when, out of a hook's docstring."""
    opening, _, rest = text.partition("\n\n")
    found = re.fullmatch(r"(.+) Since (\d+)\.", " ".join(opening.split()))
    parts = re.split(rf"^({'|'.join(POINTS)}): ", rest, flags=re.MULTILINE)
    points = {key: " ".join(words.split()) for key, words in zip(parts[1::2], parts[2::2], strict=True)}
    phase = points.get("Phase", "").split(":")[0]
    points = {"When it fails": FAILS.get(phase, ""), **points}
    missing = [point for point in POINTS if not points.get(point)]
    if found is None or missing:
        raise ValueError(
            f"The docstring of {name} must end its first part with 'Since 1.' and say: {missing}"
        )
    return found[1], points, found[2]


def signature(name: str, hook: Callable[..., Any]) -> str:
    """The hook as its author writes it: short names, one line."""
    described = str(inspect.signature(hook)).replace("~", "")
    return f"def {name}" + re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", described)


def example(name: str) -> str:
    """The code of a real plugin that answers the hook."""
    for path in sources():
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name == name:
                lines = text.splitlines()[node.decorator_list[0].lineno - 1 : node.end_lineno]
                return textwrap.dedent("\n".join(lines))
    raise ValueError(f"No plugin answers {name}: a hook exists only if a real plugin uses it")


def sources() -> Iterator[Path]:
    """Where plugins answer, the preferred one first."""
    found = sorted((ROOT / "plugins").glob("*/plugin.py"))
    return iter(sorted(found, key=lambda path: path.parent.name != PREFERRED))


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
