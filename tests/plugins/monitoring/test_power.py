"""The power may fail at any line: what was acknowledged is kept, and nothing is ever half there."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network import Network
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core import attachments
from core.accounts.models import Notification
from core.attachments.folder import FileStore
from core.outbox import QueuedJob
from core.testing import drain
from plugins.monitoring.models import Allegation, Dossier, Report, Source
from plugins.monitoring.services import dossiers, drafts, findings, triage


class PowerCut(Exception):
    """The lights went out."""


def cut_after(engine: Engine, statements: int, act: Callable[[], None]) -> bool:
    """Do `act` and fail at the start of its `statements`-th writing statement; False if it came to its end."""
    seen = 0

    def count(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        nonlocal seen
        if statement.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            seen += 1
            if seen > statements:
                raise PowerCut

    event.listen(engine, "before_cursor_execute", count)
    try:
        act()
    except PowerCut:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return False


def state(net: Network, report_id: UUID) -> tuple[Any, ...]:
    """Everything that a move changes."""
    report = net.report(report_id)
    tables = (Allegation, Source, Notification, QueuedJob, Dossier)
    verdicts = [(each.verdict, each.state) for each in report.allegations]
    return (
        report.state,
        report.revision,
        report.answers is None,
        report.verifier_id,
        report.employer_id,
        verdicts,
        net.passages(report_id),
        *(net.count(each) for each in tables),
    )


STEPS: dict[str, tuple[Callable[[Network], UUID], Callable[[Network, UUID], None]]] = {
    "send": (
        lambda net: net.draft(photo=True),
        lambda net, report_id: net.act("monitor", report_id, drafts.send),
    ),
    "link": (lambda net: net.sorting(), lambda net, report_id: _ignored(net.link(report_id))),
    "verify": (
        lambda net: net.ready(),
        lambda net, report_id: net.act("coordinator", report_id, triage.move, "verify"),
    ),
    "judge": (
        lambda net: net.verifying(),
        lambda net, report_id: net.act("first", report_id, findings.judge, {0: ("verified", "Да.")}),
    ),
    "confirm": (
        lambda net: net.proposed(),
        lambda net, report_id: net.act("second", report_id, findings.confirm),
    ),
    "write": (lambda net: net.verified(), lambda net, report_id: _ignored(net.dossier(report_id))),
}


def _ignored(_value: object) -> None:
    """A step gives nothing."""


@pytest.mark.parametrize("step", STEPS)
def test_a_cut_at_any_statement_leaves_all_or_nothing(net: Network, step: str) -> None:
    prepare, act = STEPS[step]
    report_id = prepare(net)
    before, cuts = state(net, report_id), 0
    while cut_after(net.site.database.engine, cuts, lambda: act(net, report_id)):
        assert state(net, report_id) == before, f"after {cuts} statements"
        cuts += 1
    assert cuts > 2, "the step writes more than once, or this test shows nothing"
    assert state(net, report_id) != before
    net.agree()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 14), min_size=1, max_size=5))
def test_whatever_series_of_cuts_the_story_stays_one(net: Network, cuts: list[int]) -> None:
    report_id = net.draft()
    for cut in cuts:
        cut_after(net.site.database.engine, cut, lambda: net.act("monitor", report_id, drafts.send))
        net.agree()
    net.act("monitor", report_id, drafts.send)
    assert net.passages(report_id) == ["submit"]


def test_a_cut_while_the_pdf_is_made_leaves_the_dossier_unapproved(
    net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id = net.dossier(net.verified())

    def dark(*_values: object) -> bytes:
        raise PowerCut

    monkeypatch.setattr(dossiers, "render_pdf", dark)
    with (
        pytest.raises(PowerCut),
        net.app.app_context(),
        net.site.database.transaction() as session,
    ):
        mine = session.get_one(Dossier, dossier_id)
        dossiers.approve(session, net.actor(session, "lawyer"), mine, revision=mine.revision)
    found = net.letter(dossier_id)
    assert (found.state, found.content_hash, found.pdf, found.revision) == ("drafting", "", None, 1)
    assert net.passages(dossier_id) == []


@pytest.mark.parametrize("write", [1, 2, 3])
def test_a_cut_between_the_files_of_a_photo_leaves_no_row_without_its_files(
    net: Network, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    real, calls = FileStore.put, []

    def failing(store: FileStore, name: str, content: bytes) -> None:
        calls.append(name)
        if len(calls) == write:
            raise PowerCut
        real(store, name, content)

    monkeypatch.setattr(FileStore, "put", failing)
    with pytest.raises(PowerCut):
        net.draft(photo=True)
    assert len(calls) == write
    assert (net.count(attachments.Attachment), net.count(Report)) == (0, 0)


def test_a_worker_that_dies_before_it_reports_back_runs_the_job_again(
    own_net: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = own_net
    report_id = net.sent()
    waiting = net.count(QueuedJob)
    monkeypatch.setattr("core.outbox.finish", lambda *_: (_ for _ in ()).throw(PowerCut))
    with pytest.raises(PowerCut):
        drain(net.app)
    monkeypatch.undo()
    assert net.count(QueuedJob) == waiting
    net.site.index.engine.clear()
    with net.site.database.transaction() as session:
        for job in session.query(QueuedJob):
            job.due = job.due.replace(year=2025)
    drain(net.app)
    assert net.count(QueuedJob) == 0
    assert list(net.site.index.engine.revisions()) == [f"monitoring:report:{report_id}"]


SENDER = """
import sys
from uuid import UUID
from core.app import create_app
from core.platform import EXTENSION
from core.settings import Settings
from core.toolkit import find_actor
from plugins.monitoring.models import Report
from plugins.monitoring.services import drafts
from pathlib import Path

app = create_app(Settings(instance=Path(sys.argv[1]), testing=True, strict=True, search_engine="fts5"))
site = app.extensions[EXTENSION]
with app.app_context():
    print("ready", flush=True)
    for each in sys.argv[2:]:
        with site.database.transaction() as session:
            report = session.get_one(Report, UUID(each))
            drafts.send(session, find_actor(session, "monitor@example.org"), report, revision=report.revision)
        print(each, flush=True)
"""


@pytest.mark.parametrize("after", [0.0, 0.03, 0.11])
def test_kill_nine_in_the_middle_of_many_sends_loses_nothing_acknowledged(net: Network, after: float) -> None:
    ids = [str(net.draft()) for _ in range(40)]
    net.site.database.close()
    child = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(net.site.settings.instance), *ids],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    first = child.stdout.readline().strip()
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    acknowledged = [first, *(line.strip() for line in child.stdout if line.endswith("\n"))]
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL, "it was killed, it did not end by itself"
    sent = {str(each) for each in map(UUID, ids) if net.report(each).state == "submitted"}
    assert set(acknowledged) <= sent
    assert len(sent) - len(acknowledged) <= 1, "at most the one whose answer was on its way"
    assert len(sent) < len(ids)
    net.agree()
    for each in ids:
        net.act("monitor", UUID(each), drafts.send)
    net.agree()
    assert net.count(Report, Report.state == "submitted") == len(ids)
