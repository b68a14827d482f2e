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
    Figure,
    Job,
    NavItem,
    Obstacle,
    Period,
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
from core.rest.contract import Resource
from core.workflow import Machine

NAMESPACE = "camove"
hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


# Boot: asked once. A plugin that fails here is marked failed and the site starts without it.


@hookspec
def camove_register_permissions() -> Iterable[Permission]:
    """Declare the rights of the plugin, each named `<plugin>.<thing>.<act>`. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: `Permission` values named `<plugin>.<thing>.<act>`; `label` is a sentence marked with `mark()`.
    Merge: added to the register of permissions; a name outside the plugin's own prefix is a collision.
    """
    return ()


@hookspec
def camove_register_roles() -> Iterable[Role]:
    """Declare the roles that bundle those rights, named `<plugin>.<role>`. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: `Role` values named `<plugin>.<role>`: which permissions, how far each reaches (`Scope`), in
        which kinds of organisation.
    Merge: added to the roles that may be given to people; a role that grants an undeclared permission is
        refused.
    """
    return ()


@hookspec
def camove_register_settings() -> Iterable[Setting]:
    """Declare values that an administrator may change, named `<plugin>.<setting>`. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: `Setting` values named `<plugin>.<setting>`; read them with `get_setting(session, setting)`.
    Merge: shown together in Administration, Settings.
    """
    return ()


@hookspec
def camove_register_blueprint() -> Blueprint:
    """Give the plugin's pages: one blueprint named as the plugin, put under `/<lang>/<plugin>/`. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: one Flask `Blueprint` named as the plugin. Every page of it carries `@needs(permission)` or
        `@public`. The folders `templates/<plugin>/` and `static/` beside the plugin are found.
    Merge: put under `/<lang>/<plugin>/`; the language never reaches the view. A page without a declared
        permission, an address that is taken, another's name: each is a collision.
    """
    return Blueprint("", "")


@hookspec
def camove_register_commands() -> Iterable[click.Command]:
    """Give command-line commands, put under `camove <plugin>`. Since 1.

    Phase: boot: asked when the command line starts.
    Parameters: none.
    Returns: click commands.
    Merge: put under `camove <plugin>`.
    When it fails: the plugin is left without commands, and the failure is noted.
    """
    return ()


@hookspec
def camove_register_jobs() -> Iterable[Job]:
    """Declare background work, named `<plugin>.<job>`. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: `Job` values named `<plugin>.<job>`: what the worker runs for queued payloads (`outbox.put`) or
        every so often. At least once, so they must be idempotent.
    Merge: added to the worker's jobs.
    """
    return ()


@hookspec
def camove_register_machines() -> Iterable[Machine]:
    """Declare the state machines of the plugin's records; the docs draw them. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: `Machine` values, `kind` is `<plugin>.<record>`.
    Merge: kept by kind in `platform.machines`; `docs/states.md` draws them.
    """
    return ()


@hookspec
def camove_register_rest() -> Iterable[Resource]:
    """Give what programs may read and write with a token, put under `/api/v1/<plugin>/`. Since 1.

    Phase: boot: asked once, when the site starts.
    Parameters: none.
    Returns: `Resource` values named `<plugin>.<thing>`: schemas, functions that call your services, and the access
        that a token needs, named `<plugin>.<thing>.read` or `.write`. Tokens, pages of lists, errors, tags,
        conditions, repeats and limits are core's: see `docs/api.md`.
    Merge: put under `/api/v1/<plugin>/<thing>` and into the one OpenAPI document. A resource or an access outside the
        plugin's own prefix, one that is there twice, a permission that nobody declares: each is a collision.
    """
    return ()


# Render: asked while a page is made. A failing answer is left out and administrators see a notice.


@hookspec
def camove_nav_items(actor: Actor) -> Iterable[NavItem]:
    """Links of the main navigation for `actor`, labels in the visitor's language. Since 1.

    Phase: render: asked while a page is made, outside any transaction that writes.
    Parameters: `actor` - who looks at the page; nobody's actor has no `person_id`.
    Returns: `NavItem` values, labels already in the visitor's language.
    Merge: those whose `permission` the actor holds, by `weight`, then label.
    """
    return ()


@hookspec
def camove_panel_tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """What waits for `actor`: counted tiles of the dashboard; a tile of 0 is left out. Since 1.

    Phase: render: asked while a page is made, outside any transaction that writes.
    Parameters: `session` - for reading; what is written there is lost. `actor` - who looks.
    Returns: `Tile` values: a number, and the filtered list behind it.
    Merge: those above 0, by `weight`, then label.
    """
    return ()


