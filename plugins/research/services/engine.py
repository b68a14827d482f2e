"""DuckDB over one sealed Parquet file that we wrote: the only module that speaks its SQL, and no SQL comes from people.

Every cell is text, as it stood in the file; what a column means stands in the dictionary. A connection may read exactly
the files that it was opened for, and nothing else of the machine (duckdb.org/docs, "Securing DuckDB").
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from core.toolkit import platform
from plugins.research.query import Question
from plugins.research.services import vessel
from plugins.research.structure import ROW_NUMBER

MEMORY = "400MB"
PATIENCE = 20.0
"""Seconds of a query on a page; a time-out is an error, never an empty answer."""

GROUP = 100_000
PARQUET = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})"


class TooSlow(RuntimeError):
    """The question takes too long; a narrower one may not."""


class RowsLost(RuntimeError):
    """The numbers of rows differ: nothing of the result may be used."""


def name(column: str) -> str:
    """A column's name in SQL."""
    return '"' + column.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """A text in SQL, for statements that take no parameters."""
    return "'" + str(text).replace("'", "''") + "'"


@contextmanager
def opened(*reads: Path, patience: float = PATIENCE) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection that reads those sealed files only. Raises TooSlow after `patience` seconds."""
    connection = _connected()
    paths = ", ".join(literal(vessel.address(each)) for each in reads)
    for statement in (
        f"SET allowed_paths=[{paths}]",
        "SET enable_external_access=false",
        "SET autoinstall_known_extensions=false",
        "SET autoload_known_extensions=false",
        "SET allow_community_extensions=false",
        "SET lock_configuration=true",
    ):
        connection.execute(statement)
    clock = Timer(patience, connection.interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield connection
    except duckdb.InterruptException as error:
        raise TooSlow from error
    finally:
        clock.cancel()
        connection.close()


def _connected() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": ""})
    connection.register_filesystem(vessel.Sealed(platform.settings))
    return connection


def write(csv: Path, columns: Sequence[str], rows: int, target: Path) -> None:
    """Make the Parquet twin of a canonical CSV. Raises RowsLost unless it has exactly `rows` rows."""
    types = "{" + ", ".join(f"{literal(each)}: 'VARCHAR'" for each in columns) + "}"
    source = (
        f"read_csv({literal(csv)}, auto_detect=false, header=true, columns={types}, delim=',', quote='\"', "
        "escape='\"', new_line='\\n', strict_mode=true, max_line_size=134217728, parallel=false, "
        "null_padding=false, allow_quoted_nulls=false)"
    )
    cells = ", ".join(f"coalesce({name(each)}, '') AS {name(each)}" for each in columns)
    numbered = f"SELECT row_number() OVER () AS {name(ROW_NUMBER)}, {cells} FROM {source}"
    with _free() as connection:
        connection.execute(f"COPY ({numbered}) TO {literal(target)} {PARQUET}")
        _demand(connection, target, rows)


@contextmanager
def _free() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may write: for the worker, on files of ours only."""
    connection = _connected()
    try:
        connection.execute("SET preserve_insertion_order=true")
        yield connection
    finally:
        connection.close()


def _demand(connection: duckdb.DuckDBPyConnection, target: Path, rows: int) -> None:
    found = connection.execute(f"SELECT count(*) FROM {plain(target)}").fetchall()[0][0]
    if found != rows:
        raise RowsLost(f"{found} rows instead of {rows}")


def distinct(path: Path, column: str, most: int) -> list[tuple[str, int]]:
    """The values of a column with their numbers, the commonest first, at most `most`."""
    with opened(path) as connection:
        return values(connection, path, column, most)


def values(
    connection: duckdb.DuckDBPyConnection, path: Path, column: str, most: int
) -> list[tuple[str, int]]:
    """`distinct`, where one connection looks at many columns: to open and lock one costs as much as to count."""
    sql = f"SELECT {name(column)} v, count(*) n FROM {table(path)} GROUP BY v ORDER BY n DESC, v LIMIT {most}"
    return [(value, number) for value, number in connection.execute(sql).fetchall()]


def table(path: Path) -> str:
    """The sealed file as a table of SQL."""
    return f"read_parquet({literal(vessel.address(path))})"


def plain(path: Path) -> str:
    """A passing Parquet file as a table of SQL."""
    return f"read_parquet({literal(path)})"


Recoded = Mapping[str, Callable[[str], str]]


