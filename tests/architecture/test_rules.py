"""The rules of docs/architecture.md, held by the source itself. Each check is first shown to find an offence."""

import ast
import re
import sys
from pathlib import Path

import pytest
from architecture.source import ROOT, Module, cycles, local_imports, modules, owner

CORE = modules(ROOT, "core")
PLUGINS = {
    path.name: modules(ROOT, f"plugins.{path.name}")
    for path in sorted((ROOT / "plugins").iterdir())
    if (path / "plugin.py").exists()
}
EVERYTHING = {**CORE, **{name: module for plugin in PLUGINS.values() for name, module in plugin.items()}}

EXAMPLE = modules(ROOT / "examples/camove-handbook", "handbook")
"""A stranger's plugin: the same rules, under its own name."""

PURE = {
    "job_fairs": (
        "planner.model", "planner.board", "planner.chains", "planner.flow", "planner.bounds", "planner.slots",
        "planner.exchange", "planner.engine", "planner.solver", "planner.checker", "planner.explain",
        "planner.measure", "planner.specimens", "retention", "figures", "likeness", "waves",
    ),
    "media_watch": (
        "addresses", "agreement", "canonical", "charts", "codebook", "decoding", "gates", "intervals", "judging",
        "lexicon", "likeness", "masking", "opml", "pairing", "periods", "persons", "polling", "rating", "sampling",
        "standing",
    ),
    "monitoring": (
        "register.identifiers", "register.name_keys", "register.matching", "taxonomy", "verification",
        "intake.tabular", "intake.workbook", "intake.cells", "intake.columns", "intake.rows", "intake.importing",
        "intake.private", "dossier.letter", "dossier.parcel", "dossier.manifest", "dossier.editable",
        "dossier.deadlines", "figures.disclosure", "figures.counting", "figures.periods", "figures.anonymity",
        "publication.badge", "publication.entry", "publication.gates", "publication.terms",
    ),
    "research": (
        "decode", "dictionary", "formats", "formats.citing", "formats.datacite", "formats.datapackage", "formats.dcat",
        "formats.ddi", "formats.oai", "formats.record", "formats.spss", "formats.trees", "identifiers", "parcel",
        "policy", "query", "reading", "reading.convert", "reading.kinds", "reading.statistical", "reading.table",
        "reading.workbook", "recoding", "risk", "structure",
    ),
}  # fmt: skip
"""The modules of each plugin that hold rules and formulas only."""

DOORS = ("views", "forms", "rest", "cli", "jobs")
FILE_LINES, FUNCTION_LINES = 500, 60
NAMELESS = re.compile(r"(utils?|helpers?|misc|common)$")


def top(name: str) -> str:
    return name.split(".")[0]


def foreign_to_plugin(plugin: str, name: str) -> bool:
    """Whether a plugin may not import that name."""
    if top(name) == "core":
        return not name.startswith("core.toolkit.")
    return top(name) == "plugins" and not f"{name}.".startswith(f"plugins.{plugin}.")


def written(folder: Path, text: str, name: str = "sample") -> Module:
    path = folder / f"{name}.py"
    path.write_text(text, "utf-8")
    return Module(name, path)


def test_there_is_something_to_check() -> None:
    assert len(CORE) > 60
    assert "monitoring" in PLUGINS


