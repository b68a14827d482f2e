"""What every plugin must keep to: the contract of `docs/plugin-checklist.md` as rules that name each offence.

An author runs all of them by `core.testing.faults`; camove itself runs them over every plugin that is installed.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.routing import Rule as Address

from core import HOOK_API, lineages
from core.database import Base
from core.platform import EXTENSION, Platform
from core.plugins import PluginRecord
from core.rest.addresses import PREFIX as API
from core.translating import Catalogues
from core.web.guard import PUBLIC, SIGNED_IN, permission_of
from core.web.mounting import NAME, folder_of, lineage_of

CORE_PAGES = ("/en/", "/ru/", "/ky/", "/en/work", "/en/search?q=a", "/en/conduct", "/en/account/", "/en/people/",
              "/en/organisations/", "/en/admin/", "/en/admin/plugins", "/en/admin/settings", "/en/admin/jobs",
              "/en/account/notifications", "/health", "/en/calendar", "/en/commitments/", "/en/reports/",
              "/en/reports/desk", "/en/calendar.ics", "/en/news.atom")  # fmt: skip
"""What an administrator opens, whatever plugins there are."""

KEYS_TO_CORE = frozenset({"core_organisation", "core_person", "core_attachment"})
DECLARED = {
    "permissions": "name", "roles": "name", "settings": "name", "jobs": "name", "machines": "kind", "rest": "name",
}  # fmt: skip
TOOLKIT = "core.toolkit"
TOKENS = "WTF_CSRF_ENABLED"
SAMPLES = {
    "uuid": "0190b4a0-0000-7000-8000-000000000000",
    "int": "1",
    "default": "x",
    "string": "x",
    "path": "x",
}


@dataclass(frozen=True)
class Case:
    """One plugin on a site: `member` is signed in, and holds no role of the plugin."""

    app: Flask
    record: PluginRecord
    stranger: FlaskClient
    member: FlaskClient

    @property
    def site(self) -> Platform:
        """The site."""
        found: Platform = self.app.extensions[EXTENSION]
        return found

    def addresses(self) -> Iterator[tuple[Address, str]]:
        """The addresses of the plugin's pages, each with the permission that it declares."""
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{self.record.name}."):
                yield rule, permission_of(self.app, rule.endpoint) or PUBLIC


Rule = Callable[[Case], Iterator[str]]


def it_is_active(case: Case) -> Iterator[str]:
    """It runs, and nothing of it has failed."""
    if not case.record.active:
        yield f"it is {case.record.state}: {case.record.reason}"
    yield from (f"{each.hook} failed with {each.kind} at {each.place}" for each in case.record.errors)


def it_says_who_it_is(case: Case) -> Iterator[str]:
    """The manifest has a name in small letters, a title, a version, and a hook API that exists."""
    manifest = case.record.manifest
    if manifest is None:
        yield "there is no manifest"
        return
    if not NAME.fullmatch(manifest.name) or manifest.name != case.record.name:
        yield f"{manifest.name} is not the name of its entry point in small letters"
    if not manifest.title or not re.match(r"\d", manifest.version):
        yield "the title is empty, or the version begins with no number"
    if not 1 <= manifest.hook_api <= HOOK_API:
        yield f"there is no hook API {manifest.hook_api}"


def it_has_a_readme(case: Case) -> Iterator[str]:
    """A README beside `plugin.py` begins with the name of the plugin and says more."""
    path = folder_of(case.record) / "README.md"
    text = path.read_text("utf-8") if path.exists() else ""
    if not text.startswith(f"# {case.record.name}\n") or len(text.split()) <= 5:
        yield f"README.md beside plugin.py must begin with '# {case.record.name}' and say what it is for"


def its_names_bear_its_own(case: Case) -> Iterator[str]:
    """Nothing on the site that the plugin answers for stands outside its names."""
    own = f"{case.record.name}."
    for thing, key in DECLARED.items():
        for answer in case.site.plugins.boot(case.record, f"camove_register_{thing}"):
            if not getattr(answer, key).startswith(own):
                yield f"{getattr(answer, key)} must be named {own}…"
    for rule in case.app.url_map.iter_rules():
        if rule.endpoint.startswith(own) != rule.rule.startswith(f"/<lang>/{case.record.name}/"):
            yield f"{rule.rule} ({rule.endpoint}) must stand under /<lang>/{case.record.name}/"


def its_tables_are_its_own(case: Case) -> Iterator[str]:
    """Tables bear its name, exist as they are mapped, and point to core's few open tables only."""
    own, package = f"{case.record.name}_", f"{type(case.record.plugin).__module__.rpartition('.')[0]}."
    mine: list[Any] = [
        m.local_table for m in Base.registry.mappers if f"{m.class_.__module__}.".startswith(package)
    ]
    names = {table.name for table in mine}
    built = {n for n in inspect(case.site.database.engine).get_table_names() if n.startswith(own)}
    yield from (f"the table {each} is mapped or built, and not both" for each in sorted(built ^ names))
    for table in mine:
        for key in table.foreign_keys:
            target = key.column.table.name
            if not target.startswith(own) and target not in KEYS_TO_CORE:
                yield f"{table.name} points to {target}"


