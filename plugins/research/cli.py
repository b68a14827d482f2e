"""`camove research …`: deposit, check, publish, export, harvest, verify; each also as `--json`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Denied,
    Fetcher,
    FetchProblem,
    GuardFailed,
    platform,
    reason_in_words,
    telling,
)
from plugins.research import dictionary
from plugins.research.services import (
    checking,
    deposits,
    downloads,
    extracts,
    finding,
    gathering,
    reviewing,
    shelf,
    showing,
)
from plugins.research.words import obstacle, problem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


@contextmanager
def acting(email: str) -> Iterator[tuple[Session, Actor]]:
    """A transaction in somebody's name; refusals become words."""
    try:
        with platform.database.transaction() as session:
            yield session, telling.acting(session, email)
    except Denied as error:
        raise click.ClickException(
            f"This person does not hold {error.permission} here, or there is no such record."
        ) from error
    except GuardFailed as error:
        raise click.ClickException("; ".join(obstacle(code) for code in error.codes)) from error


@click.command("deposit")
@click.argument("file", type=FILE)
@click.option("--title", required=True, help="The title in Russian.")
@click.option("--encoding", default="", help="How a text file is to be read, such as cp1251.")
@telling.AS
@telling.JSON
def take_in(file: Path, title: str, encoding: str, email: str, *, as_json: bool) -> None:
    """Deposit a file and read it: CSV, Excel, SPSS or Stata. A file that cannot be taken whole is refused."""
    telling.step(f"1/2 keeping {file.name}")
    with acting(email) as (session, actor):
        home = deposits.home(actor)
    if home is None:
        raise click.ClickException("This person deposits for no organisation.")
    kept = deposits.keep(actor, home, shelf.pieces(file))
    with acting(email) as (session, actor):
        wishes = {"encoding": encoding} if encoding else {}
        made = deposits.deposit(session, actor, home, kept, {"ru": title}, wishes=wishes)
        payload = {"version_id": str(made.id), "person_id": str(actor.person_id)}
        if deposits.doubtful(made):
            likely = ", ".join(page for page, _ in deposits.readings(made))
            raise click.ClickException(f"Say with --encoding how the file is to be read: {likely}.")
    telling.step("2/2 reading")
    deposits.convert(platform.database, [payload])
    with acting(email) as (session, actor):
        found = finding.version(session, actor, made.id)
        if found.problem:
            raise click.ClickException(problem(found.problem))
        telling.say(
            {"version": str(found.id), "rows": found.rows, "columns": len(found.columns)}, as_json=as_json
        )


@click.command("check")
@click.argument("version", type=click.UUID)
@telling.AS
@telling.JSON
def check(version: UUID, email: str, *, as_json: bool) -> None:
    """Run the disclosure check of a described deposit. Ends with 1 if a rule is not met."""
    with acting(email) as (session, actor):
        found = finding.version(session, actor, version, lock=True)
        checking.ask(session, actor, found, revision=found.revision)
        payload = {"version_id": str(version), "person_id": str(actor.person_id)}
    telling.step("1/1 checking")
    checking.check(platform.database, [payload])
    with acting(email) as (session, actor):
        report = finding.version(session, actor, version).report
    if report is None:
        raise click.ClickException("The check could not be finished; the history of the deposit says why.")
    failed = [each["rule"] for each in report["findings"] if not each["passes"]]
    told = {
        "k": report["figures"]["k"],
        "failed": failed,
        "identifiers": report["identifiers"],
        "hash": report["hash"],
    }
    telling.say(told, as_json=as_json)
    sys.exit(1 if failed or report["identifiers"] else 0)


@click.command("publish")
@click.argument("version", type=click.UUID)
@telling.AS
@telling.JSON
def publish(version: UUID, email: str, *, as_json: bool) -> None:
    """Publish what was approved, byte for byte."""
    with acting(email) as (session, actor):
        found = finding.version(session, actor, version, lock=True)
        reviewing.publish(session, actor, found, revision=found.revision)
        told = {
            "handle": showing.handle(found),
            "url": showing.address(found.dataset.slug, found.number or ""),
        }
    telling.say(told, as_json=as_json)


