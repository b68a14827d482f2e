"""The source as the rules see it: modules, their imports, their functions. Nothing is executed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Module:
    """One parsed file."""

    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.path)

    @property
    def lines(self) -> int:
        return len(self.path.read_text("utf-8").splitlines())

    def imports(self) -> set[str]:
        """What it imports at its top level, as dotted names; imports for type checkers are not run."""
        found: set[str] = set()
        for node in self.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                found |= set(_names(node))
        return found

    def all_imports(self) -> set[str]:
        """Every import in it, wherever it stands."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        return {name for node in nodes for name in _names(node)}

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert node.level == 0, f"a relative import in line {node.lineno}"
    return [f"{node.module}.{alias.name}" for alias in node.names]


def modules(root: Path, package: str) -> dict[str, Module]:
    """The modules of a package by dotted name."""
    found = {}
    for path in sorted((root / package.replace(".", "/")).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        found[name] = Module(name, path)
    return found


def owner(name: str, known: dict[str, Module]) -> str:
    """The known module that the imported dotted name stands for or stands in; empty for others' modules."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def cycles(known: dict[str, Module]) -> list[list[str]]:
    """The groups of modules that import one another in a ring."""
    graph = {name: {owner(i, known) for i in module.imports()} - {"", name} for name, module in known.items()}
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        waiting = list(graph[start])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting += graph[each]
        reach[start] = seen
    rings = {frozenset({a, *(b for b in reach[a] if a in reach[b])}) for a in graph if a in reach[a]}
    return sorted(sorted(ring) for ring in rings)


def local_imports(module: Module) -> list[int]:
    """The lines of imports inside functions."""
    return [
        node.lineno
        for function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