def test_no_two_files_of_tests_share_a_name() -> None:
    """pytest imports them by their bare names: the second of two would stop a run of all."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_core_never_imports_a_plugin() -> None:
    assert not [(name, i) for name, m in CORE.items() for i in m.all_imports() if top(i) == "plugins"]


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("core.toolkit.Actor", False),
        ("core.database.Base", True),
        ("core.toolkit", True),
        ("plugins.monitoring.rights", False),
        ("plugins.monitoring_two.rights", True),
        ("plugins.research.models", True),
        ("flask.Flask", False),
    ],
)
def test_what_a_plugin_may_import(name: str, refused: bool) -> None:
    assert foreign_to_plugin("monitoring", name) is refused


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_imports_the_toolkit_only_and_no_other_plugin(plugin: str) -> None:
    offences = [
        (n, i) for n, m in PLUGINS[plugin].items() for i in m.all_imports() if foreign_to_plugin(plugin, i)
    ]
    assert not offences


@pytest.mark.parametrize("plugin", sorted(PURE))
def test_domain_modules_are_pure(plugin: str) -> None:
    package = PLUGINS[plugin]
    pure = {f"plugins.{plugin}.{each}" for each in PURE[plugin]}
    assert pure <= package.keys()
    for name in pure:
        for imported in package[name].all_imports():
            assert top(imported) not in {
                "flask",
                "sqlalchemy",
                "core",
                "wtforms",
                "requests",
                "socket",
                "smtplib",
            }
            assert top(imported) != "plugins" or owner(imported, package) in pure, (name, imported)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_services_do_not_know_the_doors(plugin: str) -> None:
    prefix = f"plugins.{plugin}."
    inner = [
        n
        for n in PLUGINS[plugin]
        if n.removeprefix(prefix).split(".")[0] in {"services", "models", "lifecycle"}
    ]
    assert inner
    for name in inner:
        for imported in PLUGINS[plugin][name].all_imports():
            assert imported.removeprefix(prefix).split(".")[0] not in DOORS, (name, imported)
            assert top(imported) not in {"flask", "wtforms", "flask_wtf"}, (name, imported)


@pytest.mark.parametrize("module", EVERYTHING.values(), ids=EVERYTHING)
def test_size_and_names(module: Module) -> None:
    assert module.lines <= FILE_LINES
    long = [f.name for f in module.functions() if (f.end_lineno or 0) - f.lineno >= FUNCTION_LINES]
    assert not (long if "migrations" not in module.name else [])
    assert not NAMELESS.search(module.name)


def test_no_import_hides_in_a_function() -> None:
    assert not {name: lines for name, m in EVERYTHING.items() if (lines := local_imports(m))}


def test_a_hidden_import_is_found(tmp_path: Path) -> None:
    hidden = written(tmp_path, "def go():\n    if True:\n        from core import audit\n    return audit\n")
    assert local_imports(hidden) == [3]


def test_core_has_no_import_cycle() -> None:
    assert cycles(CORE) == []


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_has_no_import_cycle(plugin: str) -> None:
    assert cycles(PLUGINS[plugin]) == []


def test_a_ring_is_found(tmp_path: Path) -> None:
    ring = {
        "a": written(tmp_path, "import b\n", "a"),
        "b": written(tmp_path, "from c import x\n", "b"),
        "c": written(tmp_path, "import a\nimport d\n", "c"),
        "d": written(tmp_path, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n", "d"),
    }
    assert cycles(ring) == [["a", "b", "c"]]


def test_every_module_of_core_says_what_it_is() -> None:
    bare = [n for n, m in CORE.items() if "migrations.versions" not in n and not ast.get_docstring(m.tree)]
    assert not bare


def test_every_module_of_a_plugin_says_what_it_is() -> None:
    """`__init__.py` is empty or says it too."""
    plugins = {n: m for package in PLUGINS.values() for n, m in package.items() if m.lines}
    assert not [n for n, m in plugins.items() if "migrations" not in n and not ast.get_docstring(m.tree)]


def test_a_plugin_object_has_no_logic() -> None:
    for plugin, package in PLUGINS.items():
        assert package[f"plugins.{plugin}.plugin"].lines <= 150


@pytest.mark.parametrize("module", EXAMPLE.values(), ids=EXAMPLE)
def test_the_example_keeps_the_rules_of_modules(module: Module) -> None:
    test_size_and_names(module)
    assert not local_imports(module)
    assert not lazy_offences(module)
    assert ast.get_docstring(module.tree) or not module.lines or "migrations" in module.name
    foreign = {i for i in module.all_imports() if top(i) in {"core", "plugins"}}
    assert not [i for i in foreign if not i.startswith("core.toolkit.")]


def test_the_example_has_layers() -> None:
    assert cycles(EXAMPLE) == []
    for name in ("prose", "sources", "canon"):
        assert {top(i) for i in EXAMPLE[f"handbook.{name}"].all_imports()} <= set(sys.stdlib_module_names), (
            name
        )
    for name, module in EXAMPLE.items():
        if name.startswith(("handbook.services", "handbook.models", "handbook.lifecycle")):
            for imported in module.all_imports():
                assert imported.removeprefix("handbook.").split(".")[0] not in DOORS, (name, imported)
                assert top(imported) not in {"flask", "wtforms", "flask_wtf"}, (name, imported)


def lazy_offences(module: Module) -> list[int]:
    """Lines where a lazy sentence takes a variable or is flashed: it would be kept in one visitor's language."""
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        if _called(node) == "lazy_gettext" and (node.keywords or len(node.args) != 1):
            found.append(node.lineno)
        if _called(node) in {"flash", "back_with"} and any(
            isinstance(each, ast.Call) and _called(each) in {"lazy_gettext", "lazy"}
            for each in ast.walk(node)
        ):
            found.append(node.lineno)
    return sorted(set(found))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_lazy_sentences_take_no_variable_and_are_not_flashed() -> None:
    assert not {name: lines for name, m in EVERYTHING.items() if (lines := lazy_offences(m))}


def test_a_lazy_offence_is_found(tmp_path: Path) -> None:
    source = 'a = lazy_gettext("x")\nb = lazy_gettext("%(n)s", n=1)\nflash(domain.lazy_gettext("y"))\n'
    assert lazy_offences(written(tmp_path, source)) == [2, 3]


def test_msgids_carry_no_markup() -> None:
    """A sentence becomes HTML as it is, so no sentence may be HTML."""
    for name, module in EVERYTHING.items():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _called(node) in {
                "gettext",
                "lazy_gettext",
                "ngettext",
                "mark",
            }:
                texts = [
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
                assert not [t for t in texts if "<" in t], (name, node.lineno)


@pytest.mark.parametrize("module", [m for m in EVERYTHING.values() if "testing" not in m.name], ids=str)
def test_no_code_is_built_from_text(module: Module) -> None:
    calls = {_called(node) for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
    assert not calls & {"eval", "exec", "__import__"}
