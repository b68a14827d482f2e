"""`camove monitoring …`."""

import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from core.toolkit import Actor, find_actor, platform
from plugins.monitoring import rights
from plugins.monitoring.forms import questionnaire
from plugins.monitoring.intake import codebook, dry_run
from plugins.monitoring.intake.dry_run import DryRun, Wishes
from plugins.monitoring.intake.files import MOST_BYTES
from plugins.monitoring.intake.problems import sentence
from plugins.monitoring.intake.tabular import TableProblem
from plugins.monitoring.services import cases, intake
from plugins.monitoring.services.drafts import home_organisation

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--dry-run", "only_dry", is_flag=True, help="Say row by row what would happen; write nothing.")
@click.option(
    "--as", "email", default="", help="The monitor in whose name drafts are made (not for a dry run)."
)
@click.option(
    "--date-order", type=click.Choice(["dmy", "mdy"]), default=None, help="How an ambiguous date is meant."
)
@click.option("--currency", default="", help="Currency of amounts where the file names none, such as RUB.")
@click.option("--country", default="", help="Country of the work where the file names none, such as RU.")
@click.option("--mapping", type=FILE, default=None, help="Which question of a survey is which field (JSON).")
@click.option("--propose", type=NEW_FILE, default=None, help="Write the mapping that was followed here.")
def import_cases(
    files: tuple[Path, ...],
    *,
    only_dry: bool,
    email: str,
    date_order: str | None,
    currency: str,
    country: str,
    mapping: Path | None,
    propose: Path | None,
) -> None:
    """Take in cases as drafts, all of them or none: a CSV or XLSX table, or an export of KoboToolbox or ODK.

    Of an export bring all its JSON pages, or its main table with the tables of its repeats.
    """
    wishes = Wishes(
        date_order or "", currency, country, mapping.read_text(encoding="utf-8-sig") if mapping else ""
    )
    judged = _judge(files, wishes)
    _report(judged)
    if propose and judged.book:
        propose.write_text(codebook.dump(judged.book), encoding="utf-8")
    if only_dry:
        sys.exit(0 if judged.ok else 1)
    if not judged.ok:
        raise click.ClickException("Nothing was taken in. Mend the rows above and try again.")
    _take(judged, email)


def _judge(files: tuple[Path, ...], wishes: Wishes) -> DryRun:
    if any(file.stat().st_size > MOST_BYTES for file in files):
        raise click.ClickException(sentence("too_large", str(MOST_BYTES // 2**20)))
    try:
        read = [(file.name, file.read_bytes()) for file in files]
        return dry_run.judge(read, wishes, questionnaire.labels())
    except TableProblem as problem:
        raise click.ClickException(sentence(problem.code, str(problem.detail))) from problem


def _report(judged: DryRun) -> None:
    for problem in judged.problems:
        click.echo(f"file: {problem.column}: {sentence(problem.code, problem.value)}")
    for line in judged.lines:
        notes = "; ".join(f"{p.column}: {sentence(p.code, p.value)}" for p in line.problems)
        click.echo(
            f"row {line.number}: {'taken' if line.taken else 'REFUSED'}{': ' + notes if notes else ''}"
        )
    word = "questions" if judged.book else "columns"
    for fate, names in (("dropped", judged.dropped), ("unknown", judged.unknown)):
        if names:
            click.echo(f"{fate} {word}: {', '.join(names)}")
    if judged.choices:
        click.echo(f"unknown choices: {', '.join(judged.choices)}")
    if judged.more_pages:
        click.echo("there are more pages of this export: bring them too")
    totals = ", ".join(f"{name} {amount:,.2f}" for name, amount in judged.totals.items())
    click.echo(f"{len(judged.lines)} rows, {len(judged.refused)} refused{'; ' + totals if totals else ''}")


def _take(judged: DryRun, email: str) -> None:
    with platform.database.transaction() as session:
        actor = find_actor(session, email)
        outcome = _outcome(session, actor, judged)
    click.echo(f"{outcome.added} drafts made")
    for word, names in (("there already", outcome.known), ("new versions", outcome.changed)):
        if names:
            click.echo(f"{word}: {', '.join(names)}")
    for reference, why in outcome.conflicts.items():
        click.echo(f"CONFLICT {reference}: {CONFLICTS[why]}")


CONFLICTS = {
    intake.SENT: "it has changed since its report was sent; the report stays as it is",
    intake.EDITED: "it has changed, and so has its draft here; the draft stays as it is",
}


def _outcome(session: Session, actor: Actor | None, judged: DryRun) -> intake.Outcome:
    organisation_id = home_organisation(session, actor) if actor else None
    if actor is None or organisation_id is None:
        raise click.ClickException(
            f"Name a monitor with --as EMAIL: somebody who holds {rights.REPORT_CREATE}."
        )
    found = [*cases.candidates(judged.cases), *judged.candidates]
    return intake.take(session, actor, found, organisation_id)


@click.command("xlsform")
@click.argument("file", type=NEW_FILE)
def write_xlsform(file: Path) -> None:
    """Write our form as an XLSForm, for KoboToolbox or ODK."""
    file.write_bytes(questionnaire.workbook())
    click.echo(f"{file} written")
