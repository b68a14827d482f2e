"""What the planner of fairs reaches: the table of the design, beside greedy planning and, if installed, CP-SAT.

Each line: interviews, share of the bound, people served, first choices met, CPU seconds, megabytes on top of before.
Bounds of fairs with windows: linear programme, where the extra `[solver]` is installed, else the flow bound.
`python bench/planner.py large` measures the largest fairs too (some minutes).
"""

import importlib.util
import sys
import time
import tracemalloc
from collections.abc import Callable

from plugins.job_fairs.planner import (
    Bound,
    Plan,
    Problem,
    faults,
    flow_bound,
    measure,
    plan,
    plan_greedily,
    solver,
)
from plugins.job_fairs.planner.specimens import specimen

SIZES = ("small", "medium", *(each for each in sys.argv[1:] if each == "large"))
KINDS = ("open", "win", "gap")
SLOWEST_GAP = "small"
"""With a rest rule HiGHS needs minutes on larger fairs."""


def cp_sat(problem: Problem) -> Plan:
    """The same model in CP-SAT, two workers, at most 60 seconds."""
    from ortools.sat.python import cp_model

    model, names = cp_model.CpModel(), {}
    for person, own in enumerate(problem.wishes):
        for employer in own:
            for slot in problem.common(person, employer):
                names[person, employer, slot] = model.new_bool_var("")
    groups: dict[tuple[object, ...], list[object]] = {}
    for (person, employer, slot), name in names.items():
        groups.setdefault(("wish", person, employer), []).append(name)
        groups.setdefault(("desk", employer, slot), []).append(name)
        for start in range(slot - problem.rest, slot + 1):
            groups.setdefault(("time", person, start), []).append(name)
    for key, group in groups.items():
        model.add(sum(group) <= (problem.capacity[key[1]][key[2]] if key[0] == "desk" else 1))
    model.maximize(sum(names.values()))
    engine = cp_model.CpSolver()
    engine.parameters.max_time_in_seconds, engine.parameters.num_workers = 60, 2
    engine.solve(model)
    return Plan.of([key for key, name in names.items() if engine.value(name)])


def engines(size: str, kind: str) -> dict[str, Callable[[Problem], Plan]]:
    """Who takes part in a line of the table."""
    found: dict[str, Callable[[Problem], Plan]] = {"greedy": plan_greedily, "engine 1": plan}
    if solver.available() and (kind == "win" or (kind == "gap" and size == SLOWEST_GAP)):
        found["engine 2"] = solver.plan
    if importlib.util.find_spec("ortools") and size == "small":
        found["CP-SAT"] = cp_sat
    return found


def bound(problem: Problem, size: str, kind: str) -> Bound:
    """The best bound that is cheap here."""
    exact = solver.available() and (kind == "win" or (kind == "gap" and size == SLOWEST_GAP))
    return solver.lp_bound(problem) if exact else flow_bound(problem)


def main() -> None:
    """Print the table."""
    print(
        f"{'fair':<12} {'digest':<17} {'engine':<9} {'done':>5} {'bound':>10} {'share':>7} served first   s    MB"
    )
    for kind in KINDS:
        for size in SIZES:
            made = specimen(size, kind)
            best = bound(made.problem, size, kind)
            for name, engine in engines(size, kind).items():
                tracemalloc.start()
                engine(made.problem)
                memory = tracemalloc.get_traced_memory()[1] / 1e6
                tracemalloc.stop()
                start = time.process_time()
                found = engine(made.problem)
                spent = time.process_time() - start
                assert not faults(made.problem, found)
                got = measure(made.problem, found)
                print(
                    f"{size + ' ' + kind:<12} {made.digest:<17} {name:<9} {got.interviews:>5}"
                    f" {best.value:>6.0f} {best.source:<4}{100 * got.interviews / best.value:>6.1f}%"
                    f" {got.served}/{got.hopeful} {got.first_met / max(1, got.firsts):>4.0%}"
                    f" {spent:>6.2f} {memory:>5.1f}",
                    flush=True,
                )
    if not importlib.util.find_spec("ortools"):
        print("CP-SAT: not installed here (pip install ortools), so not measured")


if __name__ == "__main__":
    main()