@click.command("export")
@click.argument("slug")
@click.argument("number")
@click.argument("name", type=click.Choice([*downloads.DATA, *downloads.TEXTS]))
@click.argument("file", type=NEW_FILE)
@click.option(
    "--language", type=click.Choice(dictionary.LANGUAGES), default="ru", help="Of the labels in sav.zip."
)
@telling.AS
@telling.JSON
def export(
    slug: str, number: str, name: str, file: Path, language: str, email: str, *, as_json: bool
) -> None:
    """Write the data (csv.zip, parquet.zip, sav.zip) or a description of a published version into a file."""
    if file.exists():
        raise click.ClickException(f"{file} is there already.")
    with acting(email) as (session, actor):
        found = finding.published(session, slug, number)
        if name in downloads.DATA:
            sha256 = downloads.package(session, actor, found, name, file, language)
            downloads.count(session, actor, found, name, sha256)
        else:
            told = downloads.TEXTS[name][1](showing.record(session, actor, found))
            file.write_bytes(told if isinstance(told, bytes) else told.encode())
    telling.say({"file": str(file), "bytes": file.stat().st_size}, as_json=as_json)


@click.command("harvest")
@click.option("--from", "first", type=DAY, help="Extracts of plugins: the first day, such as 2026-01-01.")
@click.option("--to", "last", type=DAY, help="Extracts of plugins: the last day.")
@click.option("--oai", default="", help="Instead: the OAI-PMH address of another catalogue.")
@click.option("--package", default="", help="Instead: the address of a datapackage.json.")
@telling.AS
@telling.JSON
def harvest(
    first: datetime | None, last: datetime | None, oai: str, package: str, email: str, *, as_json: bool
) -> None:
    """Take tables that other plugins offer, as deposits that must pass the check; or the records of a catalogue."""
    if oai:
        told = lambda number: telling.step(f"{number} records")  # noqa: E731
        records = _elsewhere(oai, email, partial(gathering.harvest, told=told))
        telling.say({"records": records}, as_json=as_json)
    elif package:
        telling.say({"records": _elsewhere(package, email, gathering.harvest_package)}, as_json=as_json)
    elif first and last:
        telling.say({"deposits": _extracts(first, last, email)}, as_json=as_json)
    else:
        raise click.UsageError(
            "Name --from and --to for extracts, or --oai or --package for another catalogue."
        )


def _elsewhere(address: str, email: str, harvest: Callable[..., int]) -> int:
    with acting(email) as (_, actor):
        pass
    try:
        return harvest(platform.database, Fetcher(platform.settings), actor, address)
    except FetchProblem as error:
        raise click.ClickException(reason_in_words(error.reason)) from error
    except GuardFailed as error:
        raise click.ClickException("; ".join(obstacle(code) for code in error.codes)) from error
    except Denied as error:
        raise click.ClickException(f"This person does not hold {error.permission}.") from error


def _extracts(first: datetime, last: datetime, email: str) -> dict[str, str]:
    with acting(email) as (session, actor):
        home = deposits.home(actor)
        if home is None:
            raise click.ClickException("This person deposits for no organisation.")
        made = extracts.harvest(session, actor, home, first.date(), last.date())
        taken = [(str(each.id), each.dataset.source or "", str(actor.person_id)) for each in made]
    for number, (version, source, person) in enumerate(taken, start=1):
        telling.step(f"{number}/{len(taken)} reading {source}")
        deposits.convert(platform.database, [{"version_id": version, "person_id": person}])
    return {source: version for version, source, _ in taken}


@click.command("verify")
@click.argument("file", type=FILE)
@telling.JSON
def verify(file: Path, *, as_json: bool) -> None:
    """Say which published version a file is (the data, or a package that was downloaded here). Ends with 1 if none."""
    digest = downloads.digest_of(file)
    with platform.database.reading() as session:
        found = downloads.identified(session, digest)
        if found is None:
            raise click.ClickException("These bytes were never published here.")
        told = {"handle": showing.handle(found), "state": found.state, "sha256": digest}
    telling.say(told, as_json=as_json)


COMMANDS = (take_in, check, publish, export, harvest, verify)
