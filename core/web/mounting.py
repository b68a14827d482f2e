"""How pages get their addresses, and how a plugin that would take another's is kept out."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from core import lineages
from core.contract import Job, Permission, Role, Setting
from core.database import Base
from core.lineages import Lineage
from core.platform import EXTENSION, Platform
from core.plugins import PluginRecord, PluginState
from core.rest import mounting as rest
from core.rest.contract import Resource
from core.web import root
from core.web.addresses import PREFIX
from core.web.guard import public
from core.workflow import Machine

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class Collision(ValueError):
    """A plugin wants a name, an address or a table that is not its own."""


@dataclass(frozen=True)
class Offer:
    """All that a plugin brings at boot, gathered and checked before any of it is used."""

    permissions: list[Permission]
    roles: list[Role]
    settings: list[Setting]
    jobs: list[Job]
    machines: list[Machine]
    blueprints: list[Blueprint]
    resources: list[Resource]


def mount_core(app: Flask, blueprints: Iterable[Blueprint]) -> None:
    """Put core's own pages under the language prefix, and the few that have none beside them."""
    site: Platform = app.extensions[EXTENSION]
    app.register_blueprint(root.blueprint)
    if site.settings.development or site.settings.testing:
        app.register_blueprint(root.pattern)
    for blueprint in blueprints:
        app.register_blueprint(blueprint, url_prefix=PREFIX + (blueprint.url_prefix or ""))


def mount_plugins(app: Flask) -> None:
    """Register each plugin that may run; one that may not is left out with its reason."""
    site: Platform = app.extensions[EXTENSION]
    for record in site.plugins.records.values():
        if record.state is PluginState.DISCOVERED:
            _mount(app, site, record)
        else:
            _strictly(site, record)
    app.before_request(_refuse_inactive)


def _mount(app: Flask, site: Platform, record: PluginRecord) -> None:
    if record.name in site.settings.disabled_plugins:
        record.set(PluginState.DISABLED, "switched off in the settings")
        return None
    site.plugins.register(record)
    if record.state is not PluginState.DISCOVERED:
        return _strictly(site, record)
    try:
        offer = _offer(site, record)
        _check_name(app, site, record)
        _check(app, site, record, offer)
        if _behind(site, record):
            record.set(PluginState.NEEDS_MIGRATION, "its tables are behind: run camove db upgrade")
            return None
        _accept(app, site, record, offer)
    except Exception as error:  # whatever a plugin raises at boot is its own failure, not the site's
        site.plugins.drop(record, "boot", error)
        return _strictly(site, record, error)
    record.set(PluginState.ACTIVE)
    return None


def _strictly(site: Platform, record: PluginRecord, error: Exception | None = None) -> None:
    if site.settings.strict:
        raise RuntimeError(f"The plugin {record.name} cannot start: {record.reason}") from error


def folder_of(record: PluginRecord) -> Path:
    """Where the plugin's package lies: its templates, files, catalogues and migrations are found there."""
    module = sys.modules[type(record.plugin).__module__]
    return Path(str(module.__file__)).parent


def lineage_of(record: PluginRecord) -> Lineage:
    """The migrations of a plugin."""
    return Lineage(record.name, folder_of(record) / "migrations")


def _behind(site: Platform, record: PluginRecord) -> bool:
    try:
        return lineages.behind(site.database, lineage_of(record))
    except SQLAlchemyError:
        return True


def _offer(site: Platform, record: PluginRecord) -> Offer:
    ask = site.plugins.boot
    return Offer(
        permissions=ask(record, "camove_register_permissions"),
        roles=ask(record, "camove_register_roles"),
        settings=ask(record, "camove_register_settings"),
        jobs=ask(record, "camove_register_jobs"),
        machines=ask(record, "camove_register_machines"),
        blueprints=ask(record, "camove_register_blueprint"),
        resources=ask(record, "camove_register_rest"),
    )


def _check(app: Flask, site: Platform, record: PluginRecord, offer: Offer) -> None:
    names = [each.name for each in offer.permissions] + [each.name for each in offer.roles]
    names += [each.name for each in offer.settings] + [each.name for each in offer.jobs]
    for name in names + [machine.kind for machine in offer.machines]:
        if not name.startswith(f"{record.name}."):
            raise Collision(f"{name} must be named {record.name}.…")
    for table in _foreign_tables(record):
        raise Collision(f"the table {table} must be named {record.name}_…")
    known = {*site.register.permissions, *(each.name for each in offer.permissions)}
    for offence in rest.offences(record.name, offer.resources, site.rest, known):
        raise Collision(offence)
    for blueprint in offer.blueprints:
        _check_blueprint(app, record, blueprint)


