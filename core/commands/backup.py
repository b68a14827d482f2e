"""`camove backup` and `camove restore`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pyrage import x25519

from core.attachments.shelf import ShelfUnavailable
from core.backup import keeping, making, restoring
from core.backup.making import Made
from core.backup.problem import BackupProblem
from core.backup.restoring import Place, Restored
from core.commands.schema import installed
from core.platform import platform

KEEP_DAYS = 30
IDENTITY = click.option(
    "--identity",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file with the private key, brought for this moment.",
)


class _Folders(click.Group):
    """A group whose first word may also be a folder: `camove backup FOLDER` is `camove backup make FOLDER`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Folders)
def backup() -> None:
    """Back up: camove backup [FOLDER], while the site runs. See also key, drill and make --help."""


@backup.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--keys", is_flag=True, help="The keys instead of the data: keep that archive elsewhere.")
@click.option("--keep-days", default=KEEP_DAYS, show_default=True, help="Older archives there are deleted.")
@click.option("--despite-missing", is_flag=True, help="Go on when files that should be there are lost.")
def make(folder: Path | None, *, keys: bool, keep_days: int, despite_missing: bool) -> None:
    """Write one encrypted archive of database and files, open it again, and delete those too old."""
    settings = platform.settings
    if keys:
        if folder is None:
            raise click.ClickException("Say where: camove backup --keys FOLDER, on another medium.")
        with _in_words():
            return _tell(making.make_of_keys(settings, folder))
    folder = folder or keeping.folder_of(settings)
    with _in_words():
        made = making.make(settings, platform.database, folder, despite_missing=despite_missing)
    _tell(made)
    for old in keeping.prune(folder, keep_days):
        click.echo(f"deleted, older than {keep_days} days: {old.name}")
    return None


@backup.command()
def key() -> None:
    """Make a pair of keys for backups and print it. Nothing is kept here: run it away from the server."""
    made = x25519.Identity.generate()
    click.echo(
        "# The private part. People keep it, off the server, in two places. Without it no backup opens."
    )
    click.echo(str(made))
    click.echo(f'# For instance/camove.toml: backup_recipients = ["{made.to_public()}"]')


@backup.command()
@IDENTITY
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def drill(identity: Path, folder: Path | None) -> None:
    """Restore the newest archive beside the live data, compare everything, and throw the copy away."""
    found = keeping.archives(folder or keeping.folder_of(platform.settings))
    if not found:
        raise click.ClickException("There is no archive to try. Run camove backup first.")
    with _in_words():
        done = restoring.drill(_place(), found[-1], restoring.identity_of(identity))
    click.echo(f"{found[-1].name} opens and is whole.")
    _tell_restored(done)


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@IDENTITY
@click.option("--replace", is_flag=True, help="Move the data that stands here aside.")
@click.option("--keys", is_flag=True, help="The archive holds the keys.")
def restore(archive: Path, identity: Path, *, replace: bool, keys: bool) -> None:
    """Bring ARCHIVE back: prove all of it first, then put it in the place of what stands here."""
    with _in_words():
        private = restoring.identity_of(identity)
        if keys:
            done = restoring.restore_keys(platform.settings, archive, private)
        else:
            done = restoring.restore(_place(), archive, private, replace=replace)
    _tell_restored(done)
    for each in done.aside:
        click.echo(f"what stood here before: {each}")
    if not keys:
        click.echo("The search index is made anew when you run: camove search rebuild")


def _place() -> Place:
    """Our site, with its own connections given back."""
    known = list(installed())
    platform.index.engine.close()
    platform.database.close()
    return Place(platform.settings, known)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (BackupProblem, ShelfUnavailable) as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(1)


def _tell(made: Made) -> None:
    size = made.path.stat().st_size
    click.echo(f"{made.path} ({size:,} bytes), opened again and compared")
    told = made.manifest
    click.echo(f"{len(told.members)} files, {told.facts.rows} rows, audit up to {told.facts.audit_sequence}")
    if told.gone:
        click.echo(f"without {len(told.gone)} files that rows point to: {', '.join(told.gone[:5])}")


def _tell_restored(done: Restored) -> None:
    told = done.manifest
    click.echo(
        f"compared in {done.seconds:.1f} s: {len(told.members)} files by SHA-256, {len(told.facts.counts)} tables "
        f"with {told.facts.rows} rows, the audit chain up to entry {told.facts.audit_sequence}"
    )
    click.echo(f"the state of {told.made_at:%Y-%m-%d %H:%M:%S} UTC, made by camove {told.release}")
