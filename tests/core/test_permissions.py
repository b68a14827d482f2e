"""One rule in three forms: asked of a record, as an SQL condition, as tokens of the search. They must agree."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Uuid, create_engine, literal, select

from core.permissions import (
    ANONYMOUS,
    Actor,
    Denied,
    Grant,
    Permission,
    Register,
    Role,
    Scope,
    Subject,
    reach,
    require,
    visible,
)  # fmt: skip

IDS = [UUID(int=n) for n in range(1, 5)]
ids, countries = st.sampled_from(IDS), st.sampled_from(["KG", "RU", ""])
grants = st.builds(Grant, st.sampled_from(["a.b.c", "a.b.d"]), st.sampled_from(Scope), ids, countries)
actors = st.builds(Actor, person_id=ids, grants=st.lists(grants, max_size=4).map(tuple))
subjects = st.builds(
    Subject, organisation_id=ids, country=countries, assignees=st.frozensets(ids, max_size=1)
)
ENGINE = create_engine("sqlite://")


@given(actors, subjects)
def test_the_three_forms_agree(actor: Actor, subject: Subject) -> None:
    allowed = actor.may("a.b.c", subject)
    assert bool(actor.tokens() & reach("a.b.c", subject)) == allowed
    named = next(iter(subject.assignees), UUID(int=0))
    row = select(
        literal(subject.organisation_id, Uuid).label("org"),
        literal(subject.country).label("country"),
        literal(named, Uuid).label("who"),
    ).subquery()
    rule = visible(actor, "a.b.c", organisation=row.c.org, country=row.c.country, assigned=(row.c.who,))
    with ENGINE.connect() as connection:
        rows = connection.execute(select(row.c.org).where(rule)).all()
    assert bool(rows) == allowed
    try:
        require(actor, "a.b.c", subject)
    except Denied as denied:
        assert not allowed
        assert denied.subject == subject
    else:
        assert allowed


@given(subjects)
def test_nobody_may_nothing(subject: Subject) -> None:
    assert not ANONYMOUS.may("a.b.c", subject)
    assert not ANONYMOUS.tokens() & reach("a.b.c", subject)


@given(actors)
def test_without_any_grant_there_is_none(actor: Actor) -> None:
    assert actor.may("a.b.c") == any(grant.permission == "a.b.c" for grant in actor.grants)
    assert not actor.may("x.y.z")


def test_a_role_may_only_grant_what_is_declared() -> None:
    register = Register()
    with pytest.raises(ValueError, match=r"a\.b\.z"):
        register.add([Permission("a.b.c", "c")], [Role("a.r", "r", {"a.b.z": Scope.ALL})])
    assert (register.permissions, register.roles) == ({}, {})


def test_an_unknown_role_gives_nothing() -> None:
    assert Register().grants("gone.role", IDS[0], "KG") == []
