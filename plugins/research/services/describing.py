"""The description of a deposit; whatever is changed takes a finished check back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, GuardFailed, Killed, audit, history, require, run_confined
from plugins.research import dictionary, policy, recoding, rights
from plugins.research.dictionary import Column
from plugins.research.lifecycle import EDITABLE, VERSION
from plugins.research.models import Version

CODEBOOKS = "plugins.research.reading.codebooks"


def open_for_change(session: Session, actor: Actor, version: Version, revision: int) -> None:
    """Whether the actor may change it now; a finished check ends. Raises Denied, Conflict, GuardFailed."""
    require(actor, rights.DEPOSIT, version.subject())
    if version.state not in EDITABLE:
        raise GuardFailed("describe", ["not_editable"])
    if version.state == "checked":
        VERSION.move(session, actor, version, "stop_check", revision=revision)
    elif revision != version.revision:
        raise Conflict(history(session, version.id, since=min(max(revision, 0), version.revision)))
    else:
        version.revision += 1


def describe(
    session: Session,
    actor: Actor,
    version: Version,
    about: Mapping[str, Any],
    level: str,
    sensitivity: str,
    embargo: date | None,
    *,
    revision: int,
) -> None:
    """Keep what is said of the whole."""
    open_for_change(session, actor, version, revision)
    if level not in policy.LEVELS or sensitivity not in policy.CLASSES:
        raise GuardFailed("describe", ["level_unknown"])
    version.about = {**version.about, **about}
    version.level, version.sensitivity, version.embargo = level, sensitivity, embargo
    audit.record(session, actor, "research.version.describe", version.id, ("about",))


def change_column(
    session: Session, actor: Actor, version: Version, position: int, changed: Column, *, revision: int
) -> None:
    """Keep what is said of one column. Raises recoding.RuleProblem for a rule that cannot be read."""
    open_for_change(session, actor, version, revision)
    columns = dictionary.columns(version.columns)
    if changed.role not in dictionary.ROLES or changed.recode not in recoding.RECODES:
        raise GuardFailed("describe", ["role_unknown"])
    recoding.rule_of(changed)
    columns[position] = replace(changed, name=columns[position].name, kind=columns[position].kind)
    version.columns = [each.plain() for each in columns]
    audit.record(session, actor, "research.version.column", version.id, ("columns",))


def labels_in(content: bytes) -> list[Column]:
    """What a codebook says of columns. Blocks for seconds, so never in a transaction. Raises GuardFailed."""
    try:
        told = json.loads(run_confined(CODEBOOKS, content))
    except Killed as killed:
        raise GuardFailed("labels", ["no_codebook"]) from killed
    if "problem" in told:
        raise GuardFailed("labels", [told["problem"]])
    return [dictionary.column(each) for each in told]


def take_labels(
    session: Session, actor: Actor, version: Version, told: Iterable[Column], *, revision: int
) -> int:
    """Fill what is empty from a codebook, column by column of the same name; gives how many there were."""
    known = {each.name: each for each in told}
    columns = dictionary.columns(version.columns)
    if not known.keys() & {each.name for each in columns}:
        raise GuardFailed("labels", ["no_column_known"])
    open_for_change(session, actor, version, revision)
    version.columns = [
        (dictionary.joined(each, known[each.name]) if each.name in known else each).plain()
        for each in columns
    ]
    audit.record(session, actor, "research.version.labels", version.id, ("columns",))
    return sum(each.name in known for each in columns)
