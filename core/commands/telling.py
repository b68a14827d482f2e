"""What commands share: in whose name they act, and their answer, for people or for programs."""

import json
from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.orm import Session

from core.accounts.acting import find_actor
from core.permissions import Actor

AS = click.option("--as", "email", required=True, help="In whose name; the audit log keeps it.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


def say(told: Mapping[str, Any], *, as_json: bool) -> None:
    """The answer, the only thing on standard output."""
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    for name, value in told.items():
        click.echo(f"{name}: {value}")


def step(words: str, *, quiet: object = False) -> None:
    """Progress, on standard error."""
    if not quiet:
        click.echo(words, err=True)


def acting(session: Session, email: str) -> Actor:
    """In whose name a command acts. Raises click.ClickException when nobody has that address."""
    found = find_actor(session, email)
    if found is None:
        raise click.ClickException(f"Nobody is known as {email}.")
    return found
