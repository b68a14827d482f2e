"""An anonymised extract of allegations for research: coarse rows, checked, and written down in the audit log."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Subject, audit, now, require
from plugins.monitoring import rights
from plugins.monitoring.figures.anonymity import Released, Row, band, release
from plugins.monitoring.figures.periods import of_days
from plugins.monitoring.models import Allegation, Report
from plugins.monitoring.services.tallies import NOT_A_CASE, supported
from plugins.monitoring.spreadsheet import csv_text

HEADER = ("month", "country", "region", "sector", "violation", "workers", "indicators", "status")


def extract(session: Session, actor: Actor, first: date, last: date) -> Released:
    """The rows sent from `first` to `last`. Raises Denied; ValueError unless these are whole, ended quarters."""
    require(actor, rights.EXPORT, Subject())
    quarters = of_days(first, last)
    if not quarters[-1].over(now().date()):
        raise ValueError("the last quarter has not ended")
    rows = (
        select(Report.submitted_at, Report.country, Report.region, Report.sector, Allegation)
        .join(Report, Report.id == Allegation.report_id)
        .where(Report.submitted_at >= quarters[0].begins, Report.submitted_at < quarters[-1].ends)
        .where(Report.state.not_in(NOT_A_CASE), supported())
    )
    found = release([_row(*each) for each in session.execute(rows)])
    counted = (f"rows={len(found.rows)}", f"left_out={found.left_out}")
    audit.record(session, actor, "monitoring.extract", fields=(first.isoformat(), last.isoformat(), *counted))
    return found


def _row(sent: datetime | None, country: str, region: str, sector: str, about: Allegation) -> Row:
    return Row(
        month=f"{sent:%Y-%m}" if sent else "",
        country=country,
        region=region,
        sector=sector,
        violation=about.violation,
        workers=band(about.workers),
        indicators=" ".join(sorted(about.indicators)),
        status=about.state,
    )


def as_csv(found: Released) -> str:
    """The text of the file."""
    return csv_text([HEADER, *((getattr(row, name) for name in HEADER) for row in found.rows)])