def release(source: Path, rules: Recoded, keys: Sequence[str], least: int, parquet: Path, csv: Path) -> int:
    """Write the released table: the columns of `rules`, each value as its rule makes it; gives the number of rows.

    `least` above 1 leaves out the rows whose key class is smaller. The CSV is canonical, in the order of the original.
    """
    with _free() as connection:
        for position, (column, rule) in enumerate(rules.items()):
            found = connection.execute(f"SELECT DISTINCT {name(column)} FROM {table(source)}").fetchall()
            connection.execute(f"CREATE TEMP TABLE m{position} (old VARCHAR, new VARCHAR)")
            changed = [(old, rule(old)) for (old,) in found if rule(old) != old]
            if changed:
                connection.executemany(f"INSERT INTO m{position} VALUES (?, ?)", changed)
        cells = ", ".join(
            f"coalesce(m{n}.new, t.{name(each)}) AS {name(each)}" for n, each in enumerate(rules)
        )
        joins = " ".join(f"LEFT JOIN m{n} ON m{n}.old = t.{name(each)}" for n, each in enumerate(rules))
        inner = f"SELECT t.{name(ROW_NUMBER)}, {cells} FROM {table(source)} t {joins}"
        if least > 1 and keys:
            over = ", ".join(name(each) for each in keys)
            inner += f" QUALIFY count(*) OVER (PARTITION BY {over}) >= {least}"
        named = ", ".join(name(each) for each in rules)
        numbered = f"row_number() OVER (ORDER BY {name(ROW_NUMBER)}) AS {name(ROW_NUMBER)}, {named}"
        connection.execute(
            f"COPY (SELECT {numbered} FROM ({inner}) ORDER BY 1) TO {literal(parquet)} {PARQUET}"
        )
        connection.execute(
            f"COPY (SELECT {named} FROM {plain(parquet)} ORDER BY {name(ROW_NUMBER)}) TO {literal(csv)} "
            "(FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', FORCE_QUOTE *)"
        )
        rows: int = connection.execute(f"SELECT count(*) FROM {plain(parquet)}").fetchall()[0][0]
        return rows


def preview(path: Path, columns: Sequence[str], first: int, number: int) -> list[tuple[str, ...]]:
    """Rows `first` to `first + number - 1`, by row number: the last page costs what the first does."""
    cells = ", ".join(name(each) for each in columns)
    with opened(path) as connection:
        sql = (
            f"SELECT {cells} FROM {table(path)} WHERE {name(ROW_NUMBER)} BETWEEN ? AND ? "
            f"ORDER BY {name(ROW_NUMBER)}"
        )
        return connection.execute(sql, [first, first + number - 1]).fetchall()


def condition(asked: Question) -> tuple[str, list[Any]]:
    """A question as SQL with its parameters."""
    parts, given = [], []
    for each in sorted(asked):
        parts.append(
            f"{name(each.column)} {'NOT ' if each.without else ''}IN ({', '.join('?' * len(each.values))})"
        )
        given += list(each.values)
    return " AND ".join(parts) or "true", given


def count(path: Path, asked: Sequence[Question]) -> list[int]:
    """How many rows answer each question."""
    with opened(path) as connection:
        found = []
        for each in asked:
            where, given = condition(each)
            sql = f"SELECT count(*) FROM {table(path)} WHERE {where}"
            found.append(int(connection.execute(sql, given).fetchall()[0][0]))
        return found


def cross(path: Path, row: str, column: str, asked: Question) -> dict[tuple[str, str], int]:
    """The counts of a cross table among the rows that answer a question; `column` empty: a list of one variable."""
    where, given = condition(asked)
    other = name(column) if column else "''"
    with opened(path) as connection:
        sql = f"SELECT {name(row)} a, {other} b, count(*) FROM {table(path)} WHERE {where} GROUP BY a, b"
        return {(a, b): n for a, b, n in connection.execute(sql, given).fetchall()}


def summary(connection: duckdb.DuckDBPyConnection, path: Path, column: str) -> dict[str, float]:
    """Number, mean, and the 1st, 25th, 50th, 75th and 99th percentile of the cells that are numbers."""
    shares = (0.01, 0.25, 0.5, 0.75, 0.99)
    sql = (
        f"SELECT count(v), avg(v), quantile_cont(v, {list(shares)}) FROM "
        f"(SELECT try_cast({name(column)} AS DOUBLE) v FROM {table(path)}) WHERE v IS NOT NULL"
    )
    number, mean, quantiles = connection.execute(sql).fetchall()[0]
    if not number:
        return {"n": 0}
    return {
        "n": number,
        "mean": mean,
        **{f"p{round(s * 100)}": q for s, q in zip(shares, quantiles, strict=True)},
    }
