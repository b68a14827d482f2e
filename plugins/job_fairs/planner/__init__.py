"""Interview slots for a whole fair at once: pure Python, usable alone, no Flask and no database.

People S wish to meet employers E in slots T = 0..n-1 of equal length. c(e,t) desks are open, A(s) are the slots
in which a person is there. x(s,e,t) is 0 or 1 for each wish (s,e) and each t in A(s) with c(e,t) > 0:

1. each wish at most once; 2. each person at most one interview at a time, with a rest or a walk between two;
3. at most c(e,t) interviews of an employer at a time.

Objective: `count` * interviews + `people` * people with at least one - `rank` * sum of ranks.

Without windows this is a b-matching, so the flow bound is reached (Koenig's edge colouring; Even, Itai and Shamir,
"On the complexity of timetable and multicommodity flow problems", 1976). With windows it is restricted edge colouring
and NP-complete (same paper; Garey and Johnson SS19), so the bound stands beside the result.
"""

from plugins.job_fairs.planner.bounds import Bound, flow_bound
from plugins.job_fairs.planner.checker import faults
from plugins.job_fairs.planner.engine import plan, plan_greedily, weighed
from plugins.job_fairs.planner.explain import Reason, free_desks, reasons
from plugins.job_fairs.planner.measure import GroupMeasure, Measure, by_group, measure
from plugins.job_fairs.planner.model import Interview, Plan, Problem, Weights

__all__ = [
    "Bound", "GroupMeasure", "Interview", "Measure", "Plan", "Problem", "Reason", "Weights", "by_group", "faults",
    "flow_bound", "free_desks", "measure", "plan", "plan_greedily", "reasons", "weighed",
]  # fmt: skip
