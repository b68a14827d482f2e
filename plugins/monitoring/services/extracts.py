"""An anonymised extract of allegations for research: coarse rows, checked, and written down in the audit log."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, DatasetExtract, Subject, audit, csv_text, now, require
from plugins.monitoring import rights
from plugins.monitoring.figures.anonymity import Released, Row, band, release
from plugins.monitoring.figures.periods import of_days
from plugins.monitoring.models import Allegation, Report
from plugins.monitoring.services.tallies import NOT_A_CASE, supported

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


LABELS = {
    "month": {"ru": "Месяц сообщения", "ky": "Билдирүү келген ай", "en": "Month of the report"},
    "country": {"ru": "Страна", "ky": "Өлкө", "en": "Country"},
    "region": {"ru": "Регион", "ky": "Аймак", "en": "Region"},
    "sector": {"ru": "Отрасль", "ky": "Тармак", "en": "Sector"},
    "violation": {"ru": "Нарушение", "ky": "Бузуу", "en": "Violation"},
    "workers": {"ru": "Сколько работников", "ky": "Канча жумушчу", "en": "How many workers"},
    "indicators": {"ru": "Признаки принудительного труда", "ky": "Мажбурлап иштетүүнүн белгилери",
                   "en": "Indicators of forced labour"},
    "status": {"ru": "Что показала проверка", "ky": "Текшерүүнүн жыйынтыгы", "en": "What verification found"},
}  # fmt: skip
TITLE = {
    "ru": "Сообщения о нарушениях прав работников",
    "ky": "Жумушчулардын укуктарынын бузулушу жөнүндө билдирүүлөр",
    "en": "Reports on violations of workers' rights",
}


def offered(session: Session, actor: Actor, first: date, last: date) -> Iterable[DatasetExtract]:
    """The extract as research takes it; nothing for whoever may not take rows out, or for days that end no quarter."""
    if not actor.may(rights.EXPORT, Subject()):
        return
    try:
        found = extract(session, actor, first, last)
    except ValueError:
        return
    if found.rows:
        yield DatasetExtract("monitoring.allegations", TITLE, as_csv(found), LABELS)


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
