"""The contract: every hook of camove, grouped by phase. `docs/hooks.md` explains each with an example.

Merge rule of all hooks: answers are concatenated, then sorted by `weight` and name where they have one.
Call order means nothing. What happens when an implementation fails is said per phase.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import click
import pluggy
from flask import Blueprint
from sqlalchemy.orm import Session

from core.contract import (
    CalendarEvent,
    DatasetExtract,
    Job,
    NavItem,
    Obstacle,
    Permission,
    PublicUpdate,
    Role,
    SampleCast,
    SearchDocument,
    SearchRevision,
    Setting,
    Standing,
    Tile,
)
from core.permissions import Actor
from core.workflow import Machine

NAMESPACE = "camove"
hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


# Boot: asked once. A plugin that fails here is marked failed and the site starts without it.


@hookspec
def camove_register_permissions() -> Iterable[Permission]:
    """Declare the rights of the plugin, each named `<plugin>.<thing>.<act>`. Since 1."""
    return ()


@hookspec
def camove_register_roles() -> Iterable[Role]:
    """Declare the roles that bundle those rights, named `<plugin>.<role>`. Since 1."""
    return ()


@hookspec
def camove_register_settings() -> Iterable[Setting]:
    """Declare values that an administrator may change, named `<plugin>.<setting>`. Since 1."""
    return ()


@hookspec
def camove_register_blueprint() -> Blueprint:
    """Give the plugin's pages: one blueprint named as the plugin, put under `/<lang>/<plugin>/`. Since 1."""
    return Blueprint("", "")


@hookspec
def camove_register_commands() -> Iterable[click.Command]:
    """Give command-line commands, put under `camove <plugin>`. Since 1."""
    return ()


@hookspec
def camove_register_jobs() -> Iterable[Job]:
    """Declare background work, named `<plugin>.<job>`. Since 1."""
    return ()


@hookspec
def camove_register_machines() -> Iterable[Machine]:
    """Declare the state machines of the plugin's records; the docs draw them. Since 1."""
    return ()


# Render: asked while a page is made. A failing answer is left out and administrators see a notice.


@hookspec
def camove_nav_items(actor: Actor) -> Iterable[NavItem]:
    """Links of the main navigation for `actor`, labels in the visitor's language. Since 1."""
    return ()


@hookspec
def camove_panel_tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """What waits for `actor`: counted tiles of the dashboard; a tile of 0 is left out. Since 1."""
    return ()


# Events, in the past tense: told in the transaction of the cause. A failure is undone, logged, and no more.


@hookspec
def camove_on_person_disabled(session: Session, person_id: UUID) -> None:
    """A person's account was closed: give back the work that was assigned to them. Since 1."""


@hookspec
def camove_on_sample_data(session: Session, cast: SampleCast) -> None:
    """The sample network was made: add invented records of the plugin to it. Since 1."""


@hookspec
def camove_on_sample_data_removed(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """The sample network is about to go: remove the plugin's records of those organisations. Since 1."""


@hookspec
def camove_on_settings_changed(session: Session, names: Sequence[str]) -> None:
    """An administrator changed these settings: let follow what depends on them. Since 1."""


# Guard: may only narrow what a permission gives. A failing guard denies.


@hookspec
def camove_guard_access(session: Session, actor: Actor, permission: str, target: UUID) -> Iterable[Obstacle]:
    """Object to an act of core on `target` (such as closing an account) with a reason. Since 1."""
    return ()


# Provide: data that core gathers. A failing answer is left out and logged.


@hookspec
def camove_provide_search_documents(session: Session, uids: Sequence[str] | None) -> Iterable[SearchDocument]:
    """The documents for those of `uids` that are the plugin's and still exist; None asks for all. Since 1."""
    return ()


@hookspec
def camove_provide_search_revisions(session: Session) -> Iterable[SearchRevision]:
    """The name and revision of every document that the plugin provides, without their text. Since 1."""
    return ()


@hookspec
def camove_provide_employer_standing(
    session: Session, scheme: str, number: str, name: str, country: str
) -> Iterable[Standing]:
    """The public entries about that employer: by number, or by name where no number is given. Since 1."""
    return ()


@hookspec
def camove_provide_dataset_extracts(
    session: Session, actor: Actor, first: date, last: date
) -> Iterable[DatasetExtract]:
    """Anonymised tables of the days from `first` to `last`, for an actor who may take them out. Since 1."""
    return ()


@hookspec
def camove_provide_calendar_events(
    session: Session, start: datetime, end: datetime
) -> Iterable[CalendarEvent]:
    """What anybody may come to, or was told of, that begins from `start` until `end`. Since 1."""
    return ()


@hookspec
def camove_provide_public_updates(session: Session, limit: int) -> Iterable[PublicUpdate]:
    """The newest that the plugin has published and that is still public, at most `limit`. Since 1."""
    return ()
