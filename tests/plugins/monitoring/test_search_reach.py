"""Who finds a report, by the real worker and each engine: those who may see it, and nobody else, not even a count."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from network import Network
from sqlalchemy import update

from core.outbox import QueuedJob
from core.testing import Browser, drain
from core.toolkit import now
from plugins.monitoring.services import drafts, triage

WORD = "Медногорскпример"


@pytest.fixture(params=["fts5", "whoosh"])
def found_by(request: pytest.FixtureRequest, settled: Network, tmp_path: Path) -> Iterator[Network]:
    """The network with each engine."""
    rest = settled.site.settings.instance.with_name("rest")
    made = settled.reopened(rest, tmp_path / "network", request.param)
    yield made
    made.site.index.engine.close()
    made.site.database.close()


def finds(net: Network, who: str, query: str = WORD) -> int:
    """How many links to reports the results show; without any, the page is that of a word nobody wrote."""
    browser = net.browser(who)
    body = results(browser, query)
    hits = len(set(re.findall(r'href="(/ru/monitoring/reports/[0-9a-f-]{36})"', body)))
    if not hits:
        assert body == results(browser, "щщыъщы")
    return hits


def results(browser: Browser, query: str) -> str:
    """The page of results without the query itself and the tokens of its forms."""
    page = browser.get("/ru/search", query_string={"q": query})
    assert page.status_code == 200
    body = re.sub(r'name="csrf_token"[^>]*>', "", page.get_data(as_text=True))
    return body.replace(query, "…").replace(quote(query), "…")


def test_only_those_who_may_read_a_report_find_it(found_by: Network) -> None:
    net = found_by
    facts = [
        {
            "violation": "wage_arrears",
            "from_month": "2026-01",
            "women": "1",
            "facts": f"В городе {WORD} не платят.",
            "basis": "seen",
        }
    ]
    report_id = net.draft(allegations=facts)
    drain(net.app)
    assert {who: finds(net, who) for who in ("monitor", "coordinator")} == {"monitor": 0, "coordinator": 0}

    net.act("monitor", report_id, drafts.send)
    assert finds(net, "coordinator") == 0, "nothing before the worker"
    drain(net.app)
    everybody = dict.fromkeys(("monitor", "colleague", "coordinator", "coordinator2", "lawyer"), 1)
    nobody = dict.fromkeys(
        ("", "other", "kg_monitor", "kg_coordinator", "kg_lawyer", "first", "second", "idle", "insider"), 0
    )
    nobody |= dict.fromkeys(("org_admin", "admin", "member"), 0)
    expected = everybody | nobody
    assert {who: finds(net, who) for who in expected} == expected
    reference = net.report(report_id).reference
    assert {who: finds(net, who, reference) for who in expected} == expected
    assert {who: _count(net, who) for who in expected} == expected

    net.act("coordinator", report_id, triage.move, "take")
    net.link(report_id)
    named = net.people["first"], net.people["second"]
    net.act("coordinator", report_id, triage.name_verifiers, *named)
    net.act("coordinator", report_id, triage.move, "verify")
    drain(net.app)
    expected |= {"first": 1, "second": 1}
    assert {who: finds(net, who) for who in expected} == expected

    with net.app.app_context(), net.site.database.transaction() as session:
        net.site.plugins.person_disabled(session, net.people["first"])
    drain(net.app)
    expected |= {"first": 0}
    assert {who: finds(net, who) for who in expected} == expected


def _count(net: Network, who: str) -> int:
    """What the index itself counts for somebody."""
    with net.app.app_context(), net.site.database.reading() as session:
        tokens = net.actor(session, who).tokens() if who else frozenset({"public"})
    return net.site.index.engine.search(WORD, tokens).total


def test_the_index_made_anew_knows_the_same_as_the_worker_made(found_by: Network) -> None:
    net = found_by
    net.verifying()
    net.sent("kg_monitor")
    net.draft()
    drain(net.app)
    worked = net.site.index.engine.revisions()
    with net.app.app_context():
        net.site.index.rebuild(net.site.database)
    assert net.site.index.engine.revisions() == worked
    assert len(worked) == 3


def test_employers_are_found_by_number_and_name_by_those_who_work_with_the_register(
    found_by: Network,
) -> None:
    net = found_by
    net.link(net.sorting())
    drain(net.app)
    for who, seen in (
        ("coordinator", 1),
        ("kg_coordinator", 1),
        ("idle", 1),
        ("monitor", 0),
        ("admin", 0),
        ("", 0),
    ):
        page = net.browser(who).get("/ru/search?q=7707083893").get_data(as_text=True)
        assert len(set(re.findall(r'href="/ru/monitoring/employers/[0-9a-f-]{36}"', page))) == seen, who


def test_a_broken_index_stops_no_report(found_by: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    net = found_by

    def broken(*_values: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(net.site.index.engine, "apply", broken)
    report_id = net.sent()
    drain(net.app)
    assert net.report(report_id).state == "submitted"
    assert net.browser("coordinator").get(f"/ru/monitoring/reports/{report_id}").status_code == 200
    monkeypatch.undo()
    with net.site.database.transaction() as session:
        session.execute(update(QueuedJob).values(due=now()))
    drain(net.app)
    assert finds(net, "coordinator", net.report(report_id).reference) == 1
