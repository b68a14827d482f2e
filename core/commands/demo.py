"""`camove demo`: an invented network to look at, and its removal."""

import secrets

import click
import pyotp
from sqlalchemy import select

from core.accounts import credentials, sample
from core.accounts.models import Person
from core.periodic import sample as periodic_sample
from core.platform import platform
from core.settings import write_once
from core.worker import Worker


@click.group(invoke_without_command=True)
@click.pass_context
def demo(context: click.Context) -> None:
    """Make the sample network (nothing happens if it is there already) and print its sign-ins."""
    if context.invoked_subcommand is None:
        _make()
        _print()


def _make() -> None:
    with platform.database.transaction() as session:
        if sample.present(session):
            return
        if sample.real(session):
            raise click.ClickException(
                "This site holds real organisations; sample people could read their records."
            )
        cast = sample.add(session, platform.settings, platform.register, _password(), pyotp.random_base32())
        platform.plugins.sample_data(session, cast)
    periodic_sample.add(platform.database, cast)
    Worker(platform.database, platform.jobs).drain()


def _password() -> str:
    path = platform.settings.keys / "demo-password"
    if not path.exists():
        write_once(path, f"demo-{secrets.token_hex(6)}".encode())
    return path.read_text()


def _print() -> None:
    click.echo(f"Sample sign-ins (everything is invented), password: {_password()}")
    with platform.database.reading() as session:
        for email, roles in sample.sign_ins(session):
            click.echo(f"  {email:<34} {roles}")
    click.echo("The second step asks for a code: camove demo code")


@demo.command()
def code() -> None:
    """Print the code of the second step that is valid now, the same for all sample people."""
    with platform.database.reading() as session:
        person = session.scalars(select(Person).where(Person.sample).limit(1)).first()
        if person is None:
            raise click.ClickException("There is no sample network. Make it: camove demo")
        click.echo(credentials.totp(platform.settings, person).now())


@demo.command()
def remove() -> None:
    """Remove all sample data."""
    with platform.database.transaction() as session:
        ids = sample.organisation_ids(session)
        platform.plugins.sample_data_removed(session, ids)
        periodic_sample.remove(session)
        sample.remove(session)
    click.echo(
        f"{platform.index.rebuild(platform.database).documents} documents are left in the search index"
    )