# Events, in the past tense: told in the transaction of the cause. A failure is undone, logged, and no more.


@hookspec
def camove_on_person_disabled(session: Session, person_id: UUID) -> None:
    """A person's account was closed: give back the work that was assigned to them. Since 1.

    Phase: event: told inside the transaction that closes the account.
    Parameters: `session` - the transaction of the cause: flush, never commit. `person_id` - whose account was
        closed.
    Returns: nothing.
    Merge: none; the order of plugins means nothing.
    """


@hookspec
def camove_on_sample_data(session: Session, cast: SampleCast) -> None:
    """The sample network was made: add invented records of the plugin to it. Since 1.

    Phase: event: told inside the transaction of `camove demo`.
    Parameters: `session` - the transaction. `cast` - the ids of the invented organisations and people by
        short names.
    Returns: nothing.
    Merge: none; the order of plugins means nothing.
    """


@hookspec
def camove_on_sample_data_removed(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """The sample network is about to go: remove the plugin's records of those organisations. Since 1.

    Phase: event: told inside the transaction of `camove demo remove`, before organisations and people go.
    Parameters: `session` - the transaction. `organisation_ids` - the sample organisations.
    Returns: nothing.
    Merge: none; the order of plugins means nothing.
    """


@hookspec
def camove_on_settings_changed(session: Session, names: Sequence[str]) -> None:
    """An administrator changed these settings: let follow what depends on them. Since 1.

    Phase: event: told inside the transaction that keeps the new values, after they are set.
    Parameters: `session` - the transaction. `names` - the settings that have another value now, of any
        plugin.
    Returns: nothing.
    Merge: none; the order of plugins means nothing.
    """


# Guard: may only narrow what a permission gives. A failing guard denies.


@hookspec
def camove_guard_access(session: Session, actor: Actor, permission: str, target: UUID) -> Iterable[Obstacle]:
    """Object to an act of core on `target` (such as closing an account) with a reason. Since 1.

    Phase: guard: asked before core does what the actor is permitted to do. It may only narrow.
    Parameters: `session` - the transaction of the act. `actor` - who acts. `permission` - the right in use,
        such as `core.people.disable`. `target` - the id of the record.
    Returns: `Obstacle` values: a code, and in `text` what to do first, in the actor's language. None: no
        objection.
    Merge: any obstacle stops the act; all texts are shown.
    When it fails: the act is denied: a plugin that cannot answer objects.
    """
    return ()


# Provide: data that core gathers. A failing answer is left out and logged.


@hookspec
def camove_provide_search_documents(session: Session, uids: Sequence[str] | None) -> Iterable[SearchDocument]:
    """The documents for those of `uids` that are the plugin's and still exist; None asks for all. Since 1.

    Phase: provide: asked by the worker after records changed, and in portions of 500 when the index is made
        anew.
    Parameters: `session` - for reading. `uids` - documents asked for, of any plugin, each
        `<plugin>:<kind>:<id>`; None asks for all of the plugin's.
    Returns: `SearchDocument` values for those that are the plugin's and still exist; what is not returned
        leaves the index. `reach` holds the tokens of those who may find it, from `reach(permission,
        subject)`.
    Merge: concatenated; a document outside the plugin's prefix or the question is dropped.
    When it fails: the failure is noted and the work is tried again later, so that the index loses nothing.
    """
    return ()


@hookspec
def camove_provide_search_revisions(session: Session) -> Iterable[SearchRevision]:
    """The name and revision of every document that the plugin provides, without their text. Since 1.

    Phase: provide: asked when the index is compared with the database (daily, `camove search status` and
        `reconcile`) and made anew.
    Parameters: `session` - for reading.
    Returns: a `SearchRevision` for each document that `camove_provide_search_documents` gives when asked for
        all. Yield them from a query of two columns.
    Merge: concatenated; a name outside the plugin's prefix is dropped. A plugin without this hook is asked
        for all its documents instead, which costs more.
    When it fails: the failure is noted and the work is tried again later, so that the index loses nothing.
    """
    return ()


@hookspec
def camove_provide_employer_standing(
    session: Session, scheme: str, number: str, name: str, country: str
) -> Iterable[Standing]:
    """The public entries about that employer: by number, or by name where no number is given. Since 1.

    Phase: provide: asked while somebody decides about an employer, such as admitting it to a fair.
    Parameters: `session` - a session that reads what is committed. `scheme` and `number` - a company number,
        such as `ru-inn`; both may be empty. `name` - as typed, may be empty. `country` - two letters, or empty for
        any.
    Returns: `Standing` values for what is published at this moment, read from the database and from no cache.
        `match` is `number` or `name`: a name alone may be another firm's. `summary` is in the visitor's
        language. Nothing that is unpublished, suspended or expired is told, not even that it exists.
    Merge: concatenated; those found by number first, then the newest. `source` is always the plugin that
        answered.
    When it fails: the failure is noted and `employer_standing` raises `ProviderFailed`: silence would read as
        "nothing is known". Say that it cannot be told now, and let a person decide.
    """
    return ()


@hookspec
def camove_provide_dataset_extracts(
    session: Session, actor: Actor, first: date, last: date
) -> Iterable[DatasetExtract]:
    """Anonymised tables of the days from `first` to `last`, for an actor who may take them out. Since 1.

    Phase: provide: asked by whoever takes tables in, such as `camove research harvest`.
    Parameters: `session` - the transaction that takes them in; write down in the audit what you give. `actor`
        - who takes them out: check your own permission and give nothing without it. `first`, `last` - whole
        days, both included.
    Returns: `DatasetExtract` values named `<plugin>.<table>`: CSV text in UTF-8 with the names of its columns
        in the first row, and labels by language. Anonymise first: what you give is still held against the
        disclosure check, and may be refused.
    Merge: concatenated, by name; a name outside the plugin's own prefix is dropped.
    When it fails: noted; that plugin's tables are missing from the answer, and asking again is safe.
    """
    return ()


@hookspec
def camove_provide_calendar_events(
    session: Session, start: datetime, end: datetime
) -> Iterable[CalendarEvent]:
    """What anybody may come to, or was told of, that begins from `start` until `end`. Since 1.

    Phase: provide: asked by the network's calendar, the page and its iCalendar feeds.
    Parameters: `session` - a session that reads. `start`, `end` - moments in UTC; an event that begins at `end`
        is not in it.
    Returns: `CalendarEvent` values of what is public. Keep a cancelled one: its `status` is `cancelled`, and
        calendars leave it out after 60 days. `sequence` and `changed` move when time, place or status do, and
        at nothing else. `topic` is one of `TOPICS`, `region` is ISO 3166-2, `url` a path of this site in the
        visitor's language.
    Merge: concatenated, the earliest first; of several with one `uid` the first stands.
    When it fails: noted. The page shows the rest and says that a part is missing; the feed answers 503, since
        calendar programmes would delete what is missing.
    """
    return ()


@hookspec
def camove_provide_public_updates(session: Session, limit: int) -> Iterable[PublicUpdate]:
    """The newest that the plugin has published and that is still public, at most `limit`. Since 1.

    Phase: provide: asked by the home page and by the Atom feeds, of all plugins and of each.
    Parameters: `session` - a session that reads. `limit` - more are of no use.
    Returns: `PublicUpdate` values, the newest first; `uid` is `<plugin>:<kind>:<id>`, the highest `revision` of
        one stands. Feed readers keep what they have read for ever: no name of a person, and of a firm only
        what could never have to be taken back.
    Merge: concatenated, the newest first; a uid outside the plugin's own prefix is dropped, `plugin` is filled
        in.
    When it fails: noted. The home page shows the rest and says that a part is missing; a feed has what the
        others gave.
    """
    return ()


@hookspec
def camove_provide_figures(session: Session, period: Period) -> Iterable[Figure]:
    """What the plugin counts of an ended period, by country, region, sex or organisation. Since 1.

    Phase: provide: asked when a coordinator draws the figures of the network's periodic report.
    Parameters: `session` - a session that reads. `period` - a quarter or a year that has ended; `code` is
        `2026-Q3` or `2026`, `first` and `last` are days, both included.
    Returns: `Figure` values named `<plugin>.<figure>`, fit for anybody to read: small numbers, and those that
        would give them away, are withheld already (`value` is None), and core adds nothing up. Nothing about one
        person; of an organisation only what the network may know of it in public. Title, definition, unit,
        source and labels are texts by language.
    Merge: by plugin, then by `weight` and name; a name outside the plugin's own prefix is dropped, of two with
        one name the first stands.
    When it fails: noted. The report is made without it and names the plugin as missing.
    """
    return ()
