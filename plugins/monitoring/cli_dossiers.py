"""`camove monitoring verify-dossier` and `end-signing-key`: what an administrator asks about signed dossiers."""

from pathlib import Path
from uuid import UUID

import click

from core.toolkit import platform
from plugins.monitoring.dossier.parcel import BadParcel
from plugins.monitoring.services import bundles, signing


@click.command("verify-dossier")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_dossier(file: Path) -> None:
    """Say whether the ZIP of a dossier is whole, and whose it is."""
    with file.open("rb") as stream, platform.database.reading() as session:
        try:
            found = bundles.verify(session, stream)
        except BadParcel as problem:
            raise click.ClickException(f"Not a whole dossier of this site: {problem}.") from problem
    told = found.manifest
    click.echo(f"whole: {told.reference}, version {told.version}, approved {told.approved}")
    click.echo(f"signed by {found.organisation}, key {found.fingerprint}")
    click.echo(f"{len(told.files)} files, to {told.addressee}")


@click.command("end-signing-key")
@click.argument("organisation", type=click.UUID)
def end_signing_key(organisation: UUID) -> None:
    """Stop using the key of an organisation, as when others may know it; the next dossier makes a new one."""
    with platform.database.transaction() as session:
        key = signing.end(session, organisation)
        told = signing.fingerprint(key) if key else ""
    if not told:
        raise click.ClickException("This organisation has no key in use.")
    click.echo(f"not used any more: {told}")
