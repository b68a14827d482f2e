"""The two-person rule: bound to the content, to two people, to its time, and to one approver."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core import approvals
from core.database import new_id
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.testing import Town


@pytest.fixture
def people(any_app: Flask) -> tuple[Platform, Actor, Actor]:
    site: Platform = any_app.extensions[EXTENSION]
    town = Town(site)
    house = town.organisation("Дом")
    return site, Actor(town.person("a@x.org", house)), Actor(town.person("b@x.org", house))


def put(session: Session, actor: Actor, content: str, thing: UUID, **options: object) -> approvals.Approval:
    return approvals.propose(session, actor, "test.thing", thing, content, **options)  # type: ignore[arg-type]


def test_two_people_and_one_content(people: tuple[Platform, Actor, Actor]) -> None:
    site, first, second = people
    thing = uuid4()
    with site.database.transaction() as session:
        proposal = put(session, first, "слова", thing)
        with pytest.raises(approvals.SamePerson):
            approvals.approve(session, first, proposal, "слова")
        with pytest.raises(approvals.SamePerson):
            approvals.approve(session, Actor(), proposal, "слова")
        with pytest.raises(approvals.ContentChanged):
            approvals.approve(session, second, proposal, "слова.")
        assert approvals.approved(session, "test.thing", thing, "слова") is None
        approvals.approve(session, second, proposal, "слова")
        with pytest.raises(approvals.NotOpen):
            approvals.approve(session, second, proposal, "слова")
    with site.database.reading() as session:
        assert approvals.approved(session, "test.thing", thing, "слова") is not None
        assert approvals.approved(session, "test.thing", thing, "слова ") is None
        assert approvals.approved(session, "test.thing", new_id(), "слова") is None
        assert approvals.approved(session, "test.other", thing, "слова") is None
        assert approvals.waiting(session, "test.thing", thing) is None


def test_a_new_proposal_ends_the_one_before_and_time_ends_any(people: tuple[Platform, Actor, Actor]) -> None:
    site, first, second = people
    thing = uuid4()
    with site.database.transaction() as session:
        old, new = put(session, first, "1", thing), put(session, first, "2", thing)
        with pytest.raises(approvals.NotOpen):
            approvals.approve(session, second, old, "1")
        approvals.approve(session, second, new, "2")
        late = put(session, first, "3", uuid4(), lasts=timedelta(seconds=-1))
        with pytest.raises(approvals.NotOpen):
            approvals.approve(session, second, late, "3")


def test_what_was_withdrawn_holds_no_more(people: tuple[Platform, Actor, Actor]) -> None:
    site, first, second = people
    thing = uuid4()
    with site.database.transaction() as session:
        proposal = put(session, first, "1", thing)
        approvals.approve(session, second, proposal, "1")
        approvals.withdraw(session, first, proposal)
    with site.database.reading() as session:
        assert approvals.approved(session, "test.thing", thing, "1") is None
