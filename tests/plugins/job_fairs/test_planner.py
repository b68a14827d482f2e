"""The planner: what every plan keeps, what is reached, and what is said of the rest."""

import hashlib
import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.job_fairs.planner import (
    Interview,
    Plan,
    Problem,
    Reason,
    Weights,
    by_group,
    faults,
    flow_bound,
    free_desks,
    measure,
    plan,
    plan_greedily,
    reasons,
    solver,
    weighed,
)
from plugins.job_fairs.planner.engine import fill_only
from plugins.job_fairs.planner.measure import stays
from plugins.job_fairs.planner.specimens import specimen

needs_solver = pytest.mark.skipif(not solver.available(), reason="the extra [solver] is not installed")


@st.composite
def problems(draw: st.DrawFn, *, windows: bool = True) -> Problem:
    slots, employers = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    people = draw(st.integers(1, 7))
    desks = st.integers(0, 2)
    if windows:
        capacity = [tuple(draw(desks) for _ in range(slots)) for _ in range(employers)]
        available = [draw(st.frozensets(st.integers(0, slots - 1))) for _ in range(people)]
    else:
        capacity = [(draw(desks),) * slots for _ in range(employers)]
        available = [frozenset(range(slots))] * people
    wishes = [
        tuple(draw(st.permutations(range(employers)))[: draw(st.integers(0, 4))]) for _ in range(people)
    ]
    zones = tuple(draw(st.integers(0, 1)) for _ in range(employers))
    return Problem(
        tuple(capacity), tuple(available), tuple(wishes),
        rest=draw(st.integers(0, 2)) if windows else 0,
        walk=draw(st.integers(0, 2)) if windows else 0,
        zones=zones,
        limits=tuple(draw(st.integers(1, 4)) for _ in range(people)) if windows and draw(st.booleans()) else (),
    )  # fmt: skip


def most(problem: Problem) -> int:
    """The most interviews, by trying all: for very small fairs."""
    every = [
        Interview(s, e, t)
        for s, own in enumerate(problem.wishes)
        for e in own
        for t in problem.common(s, e)
    ]  # fmt: skip
    best = 0
    chosen: list[Interview] = []

    def go(at: int) -> None:
        nonlocal best
        best = max(best, len(chosen))
        for index in range(at, len(every)):
            if len(chosen) + len(every) - index <= best:
                return
            chosen.append(every[index])
            if not faults(problem, Plan.of(chosen)):
                go(index + 1)
            chosen.pop()

    go(0)
    return best


@settings(max_examples=150, deadline=None)
@given(problems())
def test_every_plan_keeps_all_rules_and_says_why_each_wish_failed(problem: Problem) -> None:
    made = plan(problem)
    assert faults(problem, made) == []
    assert len(made.interviews) <= flow_bound(problem).value
    why = reasons(problem, made)
    met = {(each.person, each.employer) for each in made.interviews}
    wished = {(s, e) for s, own in enumerate(problem.wishes) for e in own}
    assert set(why) == wished - met
    assert Reason.OPEN not in why.values()
    assert plan(problem) == made
    assert all(not faults(problem, Plan.of([*made.interviews, each])) for s in range(len(problem.wishes))
               for each in free_desks(problem, made, s) if each.employer in problem.wishes[s])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(problems(), st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 1000))
def test_no_weights_make_a_wrong_plan_and_each_gets_the_best_that_was_found(
    problem: Problem, count: float, people: float, rank: float
) -> None:
    if count + people == 0:
        with pytest.raises(ValueError, match="must count"):
            Weights(count, people, rank)
        return
    own = Weights(count, people, rank)
    made = weighed(problem, {"own": own, "default": Weights(), "count": Weights(1, 0, 0)})
    assert made["default"] == plan(problem)
    assert made["own"] == plan(problem, own)
    for each in made.values():
        assert faults(problem, each) == []
        assert measure(problem, made["own"]).value(own) >= measure(problem, each).value(own)
        assert measure(problem, made["count"]).interviews >= measure(problem, each).interviews
    if solver.available():
        assert faults(problem, solver.plan(problem, own)) == []


def test_ranks_that_weigh_more_buy_first_choices_with_interviews() -> None:
    problem = specimen("small", "gap").problem
    made = weighed(problem, {"count": Weights(1, 0, 0), "ranks": Weights(1, 1, 0.5)})
    count, ranks = (measure(problem, made[name]) for name in ("count", "ranks"))
    assert ranks.first_met > count.first_met
    assert ranks.interviews < count.interviews


