"""The risk run over a released file: the figures of `risk`, worked out by the engine. A test holds the two together."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plugins.research import policy, risk
from plugins.research.dictionary import Column, named
from plugins.research.services import engine
from plugins.research.services.engine import literal, name, table

MOST_SHOWN = 20


def figures(
    path: Path, keys: Sequence[str], sensitive: Column | None, weight: str, household: str, threshold: int
) -> dict[str, Any]:
    """The figures of `risk.Metrics` over a file. Raises engine.TooSlow."""
    value = name(sensitive.name) if sensitive else "''"
    # A weight that is no positive number counts as 1, as in `risk.weight_of`.
    number = (
        f"CASE WHEN try_cast({name(weight)} AS DOUBLE) > 0 THEN try_cast({name(weight)} AS DOUBLE) ELSE 1 END"
    )
    mass = number if weight else "1.0"
    # Names of our own: a column may be called like one of ours.
    keyed = ", ".join(f"{name(each)} AS k{n}" for n, each in enumerate(keys)) or "'' AS k0"
    grouped = ", ".join(f"k{n}" for n, _ in enumerate(keys)) or "k0"
    benign = ", ".join(literal(each) for each in sorted(sensitive.benign)) if sensitive else "''"
    with engine.opened(path, patience=300) as connection:
        connection.execute(
            f"CREATE TEMP TABLE cells AS SELECT {keyed}, {value} AS v_, count(*) AS n_, sum({mass}) AS w_ "
            f"FROM {table(path)} GROUP BY ALL"
        )
        connection.execute(
            f"CREATE TEMP TABLE classes AS WITH whole AS (SELECT v_, sum(n_) / sum(sum(n_)) OVER () AS q_ FROM cells "
            f"GROUP BY v_), sized AS (SELECT *, sum(n_) OVER (PARTITION BY {grouped}) AS f_ FROM cells) "
            f"SELECT {grouped}, any_value(f_) AS f_, sum(w_) AS w_, count(*) AS l_, max(n_ / f_) AS share_, "
            f"coalesce(max(n_ / f_) FILTER (v_ NOT IN ({benign})), 0) AS harm_, "
            f"exp(-sum(n_ / f_ * ln(n_ / f_))) AS e_, "
            f"(sum(abs(n_ / f_ - q_)) + 1 - sum(q_)) / 2 AS t_, "
            f"bool_and(v_ IN ({benign})) AS harmless_ "
            f"FROM sized JOIN whole USING (v_) GROUP BY {grouped}"
        )
        row = connection.execute(
            f"SELECT sum(f_), count(*), min(f_), count(*) FILTER (f_ = 1), count(*) FILTER (f_ < {threshold}), "
            f"coalesce(sum(f_) FILTER (f_ < {threshold}), 0), 1 / min(f_), count(*) / sum(f_), min(l_), min(e_), "
            "max(share_), max(harm_), max(t_), sum(f_ / w_), max(1 / w_), bool_and(l_ > 1 OR harmless_) FROM classes"
        ).fetchall()[0]
        names = (
            "records", "classes", "k", "unique", "classes_at_risk", "records_at_risk", "highest_risk",
            "average_risk", "l_distinct", "l_entropy", "largest_share", "harm_share", "t", "expected",
            "highest_weighted",
        )  # fmt: skip
        found: dict[str, Any] = {key: float(each) for key, each in zip(names, row, strict=False)}
        found["harmless"] = bool(row[-1])
        found["household_risk"] = _household(connection, path, keys, household) if household and keys else 0.0
        found["smallest"] = [
            [list(each[:-1]), int(each[-1])]
            for each in connection.execute(
                f"SELECT {grouped}, f_ FROM classes WHERE f_ < {threshold} ORDER BY f_, {grouped} LIMIT {MOST_SHOWN}"
            ).fetchall()
        ]
        found["k_wildcard"] = _wildcard(connection, grouped)
    return found


def _household(connection: Any, path: Path, keys: Sequence[str], household: str) -> float:
    """The highest of 1 - product(1 - 1/f) over the members of a household."""
    joined = " AND ".join(f"t.{name(each)} = c.k{n}" for n, each in enumerate(keys))
    sql = (
        f"SELECT max(r) FROM (SELECT 1 - product(1 - 1 / c.f_) AS r FROM {table(path)} t JOIN classes c ON {joined} "
        f"WHERE t.{name(household)} <> '' GROUP BY t.{name(household)})"
    )
    return float(connection.execute(sql).fetchall()[0][0] or 0.0)


def _wildcard(connection: Any, grouped: str) -> int:
    """The reading of sdcMicro, where it can be worked out; 0 where there are too many classes."""
    rows = connection.execute(f"SELECT {grouped}, f_ FROM classes LIMIT {risk.MOST_COMPARED + 1}").fetchall()
    classes = {tuple(row[:-1]): risk.KeyClass(size=int(row[-1]), weight=int(row[-1])) for row in rows}
    return risk.smallest_wildcard(classes)


def run(path: Path, columns: Sequence[Column], level: str, sensitivity: str) -> dict[str, Any]:
    """The risk run of a released file: settings, figures and findings as plain values, the same for the same file.

    With several sensitive columns each is looked at, and the worst of every figure counts.
    """
    keys = [each.name for each in named(columns, "key")]
    weights, households = named(columns, "weight"), named(columns, "household")
    threshold = policy.class_threshold(level, sensitivity)
    options = (weights[0].name if weights else "", households[0].name if households else "", threshold)
    sensitive: list[Column | None] = [*named(columns, "sensitive")]
    runs = [figures(path, keys, each, *options) for each in sensitive or [None]]
    worst = _worst(runs)
    if not named(columns, "sensitive"):
        # Without a sensitive column there is nothing to be found out about a class.
        worst |= {"harm_share": 0.0, "harmless": True}
    found = policy.findings(worst, level, sensitivity, harmless=worst["harmless"])
    return {
        "keys": keys, "threshold": threshold, "level": level, "sensitivity": sensitivity, "figures": worst,
        "findings": [asdict(each) for each in found], "free_text": [each.name for each in named(columns, "free_text")],
    }  # fmt: skip


def _worst(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    highest = {"harm_share", "largest_share", "t"}
    made = dict(runs[0])
    for each in runs[1:]:
        for key in highest:
            made[key] = max(made[key], each[key])
        for key in ("l_distinct", "l_entropy"):
            made[key] = min(made[key], each[key])
        made["harmless"] = made["harmless"] and each["harmless"]
    return made
