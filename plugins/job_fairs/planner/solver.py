"""Engine 2, with the extra `[solver]`: linear programme, keep the ones, integer programme for the rest (HiGHS).

The programme is that of the package's docstring; its optimum without integrality is an upper bound, which was reached
in every fair with windows that we have measured. HiGHS: Huangfu and Hall, "Parallelizing the dual revised simplex
method", 2018. One thread and a fixed seed: the same problem gives the same plan.
"""

from dataclasses import dataclass, field
from typing import Any

from plugins.job_fairs.planner.bounds import Bound
from plugins.job_fairs.planner.model import FAIR, Interview, Plan, Problem, Weights

try:
    import highspy
except ImportError:  # the extra is missing: engine 1 plans alone
    highspy = None  # type: ignore[assignment, unused-ignore]

ONE = 1 - 1e-6
SECONDS = 120.0
"""How long HiGHS may look for the integers; the best found until then counts."""


class NoSolver(RuntimeError):
    """The extra `[solver]` is not installed, or HiGHS found nothing in time."""


def available() -> bool:
    """Whether engine 2 can be used here."""
    return highspy is not None


@dataclass
class Programme:
    """Columns: each possible interview, then one per person. Rows: at most `most` of the sum."""

    columns: list[Interview]
    cost: list[float]
    rows: list[list[tuple[int, float]]] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)

    def at_most(self, most: float, row: list[tuple[int, float]]) -> None:
        """Add a row, unless it says nothing."""
        if len(row) > most or any(factor < 0 for _, factor in row):
            self.rows.append(row)
            self.most.append(most)


def plan(problem: Problem, weights: Weights = FAIR) -> Plan:
    """The best plan by the weights. Raises NoSolver."""
    programme = _programme(problem, weights)
    values, _ = _solve(programme, whole=False)
    for column, value in enumerate(values[: len(programme.columns)]):
        if value >= ONE:
            programme.lower[column] = 1.0
    if any(0.000001 < value < ONE for value in values[: len(programme.columns)]):
        values, _ = _solve(programme, whole=True)
    return Plan.of([each for each, value in zip(programme.columns, values, strict=False) if value > 0.5])


def lp_bound(problem: Problem) -> Bound:
    """No plan has more interviews than the linear programme. Raises NoSolver."""
    _, value = _solve(_programme(problem, Weights(1, 0, 0)), whole=False)
    return Bound(float(int(value + 1e-6)), "lp")


def _programme(problem: Problem, weights: Weights) -> Programme:
    columns = _columns(problem)
    locked = set(problem.locked)
    ranks = [{e: rank for rank, e in enumerate(own)} for own in problem.wishes]
    cost = [weights.count - weights.rank * ranks[each.person][each.employer] for each in columns]
    made = Programme(columns, cost + [weights.people] * len(problem.wishes))
    made.lower = [float(each in locked) for each in columns] + [0.0] * len(problem.wishes)
    _rows_of_people(problem, made)
    desks: dict[tuple[int, int], list[int]] = {}
    for number, each in enumerate(columns):
        desks.setdefault((each.employer, each.slot), []).append(number)
    for (employer, slot), numbers in desks.items():
        made.at_most(problem.capacity[employer][slot], [(n, 1.0) for n in numbers])
    return made


def _columns(problem: Problem) -> list[Interview]:
    fixed = {(each.person, each.employer): each for each in problem.locked}
    made = []
    for person, own in enumerate(problem.wishes):
        for employer in own:
            if (person, employer) in fixed:
                made.append(fixed[person, employer])
            else:
                made += [Interview(person, employer, t) for t in problem.common(person, employer)]
    return made


def _rows_of_people(problem: Problem, made: Programme) -> None:
    own: list[list[int]] = [[] for _ in problem.wishes]
    for number, each in enumerate(made.columns):
        own[each.person].append(number)
    for person, numbers in enumerate(own):
        wishes: dict[int, list[int]] = {}
        for number in numbers:
            wishes.setdefault(made.columns[number].employer, []).append(number)
        for row in wishes.values():
            made.at_most(1, [(n, 1.0) for n in row])
        _times(problem, made, numbers)
        if problem.limits:
            made.at_most(problem.limits[person], [(n, 1.0) for n in numbers])
        served = [(len(made.columns) + person, 1.0), *((n, -1.0) for n in numbers)]
        made.at_most(0, served)


def _times(problem: Problem, made: Programme, numbers: list[int]) -> None:
    """One interview in each run of `rest` + 1 slots, and none in another zone within a walk."""
    free = [n for n in numbers if made.lower[n] < 1] if len(problem.locked) > 1 else numbers
    at: dict[int, list[int]] = {}
    for number in numbers:
        at.setdefault(made.columns[number].slot, []).append(number)
    for slot in sorted(at):
        run = [n for other in range(slot, slot + problem.rest + 1) for n in at.get(other, ())]
        # Locked interviews may stand closer than the rule: then only the others keep away from each of them.
        if sum(made.lower[n] for n in run) <= 1:
            made.at_most(1, [(n, 1.0) for n in run])
        else:
            _apart(made, run, free)
    if problem.walk and problem.zones:
        _walks(problem, made, at)


def _apart(made: Programme, run: list[int], free: list[int]) -> None:
    for number in run:
        if number in free:
            made.at_most(0, [(number, 1.0)])


def _walks(problem: Problem, made: Programme, at: dict[int, list[int]]) -> None:
    zones = sorted(set(problem.zones))
    for slot in sorted(at):
        for later in range(slot + 1, slot + problem.walk + 1):
            for zone in zones if later in at else ():
                row = [n for n in at[slot] if problem.zones[made.columns[n].employer] == zone]
                row += [n for n in at[later] if problem.zones[made.columns[n].employer] != zone]
                if sum(made.lower[n] for n in row) <= 1:
                    made.at_most(1, [(n, 1.0) for n in row])


def _solve(programme: Programme, *, whole: bool) -> tuple[list[float], float]:
    if highspy is None:
        raise NoSolver("the extra [solver] is not installed")
    if not programme.columns:
        # HiGHS calls a programme without columns no programme; nothing can be planned, which is an answer.
        return [0.0] * len(programme.cost), 0.0
    highs = _highs()
    for option, value in _options().items():
        highs.setOptionValue(option, value)
    highs.passModel(_model(programme, whole=whole))
    highs.run()
    solution = highs.getSolution()
    if not solution.value_valid:
        raise NoSolver(f"HiGHS found no plan: {highs.getModelStatus()}")
    return list(solution.col_value), highs.getInfo().objective_function_value


def _highs() -> Any:
    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS names it so
            # The constructor's last step. HiGHS greets at its first use: the option must be set before that.
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    return Quiet()


def _options() -> dict[str, Any]:
    return {
        "threads": 1,
        "random_seed": 1,
        "time_limit": SECONDS,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.005,
    }


def _model(programme: Programme, *, whole: bool) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(programme.cost), len(programme.rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = programme.cost
    model.col_lower_, model.col_upper_ = programme.lower, [1.0] * len(programme.cost)
    model.row_lower_, model.row_upper_ = [-highspy.kHighsInf] * len(programme.rows), programme.most
    starts = [0]
    for row in programme.rows:
        starts.append(starts[-1] + len(row))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = [column for row in programme.rows for column, _ in row]
    model.a_matrix_.value_ = [factor for row in programme.rows for _, factor in row]
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(programme.cost)
    return model
