"""The coordinators' queue: danger first, then the oldest; whose turn it is, and what is late."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from network import Network
from sqlalchemy import update

from core.toolkit import Passage, now
from plugins.monitoring import waiting
from plugins.monitoring.models import Report
from plugins.monitoring.services.queue import Queue, queue


def aged(net: Network, report_id: UUID, days: float, **changes: Any) -> UUID:
    """The report as if all that happened to it had happened so many days ago."""
    when = now() - timedelta(days=days)
    with net.site.database.transaction() as session:
        session.execute(update(Passage).where(Passage.object_id == report_id).values(at=when))
        session.execute(update(Report).where(Report.id == report_id).values(submitted_at=when, **changes))
    return report_id


def seen(net: Network, who: str = "coordinator", **asked: Any) -> Queue:
    with net.app.app_context(), net.site.database.reading() as session:
        found = queue(session, net.actor(session, who), waiting.TRIAGE_DAYS, **asked)
        session.expunge_all()
        return found


def test_danger_comes_first_then_the_oldest_and_late_ones_are_marked(any_net: Network) -> None:
    fresh = aged(any_net, any_net.sent(), 0, urgent=False)
    old = aged(any_net, any_net.sent(), 4, urgent=False)
    danger = aged(any_net, any_net.sent(), 0.5, urgent=True)
    burning = aged(any_net, any_net.sent(), 2, urgent=True)
    sorting = aged(any_net, any_net.sorting(), 13, urgent=False)
    judging = aged(any_net, any_net.verifying(), 15, urgent=False)
    aged(any_net, any_net.verified(), 90)
    found = seen(any_net)
    assert [each.report.id for each in found.rows] == [burning, danger, judging, sorting, old, fresh]
    assert {each.report.id for each in found.rows if each.late} == {burning, judging, old}
    assert (found.total, found.late, found.urgent) == (6, 3, 2)
    assert [each.report.id for each in seen(any_net, late=True).rows] == [burning, judging, old]


def test_each_row_says_whose_turn_it_is(net: Network) -> None:
    for made in (net.sent(), net.verifying(), net.proposed()):
        aged(net, made, 1)
    turns = {each.report.state: each.turn for each in seen(net).rows}
    assert turns["submitted"] == ""
    assert turns["verification"] != turns["confirmation"]
    assert all(turns[state] for state in ("verification", "confirmation"))


def test_a_coordinator_sees_their_own_country_only(net: Network) -> None:
    net.sent()
    assert seen(net).total == 1
    assert seen(net, "kg_coordinator").total == 0
    assert net.browser("monitor").get("/ru/monitoring/queue").status_code == 403


def test_region_and_sector_narrow_the_queue_and_its_counts(net: Network) -> None:
    here, there = aged(net, net.sent(), 9, region="RU-TA", sector="trade"), net.sent()
    assert [each.report.id for each in seen(net, region="RU-TA").rows] == [here]
    assert seen(net, sector="trade").late == 1
    assert here != there
    page = net.browser("coordinator").get("/ru/monitoring/queue?region=RU-TA").get_data(as_text=True)
    assert net.report(here).reference in page
    assert net.report(there).reference not in page


def test_the_dashboard_counts_what_the_queue_marks_late(net: Network) -> None:
    aged(net, net.sent(), 9)
    with net.app.test_request_context("/ru/"), net.site.database.reading() as session:
        tiles = list(waiting.tiles(session, net.actor(session, "coordinator")))
    assert [each.number for each in tiles if each.endpoint == "monitoring.queue"] == [1]