def _check_name(app: Flask, site: Platform, record: PluginRecord) -> None:
    """A name is also a prefix of addresses and tables, so it must be nobody else's, nor begin theirs."""
    taken = {"core", *app.blueprints}
    if record.name in taken or not NAME.fullmatch(record.name):
        raise Collision(f"{record.name} cannot be the name of a plugin")
    for other in ("core", *site.plugins.records):
        if other.startswith(f"{record.name}_") or record.name.startswith(f"{other}_"):
            raise Collision(f"the tables of {record.name} and {other} could not be told apart")


def _foreign_tables(record: PluginRecord) -> list[str]:
    """Tables that the plugin's own modules map outside its prefix."""
    package = type(record.plugin).__module__.rpartition(".")[0] or type(record.plugin).__module__
    return [
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if f"{mapper.class_.__module__}.".startswith(f"{package}.")
        and not lineage_of(record).owns(mapper.local_table.name)  # type: ignore[attr-defined]
    ]


def _check_blueprint(app: Flask, record: PluginRecord, blueprint: Blueprint) -> None:
    if blueprint.name != record.name:
        raise Collision(f"the blueprint {blueprint.name} must be named {record.name}")
    foreign = [f for f in _template_folders(record) if f != record.name]
    if foreign:
        raise Collision(f"templates must lie under templates/{record.name}/, not {', '.join(foreign)}")
    trial = Flask("trial", static_folder=None)
    trial.register_blueprint(blueprint, url_prefix=_prefix(record))
    seen = [_address(rule) for rule in app.url_map.iter_rules()]
    for rule in trial.url_map.iter_rules():
        if _address(rule) in seen:
            raise Collision(f"the address {rule.rule} is taken twice")
        seen.append(_address(rule))
        # Files of a blueprint that stood in another site of this process before: they are public, see `_accept`.
        files = rule.endpoint == f"{record.name}.static"
        if not files and getattr(trial.view_functions[rule.endpoint], "camove_permission", None) is None:
            raise Collision(f"the page {rule.endpoint} declares no permission")


def _template_folders(record: PluginRecord) -> list[str]:
    folder = folder_of(record) / "templates"
    return sorted(child.name for child in folder.iterdir()) if folder.is_dir() else []


def _address(rule: Any) -> tuple[str, frozenset[str]]:
    return rule.rule.rstrip("/"), frozenset(rule.methods - {"HEAD", "OPTIONS"})


def _prefix(record: PluginRecord) -> str:
    return f"{PREFIX}/{record.name}"


def _accept(app: Flask, site: Platform, record: PluginRecord, offer: Offer) -> None:
    site.register.add(offer.permissions, offer.roles)
    site.preferences |= {setting.name: setting for setting in offer.settings}
    site.jobs |= {job.name: job for job in offer.jobs}
    site.machines |= {machine.kind: machine for machine in offer.machines}
    for blueprint in offer.blueprints:
        _convene(blueprint, folder_of(record))
        app.register_blueprint(blueprint, url_prefix=_prefix(record))
        if blueprint.has_static_folder:
            app.view_functions[f"{record.name}.static"] = _static_page(blueprint)
    rest.mount(app, offer.resources)


def _static_page(blueprint: Blueprint) -> Callable[[str], Response]:
    """Flask's own page for the plugin's files, as a function: a bound method cannot carry a declaration."""

    @public
    def send(filename: str) -> Response:
        return blueprint.send_static_file(filename)

    return send


def _convene(blueprint: Blueprint, folder: Path) -> None:
    """Folders of known names are found, not registered."""
    blueprint.template_folder = str(folder / "templates")
    if (folder / "static").is_dir():
        blueprint.static_folder = str(folder / "static")


def _refuse_inactive() -> None:
    """The pages of a plugin that was switched off while the site runs are gone."""
    site: Platform = current_app.extensions[EXTENSION]
    record = site.plugins.records.get(request.blueprint or "")
    if record and not record.active:
        abort(404)
