"""`camove monitoring extract`: anonymised rows for research, into a file."""

from datetime import date, datetime
from pathlib import Path

import click

from core.toolkit import Denied, platform, telling
from plugins.monitoring import rights
from plugins.monitoring.figures.anonymity import Released
from plugins.monitoring.services import extracts

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("extract")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", type=DAY, required=True, help="First day of a quarter, such as 2026-01-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day of a quarter that has ended.")
@telling.AS
def take_extract(file: Path, first: datetime, last: datetime, email: str) -> None:
    """Write allegations whose sources agreed to statistics, in rows that single nobody out."""
    if file.exists():
        raise click.ClickException(f"{file} is there already.")
    found = _extract(first.date(), last.date(), email)
    file.touch(0o600)
    file.write_text(extracts.as_csv(found), encoding="utf-8", newline="")
    for step, number in found.coarser.items():
        click.echo(f"{number} rows made coarser: {step}")
    click.echo(f"{len(found.rows)} rows written, {found.left_out} left out because they would stand alone")


def _extract(first: date, last: date, email: str) -> Released:
    try:
        with platform.database.transaction() as session:
            return extracts.extract(session, telling.acting(session, email), first, last)
    except Denied as error:
        raise click.ClickException(f"This person does not hold {rights.EXPORT} for all countries.") from error
    except ValueError as error:
        raise click.ClickException(f"{error}.") from error
