"""The register of employers: its pages and the search for a new name at N employers, beside the same at 10,000.

N is CAMOVE_BENCH_EMPLOYERS (20,000 unless told). A new name is asked for beside the bare rapidfuzz call, once on
the few names that the keys leave, once on all names of the register, as it would be without keys.
"""

import os
import random
import statistics
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from firms import distorted, firms
from flask import Flask
from measuring import RUNS, milliseconds, row
from sqlalchemy import insert

from core.database import new_id, now
from core.platform import EXTENSION, Platform
from core.testing import Browser, Town, make_app
from plugins.monitoring.models import Employer, NameKey, Report
from plugins.monitoring.register import matching
from plugins.monitoring.register.name_keys import keys
from plugins.monitoring.services import candidates

FEW, MANY = 10_000, int(os.environ.get("CAMOVE_BENCH_EMPLOYERS", "20000"))
REPORTS_EACH, ASKED, SEED = 0.3, 40, 7
LIST = "/ru/monitoring/employers"


class Filled:
    """A site with so many employers, and three reports for ten of them."""

    def __init__(self, folder: Path, count: int) -> None:
        self.app: Flask = make_app(folder)
        self.site: Platform = self.app.extensions[EXTENSION]
        town = Town(self.site)
        place = town.organisation("Мост", country="RU")
        town.person("coordinator@camove.example", place, "monitoring.coordinator")
        self.rows = [
            {"id": new_id(), "legal_name": name, "normalised": matching.normalise(name), "country": "RU"}
            for name in firms(count, SEED)
        ]
        for part in (self.rows[start : start + 5000] for start in range(0, count, 5000)):
            self._store(part, place)
        self.browser: Browser = town.browser(self.app, "coordinator@camove.example")

    def _store(self, rows: list[dict[str, Any]], place: UUID) -> None:
        found = [{"key": key, "employer_id": each["id"]} for each in rows for key in keys(each["legal_name"])]
        reports = [_report(each["id"], place) for each in rows[: int(len(rows) * REPORTS_EACH)]]
        with self.site.database.transaction() as session:
            session.execute(insert(Employer), rows)
            session.execute(insert(NameKey), sorted(found, key=lambda each: each["key"]))
            session.execute(insert(Report), reports)

    def heard(self) -> list[tuple[UUID, str]]:
        """Names of the register as somebody might have heard them, each with the employer that is meant."""
        chance = random.Random(SEED)
        return [
            (each["id"], distorted(each["legal_name"], chance)) for each in chance.sample(self.rows, ASKED)
        ]

    def addresses(self) -> dict[str, str]:
        """The list, a page with a report, and a search by name."""
        some = random.Random(SEED).choice(self.rows[: int(len(self.rows) * REPORTS_EACH)])
        wanted = some["legal_name"].partition("«")[2].strip("»")
        return {
            "list": LIST,
            "an employer's page": f"{LIST}/{some['id']}",
            "search by name": f"{LIST}?name={wanted}",
        }


def alternating(small: Filled, large: Filled, what: str) -> tuple[float, float]:
    """Medians of the same page on both sites, read in turns: a machine that grows busy slows both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for filled, found in zip((small, large), times, strict=True):
            path = filled.addresses()[what]
            found.append(milliseconds(lambda one=filled, path=path: _fetch(one.browser, path), 1))
    return statistics.median(times[0]), statistics.median(times[1])


def _report(employer_id: UUID, place: UUID) -> dict[str, Any]:
    made = new_id()
    return {
        "id": made, "reference": f"M-{made.hex[-12:]}", "state": "submitted", "organisation_id": place, "country": "RU",
        "employer_id": employer_id, "employer_name": "Пример", "submitted_at": now(),
    }  # fmt: skip


def _fetch(browser: Browser, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code


def names(filled: Filled) -> None:
    """What it costs to find a new name, and how often the right employer is among the first ten."""
    heard = filled.heard()
    with filled.site.database.reading() as session:
        few = [candidates.compared(session, name) for _, name in heard]
        whole = [(each["id"], each["normalised"]) for each in filled.rows]
        here = milliseconds(lambda: [candidates.alike(session, name) for _, name in heard], 5) / ASKED
        bare = milliseconds(
            lambda: [matching.candidates(n, c, 10) for (_, n), c in zip(heard, few, strict=True)], 5
        )
        found = sum(meant in {e.id for e in candidates.alike(session, name)} for meant, name in heard)
    everything = milliseconds(lambda: matching.candidates(heard[0][1], whole, 10), 3)
    print(row("a new name, bare rapidfuzz on what keys leave", bare / ASKED, bare / ASKED))
    print(row("a new name, with reading its candidates", here, bare / ASKED))
    print(row("a new name, bare rapidfuzz on all names", everything, bare / ASKED))
    print(f"found among the first ten: {found} of {ASKED}")


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Filled(Path(folder) / "few", FEW), Filled(Path(folder) / "many", MANY)
        for name in small.addresses():
            base, at_size = alternating(small, large, name)
            print(row(f"{name}, {FEW} employers", base, base))
            print(row(f"{name}, {MANY} employers", at_size, base))
        for filled in (small, large):
            print(f"-- {len(filled.rows)} employers")
            names(filled)


if __name__ == "__main__":
    main()
