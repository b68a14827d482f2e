"""`camove fairs …`: plan, check, publish, print, import. Progress goes to stderr; `--json` gives one JSON value."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask_babel import force_locale
from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, Denied, GuardFailed, platform, telling, vault
from plugins.job_fairs import printing, rights
from plugins.job_fairs.models import Fair, PlanVersion
from plugins.job_fairs.planner import Weights
from plugins.job_fairs.services import fairs, lists, messages, paper, planning, weighing
from plugins.job_fairs.services.lists import BadTable
from plugins.job_fairs.words import obstacle

which = click.argument("fair", type=click.UUID)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("plan")
@which
@telling.AS
@click.option(
    "--choice", type=click.Choice(list(weighing.CHOICES)), default="balanced", help="What shall count."
)
@click.option(
    "--weights",
    "own",
    type=float,
    nargs=3,
    metavar="INTERVIEW PERSON STEP",
    default=None,
    help="Instead of a choice: what an interview, a person with one, and a step down a list of wishes weigh.",
)
@click.option("--engine", type=click.Choice(["1", "2"]), default="1", help="2 needs camove[solver].")
@telling.JSON
def plan(
    fair: UUID, email: str, choice: str, own: tuple[float, float, float] | None, engine: str, *, as_json: bool
) -> None:
    """Make a version of the plan; nothing is published by it."""
    try:
        weights = Weights(*own) if own else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--weights") from error
    telling.step("planning", quiet=as_json)
    with _refusals(), platform.database.transaction() as session:
        actor, found = _found(session, email, fair)
        made = planning.make(session, actor, found, choice, engine, weights)
        told = {"version": made.number, "engine": made.engine, **_numbers(made)}
        if as_json:
            told["weighings"] = made.result["weighings"]
    telling.say(told, as_json=as_json)


@click.command("check")
@which
@telling.AS
@click.option("--version", "number", type=int, default=None, help="Else the newest.")
@telling.JSON
def check(fair: UUID, email: str, number: int | None, *, as_json: bool) -> None:
    """Check a version against people, desks and appointments as they are now; status 1 when it does not fit."""
    with _refusals(), platform.database.reading() as session:
        actor, found = _found(session, email, fair)
        version = _version(session, found, number)
        faults = planning.check(session, actor, found, version)
        told = {"version": version.number, "faults": faults, **_numbers(version)}
    telling.say(told, as_json=as_json)
    if faults:
        raise SystemExit(1)


@click.command("publish")
@which
@telling.AS
@click.option("--version", "number", type=int, default=None, help="Else the newest.")
@telling.JSON
def publish(fair: UUID, email: str, number: int | None, *, as_json: bool) -> None:
    """Publish a version: its appointments stand from now on and never move by themselves."""
    with _refusals(), platform.database.transaction() as session:
        actor, found = _found(session, email, fair)
        version = _version(session, found, number)
        new = planning.publish(session, actor, found, version, revision=found.revision)
        told = {"version": version.number, "new": new}
    telling.say(told, as_json=as_json)


@click.command("print")
@which
@click.argument("folder", type=FOLDER)
@telling.AS
@click.option("--kind", "kinds", multiple=True, type=click.Choice(paper.KINDS), help="Else all.")
@click.option(
    "--language", "languages", multiple=True, type=click.Choice(["ru", "ky", "en"]), default=["ru", "ky"]
)
@click.option("--sms", is_flag=True, help="Texts of messages by code too, without telephones (sms.json).")
@telling.JSON
def print_papers(
    fair: UUID, folder: Path, email: str, kinds: tuple[str, ...], languages: tuple[str, ...], *, sms: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Write slips, lists, programme and poster as PDF into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(kind, language) for kind in kinds or paper.KINDS for language in languages]
    made = []
    with _refusals(), platform.database.reading() as session:
        actor, found = _found(session, email, fair)
        for number, (kind, language) in enumerate(wanted, 1):
            telling.step(f"{number}/{len(wanted)}  {kind} {language}", quiet=as_json)
            path = folder / f"{kind}-{language}.pdf"
            with force_locale(language):
                path.write_bytes(printing.pdf(session, actor, found, kind))
            made.append(str(path))
        if sms:
            made.append(str(_texts(session, actor, found, folder / "sms.json")))
    telling.say({"files": made}, as_json=as_json)


@click.command("import")
@which
@click.argument("file", type=FILE)
@telling.AS
@click.option("--dry-run", "only_dry", is_flag=True, help="Say row by row what would happen; write nothing.")
@telling.JSON
def import_people(fair: UUID, file: Path, email: str, *, only_dry: bool, as_json: bool) -> None:
    """Register the people of a table (CSV): all of them, or nobody."""
    content = file.read_bytes()
    with _refusals(), platform.database.reading() as session:
        actor, found = _found(session, email, fair)
        lines = lists.judge(session, actor, found, content)
    rows = [{"row": each.number, "problems": list(each.problems)} for each in lines]
    wrong = sum(bool(each.problems) for each in lines)
    if not as_json:
        for each in lines:
            click.echo(f"row {each.number}: {', '.join(each.problems) or 'ok'}")
    if wrong or only_dry:
        telling.say({"taken": 0, "wrong": wrong} | ({"rows": rows} if as_json else {}), as_json=as_json)
        raise SystemExit(1 if wrong else 0)
    with _refusals(), platform.database.transaction() as session:
        actor, found = _found(session, email, fair)
        made = lists.take(
            session, actor, found, content, lambda n, of: telling.step(f"{n}/{of}", quiet=as_json or n % 50)
        )
        codes = [each.code for each in made]
    telling.say(
        {"taken": len(codes), "wrong": 0} | ({"rows": rows, "codes": codes} if as_json else {}),
        as_json=as_json,
    )


def _texts(session: Session, actor: Actor, fair: Fair, path: Path) -> Path:
    """The texts; telephones are for a key holder's browser, since no command holds the keys of a vault."""
    rows = [messages.row(each) for each in messages.due(session, actor, fair, printing.message)]
    texts = [{name: each for name, each in row.items() if name != "phone"} for row in rows]
    path.write_text(json.dumps(texts, ensure_ascii=False, indent=1), "utf-8")
    return path


def _found(session: Session, email: str, fair_id: UUID) -> tuple[Actor, Fair]:
    actor = telling.acting(session, email)
    return actor, fairs.find(session, actor, fair_id, rights.FAIR_VIEW)


def _version(session: Session, fair: Fair, number: int | None) -> PlanVersion:
    for each in planning.versions(session, fair):
        if number in (None, each.number):
            return each
    raise click.ClickException("There is no such version of the plan.")


def _numbers(version: PlanVersion) -> dict[str, Any]:
    names = ("interviews", "bound", "bound_source", "served", "hopeful", "first_met", "firsts")
    return {name: version.result[name] for name in names}


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in words why nothing was done."""
    try:
        yield
    except Denied as error:
        raise click.ClickException("This person may not do that, or there is no such fair.") from error
    except GuardFailed as error:
        raise click.ClickException(" ".join(obstacle(code) for code in error.codes)) from error
    except BadTable as error:
        raise click.ClickException(f"The table cannot be read: {error.code}.") from error
    except vault.NotReady as error:
        raise click.ClickException("Names and telephones cannot be sealed yet.") from error
    except Conflict as error:
        raise click.ClickException("Somebody else changed the fair meanwhile. Try again.") from error


COMMANDS = (plan, check, publish, print_papers, import_people)
