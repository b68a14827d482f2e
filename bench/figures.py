"""The figures of a year beside a bare SQL aggregate of the same rows, in one run.

CAMOVE_BENCH_REPORTS (30000) sets how many reports of one year there are.
"""

import os
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import milliseconds, row
from sqlalchemy import func, insert, select

from core.database import new_id, now
from core.platform import EXTENSION, Platform
from core.testing import Town, make_app
from plugins.monitoring.figures.periods import QUARTERS, Period
from plugins.monitoring.models import Allegation, Report, Source
from plugins.monitoring.services import figures
from plugins.monitoring.services.tallies import tally
from plugins.monitoring.taxonomy import TAXONOMY

REPORTS = int(os.environ.get("CAMOVE_BENCH_REPORTS", "30000"))
YEAR = now().year - 1
RUNS = 3


def fill(site: Platform) -> None:
    """Insert reports with one allegation and one source each."""
    rng, organisation = random.Random(1), Town(site).organisation("Мост", country="RU")
    regions = [(r, str(e["country"])) for r, e in TAXONOMY.kinds["region"].items() if "country" in e]
    sectors, violations = TAXONOMY.codes("sector"), TAXONOMY.codes("violation")
    reports, allegations, sources = [], [], []
    for number in range(REPORTS):
        report, (region, country) = new_id(), rng.choice(regions)
        sent = datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(365 * 24 * 60))
        reports.append({
            "id": report, "reference": f"B-{number:08d}", "state": "verified", "organisation_id": organisation,
            "country": country, "region": region, "sector": rng.choice(sectors), "submitted_at": sent,
        })  # fmt: skip
        allegations.append({
            "id": new_id(), "report_id": report, "position": 0, "violation": rng.choice(violations),
            "indicators": ["ilo08"], "women": rng.randrange(3), "men": rng.randrange(4), "state": "verified",
        })  # fmt: skip
        sources.append({
            "id": new_id(), "report_id": report, "position": 0, "kind": "worker", "supports": [0],
            "consents": ["statistics"] if rng.random() < 0.9 else [],
        })  # fmt: skip
    with site.database.transaction() as session:
        for table, rows in ((Report, reports), (Allegation, allegations), (Source, sources)):
            session.execute(insert(table), rows)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder) / "instance")
        site: Platform = app.extensions[EXTENSION]
        fill(site)
        bare = (
            select(Report.country, Allegation.violation, func.count(), func.sum(Allegation.men))
            .join(Report)
            .group_by(Report.country, Allegation.violation)
        )
        with app.test_request_context("/ru/"), site.database.reading() as session:
            quarters = [Period(YEAR, each) for each in QUARTERS]
            base = milliseconds(lambda: session.execute(bare).all(), RUNS)
            print(row(f"bare SQL aggregate, {REPORTS:,} reports", base, base))
            print(
                row(
                    "counting by consent, all tables",
                    milliseconds(lambda: tally(session, quarters), RUNS),
                    base,
                )
            )
            whole = milliseconds(lambda: figures.figures(session, Period(YEAR)), RUNS)
            print(row("figures of the year, protected", whole, base))


if __name__ == "__main__":
    main()
