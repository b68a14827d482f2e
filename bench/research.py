"""A version and its risk run beside bare DuckDB, SQLite, pandas and Datasette; a deposit beside frictionless.

CAMOVE_BENCH_ROWS (200000) sets how many rows of 20 columns there are. pandas and Datasette are measured where they are
installed; neither is a dependency.
"""

import asyncio
import csv
import importlib.util
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from measuring import milliseconds, row

from core.platform import EXTENSION
from core.testing import make_app
from plugins.research.dictionary import Column
from plugins.research.query import Condition
from plugins.research.services import checking, deposits, engine, risking, shelf

ROWS = int(os.environ.get("CAMOVE_BENCH_ROWS", "200000"))
NAMES = ["id", "region", "sex", "age", "education", "marital", *[f"q{n}" for n in range(14)]]
KEYS = ["region", "sex", "age", "education", "marital"]
RUNS = 5


def table(path: Path) -> None:
    """Write an invented survey."""
    rng = random.Random(20260801)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        for n in range(ROWS):
            facts = [
                n,
                rng.randrange(45),
                rng.randrange(2),
                rng.randrange(16, 76),
                rng.randrange(6),
                rng.randrange(4),
            ]
            writer.writerow([*facts, *(rng.randrange(5) for _ in range(14))])


def lite(path: Path, source: Path) -> sqlite3.Connection:
    """The same rows in SQLite, without an index."""
    made = sqlite3.connect(path)
    made.execute(f"CREATE TABLE t ({', '.join(NAMES)})")
    with source.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        made.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 20)})", rows)
    made.commit()
    return made


def bare(sql: str) -> list[object]:
    """The same question to DuckDB alone, on one thread."""
    connection = duckdb.connect(config={"threads": 1})
    found: list[object] = connection.execute(sql).fetchall()
    connection.close()
    return found


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder) / "instance")
        source = Path(folder) / "survey.csv"
        table(source)
        with app.app_context():
            measure(source, Path(folder))
        app.extensions[EXTENSION].database.close()


def measure(source: Path, folder: Path) -> None:
    """Deposit the file, then each question to us and to the others."""
    other = lite(folder / "t.sqlite", source)
    original, _ = shelf.sealed(shelf.pieces(source))
    report: dict[str, object] = {}
    started = time.process_time(), _children()
    whole = milliseconds(lambda: report.update(deposits.read(original, {"encoding": "utf-8"})), 1) / 1000
    path = shelf.path_of(str(report["working"]), shelf.PARQUET)
    shown = milliseconds(
        lambda: checking.looked_through(path, [Column(n) for n in NAMES[1:]], "request", "S2"), 1
    )
    risk = milliseconds(lambda: risking.figures(path, KEYS, Column("q0"), "", "", 5), 1)
    cpu = (time.process_time() - started[0] + _children() - started[1]) / 2
    print(f"{ROWS:,} rows of 20 columns")
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB,"
          f" of its children {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")  # fmt: skip
    print(f"decode, structure, canonical, Parquet {whole:.1f} s")
    print(f"statistics, and the look for identifiers {shown / 1000:.1f} s; risk {risk / 1000:.1f} s")
    open_twin = folder / "plain.parquet"
    with open_twin.open("wb") as file:
        shelf.copied(shelf.opened(str(report["working"]), shelf.PARQUET), file)
    questions(path, f"read_parquet('{open_twin}')", other)
    with_pandas(source, path)
    print(f"full deposit, CPU {cpu:.1f} s; frictionless validate, CPU {frictionless(source):.1f} s")
    asyncio.run(datasette(folder / "t.sqlite"))


def questions(path: Path, it: str, other: sqlite3.Connection) -> None:
    """Each question to us, on the sealed file, and to bare DuckDB, on an open one; the facet to SQLite too."""
    keys = ", ".join(KEYS)
    pairs = (
        ("preview at 90 %", lambda: engine.preview(path, NAMES, ROWS * 9 // 10, 50),
         f"SELECT * FROM {it} WHERE _row BETWEEN {ROWS * 9 // 10} AND {ROWS * 9 // 10 + 49}"),
        ("facet, 45 values", lambda: engine.distinct(path, "region", 200),
         f"SELECT region, count(*) FROM {it} GROUP BY region"),
        ("filtered count, 3 conditions", lambda: engine.count(path, [question()]),
         f"SELECT count(*) FROM {it} WHERE region IN ('1', '2') AND sex = '1' AND age NOT IN ('20')"),
        ("all figures over 5 variables", lambda: risking.figures(path, KEYS, Column("q0"), "", "", 5),
         f"SELECT min(n), min(l) FROM (SELECT count(*) n, count(DISTINCT q0) l FROM {it} GROUP BY {keys})"),
    )  # fmt: skip
    for name, ours, theirs in pairs:
        peer = milliseconds(lambda sql=theirs: bare(sql), RUNS)  # type: ignore[misc]
        print(row(f"{name}: bare DuckDB", peer, peer))
        print(row(f"{name}: ours", milliseconds(ours, RUNS), peer))
    sql = "SELECT region, count(*) FROM t GROUP BY region"
    facet = milliseconds(lambda: other.execute(sql).fetchall(), RUNS)
    print(row("facet: SQLite without an index", facet, facet))
    print(row("facet: ours", milliseconds(lambda: engine.distinct(path, "region", 200), RUNS), facet))


def with_pandas(source: Path, path: Path) -> None:
    """k and l by pandas, from a frame that is in memory already."""
    if not importlib.util.find_spec("pandas"):
        print("pandas is not installed: not measured")
        return
    import pandas

    frame = pandas.read_csv(source, dtype=str)
    peer = milliseconds(lambda: frame.groupby(KEYS, dropna=False)["q0"].agg(["size", "nunique"]).min(), 3)
    print(row("k and l: pandas, read already", peer, peer))
    ours = milliseconds(lambda: risking.figures(path, KEYS, Column("q0"), "", "", 5), 3)
    print(row("k, l, t, harm, entropy: ours", ours, peer))


def frictionless(source: Path) -> float:
    """CPU seconds of `frictionless validate` on the same file."""
    before = _children()
    command = [sys.executable, "-W", "ignore", "-m", "frictionless", "validate", source.name]
    subprocess.run(command, cwd=source.parent, capture_output=True, check=False)
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def datasette(path: Path) -> None:
    """What Datasette answers to the facet at its default limits, and how long it takes."""
    if not importlib.util.find_spec("datasette"):
        print("Datasette is not installed: not measured")
        return
    from datasette.app import Datasette

    client = Datasette([str(path)]).client
    start = time.perf_counter()
    answer = await client.get("/t/t.json?_facet=region&_size=0")
    seconds = time.perf_counter() - start
    facets = answer.json().get("facet_results", {})
    told = "the facet" if facets.get("region") or facets.get("results") else f"no facet: {str(facets)[:60]}"
    print(
        f"facet: Datasette at its default limits {seconds * 1000:.0f} ms, status {answer.status_code}, {told}"
    )


def question() -> frozenset[Condition]:
    """Three conditions."""
    return frozenset(
        {Condition("region", ("1", "2")), Condition("sex", ("1",)), Condition("age", ("20",), without=True)}
    )


if __name__ == "__main__":
    main()
