"""How long a page waits for a plugin: a late answer is left out, and the page does not wait for its end.

Nobody can end a thread that hangs. So what may be left out is asked in another thread, with a database session and a
Flask context of its own: the page shares nothing with it and can leave it behind. The plugins of one hook share such a
thread, since changing threads is what costs; after a late one, those that are left get another. While a thread is left
behind, its plugin is not asked again: a plugin that hangs costs one budget, and a thread for each page of that moment.
"""

import io
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from contextvars import Context
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, Generic, TypeVar

from flask import current_app, g, has_app_context, has_request_context, request
from sqlalchemy.orm import Session

SECONDS: dict[str, float] = {
    "camove_nav_items": 3.0,
    "camove_panel_tiles": 5.0,
    "camove_provide_employer_standing": 5.0,
    "camove_provide_calendar_events": 5.0,
    "camove_provide_public_updates": 3.0,
    "camove_provide_figures": 20.0,
}
"""The budget of each hook that a page can do without, in seconds. The others are part of their caller's transaction,
or belong to the start or to the worker, which has its own patience."""

SEARCH = 5.0
"""How long the page of the search waits for the documents that it shows."""

OWN = frozenset({"reader", "reader_context"})
"""What a context must not share: a session serves one thread."""

Answer = TypeVar("Answer")


def overloaded() -> bool:
    """Whether more wants to run than there are processors: a late answer then says nothing about its plugin."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)


class Late(RuntimeError):
    """An answer did not come within its budget."""


class Errand(Generic[Answer]):
    """Questions that are asked one after the other in a thread of their own; answers are awaited in that order."""

    def __init__(self, works: Generator[Callable[[], Answer]]) -> None:
        """Begin at once."""
        self._works, self._answers = works, SimpleQueue[tuple[Answer | None, BaseException | None]]()
        self._ended, self._unwanted = Event(), Event()
        Thread(target=Context().run, args=(self._run, _around()), daemon=True).start()

    @property
    def hangs(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def answer(self, seconds: float) -> Answer:
        """The next answer. Raises Late, after which nothing more is asked, or whatever the plugin raised."""
        try:
            answer, error = self._answers.get(timeout=seconds)
        except Empty:
            self._unwanted.set()
            raise Late from None
        if error is not None:
            raise error
        return answer  # type: ignore[return-value]

    def ended(self, seconds: float) -> bool:
        """Wait for its end; tells whether it came."""
        return self._ended.wait(seconds)

    def _run(self, around: AbstractContextManager[None]) -> None:
        try:
            with around, closing(self._works):
                for work in self._works:
                    if self._unwanted.is_set():
                        break
                    self._answers.put(_outcome(work))
        finally:
            self._ended.set()


def _outcome(work: Callable[[], Answer]) -> tuple[Answer | None, BaseException | None]:
    try:
        return work(), None
    except BaseException as error:
        return None, error


@contextmanager
def own_session(session: Session) -> Iterator[Session]:
    """Another session that only reads the same database; whatever it did is undone."""
    reader = session.get_bind().engine.execution_options(camove_reads=True)
    with Session(reader, autoflush=False, info=dict(session.info)) as own:
        yield own
        own.rollback()


def _around() -> AbstractContextManager[None]:
    """What Flask knows of this page, for another thread: the same visitor and language, nothing that can be spoilt."""
    if not has_app_context():
        return nullcontext()
    known = {name: g.get(name) for name in g if name not in OWN}
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way to hand it on
    return _inside(
        app.request_context(_bare(request.environ)) if has_request_context() else app.app_context(), known
    )


@contextmanager
def _inside(context: AbstractContextManager[Any], known: Mapping[str, Any]) -> Iterator[None]:
    with context:
        for name, value in known.items():
            setattr(g, name, value)
        yield


def _bare(environ: Mapping[str, Any]) -> dict[str, Any]:
    # Its end closes what was uploaded: the page still needs that, and a plugin was never given it.
    words = {name: value for name, value in environ.items() if isinstance(value, str)}
    return words | {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}
