"""Plugins: how they are found, in which state they stand, and how one that fails is kept from harming the rest."""

import logging
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from typing import Any, Protocol, cast, get_args, get_type_hints

import pluggy
from sqlalchemy.orm import Session

from core import HOOK_API, budgets, hookspecs
from core.budgets import Errand, Late
from core.contract import Manifest
from core.database import now

GROUP = "camove.plugins"
ANSWER_LIMIT = 1000
"""More answers than this from one hook of one plugin count as a failure: a generator may never end."""

DOCUMENT_LIMIT = 1_000_000
"""The same for what plugins provide: a whole register may be asked for at once."""

FAILURE_LIMIT, FAILURE_WINDOW = 5, timedelta(minutes=10)
"""So many failures within the window switch a plugin off until the next start."""


class PluginState(StrEnum):
    """Where a plugin stands; only an active one is ever asked."""

    DISCOVERED = "discovered"
    DISABLED = "disabled"
    INCOMPATIBLE = "incompatible"
    FAILED = "failed"
    NEEDS_MIGRATION = "needs-migration"
    ACTIVE = "active"


class Plugin(Protocol):
    """An object with a manifest and hook implementations."""

    manifest: Manifest


@dataclass(frozen=True)
class PluginError:
    """One failure, without the error's own words: they could quote a person's data."""

    at: datetime
    hook: str
    kind: str
    place: str
    counts: bool = True


@dataclass
class PluginRecord:
    """What the site knows of one plugin."""

    name: str
    state: PluginState = PluginState.DISCOVERED
    reason: str = ""
    plugin: Plugin | None = None
    hooks: tuple[str, ...] = ()
    errors: deque[PluginError] = field(default_factory=lambda: deque(maxlen=20))
    left_behind: list[Errand[Any]] = field(default_factory=list)

    @property
    def hangs(self) -> bool:
        """Whether a question that nobody waits for any more has still not ended."""
        self.left_behind = [each for each in self.left_behind if each.hangs]
        return bool(self.left_behind)

    @property
    def active(self) -> bool:
        """Whether its hooks are asked and its pages served."""
        return self.state is PluginState.ACTIVE

    @property
    def manifest(self) -> Manifest | None:
        """The manifest, once the plugin could be imported."""
        return self.plugin.manifest if self.plugin else None

    def set(self, state: PluginState, reason: str = "") -> None:
        """Move to `state` and say why."""
        self.state, self.reason = state, reason

    def note(self, hook: str, error: BaseException, *, counts: bool = True) -> None:
        """Keep and log a failure; switch the plugin off when there were too many that `counts`."""
        frame = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{frame[0].filename.rsplit('/', 1)[-1]}:{frame[0].lineno}" if frame else ""
        self.errors.append(PluginError(now(), hook, type(error).__name__, place, counts))
        logging.getLogger(f"camove.plugins.{self.name}").error(
            "%s failed: %s at %s", hook, type(error).__name__, place
        )
        recent = [e for e in tuple(self.errors) if e.counts and e.at > now() - FAILURE_WINDOW]
        if self.active and len(recent) >= FAILURE_LIMIT:
            self.set(PluginState.FAILED, f"switched off after {len(recent)} failures, last in {hook}")


class TooManyAnswers(RuntimeError):
    """A hook gave more answers than anyone could use."""


def discover(plugins: Sequence[Plugin | EntryPoint] | None = None) -> list[PluginRecord]:
    """Find the installed plugins (or take those given), sorted by name; a failing import is kept as a reason."""
    found = entry_points(group=GROUP) if plugins is None else plugins
    return sorted((_load(each) for each in found), key=lambda record: record.name)


def _load(found: Plugin | EntryPoint) -> PluginRecord:
    # An installed backport of importlib.metadata gives entry points of a class of its own.
    if hasattr(found, "manifest"):
        return PluginRecord(found.manifest.name, plugin=cast("Plugin", found))
    entry: EntryPoint = found
    record = PluginRecord(entry.name)
    try:
        loaded = entry.load()
        named = loaded.manifest.name
    except (Exception, SystemExit) as error:  # a module may even try to end the process
        record.set(PluginState.FAILED, "it could not be imported, or has no manifest")
        record.note("import", error)
        return record
    record.plugin = loaded
    if named != entry.name:
        record.set(PluginState.FAILED, "its entry point and its manifest name it differently")
    return record


