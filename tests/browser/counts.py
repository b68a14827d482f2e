"""The figures of this year as an analyst reads them once it is over; before that no page shows them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from uuid import UUID

import pytest
from browser.desk import Desk, label
from browser.live import Live, ru
from sqlalchemy import delete, select

from core.accounts.models import Membership
from core.database import new_id, now
from plugins.monitoring.models import Dossier, Report, Source
from plugins.monitoring.services import figures, tallies

EARLIER = {"wages_paid_full": 8, "wages_paid_part": 6, "": 6}
"""Outcomes of this year before the story: enough that no number of their table is hidden, before it and after."""


@dataclass(frozen=True)
class Counts:
    """What the page says of all countries: reports sent, dossiers whose wages were paid, roubles recovered."""

    reports: int
    paid: int
    roubles: int

    def grown(self, before: "Counts") -> tuple[int, int, int]:
        """By how much each is more than before."""
        return self.reports - before.reports, self.paid - before.paid, self.roubles - before.roubles


def after_new_year(patch: pytest.MonkeyPatch) -> int:
    """The clock of the figures, and of nothing else, stands on the second of January; gives the year before."""
    year = now().year
    over = now().replace(year=year + 1, month=1, day=2)
    for module in (figures, tallies):
        patch.setattr(module, "now", lambda: over)
    return year


def read(analyst: Desk, year: int, picture: str) -> Counts:
    """The numbers on the page of the whole year. ValueError where the page says that one is hidden."""
    analyst.open(f"/ru/monitoring/figures?period={year}")
    analyst.photograph(picture)
    caption = analyst.page.locator("figcaption", has_text=ru("Reports by country"))
    total = re.compile(re.escape(ru("In total: %(number)s.", number="@")).replace("@", r"(\d+)"))
    found = total.search(caption.inner_text())
    assert found, caption.inner_text()
    return Counts(
        int(found[1]),
        _number(analyst, "Outcomes of dossiers", label("outcome", "wages_paid_full")),
        _number(analyst, "Money recovered through dossiers, rounded to thousands", label("currency", "RUB")),
    )


def _number(analyst: Desk, table: str, row: str) -> int:
    place = analyst.page.locator("table", has=analyst.page.locator("caption", has_text=ru(table)))
    cell = place.locator("tr", has=analyst.page.locator("th", has_text=row)).locator("td")
    return int(re.sub(r"\s", "", cell.text_content() or ""))


@contextmanager
def earlier(live: Live) -> Iterator[None]:
    """Dossiers of this year that were closed before, since figures of a few would all be hidden."""
    outcomes = list(chain.from_iterable(repeat(code, number) for code, number in EARLIER.items()))
    with live.site.database.transaction() as session:
        home = select(Membership.organisation_id).where(Membership.person_id == live.people["second"])
        made = [_report(session.scalars(home).one(), number) for number in range(len(outcomes))]
        session.add_all(made)
        session.flush()
        session.add_all(_dossier(report, code) for report, code in zip(made, outcomes, strict=True))
        ids = [report.id for report in made]
    yield
    with live.site.database.transaction() as session:
        for each in (Dossier, Source):
            session.execute(delete(each).where(each.report_id.in_(ids)))
        session.execute(delete(Report).where(Report.id.in_(ids)))


def _report(organisation_id: UUID, number: int) -> Report:
    today = now().date()
    source = Source(position=0, kind="worker", supports=[0], consents=["statistics"], consent_on=today)
    return Report(
        id=new_id(), reference=f"M-E{number:03d}-0000", state="verified", language="ru", country="RU",
        organisation_id=organisation_id, employer_name="ООО «Давняя быль»", safety={"danger": "no"},
        received_on=today, submitted_at=now(), sources=[source],
    )  # fmt: skip


def _dossier(report: Report, outcome: str) -> Dossier:
    paid = Decimal(50_000) if outcome else None
    return Dossier(
        report_id=report.id, version=1, state="closed", addressee="labour_inspectorate",
        organisation_id=report.organisation_id, outcome=outcome, recovered=paid,
        recovered_currency="RUB" if paid else "",
    )  # fmt: skip
