"""`camove plugins`: what is installed and how it fares."""

import json

import click

from core.platform import platform
from core.plugins import PluginRecord


@click.group()
def plugins() -> None:
    """Installed plugins."""


def _facts(record: PluginRecord) -> dict[str, object]:
    manifest = record.manifest
    return {
        "name": record.name,
        "state": str(record.state),
        "reason": record.reason,
        "version": manifest.version if manifest else "",
        "hook_api": manifest.hook_api if manifest else None,
        "hooks": list(record.hooks),
        "errors": [
            {"at": e.at.isoformat(), "hook": e.hook, "kind": e.kind, "place": e.place} for e in record.errors
        ],
    }


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(*, as_json: bool) -> None:
    """List every plugin with its state and the reason for it."""
    facts = [_facts(record) for record in platform.plugins.records.values()]
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for each in facts:
        click.echo(f"{each['name']:<20} {each['state']:<16} {each['reason']}".rstrip())


@plugins.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def show(name: str, *, as_json: bool) -> None:
    """Tell all about one plugin."""
    record = platform.plugins.records.get(name)
    if record is None:
        raise click.ClickException(f"There is no plugin {name}. See: camove plugins list")
    facts = _facts(record)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for key, value in facts.items():
        click.echo(f"{key}: {value}")
