"""The check: the released table is made, looked through for direct identifiers, and its risk is worked out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, Database, actor_of, approvals, mark, outbox, suppression
from plugins.research import dictionary, identifiers, policy, recoding
from plugins.research.dictionary import Column
from plugins.research.lifecycle import VERSION
from plugins.research.models import Version
from plugins.research.parcel import canonical
from plugins.research.services import engine, risking, shelf
from plugins.research.services.notices import tell

CHECK = "research.check"
LOOKED_AT = 20_000
"""Values of a column that are looked through for identifiers, the commonest first."""

PATIENCE = 600.0
"""Seconds for all columns of a file; nobody waits at a page."""

DONE = mark("The check of “%(title)s” is finished.")


def ask(session: Session, actor: Actor, version: Version, *, revision: int) -> None:
    """Have a described deposit checked. Raises Denied, Conflict, GuardFailed."""
    VERSION.move(session, actor, version, "check", revision=revision)
    outbox.put(session, CHECK, {"version_id": str(version.id), "person_id": str(actor.person_id)})


def check(database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
    """The job: check one deposit. A second run finds it checked and does nothing."""
    for payload in payloads:
        version_id = UUID(payload["version_id"])
        with database.reading() as session:
            found = session.get(Version, version_id)
            if found is None or found.state != "checking":
                continue
            session.expunge(found)
        try:
            made = checked(found)
        except (engine.TooSlow, recoding.RuleProblem) as error:
            made = {"report": None, "failed": type(error).__name__}
        with database.transaction() as session:
            settle(session, actor_of(session, UUID(payload["person_id"])), version_id, made)


def checked(version: Version) -> dict[str, Any]:
    """Everything that the check finds of a described deposit; the same for the same file and description."""
    described = dictionary.columns(version.columns)
    kept = [each for each in described if each.released]
    rules = {each.name: recoding.rule_of(each) for each in kept}
    keys = [each.name for each in kept if each.role == "key"]
    least = int(version.about.get("leave_out") or 0)
    with shelf.passing(".parquet") as parquet, shelf.passing(".csv") as csv:
        places = Path(parquet.name), Path(csv.name)
        rows = engine.release(shelf.path_of(version.working, shelf.PARQUET), rules, keys, least, *places)
        twin, twin_size = shelf.sealed(shelf.pieces(places[0]), shelf.PARQUET)
        sha256, size = shelf.sealed(shelf.pieces(places[1]), shelf.CSV)
    path = shelf.path_of(twin, shelf.PARQUET)
    made = {
        "release": sha256,
        "release_size": size,
        "parquet": twin,
        "parquet_size": twin_size,
        "released_rows": rows,
    }
    if not rows:
        return made | {"report": None, "failed": "nothing_left"}
    released = dictionary.released(described)
    report = risking.run(path, released, version.level, version.sensitivity)
    report["identifiers"], shown = looked_through(path, released, version.level, version.sensitivity)
    report["left_out"] = version.rows - rows
    report["hash"] = approvals.fingerprint(canonical(report | {"release": sha256}))
    return made | {"report": report, "statistics": shown}


def looked_through(
    path: Path, columns: Sequence[Column], level: str, sensitivity: str
) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """The columns that still name people, and what pages show of the others; a cleared one is left to the reviewers.

    What names people is not counted: the numbers would be a list of the names.
    """
    hits, shown = [], {}
    cell = policy.limits(level, sensitivity).cell
    with engine.opened(path, patience=PATIENCE) as connection:
        for each in columns:
            values = engine.values(connection, path, each.name, LOOKED_AT)
            kind = identifiers.found(each, values)
            if kind and not each.cleared.strip():
                hits.append({"column": each.name, "kind": kind})
            else:
                shown[each.name] = _statistics(connection, path, each, values, cell, exact=level == "open")
    return hits, shown


def _statistics(
    connection: Any, path: Path, column: Column, values: Sequence[tuple[str, int]], cell: int, *, exact: bool
) -> dict[str, Any]:
    """Of one column; `values` are its commonest, at least one more than there may be categories."""
    if column.role in ("free_text", "household", "weight"):
        return {}
    if len(values) <= dictionary.MOST_CATEGORIES and (
        column.kind != "number" or column.categories or len(values) < 13
    ):
        shown = suppression.line([number for _, number in values], cell)
        return {"counts": [[value, number] for (value, _), number in zip(values, shown, strict=True)]}
    if column.kind != "number":
        return {}
    return {"summary": _rounded(engine.summary(connection, path, column.name), exact=exact)}


def _rounded(found: Mapping[str, float], *, exact: bool) -> dict[str, float]:
    """Means need ten numbers; but for open data the ends are percentiles rounded to two digits."""
    if found["n"] < 10:
        return {}
    return {key: value if exact or key == "n" else float(f"{value:.2g}") for key, value in found.items()}


def settle(session: Session, actor: Actor, version_id: UUID, made: Mapping[str, Any]) -> None:
    """Keep what the check found; a version that was taken back meanwhile stays as it is."""
    version = session.get_one(Version, version_id, with_for_update={"of": Version})
    move = "finish_check" if made["report"] else "stop_check"
    try:
        VERSION.move(session, actor, version, move, revision=version.revision, reason=made.get("failed", ""))
    except Conflict:
        return
    for key, value in made.items():
        if key != "failed":
            setattr(version, key, value)
    tell(session, version, [version.depositor_id], DONE)
