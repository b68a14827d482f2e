"""`camove audit`: the chain, its checkpoints, and the witnesses' part."""

import sys
from pathlib import Path
from typing import TextIO

import click

from core import audit as chain
from core import checkpoints, witnessing
from core.platform import platform
from core.signed_notes import BadNote, Note, Verifier

NOTE = click.argument("note", type=click.File(encoding="utf-8"))
KEPT = click.Path(path_type=Path, dir_okay=False)


@click.group()
def audit() -> None:
    """The audit chain."""


@audit.command()
@click.option(
    "--note", "files", type=click.File(encoding="utf-8"), multiple=True, help="A note that a witness kept."
)
def verify(files: tuple[TextIO, ...]) -> None:
    """Walk the whole chain, compare it with all checkpoints, and name every break; exit code 1 if there is one."""
    notes = [_parsed(file.read()) for file in files]
    with platform.database.reading() as session:
        problems = chain.verify(session) + checkpoints.verify(session, platform.settings, notes)
    click.echo("\n".join(problems) or "the chain is whole")
    sys.exit(bool(problems))


@audit.command()
def checkpoint() -> None:
    """Sign where the chain stands now, keep the note, and print it for the witnesses."""
    with platform.database.reading() as session:
        note = checkpoints.make(session, platform.settings)
    click.echo(str(note) if note else "the chain is empty", nl=not note)


@audit.command()
def key() -> None:
    """Print the key by which others know the checkpoints of this site."""
    click.echo(str(checkpoints.signer(platform.settings).verifier))


@audit.command()
@NOTE
@click.option("--site", required=True, help="The site's key, as its `camove audit key` prints it.")
@click.option("--name", required=True, help="The name of the witness, such as its domain.")
@click.option(
    "--key", "key_file", type=KEPT, required=True, help="The witness's key; made if it is not there."
)
@click.option("--seen", type=KEPT, required=True, help="Where the witness remembers what it has signed.")
def cosign(note: TextIO, site: str, name: str, key_file: Path, seen: Path) -> None:
    """As a witness, on your own machine: sign a checkpoint of another site if it continues the one before."""
    try:
        witness = witnessing.own_signer(name, key_file)
        click.echo(f"your key: {witness.verifier}", err=True)
        signed = witnessing.cosign(_parsed(note.read()), Verifier.parse(site), witness, seen)
    except (BadNote, witnessing.Refused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(str(signed), nl=False)


@audit.command()
@NOTE
def witnessed(note: TextIO) -> None:
    """Keep a checkpoint that came back co-signed."""
    try:
        names = checkpoints.take_back(platform.settings, _parsed(note.read()))
    except BadNote as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"kept, witnessed by {', '.join(names)}")


def _parsed(written: str) -> Note:
    try:
        return Note.parse(written)
    except BadNote as error:
        raise click.ClickException(str(error)) from error