@pytest.mark.parametrize(
    ("wrong"), [(-1, 1, 0), (1, -0.1, 0), (1, 1, -1), (0, 0, 1), (math.nan, 1, 0), (1, 1, math.inf)]
)
def test_weights_that_would_make_the_empty_plan_best_are_refused(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Weights(*wrong)


@settings(max_examples=100, deadline=None)
@given(problems(windows=False))
def test_without_windows_the_flow_bound_is_always_reached(problem: Problem) -> None:
    made = plan(problem)
    assert faults(problem, made) == []
    assert len(made.interviews) == flow_bound(problem).value
    once = Problem(problem.capacity, problem.available, problem.wishes, limits=(1,) * len(problem.wishes))
    assert measure(problem, made).served == flow_bound(once).value, "nobody who can be served is left out"


def test_first_choices_of_a_fair_without_windows_are_raised_at_no_cost() -> None:
    result = measure(specimen("small", "open").problem, plan(specimen("small", "open").problem))
    assert (result.interviews, result.served) == (726, 200)
    assert result.first_met >= 0.9 * result.firsts


@needs_solver
@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_solver_keeps_all_rules_and_its_bound_holds(problem: Problem) -> None:
    bound, made = solver.lp_bound(problem), solver.plan(problem)
    assert faults(problem, made) == []
    assert len(plan(problem).interviews) <= bound.value <= flow_bound(problem).value
    assert measure(problem, made).value(Weights()) >= measure(problem, plan(problem)).value(
        Weights()
    ) - 0.01 or (len(made.interviews) < bound.value)


@needs_solver
def test_the_solver_says_nothing_on_standard_output() -> None:
    # In a process of its own: HiGHS greets once.
    code = (
        "from plugins.job_fairs.planner import Problem, solver\n"
        "solver.lp_bound(Problem(capacity=((1,),), available=(frozenset({0}),), wishes=((0,),)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == ""


@needs_solver
@settings(max_examples=25, deadline=None)
@given(problems().filter(lambda each: sum(map(len, each.wishes)) <= 6 and each.slots <= 3))
def test_the_bound_is_never_below_what_trying_all_finds(problem: Problem) -> None:
    assert len(plan(problem).interviews) <= most(problem) <= solver.lp_bound(problem).value


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_locked_and_published_interviews_never_move(problem: Problem, data: st.DataObject) -> None:
    first = plan(problem).interviews
    kept = tuple(each for each in first if data.draw(st.booleans()))
    again = Problem(
        problem.capacity, problem.available, problem.wishes, problem.rest, problem.walk, problem.zones,
        problem.limits, kept,
    )  # fmt: skip
    for made in (plan(again), fill_only(problem, kept)):
        assert set(kept) <= set(made.interviews)
        assert faults(again, made) == []
    if solver.available():
        assert faults(again, solver.plan(again)) == []


@pytest.mark.parametrize(
    ("size", "kind", "digest"),
    [
        ("small", "open", "67cb05b6b9b96e63"), ("small", "win", "4878d530a572f640"),
        ("small", "gap", "ddea64261753c8dc"), ("medium", "open", "89fe626c8075a457"),
        ("medium", "win", "3a610b6b6e7f98d8"), ("medium", "gap", "f28833add8c94940"),
        ("large", "open", "917e56d6e64f09c2"), ("large", "win", "6f81f1a9edf82031"),
        ("large", "gap", "c35b184ea0178784"),
    ],
)  # fmt: skip
def test_the_invented_fairs_are_those_that_were_published(size: str, kind: str, digest: str) -> None:
    assert specimen(size, kind).digest == digest


@pytest.mark.parametrize(("kind", "digest"), [("win", "e12804b5ac5579b7"), ("gap", "7610f949a7b51c2d")])
def test_the_plan_of_the_default_weights_is_the_same_on_every_machine(kind: str, digest: str) -> None:
    made = plan(specimen("small", kind).problem)
    assert hashlib.sha256(repr(made.interviews).encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize(
    ("kind", "bound", "share"), [("open", 726, 1.0), ("win", 626, 0.96), ("gap", 566, 0.9)]
)
def test_a_small_fair_reaches_its_share_of_the_bound(kind: str, bound: int, share: float) -> None:
    problem = specimen("small", kind).problem
    made = plan(problem)
    result = measure(problem, made)
    assert result.interviews >= share * bound
    assert result.served == result.hopeful == 200
    assert result.first_met >= 0.7 * result.firsts
    assert result.interviews > len(plan_greedily(problem).interviews) or kind == "open"


@needs_solver
def test_a_fair_to_which_nobody_comes_has_a_plan_too() -> None:
    empty = Problem(((1, 1),), (), ())
    assert solver.plan(empty) == plan(empty) == Plan(())
    assert solver.lp_bound(empty).value == flow_bound(empty).value == 0


@needs_solver
def test_the_solver_reaches_the_bound_of_a_small_fair_with_windows() -> None:
    problem = specimen("small", "win").problem
    assert solver.lp_bound(problem).value == 626
    result = measure(problem, solver.plan(problem))
    assert (result.interviews, result.served) == (626, 200)


def test_a_planted_timetable_without_a_free_minute_is_found() -> None:
    """As many people as desks, and everybody meets somebody in every slot: a Latin square."""
    size = 12
    problem = Problem(
        ((1,) * size,) * size, (frozenset(range(size)),) * size,
        tuple(tuple((s + t) % size for t in range(size)) for s in range(size)),
    )  # fmt: skip
    made = plan(problem)
    assert len(made.interviews) == size * size
    assert faults(problem, made) == []


def test_each_reason_is_told_from_the_others() -> None:
    problem = Problem(
        capacity=((1, 0, 0), (0, 1, 0), (1, 1, 0)),
        available=(frozenset({0}), frozenset({0, 1}), frozenset({2})),
        wishes=((0, 2), (0, 1), (1,)),
        rest=1,
    )
    made = Plan.of([Interview(0, 0, 0), Interview(1, 2, 0)])
    with pytest.raises(ValueError, match="nobody wished"):
        Problem(problem.capacity, problem.available, problem.wishes, locked=made.interviews)
    made = Plan.of([Interview(0, 0, 0)])
    why = reasons(problem, made)
    assert why[0, 2] == Reason.PERSON_FULL
    assert why[1, 0] == Reason.EMPLOYER_FULL
    assert why[2, 1] == Reason.NO_COMMON_SLOT
    assert why[1, 1] == Reason.OPEN
    rested = Problem(((1, 0), (0, 1)), (frozenset({0, 1}),), ((0, 1),), rest=1)
    assert reasons(rested, plan(rested)) == {(0, 1): Reason.REST_RULE}


def test_the_checker_finds_each_kind_of_fault() -> None:
    problem = Problem(
        ((1, 1, 1), (1, 1, 1)), (frozenset({0, 1}),) * 2, ((0, 1), (0,)), rest=1, limits=(1, 1),
        locked=(Interview(1, 0, 1),),
    )  # fmt: skip
    wrong = {
        "not wished": [Interview(1, 1, 0)],
        "outside the window": [Interview(0, 0, 2)],
        "outside the fair": [Interview(0, 0, 7)],
        "same time": [Interview(0, 0, 0), Interview(0, 1, 0)],
        "same wish": [Interview(0, 0, 0), Interview(0, 0, 1)],
        "no rest": [Interview(0, 0, 0), Interview(0, 1, 1)],
        "more than allowed": [Interview(0, 0, 0), Interview(0, 1, 1)],
        "at 1 desks": [Interview(0, 0, 1), Interview(1, 0, 1)],
        "locked and missing": [],
    }
    for words, interviews in wrong.items():
        assert any(words in each for each in _faults(problem, interviews)), words


def _faults(problem: Problem, interviews: list[Interview]) -> list[str]:
    wide = Problem(
        tuple(row + (0,) * 5 for row in problem.capacity) if any(i.slot > 2 for i in interviews) else problem.capacity,
        problem.available, problem.wishes, problem.rest, 0, (), problem.limits, problem.locked,
    )  # fmt: skip
    short = Problem(
        problem.capacity,
        problem.available,
        problem.wishes,
        problem.rest,
        0,
        (),
        problem.limits,
        problem.locked,
    )
    outside = [each for each in interviews if each.slot >= 3]
    if outside:
        return [f"{each} is outside the fair" for each in outside if faults(wide, Plan.of(interviews))]
    return faults(short, Plan.of(interviews))


def test_fairness_is_measured_by_group() -> None:
    problem = specimen("small", "win").problem
    made = plan(problem)
    groups = by_group(problem, made, stays(problem))
    assert [each.group for each in groups] == ["long", "short"]
    assert sum(each.people for each in groups) == 200
    assert sum(each.measure.interviews for each in groups) == len(made.interviews)
    sexes = by_group(problem, made, ["1", "2"] * 100)
    assert [each.people for each in sexes] == [100, 100]
    assert [each.measure.served for each in sexes] == [100, 100]


def test_after_the_day_changed_nothing_published_moves_and_gaps_are_filled() -> None:
    problem = specimen("small", "win").problem
    published = plan(problem).interviews
    absent = set(range(0, 200, 7))
    kept = tuple(each for each in published if each.person not in absent)
    present = tuple(frozenset() if s in absent else own for s, own in enumerate(problem.available))
    today = Problem(problem.capacity, present, problem.wishes)
    filled = fill_only(today, kept)
    assert set(kept) <= set(filled.interviews)
    assert faults(today, filled) == []
    assert len(filled.interviews) >= 0.98 * len(plan(today).interviews)


def test_what_is_locked_stands_although_moving_it_would_give_more() -> None:
    problem = specimen("small", "win").problem
    locked = plan_greedily(problem).interviews[::2]
    again = Problem(problem.capacity, problem.available, problem.wishes, locked=locked)
    made = plan(again)
    assert set(locked) <= set(made.interviews)
    assert faults(again, made) == []
    assert len(made.interviews) < len(plan(problem).interviews)
