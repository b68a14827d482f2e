"""`camove monitoring …`."""

import sys
from pathlib import Path

import click

from core.toolkit import find_actor, platform
from plugins.monitoring import rights, tabular
from plugins.monitoring.importing import ImportPlan, plan
from plugins.monitoring.problems import sentence
from plugins.monitoring.services import cases
from plugins.monitoring.services.drafts import home_organisation
from plugins.monitoring.tabular import TableProblem


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say row by row what would happen; write nothing.")
@click.option(
    "--as", "email", default="", help="The monitor in whose name drafts are made (not for a dry run)."
)
@click.option(
    "--date-order", type=click.Choice(["dmy", "mdy"]), default=None, help="How an ambiguous date is meant."
)
@click.option("--currency", default="", help="Currency of amounts where the file names none, such as RUB.")
@click.option("--country", default="", help="Country of the work where the file names none, such as RU.")
def import_cases(
    file: Path, *, dry_run: bool, email: str, date_order: str | None, currency: str, country: str
) -> None:
    """Take in a CSV or XLSX table of cases as drafts: all rows or none."""
    try:
        planned = plan(
            tabular.read(file, file.name), date_order=date_order or "", currency=currency, country=country
        )
    except TableProblem as problem:
        raise click.ClickException(sentence(problem.code, str(problem.detail))) from problem
    _report(planned)
    if dry_run:
        sys.exit(0 if planned.ok else 1)
    if not planned.ok:
        raise click.ClickException("Nothing was taken in. Mend the rows above and try again.")
    _take(planned, email)


def _report(planned: ImportPlan) -> None:
    for problem in planned.problems:
        click.echo(f"file: {problem.column}: {sentence(problem.code, problem.value)}")
    for row in planned.rows:
        notes = "; ".join(f"{p.column}: {sentence(p.code, p.value)}" for p in row.problems)
        verdict = "taken" if row.case else "REFUSED"
        click.echo(f"row {row.number}: {verdict}{': ' + notes if notes else ''}")
    for fate in ("dropped", "unknown"):
        if headers := planned.headers(fate):
            click.echo(f"{fate} columns: {', '.join(headers)}")
    click.echo(
        f"{len(planned.rows)} rows, {len(planned.refused)} refused; "
        f"due {planned.total_due:,.2f}, paid {planned.total_paid:,.2f}"
    )


def _take(planned: ImportPlan, email: str) -> None:
    with platform.database.transaction() as session:
        actor = find_actor(session, email)
        organisation_id = home_organisation(session, actor) if actor else None
        if actor is None or organisation_id is None:
            raise click.ClickException(
                f"Name a monitor with --as EMAIL: somebody who holds {rights.REPORT_CREATE}."
            )
        outcome = cases.take(session, actor, planned, organisation_id)
    click.echo(f"{outcome.added} drafts made")
    if outcome.known:
        click.echo(f"there already: {', '.join(outcome.known)}")
