"""The description of a deposit; whatever is changed takes a finished check back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.toolkit import Actor, Conflict, GuardFailed, audit, history, require
from plugins.research import dictionary, policy, recoding, rights
from plugins.research.dictionary import Column
from plugins.research.lifecycle import EDITABLE, VERSION
from plugins.research.models import Version


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
