"""The register of employers: its pages and the search for a new name at N employers, beside the same at 10,000.

N is CAMOVE_BENCH_EMPLOYERS (50,000 unless told; the design asks for 1,000,000, which fills in some minutes). With
CAMOVE_BENCH_FOLDER the filled sites stay there for the next run. A new name is asked for beside the bare rapidfuzz
call, on the few names that the keys leave.
"""

import os
import random
import statistics
import tempfile
from pathlib import Path
from uuid import UUID

from filling import SEED, Filled
from firms import distorted
from measuring import RUNS, milliseconds, row

from core.testing import Browser
from plugins.monitoring.register import matching
from plugins.monitoring.services import candidates

FEW, MANY = 10_000, int(os.environ.get("CAMOVE_BENCH_EMPLOYERS", "50000"))
ASKED, TIMED = 1000, 40
"""Distorted names that are looked for, and those of them whose time is measured."""
LIST, REPORTS = "/ru/monitoring/employers", "/ru/monitoring/reports"


def addresses(filled: Filled) -> dict[str, list[str]]:
    """The lists, a page with a report, and searches by a name and by the beginning of a word; each of many names."""
    names = [name.partition("«")[2].strip("»") for _, name in filled.sample(RUNS)]
    return {
        "list of employers": [LIST] * RUNS,
        "list of reports": [REPORTS] * RUNS,
        "an employer's page": [f"{LIST}/{filled.reported()}"] * RUNS,
        "search by a name": [f"{LIST}?name={each}" for each in names],
        "search by the beginning of a word": [f"{LIST}?name={each[:4]}" for each in names],
    }


def alternating(sites: list[Filled], paths: list[list[str]]) -> list[float]:
    """Medians of the same pages on both sites, read in turns: a machine that grows busy slows both."""
    times: list[list[float]] = [[] for _ in sites]
    for each in zip(*paths, strict=True):
        for filled, path, found in zip(sites, each, times, strict=True):
            found.append(milliseconds(lambda one=filled.browser, path=path: _fetch(one, path), 1))
    return [statistics.median(each) for each in times]


def _fetch(browser: Browser, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code


def pages(sites: list[Filled]) -> None:
    """The table of pages."""
    found = [addresses(each) for each in sites]
    for name in found[0]:
        base, at_size = alternating(sites, [each[name] for each in found])
        print(row(f"{name}, {FEW:,} employers", base, base))
        print(row(f"{name}, {MANY:,} employers", at_size, base), flush=True)


def heard(filled: Filled) -> list[tuple[UUID, str]]:
    """Names of the register as somebody might have heard them, each with the employer that is meant."""
    chance = random.Random(SEED)
    return [(each, distorted(name, chance)) for each, name in filled.sample(ASKED)]


def names(filled: Filled) -> None:
    """What it costs to find a new name, and how often the right employer is among the first ten."""
    asked = heard(filled)
    timed = [name for _, name in asked[:TIMED]]
    with filled.site.database.reading() as session:
        few = [candidates.compared(session, name) for name in timed]
        here = milliseconds(lambda: [candidates.alike(session, name) for name in timed], 5)
        bare = milliseconds(
            lambda: [matching.candidates(name, each, 10) for name, each in zip(timed, few, strict=True)], 5
        )
        found = sum(meant in {each.id for each in candidates.alike(session, name)} for meant, name in asked)
    print(f"-- {filled.count:,} employers, {statistics.mean(map(len, few)):.0f} names compared on average")
    print(row("a new name, bare rapidfuzz on what keys leave", bare / TIMED, bare / TIMED))
    print(row("a new name, with reading its candidates", here / TIMED, bare / TIMED))
    print(f"found among the first ten: {found} of {ASKED}", flush=True)
    whole = filled.names()
    everything = milliseconds(lambda: matching.candidates(timed[0], whole, 10), 1)
    print(row("a new name, bare rapidfuzz on all names", everything, bare / TIMED), flush=True)


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(os.environ.get("CAMOVE_BENCH_FOLDER", folder))
        sites = [Filled(kept / str(count), count) for count in (FEW, MANY)]
        pages(sites)
        for filled in sites:
            names(filled)


if __name__ == "__main__":
    main()
