"""Looks into a version and its risk run beside bare DuckDB and SQLite, in one run; the whole way of a file beside them.

CAMOVE_BENCH_ROWS (200000) sets how many rows of 20 columns there are.
"""

import csv
import os
import random
import resource
import sqlite3
import tempfile
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
            measure(source, lite(Path(folder) / "t.sqlite", source))
        app.extensions[EXTENSION].database.close()


def measure(source: Path, other: sqlite3.Connection) -> None:
    """Each question in both or all three."""
    original, _ = shelf.sealed(shelf.pieces(source))
    report: dict[str, object] = {}
    whole = milliseconds(lambda: report.update(deposits.read(original, {"encoding": "utf-8"})), 1)
    path = shelf.path_of(str(report["working"]), shelf.PARQUET)
    it, keys = engine.table(path), ", ".join(KEYS)
    print(f"{ROWS:,} rows of 20 columns")
    pairs = (
        ("preview at 90 %", lambda: engine.preview(path, NAMES, ROWS * 9 // 10, 50),
         f"SELECT * FROM {it} WHERE _row BETWEEN {ROWS * 9 // 10} AND {ROWS * 9 // 10 + 49}"),
        ("facet, 45 values", lambda: engine.distinct(path, "region", 200),
         f"SELECT region, count(*) FROM {it} GROUP BY region"),
        ("filtered count, 3 conditions", lambda: engine.count(path, [question()]),
         f"SELECT count(*) FROM {it} WHERE region IN ('1', '2') AND sex = '1' AND age NOT IN ('20')"),
        ("k, l, t and harm over 5 variables", lambda: risking.figures(path, KEYS, Column("q0"), "", "", 5),
         f"SELECT min(n) FROM (SELECT count(*) n, count(DISTINCT q0) FROM {it} GROUP BY {keys})"),
    )  # fmt: skip
    for name, ours, theirs in pairs:
        peer = milliseconds(lambda sql=theirs: bare(sql), RUNS)  # type: ignore[misc]
        print(row(f"{name}: bare DuckDB", peer, peer))
        print(row(f"{name}: ours", milliseconds(ours, RUNS), peer))
    facet = milliseconds(
        lambda: other.execute("SELECT region, count(*) FROM t GROUP BY region").fetchall(), RUNS
    )
    print(row("facet: SQLite without an index", facet, facet))
    print(row("facet: ours", milliseconds(lambda: engine.distinct(path, "region", 200), RUNS), facet))
    bare_read = milliseconds(lambda: bare(f"SELECT count(*) FROM read_csv('{source}', all_varchar=true)"), 1)
    print(row("read the CSV: bare DuckDB, unchecked", bare_read, bare_read))
    print(row("unseal, confine, structure, canonical, twin", whole, bare_read))
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB,"
          f" of its children {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")  # fmt: skip
    shown = milliseconds(
        lambda: checking.statistics(path, [Column(n) for n in NAMES[1:]], "request", "S2"), 1
    )
    print(f"statistics of 19 columns, once at publication: {shown:.0f} ms")


def question() -> frozenset[Condition]:
    """Three conditions."""
    return frozenset(
        {Condition("region", ("1", "2")), Condition("sex", ("1",)), Condition("age", ("20",), without=True)}
    )


if __name__ == "__main__":
    main()
