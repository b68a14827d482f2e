"""The sample network: every state is there to look at, and all of it goes again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, inspect, select

from core import audit, testing
from core.accounts.models import Notification, Organisation, Person
from core.attachments import Attachment
from core.cli import build
from core.database import Base
from core.platform import EXTENSION, Platform
from core.testing import Town
from core.workflow import Passage
from plugins.monitoring.lifecycle import REPORT
from plugins.monitoring.models import Dossier, Employer, Report
from plugins.monitoring.register.identifiers import check


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with the sample network."""
    app = testing.make_app(tmp_path_factory.mktemp("sample") / "instance")
    assert camove(app, "demo").exit_code == 0
    yield app
    app.extensions[EXTENSION].database.close()


def camove(app: Flask, *arguments: str) -> Result:
    with app.app_context():
        return CliRunner().invoke(build(app), list(arguments))


def site_of(app: Flask) -> Platform:
    found: Platform = app.extensions[EXTENSION]
    return found


EMPTY_IN_A_SAMPLE = {"monitoring_common_key", "monitoring_batch", "monitoring_origin"}
"""What only files that somebody brings fill, and what the worker counts once a day."""


def rows_of_the_plugin(site: Platform) -> dict[str, int]:
    """How many rows stand in each table of monitoring."""
    names = [n for n in inspect(site.database.engine).get_table_names() if n.startswith("monitoring_")]
    tables = [Base.metadata.tables[n] for n in names if n in Base.metadata.tables]
    with site.database.reading() as session:
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def test_every_state_that_work_passes_through_is_there(shown: Flask) -> None:
    with site_of(shown).database.reading() as session:
        states = set(session.scalars(select(Report.state)))
        letters = set(session.scalars(select(Dossier.state)))
        passed = session.scalars(select(Passage.object_id)).all()
        assert audit.verify(session) == []
    by_hand_only = {"refuted", "withdrawn"}
    assert states >= {each.name for each in REPORT.states} - by_hand_only
    assert letters >= {"drafting", "registered", "answered", "recorded"}
    assert len(passed) > len(states)


def test_no_invented_number_belongs_to_a_real_firm(shown: Flask) -> None:
    with site_of(shown).database.reading() as session:
        heard = session.execute(select(Report.identifier_scheme, Report.identifier_value)).all()
        firms = session.scalars(select(Employer)).all()
        numbers = [*heard, *((i.scheme, i.value) for firm in firms for i in firm.identifiers)]
    sound = [n for scheme, n in numbers if n and scheme != "other" and not check(scheme, n).problem]
    # Entries of the public list need numbers that add up: theirs are of a tax office that does not exist.
    assert sound and all(n.startswith("8888") for n in sound)


LAW = {"monitoring_norm": 35}
"""What every site has from its first day, unreviewed."""


def test_a_second_call_changes_nothing(shown: Flask) -> None:
    before = rows_of_the_plugin(site_of(shown))
    assert camove(shown, "demo").exit_code == 0
    assert rows_of_the_plugin(site_of(shown)) == before


def test_every_page_that_the_sample_people_see_opens(shown: Flask) -> None:
    town = Town(site_of(shown))
    for who in ("monitor", "coordinator", "verifier", "second", "lawyer", "kg-coordinator", "admin"):
        browser = town.browser(shown, f"{who}@camove.example")
        page = browser.get("/ru/work")
        assert page.status_code == 200, who
        listed = browser.get("/ru/monitoring/reports")
        assert listed.status_code == (403 if who == "admin" else 200), who


def test_sample_data_goes_away_without_a_trace_but_the_audit(shown: Flask) -> None:
    site = site_of(shown)
    files = site.settings.data / "files"
    assert any(path.is_file() for path in files.rglob("*"))
    assert site.index.engine.revisions()
    with site.database.reading() as session:
        entries = session.scalar(select(func.count()).select_from(audit.AuditEntry)) or 0
    empty = {name for name, rows in rows_of_the_plugin(site).items() if not rows}
    assert empty == EMPTY_IN_A_SAMPLE

    removed = camove(shown, "demo", "remove")
    assert removed.exit_code == 0, removed.output
    assert {name: rows for name, rows in rows_of_the_plugin(site).items() if rows} == LAW
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert site.index.engine.revisions() == {}
    with site.database.reading() as session:
        for table in (Attachment, Notification, Organisation, Person):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
        assert audit.verify(session) == []
        assert (session.scalar(select(func.count()).select_from(audit.AuditEntry)) or 0) >= entries
        dangling = session.scalars(select(Passage.id)).all()
    assert dangling == []


def test_sample_and_real_records_never_share_a_site(app: Flask, tmp_path: Path) -> None:
    Town(site_of(app)).organisation("Настоящая")
    refused = camove(app, "demo")
    assert refused.exit_code == 1
    assert "real organisations" in refused.output
    assert {name: rows for name, rows in rows_of_the_plugin(site_of(app)).items() if rows} == LAW
    assert not (tmp_path / "instance" / "data" / "files").exists()
