"""A site with so many employers of the register and three reports for ten of them, filled fast.

The keys of the names are some twenty for each employer: they are sorted once, by SQLite, before their index is made.
"""

import os
import random
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

from firms import firms
from flask import Flask
from sqlalchemy import func, insert, select

from core.database import new_id, now
from core.platform import EXTENSION, Platform
from core.testing import Browser, Town, make_app
from plugins.monitoring.models import Employer, Report, Spelling
from plugins.monitoring.register import matching
from plugins.monitoring.register.name_keys import keys
from plugins.monitoring.services import candidates

REPORTS_EACH, SEED, PART = 0.3, 7, 5000
KEYS = "monitoring_name_key"
COORDINATOR = "coordinator@camove.example"


class Filled:
    """A site in a folder; one that is there already, with that many employers, is used again."""

    def __init__(self, folder: Path, count: int) -> None:
        self.app: Flask = make_app(folder)
        self.site: Platform = self.app.extensions[EXTENSION]
        self.count, town = count, Town(self.site)
        if not self._standing():
            place = town.organisation("Мост", country="RU")
            town.person(COORDINATOR, place, "monitoring.coordinator")
            self._fill(place)
        self.browser: Browser = town.browser(self.app, COORDINATOR)

    def _standing(self) -> bool:
        with self.site.database.reading() as session:
            return session.scalar(select(func.count()).select_from(Employer)) == self.count

    def _fill(self, place: UUID) -> None:
        names = firms(self.count, SEED)
        parts = [names[start : start + PART] for start in range(0, self.count, PART)]
        with ProcessPoolExecutor(os.cpu_count()) as pool, self._loading() as staged:
            for rows, found in pool.map(_rows, parts):
                staged.executemany("INSERT INTO staged VALUES (?, ?)", found)
                staged.commit()
                with self.site.database.transaction() as session:
                    session.execute(insert(Employer), rows)
                    session.execute(insert(Spelling), [_spelling(each) for each in rows])
                    session.execute(insert(Report), _reports(rows, place))

        candidates.count_keys(self.site.database)

    def _loading(self) -> "Loading":
        return Loading(str(self.site.database.engine.url.database))

    def sample(self, count: int) -> list[tuple[UUID, str]]:
        """Some employers, the same at each run: their ids and legal names."""
        with self.site.database.reading() as session:
            ids = list(session.scalars(select(Employer.id)))
            chosen = random.Random(SEED).sample(sorted(ids), count)
            rows = (
                select(Employer.id, Employer.legal_name).where(Employer.id.in_(chosen)).order_by(Employer.id)
            )
            return [(row[0], row[1]) for row in session.execute(rows)]

    def names(self) -> list[tuple[UUID, str]]:
        """Every employer's id and normalised name."""
        with self.site.database.reading() as session:
            return [(row[0], row[1]) for row in session.execute(select(Employer.id, Employer.normalised))]

    def reported(self) -> UUID:
        """An employer that has a report."""
        with self.site.database.reading() as session:
            return session.scalars(
                select(Report.employer_id).order_by(Report.id).offset(self.count // 10)
            ).first()  # type: ignore[return-value]


class Loading:
    """A connection that collects keys beside the database, and puts them into it in their order at the end."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(f"{path}.staged")
        self.path = path

    def __enter__(self) -> sqlite3.Connection:
        self.connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE staged (key TEXT, employer_id TEXT);"
        )
        return self.connection

    def __exit__(self, *_error: object) -> None:
        self.connection.execute("ATTACH ? AS site", (self.path,))
        indexes = self.connection.execute(
            "SELECT name, sql FROM site.sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql IS NOT NULL",
            (KEYS,),
        ).fetchall()
        for name, _ in indexes:
            self.connection.execute(f"DROP INDEX site.{name}")
        self.connection.execute(f"INSERT INTO site.{KEYS} SELECT key, employer_id FROM staged ORDER BY 1, 2")
        for _, sql in indexes:
            self.connection.execute(sql.replace("INDEX ", "INDEX site.", 1))
        self.connection.commit()
        self.connection.close()
        Path(f"{self.path}.staged").unlink()


def _rows(names: list[str]) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """Employers of these names, and the keys of each."""
    rows = [
        {
            "id": new_id(),
            "legal_name": name,
            "normalised": matching.normalise(name),
            "country": "RU",
            "region": "RU-MOW",
        }
        for name in names
    ]
    return rows, [(key, each["id"].hex) for each in rows for key in keys(each["legal_name"])]


def _spelling(row: dict[str, Any]) -> dict[str, Any]:
    return {"employer_id": row["id"], "normalised": row["normalised"]}


def _reports(rows: list[dict[str, Any]], place: UUID) -> list[dict[str, Any]]:
    return [_report(each, place) for each in rows[: int(len(rows) * REPORTS_EACH)]]


def _report(employer: dict[str, Any], place: UUID) -> dict[str, Any]:
    made = new_id()
    return {
        "id": made, "reference": f"M-{made.hex[-12:]}", "state": "submitted", "organisation_id": place, "country": "RU",
        "employer_id": employer["id"], "employer_name": employer["legal_name"], "submitted_at": now(),
    }  # fmt: skip
