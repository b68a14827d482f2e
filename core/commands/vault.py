"""`camove vault`: what stands in an organisation's vault, and the steps that are better done at the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from sqlalchemy import select

from core import vault as sealed
from core.accounts.acting import find_actor
from core.accounts.actors import SYSTEM
from core.accounts.directory import person_names
from core.accounts.models import Organisation
from core.database import new_id
from core.permissions import Actor, Denied
from core.platform import platform
from core.vault import Closed, Keys, Place, VaultProblem, internal, keyring, rotation, sheets

ORGANISATION = click.option(
    "--org", "organisation_id", type=click.UUID, required=True, help="See: camove org list"
)
EMAIL = click.option("--email", required=True, help="A holder of the organisation's key.")


@click.group()
def vault() -> None:
    """What is sealed, and who holds the keys."""


@vault.command()
def status() -> None:
    """Say of each organisation whether it may seal, who holds its key, and what is missing."""
    with platform.database.reading() as session:
        for organisation_id in session.scalars(select(Organisation.id).order_by(Organisation.id)):
            state = sealed.readiness(session, organisation_id)
            missing = ", ".join(state.missing) or "ready"
            old = rotation.outdated(session, organisation_id)
            click.echo(
                f"{organisation_id}: epoch {state.epoch}, {missing}"
                + (f", {old} old data keys" if old else "")
            )
            names = person_names(session, [each.person_id for each in state.holders])
            for each in state.holders:
                click.echo(f"  {names[each.person_id]}{'' if each.unlocked else ' (has not unlocked yet)'}")


@vault.command()
@ORGANISATION
@EMAIL
def rotate(organisation_id: UUID, email: str) -> None:
    """A new key for all holders, every data key under it, and a new recovery sheet.

    After an interruption run it again. A copy of the database taken before stays readable with the old key.
    """
    with _unlocked(email) as (actor, keys):
        text = rotation.rotate(platform.database, actor, keys, organisation_id)
        wrapped = internal.rotate(platform.database, organisation_id)
    click.echo(f"rotated; {wrapped} keys of internal records too")
    _print(text)


@vault.command("recovery-sheet")
@ORGANISATION
@EMAIL
def recovery_sheet(organisation_id: UUID, email: str) -> None:
    """Make a new recovery sheet and print it once. The old one becomes worthless; confirm the new one on the site."""
    with _unlocked(email) as (actor, keys), platform.database.transaction() as session:
        text = sealed.holders.new_sheet(session, actor, keys, organisation_id)
    _print(text)


@vault.command()
@ORGANISATION
@click.option(
    "--table", required=True, help="As the record's owner names it, for instance monitoring_report."
)
@click.option("--record", "record_id", type=click.UUID, required=True)
@click.option("--confirm", prompt="Type the record's id to destroy what is sealed of it")
def erase(organisation_id: UUID, table: str, record_id: UUID, confirm: str) -> None:
    """Destroy what is sealed of a record, and scrub the disk. Backups keep theirs until they are dropped."""
    if confirm != str(record_id):
        raise click.ClickException("Nothing was erased: the ids differ.")
    with platform.database.transaction() as session:
        found = sealed.erase(session, SYSTEM, Place(table, record_id, organisation_id))
    click.echo("erased" if found else "there was nothing")
    if not sealed.scrub(platform.database):
        raise click.ClickException(
            "The log is still in use by a long reading: run this again to scrub the disk."
        )


@contextmanager
def _unlocked(email: str) -> Iterator[tuple[Actor, Keys | None]]:
    """That person with their keys in memory; refusals are said in words. The password is typed, never an argument."""
    with platform.database.reading() as session:
        actor = find_actor(session, email)
    if actor is None or actor.person_id is None:
        raise click.ClickException("There is no such open account.")
    here, password = new_id(), click.prompt("Password", hide_input=True)
    try:
        keyring.unlock(platform.database, platform.settings, here, actor.person_id, password)
        yield actor, keyring.of(here)
    except (Closed, VaultProblem, Denied) as error:
        raise click.ClickException(f"Not done: {error}") from None
    finally:
        keyring.forget(here)


def _print(text: str) -> None:
    """The sheet as it goes on paper."""
    click.echo(f"Recovery sheet. Write it down; it is shown once. Above all groups stands {sheets.PREFIX}")
    for number, group in enumerate(sheets.groups(text), start=1):
        click.echo(f"{number:3} {group}")
