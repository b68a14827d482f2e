"""The typed way to ask plugins: one function per hook. The rest of core never touches the manager."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import click
from flask import has_request_context, url_for
from sqlalchemy.orm import Session

from core.contract import (
    CalendarEvent,
    DatasetExtract,
    Figure,
    NavItem,
    Obstacle,
    Period,
    PublicUpdate,
    SampleCast,
    SearchDocument,
    SearchRevision,
    Standing,
    Tile,
)
from core.permissions import Actor
from core.plugins import Hooks, PluginRecord

LINKING = ("camove_nav_items", "camove_panel_tiles")
GUARD_FAILED = "guard_failed"


class ProviderFailed(RuntimeError):
    """A plugin could not say what its records hold; the work must be tried again."""


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Gathered(Generic[Answer]):
    """What plugins gave for a page, and the names of those that could not answer: the page says so."""

    answers: tuple[Answer, ...]
    missing: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """Who did answer, if only that there is nothing."""


class Plugins(Hooks):
    """The hooks of one app, typed, with the policy of each phase."""

    def checked(self, hook: str, answers: list[Any]) -> list[Any]:
        """A link to a page that does not exist is the failure of the plugin that gave it, not of the frame."""
        if hook in LINKING and has_request_context():
            for each in answers:
                url_for(each.endpoint, **getattr(each, "values", {}))
        return answers

    def commands(self, record: PluginRecord) -> list[click.Command]:
        """Boot: the commands of one plugin; a failure is noted and leaves it without."""
        try:
            return self.boot(record, "camove_register_commands")
        except Exception as error:
            record.note("camove_register_commands", error)
            return []

    def nav_items(self, actor: Actor) -> list[NavItem]:
        """Render: the links that `actor` may follow, by weight, then label."""
        items = [
            item
            for item in self.ask("camove_nav_items", actor=actor)
            if not item.permission or actor.may(item.permission)
        ]
        return sorted(items, key=lambda item: (item.weight, item.label))

    def tiles(self, session: Session, actor: Actor) -> list[Tile]:
        """Render: what waits for `actor`, by weight, then label; empty ones left out."""
        tiles = [tile for tile in self.ask("camove_panel_tiles", session, actor=actor) if tile.number]
        return sorted(tiles, key=lambda tile: (tile.weight, tile.label))

    def person_disabled(self, session: Session, person_id: UUID) -> None:
        """Event: an account was closed."""
        self.ask("camove_on_person_disabled", session, person_id=person_id)

    def sample_data(self, session: Session, cast: SampleCast) -> None:
        """Event: the sample network was made."""
        self.ask("camove_on_sample_data", session, cast=cast)

    def sample_data_removed(self, session: Session, organisation_ids: Sequence[UUID]) -> None:
        """Event: the sample network is about to go."""
        self.ask("camove_on_sample_data_removed", session, organisation_ids=organisation_ids)

    def settings_changed(self, session: Session, names: Sequence[str]) -> None:
        """Event: settings have other values now."""
        self.ask("camove_on_settings_changed", session, names=names)

    def obstacles(self, session: Session, actor: Actor, permission: str, target: UUID) -> list[Obstacle]:
        """Guard: the objections to an act; a plugin that cannot answer objects."""
        found: list[Obstacle] = []
        for record, answers in self.ask_each(
            "camove_guard_access", session, actor=actor, permission=permission, target=target
        ):
            found += [Obstacle(GUARD_FAILED, record.name)] if answers is None else answers
        return found

    def search_documents(
        self, session: Session, uids: Sequence[str] | None, budget: float | None = None
    ) -> list[SearchDocument]:
        """Provide: the documents of `uids` (None: of everything); a plugin speaks only for its own.

        A page gives a `budget` in seconds; the worker has none.

        Raises ProviderFailed if one of those concerned cannot answer: silence would empty the index.
        """
        found: list[SearchDocument] = []
        for record, answers in self.ask_each(
            "camove_provide_search_documents", session, budget=budget, uids=uids
        ):
            own = f"{record.name}:"
            if answers is None and (uids is None or any(uid.startswith(own) for uid in uids)):
                raise ProviderFailed(record.name)
            wanted = None if uids is None else set(uids)
            found += [
                document
                for document in answers or ()
                if document.uid.startswith(own) and (wanted is None or document.uid in wanted)
            ]
        return found

    def search_revisions(self, session: Session) -> dict[str, int]:
        """Provide: the revision of every document by uid; of a plugin without this hook, from its documents.

        Raises ProviderFailed if one of them cannot answer: silence would empty the index.
        """
        light = dict(self._provided("camove_provide_search_revisions", session))
        heavy = self._provided("camove_provide_search_documents", session, but=frozenset(light), uids=None)
        found: dict[str, int] = {}
        for name, answers in (*light.items(), *heavy):
            found |= {each.uid: each.revision for each in answers if each.uid.startswith(f"{name}:")}
        return found

    def employer_standing(
        self, session: Session, *, scheme: str = "", number: str = "", name: str = "", country: str = ""
    ) -> list[Standing]:
        """Provide: the published entries about an employer, those found by number first, then the newest.

        Give the number with its scheme (such as `ru-inn`), or the name and the country (two letters), or all.
        Raises ProviderFailed if a plugin cannot answer: silence would read as "nothing is known".
        """
        found: list[Standing] = []
        for record, answers in self.ask_each(
            "camove_provide_employer_standing",
            session, scheme=scheme, number=number, name=name, country=country,
        ):  # fmt: skip
            if answers is None:
                raise ProviderFailed(record.name)
            # A plugin speaks in its own name only.
            found += [replace(each, source=record.name) for each in answers]
        newest = sorted(found, key=lambda each: (each.since, each.source, each.url), reverse=True)
        return sorted(newest, key=lambda each: each.match != "number")

    def dataset_extracts(
        self, session: Session, actor: Actor, first: date, last: date
    ) -> list[DatasetExtract]:
        """Provide: the tables that plugins offer to research, by name; a plugin speaks only for its own."""
        found: list[DatasetExtract] = []
        for record, answers in self.ask_each(
            "camove_provide_dataset_extracts", session, actor=actor, first=first, last=last
        ):
            found += [each for each in answers or () if each.name.startswith(f"{record.name}.")]
        return sorted(found, key=lambda each: each.name)

    def calendar_events(self, session: Session, start: datetime, end: datetime) -> Gathered[CalendarEvent]:
        """Provide: the events that begin from `start` until `end`, the earliest first; the first of a uid stands."""
        asked = self.ask_each("camove_provide_calendar_events", session, start=start, end=end)
        found: dict[str, CalendarEvent] = {}
        for _, answers in asked:
            for each in answers or ():
                if start <= each.starts < end:
                    found.setdefault(each.uid, each)
        events = sorted(found.values(), key=lambda each: (each.starts, each.uid))
        return Gathered(tuple(events), _missing(asked))

    def public_updates(self, session: Session, limit: int, of: str = "") -> Gathered[PublicUpdate]:
        """Provide: the newest updates, of one plugin or of all; a plugin speaks only for its own."""
        others = frozenset(self.records) - {of} if of else frozenset()
        asked = self.ask_each("camove_provide_public_updates", session, but=others, limit=limit)
        found: dict[str, PublicUpdate] = {}
        for record, answers in asked:
            for each in answers or ():
                known = found.get(each.uid)
                if each.uid.startswith(f"{record.name}:") and (not known or known.revision < each.revision):
                    found[each.uid] = replace(each, plugin=record.name)
        newest = sorted(found.values(), key=lambda each: (each.published, each.uid), reverse=True)
        return Gathered(tuple(newest[:limit]), _missing(asked))

    def figures(self, session: Session, period: Period) -> Gathered[Figure]:
        """Provide: the figures of a period, by plugin, weight and name; a plugin speaks only for its own.

        Missing are those that could not answer in time, and those that do not run: a report names them.
        """
        asked = self.ask_each("camove_provide_figures", session, period=period)
        found: dict[str, Figure] = {}
        for record, answers in asked:
            for each in answers or ():
                if each.name.startswith(f"{record.name}."):
                    found.setdefault(each.name, each)
        ordered = sorted(
            found.values(), key=lambda each: (each.name.partition(".")[0], each.weight, each.name)
        )
        silent = {each.name for each in self.records.values() if not each.active}
        missing = {*_missing(asked), *silent}
        answered = sorted(record.name for record, _ in asked if record.name not in missing)
        return Gathered(tuple(ordered), tuple(sorted(missing)), tuple(answered))

    def _provided(
        self, hook: str, session: Session, but: frozenset[str] = frozenset(), **arguments: Any
    ) -> Iterator[tuple[str, list[SearchRevision | SearchDocument]]]:
        """The answers of each plugin but those. Raises ProviderFailed for one that cannot answer."""
        for record, answers in self.ask_each(hook, session, but=but, **arguments):
            if answers is None:
                raise ProviderFailed(record.name)
            yield record.name, answers


def _missing(asked: Sequence[tuple[PluginRecord, list[Any] | None]]) -> tuple[str, ...]:
    return tuple(record.name for record, answers in asked if answers is None)