def its_migrations_lead_both_ways(case: Case) -> Iterator[str]:
    """Down to nothing and up again to what the models describe. What the tables of the plugin held is gone."""
    lineage, database = lineage_of(case.record), case.site.database
    if lineage.head is None:
        return
    lineages.downgrade(database, lineage, "base")
    left = [n for n in inspect(database.engine).get_table_names() if lineage.owns(n)]
    yield from (f"the table {each} is left after the way down" for each in left)
    lineages.upgrade(database, lineage)
    with database.engine.connect() as connection:
        yield from (f"models and migrations differ: {each}" for each in lineage.differences(connection))


def its_pages_declare_known_rights(case: Case) -> Iterator[str]:
    """Every permission of a page is declared."""
    for rule, permission in case.addresses():
        if permission != PUBLIC and permission not in case.site.register.permissions:
            yield f"{rule.endpoint} needs {permission}, which nobody declares"


def its_pages_refuse_strangers(case: Case) -> Iterator[str]:
    """Every page that is not declared public refuses who has not signed in."""
    # A form without its token would be turned away before anybody is asked who sent it.
    before, case.app.config[TOKENS] = case.app.config.get(TOKENS, True), False
    for rule, permission in case.addresses():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}) if permission != PUBLIC else ():
            answer = case.stranger.open(address(rule.rule), method=method)
            sent_away = answer.status_code == 302 and "/account/sign-in" in answer.headers["Location"]
            if not sent_away and answer.status_code != 403:
                yield f"{method} {rule.rule} answers a stranger with {answer.status_code}"
    case.app.config[TOKENS] = before


def its_pages_refuse_who_has_no_role(case: Case) -> Iterator[str]:
    """So does it refuse a member of the network who holds none of its roles."""
    for rule, permission in case.addresses():
        if permission not in {PUBLIC, SIGNED_IN} and "GET" in (rule.methods or ()):
            status = case.member.get(address(rule.rule)).status_code
            if status not in {403, 404}:
                yield f"{rule.rule} answers a member without its roles with {status}"


def its_resources_ask_for_a_token(case: Case) -> Iterator[str]:
    """What programs read is under the plugin's own address, and a sign-in alone opens none of it."""
    for rule in case.app.url_map.iter_rules():
        if rule.endpoint.startswith(f"api.{case.record.name}."):
            if not f"{rule.rule}/".startswith(f"{API}/{case.record.name}/"):
                yield f"{rule.rule} must stand under {API}/{case.record.name}/"
            for method in sorted((rule.methods or set()) - {"HEAD"}):
                answer = case.member.open(address(rule.rule), method=method)
                if answer.status_code != 401 or answer.mimetype != "application/problem+json":
                    yield f"{method} {rule.rule} answers without a token with {answer.status_code}"


def it_imports_the_toolkit_only(case: Case) -> Iterator[str]:
    """Of core it knows `core.toolkit`, and of other plugins nothing."""
    own = f"{type(case.record.plugin).__module__.rpartition('.')[0]}."
    for path in sorted(folder_of(case.record).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for name in _imported(node):
                ours = f"{name}.".startswith((own, f"{TOOLKIT}."))
                if name.split(".")[0] in {"core", "plugins"} and not ours:
                    yield f"{path.name}, line {getattr(node, 'lineno', 0)}: imports {name}"


def its_sentences_are_translated(case: Case) -> Iterator[str]:
    """Every sentence has its Russian and its Kyrgyz, with the same placeholders and without markup."""
    return Catalogues(case.record.name, folder_of(case.record)).problems()


RULES: tuple[Rule, ...] = (
    it_is_active, it_says_who_it_is, it_has_a_readme, its_names_bear_its_own, its_tables_are_its_own,
    its_migrations_lead_both_ways, its_pages_declare_known_rights, its_pages_refuse_strangers,
    its_pages_refuse_who_has_no_role, its_resources_ask_for_a_token, it_imports_the_toolkit_only,
    its_sentences_are_translated,
)  # fmt: skip


def address(rule: str) -> str:
    """An address that the rule of a page takes."""

    def value(found: re.Match[str]) -> str:
        kind, options, name = found.groups()
        if name == "lang":
            return "en"
        return str(options.split(",")[0]) if kind == "any" else SAMPLES[kind or "default"]

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>", value, rule)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom):
        return [
            "core" if node.module == "core" and each.name != "toolkit" else str(node.module)
            for each in node.names
        ]
    return []
