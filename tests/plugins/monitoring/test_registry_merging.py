"""Merging and unmerging in any order: what is read follows the edges, and undoing all of them restores everything."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import GuardFailed
from plugins.monitoring.models import Alias, Employer, Identifier, Merge, NameKey, Relation, Report, Site
from plugins.monitoring.register import kin
from plugins.monitoring.services import finding, merging, register
from plugins.monitoring.services.register import Facts

WHY = "Проба."
FIRMS = 5
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, FIRMS - 1), st.integers(0, FIRMS - 1)), max_size=12)
TABLES: tuple[Any, ...] = (Employer, Identifier, Alias, Site, NameKey, Relation, Report)


def everything(session: Session) -> dict[str, Any]:
    """All rows of the register and of reports, and what search would index, but for counters of revisions."""
    rows = {
        table.__tablename__: sorted(
            tuple(str(value) for name, value in row._mapping.items() if name != "revision")
            for row in session.execute(select(*table.__table__.columns))
        )
        for table in TABLES
    }
    documents = {each.uid: (each.title, each.body) for each in finding.documents(session, None)}
    return {**rows, "documents": documents}


def ends(edges: dict[int, int], place: int) -> int:
    """Where the model says that a record is shown."""
    return ends(edges, edges[place]) if place in edges else place


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_what_is_read_follows_the_edges_and_undoing_restores_all(
    any_net: Network, steps: list[tuple[bool, int, int]]
) -> None:
    net = any_net
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, "coordinator")
        firms = [register.add(session, actor, Facts(f"Фирма {n} Гранит", "RU")).id for n in range(FIRMS)]
        before = everything(session)
        edges: dict[int, int] = {}
        for join, one, other in steps:
            if join:
                _merge(session, actor, firms, edges, one, other)
            else:
                _unmerge(session, actor, firms, edges, one)
            for place, firm in enumerate(firms):
                assert kin.survivors(session, [firm])[firm] == firms[ends(edges, place)]
                mine = {firms[each] for each in range(FIRMS) if place in _chain(edges, each)}
                assert set(kin.family(session, firm)) == mine
        while edges:
            _unmerge(session, actor, firms, edges, next(iter(edges)))
        assert everything(session) == before


def _chain(edges: dict[int, int], place: int) -> list[int]:
    return [place, *(_chain(edges, edges[place]) if place in edges else [])]


def _merge(
    session: Session, actor: Any, firms: list[UUID], edges: dict[int, int], one: int, other: int
) -> None:
    seen = tuple(session.get_one(Employer, firms[each]).revision for each in (one, other))
    allowed = one != other and one not in edges and other not in edges
    try:
        merging.merge(session, actor, firms[one], firms[other], revisions=(seen[0], seen[1]), reason=WHY)
    except GuardFailed:
        assert not allowed
    else:
        assert allowed
        edges[one] = other


def _unmerge(session: Session, actor: Any, firms: list[UUID], edges: dict[int, int], one: int) -> None:
    standing = session.scalars(select(Merge).where(Merge.source_id == firms[one], kin.STANDING)).all()
    assert len(standing) == (one in edges)
    for each in standing:
        merging.unmerge(session, actor, each.id, reason=WHY)
        del edges[one]