Asked = tuple[PluginRecord, Callable[[Mapping[str, Any]], Any]]
"""A plugin, and its implementation of a hook, which takes the arguments as a mapping."""


class Hooks:
    """A fresh plugin manager for one app; asks implementation by implementation, so that none stops another."""

    def __init__(self, records: Iterable[PluginRecord]) -> None:
        """Know the records; nothing is registered yet."""
        self.records: dict[str, PluginRecord] = {}
        for record in records:
            if self.records.setdefault(record.name, record) is not record:
                self.records[record.name].set(PluginState.FAILED, "two plugins bear this name")
        self._manager = pluggy.PluginManager(hookspecs.NAMESPACE)
        self._manager.add_hookspecs(hookspecs)

    def register(self, record: PluginRecord) -> None:
        """Register the hooks of a plugin or mark it incompatible or failed; never raises."""
        if record.plugin is None:
            return
        if record.plugin.manifest.hook_api > HOOK_API:
            wanted = record.plugin.manifest.hook_api
            record.set(PluginState.INCOMPATIBLE, f"it needs hook API {wanted}, this camove has {HOOK_API}")
            return
        try:
            self._manager.register(record.plugin, record.name)
            self._check(record)
        except Exception as error:  # pluggy raises its own and whatever a plugin's attribute raises
            self.drop(record, "register", error)

    def _check(self, record: PluginRecord) -> None:
        """Refuse misspelt hooks and wrappers, which pluggy would take in silence."""
        self._manager.check_pending()
        callers = self._manager.get_hookcallers(record.plugin) or []
        for caller in callers:
            for implementation in caller.get_hookimpls():
                if implementation.plugin is record.plugin and (
                    implementation.hookwrapper or implementation.wrapper
                ):
                    raise TypeError(f"{caller.name} is a wrapper; wrappers are not asked here")
        record.hooks = tuple(sorted(caller.name for caller in callers))

    def drop(self, record: PluginRecord, hook: str, error: Exception) -> None:
        """Take a plugin out again and say why."""
        if record.plugin is not None and self._manager.is_registered(record.plugin):
            self._manager.unregister(record.plugin)
        # The words of an error at boot come from code, not from people's data: they help, so they are shown.
        record.set(PluginState.FAILED, f"{hook}: {error}")
        record.note(hook, error)

    def implementations(self, hook: str) -> Iterator[tuple[PluginRecord, Callable[[Mapping[str, Any]], Any]]]:
        """The implementations of `hook` by plugin name, each taking the hook's arguments as a mapping."""
        caller = getattr(self._manager.hook, hook)
        for found in sorted(caller.get_hookimpls(), key=lambda each: each.plugin_name):
            yield self.records[found.plugin_name], _bind(found)

    def boot(self, record: PluginRecord, hook: str) -> list[Any]:
        """The answers of one plugin at boot; raises what it raises."""
        return [
            answer
            for owner, ask in self.implementations(hook)
            if owner is record
            for answer in _materialise(hook, ask({}))
        ]

    def ask(self, hook: str, session: Session | None = None, **arguments: Any) -> list[Any]:
        """All answers of all active plugins; a failing one is noted and left out."""
        return [
            answer for _, answers in self.ask_each(hook, session, **arguments) for answer in answers or ()
        ]

    def ask_each(
        self,
        hook: str,
        session: Session | None = None,
        *,
        but: frozenset[str] = frozenset(),
        budget: float | None = None,
        **arguments: Any,
    ) -> list[tuple[PluginRecord, list[Any] | None]]:
        """The answers plugin by plugin, without those in `but`; None stands for a failure.

        Each has `budget` seconds (None: those of the hook, if it has any); see `core.budgets`.
        """
        asked = [
            (record, ask)
            for record, ask in self.implementations(hook)
            if record.active and record.name not in but
        ]
        if seconds := budget or budgets.SECONDS.get(hook):
            return self._timely(hook, asked, session, arguments, seconds)
        return [(record, self._isolated(record, hook, ask, session, arguments)) for record, ask in asked]

    def checked(self, hook: str, answers: list[Any]) -> list[Any]:  # noqa: ARG002 - the facade asks for it
        """The answers, or an error if they cannot be used; what is caught here harms no page."""
        return answers

    def _timely(
        self,
        hook: str,
        asked: Sequence[Asked],
        session: Session | None,
        arguments: Mapping[str, Any],
        seconds: float,
    ) -> list[tuple[PluginRecord, list[Any] | None]]:
        """The answers that come in time, in another thread; a plugin that still hangs is not asked anew."""
        found: dict[str, list[Any] | None] = {record.name: None for record, _ in asked}
        left = deque(each for each in asked if not each[0].hangs)
        while left:
            errand = Errand(self._works(hook, tuple(left), session, arguments))
            while left:
                record, _ = left.popleft()
                try:
                    found[record.name] = errand.answer(seconds)
                except Late as late:
                    record.left_behind.append(errand)
                    record.note(hook, late, counts=not budgets.overloaded())
                    break
                except (Exception, SystemExit) as error:
                    record.note(hook, error, counts=not hook.startswith("camove_provide_"))
            else:
                # Whoever has our answers may close the database: the connection must be back by then.
                errand.ended(seconds)
        return [(record, found[record.name]) for record, _ in asked]

    def _works(
        self, hook: str, asked: Sequence[Asked], session: Session | None, arguments: Mapping[str, Any]
    ) -> Generator[Callable[[], list[Any]]]:
        """What the other thread does, plugin by plugin, in a session of its own."""
        with nullcontext() if session is None else budgets.own_session(session) as own:
            for _, ask in asked:
                yield partial(self._ask, hook, ask, own, arguments)

    def _ask(
        self,
        hook: str,
        ask: Callable[[Mapping[str, Any]], Any],
        session: Session | None,
        arguments: Mapping[str, Any],
    ) -> list[Any]:
        if session is None:
            return self.checked(hook, _materialise(hook, ask(arguments)))
        # Work that a plugin flushed before it failed must not reach the caller's transaction.
        with session.begin_nested():
            return self.checked(hook, _materialise(hook, ask({**arguments, "session": session})))

    def _isolated(
        self,
        record: PluginRecord,
        hook: str,
        ask: Callable[[Mapping[str, Any]], Any],
        session: Session | None,
        arguments: Mapping[str, Any],
    ) -> list[Any] | None:
        try:
            return self._ask(hook, ask, session, arguments)
        except Exception as error:
            # The worker asks again and again for what one record cannot give: that must not switch pages off.
            record.note(hook, error, counts=not hook.startswith("camove_provide_"))
            return None


def _bind(implementation: Any) -> Callable[[Mapping[str, Any]], Any]:
    def ask(arguments: Mapping[str, Any]) -> Any:
        return implementation.function(*(arguments[name] for name in implementation.argnames))

    return ask


def _materialise(hook: str, answer: Any) -> list[Any]:
    if answer is None:
        return []
    many = isinstance(answer, Iterable) and not isinstance(answer, str | bytes)
    limit = DOCUMENT_LIMIT if hook.startswith("camove_provide_") else ANSWER_LIMIT
    answers = list(islice(answer, limit + 1)) if many else [answer]
    if len(answers) > limit:
        raise TooManyAnswers(f"more than {limit} answers")
    kind = _kind_of(hook)
    for each in answers:
        if not isinstance(each, kind):
            raise TypeError(f"an answer is a {type(each).__name__}, not a {kind.__name__}")
    return answers


@cache
def _kind_of(hook: str) -> type:
    """What the contract says that one answer is."""
    answer = get_type_hints(getattr(hookspecs, hook))["return"]
    kind: type = (get_args(answer) or (answer,))[0]
    return kind
