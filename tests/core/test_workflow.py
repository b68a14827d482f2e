"""The one machine that moves every record: who, from where, under which guard, and who wins when two try."""

import threading
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from core import audit
from core.accounts import sample
from core.cli import build
from core.permissions import Actor, Denied, Grant, Scope
from core.platform import EXTENSION, Platform
from core.testing import Town
from core.toolkit import Conflict, GuardFailed, Machine, State, Transition, history, new_id
from plugins.monitoring import rights
from plugins.monitoring.lifecycle import REPORT
from plugins.monitoring.models import Report


def ready(_session: object, _actor: Actor, report: Report) -> list[str]:
    return [] if report.employer_name else ["employer_missing"]


MACHINE = Machine(
    "monitoring.report",
    (State("draft", "Draft"), State("submitted", "Sent"), State("withdrawn", "Withdrawn", final=True)),
    (
        Transition("submit", ("draft",), "submitted", rights.REPORT_CREATE, "Send", ready),
        Transition(
            "withdraw", ("submitted",), "withdrawn", rights.REPORT_CREATE, "Withdraw", reason_required=True
        ),
    ),
)


@pytest.fixture
def any_site(any_app: Flask) -> Platform:
    found: Platform = any_app.extensions[EXTENSION]
    return found


@pytest.fixture
def made(any_site: Platform) -> tuple[Actor, UUID]:
    """A reporter and the draft of their organisation."""
    town = Town(any_site)
    office = town.organisation("Мост")
    person = town.person("ann@example.org", office, "monitoring.reporter")
    grant = Grant(rights.REPORT_CREATE, Scope.OWN_ORGANISATION, office, "KG")
    actor = Actor(person_id=person, organisations=(office,), grants=(grant,))
    with any_site.database.transaction() as session:
        report = Report(
            organisation_id=office,
            reporter_id=person,
            reference="R-TEST-1",
            country="KG",
            employer_name="ОсОО Пример",
        )
        session.add(report)
    return actor, report.id


def move(site: Platform, actor: Actor, report_id: UUID, name: str, **options: object) -> None:
    with site.database.transaction() as session:
        MACHINE.move(session, actor, session.get_one(Report, report_id), name, **options)  # type: ignore[arg-type]


def facts(site: Platform, report_id: UUID) -> tuple[str, int, list[str]]:
    with site.database.reading() as session:
        report = session.get_one(Report, report_id)
        return report.state, report.revision, [passage.transition for passage in history(session, report_id)]


def test_a_move_leaves_a_passage_and_an_audit_entry(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    first = facts(any_site, report_id)[1]
    move(any_site, actor, report_id, "submit", revision=first)
    assert facts(any_site, report_id) == ("submitted", first + 1, ["submit"])
    with any_site.database.reading() as session:
        [entry] = session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.object_id == report_id))
        assert (entry.action, entry.fields, entry.person_id) == (
            "monitoring.report.submit",
            ["state"],
            actor.person_id,
        )
        assert audit.verify(session) == []


def test_permission_comes_first(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    stranger = replace(actor, grants=(replace(actor.grants[0], organisation_id=new_id()),))
    for each in (stranger, replace(actor, grants=()), Actor()):
        before = facts(any_site, report_id)
        with pytest.raises(Denied):
            move(any_site, each, report_id, "submit", revision=before[1])
        assert facts(any_site, report_id) == before


def test_a_guard_that_finds_something_undoes_all(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    with any_site.database.transaction() as session:
        session.get_one(Report, report_id).employer_name = ""
    before = facts(any_site, report_id)
    with pytest.raises(GuardFailed) as refused:
        move(any_site, actor, report_id, "submit", revision=before[1])
    assert refused.value.codes == ["employer_missing"]
    assert facts(any_site, report_id) == before


def test_a_reason_that_is_asked_for_must_be_given(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    move(any_site, actor, report_id, "submit", revision=facts(any_site, report_id)[1])
    revision = facts(any_site, report_id)[1]
    for empty in ("", "  \n"):
        with pytest.raises(GuardFailed, match="reason_missing"):
            move(any_site, actor, report_id, "withdraw", revision=revision, reason=empty)
    move(any_site, actor, report_id, "withdraw", revision=revision, reason=" told so ")
    with any_site.database.reading() as session:
        assert history(session, report_id)[-1].reason == "told so"


def test_an_old_revision_is_a_conflict_that_tells_what_came_between(
    any_site: Platform, made: tuple[Actor, UUID]
) -> None:
    actor, report_id = made
    seen = facts(any_site, report_id)[1]
    move(any_site, actor, report_id, "submit", revision=seen)
    with pytest.raises(Conflict) as conflict:
        move(any_site, actor, report_id, "submit", revision=seen)
    assert [passage.transition for passage in conflict.value.passages] == ["submit"]


def test_a_move_from_the_wrong_place_is_a_conflict(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    before = facts(any_site, report_id)
    with pytest.raises(Conflict):
        move(any_site, actor, report_id, "withdraw", revision=before[1], reason="x")
    assert facts(any_site, report_id) == before


def test_of_two_at_once_one_wins(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    seen = facts(any_site, report_id)[1]
    outcome: list[str] = []
    gate = threading.Barrier(4)

    def attempt() -> None:
        gate.wait()
        try:
            move(any_site, actor, report_id, "submit", revision=seen)
            outcome.append("won")
        except Conflict:
            outcome.append("lost")

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcome) == ["lost", "lost", "lost", "won"]
    assert facts(any_site, report_id) == ("submitted", seen + 1, ["submit"])


def test_open_to_shows_what_the_actor_may_do_from_here(any_site: Platform, made: tuple[Actor, UUID]) -> None:
    actor, report_id = made
    with any_site.database.reading() as session:
        report = session.get_one(Report, report_id)
        assert [t.name for t in MACHINE.open_to(actor, report)] == ["submit"]
        assert MACHINE.open_to(Actor(), report) == []


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Machine("x.y", (State("a", "A"),), (Transition("go", ("a",), "nowhere", "x.go", "Go"),))


def test_the_diagram_shows_every_state_and_move() -> None:
    assert MACHINE.mermaid() == (
        "stateDiagram-v2\n    [*] --> draft\n    draft --> submitted: submit\n"
        "    submitted --> withdrawn: withdraw\n    withdrawn --> [*]"
    )
    drawn = REPORT.mermaid()
    assert all(f"--> {t.target}: {t.name}" in drawn for t in REPORT.transitions)


def test_the_sample_network_moved_by_the_machines_only(app: Flask, site: Platform) -> None:
    """Each report stands where its last passage led."""
    with app.app_context():
        assert app.test_cli_runner().invoke(build(app), ["demo"]).exit_code == 0
    with site.database.reading() as session:
        assert sample.present(session)
        for report in session.scalars(select(Report)):
            passages = history(session, report.id)
            assert report.state == (passages[-1].target if passages else "draft")
            for before, after in pairwise(passages):
                assert before.target == after.source
        assert audit.verify(session) == []
