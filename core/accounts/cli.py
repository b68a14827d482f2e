"""`camove user` and `camove org`: the first people and organisations, before anybody can sign in."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import directory, invitations, people
from core.accounts.actors import SYSTEM
from core.accounts.credentials import clean_email
from core.accounts.directory import DirectoryError
from core.accounts.labels import COUNTRIES
from core.accounts.models import Organisation, OrganisationKind, Person
from core.accounts.people import Objection
from core.database import now
from core.permissions import Denied
from core.platform import platform

REASONS = {
    "belongs": "this person belongs to the organisation already",
    "closed": "the organisation is closed",
    "sample_site": "this site holds sample data; remove it first: camove demo remove",
    "name_missing": "give at least one of --name-ru, --name-ky, --name-en",
}


@contextmanager
def _change() -> Iterator[Session]:
    """A transaction whose refusals are said in words."""
    try:
        with platform.database.transaction() as session:
            yield session
    except DirectoryError as error:
        raise click.ClickException(REASONS.get(error.code, error.code)) from error
    except Objection as objection:
        raise click.ClickException("; ".join(objection.texts)) from objection
    except Denied as denied:
        raise click.ClickException(f"not allowed: {denied.permission}") from denied


@click.group()
def user() -> None:
    """People with accounts."""


@user.command()
@click.option("--org", "organisation_id", type=click.UUID, required=True, help="See: camove org list")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, help="May be given more than once.")
def invite(organisation_id: UUID, email: str, name: str, roles: tuple[str, ...]) -> None:
    """Invite a person into an organisation and print the link, which works once within seven days."""
    with _change() as session:
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise click.ClickException("There is no such organisation. See: camove org list")
        known = [role.name for role in people.givable(SYSTEM, platform.register, organisation)]
        if unknown := sorted(set(roles) - set(known)):
            raise click.ClickException(f"No such role there: {', '.join(unknown)}. Roles: {', '.join(known)}")
        _, link = invitations.create(
            session,
            SYSTEM,
            platform.register,
            platform.settings,
            organisation_id=organisation_id,
            email=email,
            name=name,
            roles=roles,
        )
    click.echo(link)


@user.command("list")
def list_people() -> None:
    """List the accounts with their roles."""
    with platform.database.reading() as session:
        for person in session.scalars(select(Person).order_by(Person.email)):
            roles = sorted({role for membership in person.memberships for role in membership.roles})
            state = "closed" if person.disabled else "open"
            click.echo(f"{person.email:<40} {state:<7} {person.name} [{', '.join(roles)}]")


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close the account of EMAIL and end its sign-ins."""
    with _change() as session:
        person = session.scalars(select(Person).where(Person.email == clean_email(email))).first()
        if person is None:
            raise click.ClickException("There is no such account. See: camove user list")
        people.disable(session, SYSTEM, platform.plugins, person.id)
    click.echo("closed")


@click.group()
def org() -> None:
    """Organisations."""


@org.command()
@click.option("--kind", type=click.Choice([str(kind) for kind in OrganisationKind]), required=True)
@click.option("--country", type=click.Choice(list(COUNTRIES)), required=True)
@click.option("--region", default="", help="ISO 3166-2, such as KG-O.")
@click.option("--name-ru", default="")
@click.option("--name-ky", default="")
@click.option("--name-en", default="")
def add(kind: str, country: str, region: str, name_ru: str, name_ky: str, name_en: str) -> None:
    """Add an organisation and print its id."""
    labels = {"ru": name_ru, "ky": name_ky, "en": name_en}
    with _change() as session:
        added = directory.add_organisation(
            session, SYSTEM, kind=kind, country=country, region=region, labels=labels
        )
    click.echo(added.id)


@org.command("list")
def list_organisations() -> None:
    """List the organisations with their ids."""
    with platform.database.reading() as session:
        for each in session.scalars(select(Organisation).order_by(Organisation.id)):
            state = "closed" if each.closed else "open"
            click.echo(f"{each.id} {each.kind:<17} {each.country} {state:<7} {each.name_on(now().date())}")
