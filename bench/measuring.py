"""How the benches measure: the median of many runs, always beside something known, in one process."""

import statistics
import time
from collections.abc import Callable

RUNS = 30


def milliseconds(act: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of one call, after one that warms up."""
    act()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def row(name: str, value: float, peer: float) -> str:
    """One line of a table: the time, and how many times the peer's."""
    return f"{name:<44} {value:9.2f} ms {value / peer:8.2f} x"
