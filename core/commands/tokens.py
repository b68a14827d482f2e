"""`camove token`: tokens for programs, made in the name of a person."""

from uuid import UUID

import click

from core.accounts import tokens
from core.accounts.acting import find_actor
from core.accounts.actors import SYSTEM
from core.accounts.directory import organisation_names
from core.accounts.models import Organisation
from core.permissions import Denied
from core.platform import platform


@click.group()
def token() -> None:
    """Tokens for programs; see docs/api.md."""


@token.command()
@click.option(
    "--email", required=True, help="Whose rights it has at most: an administrator of the organisation."
)
@click.option("--org", "organisation_id", type=click.UUID, help="Needed by whoever belongs to several.")
@click.option("--name", required=True, help="Which program it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="May be given more than once.")
@click.option(
    "--days", type=click.Choice([str(each) for each in tokens.DAYS]), default="30", show_default=True
)
def make(email: str, organisation_id: UUID | None, name: str, scopes: tuple[str, ...], days: str) -> None:
    """Make a token and print it, this once; the other stream says how to end it."""
    with platform.database.transaction() as session:
        actor = find_actor(session, email)
        if actor is None:
            raise click.ClickException("There is no such account. See: camove user list")
        place = organisation_id or (actor.organisations[0] if len(actor.organisations) == 1 else None)
        if place is None:
            raise click.ClickException("Say for which organisation, with --org. See: camove org list")
        known = platform.rest.accesses.values()
        offered = [each.name for each in tokens.offered(actor, place, known)]
        if unknown := sorted(set(scopes) - set(offered)):
            raise click.ClickException(
                f"Not for this person there: {', '.join(unknown)}. They may give: {', '.join(offered)}"
            )
        try:
            made, text = tokens.make(
                session, actor, known, organisation_id=place, name=name, scopes=scopes, days=int(days)
            )
        except Denied as denied:
            raise click.ClickException("Only an administrator of the organisation makes tokens") from denied
    click.echo(text)
    click.echo(f"camove token revoke {made.id}", err=True)


@token.command("list")
@click.argument("organisation_id", type=click.UUID)
def list_tokens(organisation_id: UUID) -> None:
    """List the tokens of an organisation that were not revoked, with their ids."""
    with platform.database.reading() as session:
        if session.get(Organisation, organisation_id) is None:
            raise click.ClickException("There is no such organisation. See: camove org list")
        click.echo(organisation_names(session, [organisation_id], "en")[organisation_id])
        for each in tokens.of(session, SYSTEM, organisation_id):
            used = each.used_on.isoformat() if each.used_on else "never"
            click.echo(
                f"{each.id} until {each.expires_at:%Y-%m-%d} used {used} {each.name} [{', '.join(each.scopes)}]"
            )


@token.command()
@click.argument("token_id", type=click.UUID)
def revoke(token_id: UUID) -> None:
    """End the token with this id at once."""
    try:
        with platform.database.transaction() as session:
            tokens.revoke(session, SYSTEM, token_id)
    except Denied as denied:
        raise click.ClickException("There is no such token. See: camove token list ORGANISATION") from denied
    click.echo("revoked")
