"""Guessing is slowed, owners are not: waits grow for the source that fails, never for the owner's device.

A try is written down before the password is looked at, in one transaction with the check, so that a
thousand tries at once are counted as a thousand. Success takes the note back.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.orm import Session

from core.accounts.models import SignInAttempt
from core.database import now
from core.settings import Settings

WINDOW = timedelta(hours=24)
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
PAIR_FREE, SOURCE_FREE, ACCOUNT_FREE = 5, 20, 20
"""Tries without any wait: of a source at one account, of a source at all, of all strangers at one account."""


class TooSoon(Exception):
    """The source has to wait; `wait` says how long."""

    def __init__(self, wait: timedelta) -> None:
        """Keep the time for the page to tell."""
        super().__init__("too many tries")
        self.wait = wait


@dataclass(frozen=True)
class Source:
    """Where a try comes from, hashed. `known`: this account was signed in to on that very device before."""

    name: str
    known: bool = False


@dataclass(frozen=True)
class Attempt:
    """One try at one account. `strict` is for the second factor: who tries it has the password already."""

    account: str
    source: Source
    strict: bool = False


def digest(settings: Settings, *parts: str) -> str:
    """What is kept in place of an address: without the key it cannot be guessed back."""
    return hmac.new(settings.key("throttle"), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def claim(session: Session, attempt: Attempt) -> SignInAttempt:
    """Write the try down, or raise TooSoon without writing it."""
    if session.get_bind().dialect.name == "postgresql":
        # SQLite's writers queue already; here two tries at once could miss each other.
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": attempt.account})
    wait = until(session, attempt) - now()
    if wait > timedelta():
        raise TooSoon(wait)
    noted = SignInAttempt(account=attempt.account, source=attempt.source.name)
    session.add(noted)
    session.flush()
    return noted


def until(session: Session, attempt: Attempt) -> datetime:
    """When the next try is heard."""
    account = SignInAttempt.account == attempt.account
    source = SignInAttempt.source == attempt.source.name
    strangers = _seen(session, [account])
    # Under attack the patience with each stranger shrinks, yet the first try of any source is always heard:
    # that is the owner with a new phone.
    pair_free = PAIR_FREE if attempt.source.known or strangers[0] < ACCOUNT_FREE else 1
    ends = [_end(_seen(session, [account, source]), pair_free)]
    if not attempt.source.known:
        ends.append(_end(_seen(session, [source]), SOURCE_FREE))
        if attempt.strict:
            ends.append(_end(strangers, ACCOUNT_FREE))
    return max(ends)


def forget(session: Session, attempt: Attempt) -> None:
    """After a success: the tries of this source at this account no longer count."""
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.account == attempt.account, SignInAttempt.source == attempt.source.name
        )
    )


def purge(session: Session) -> None:
    """Drop what no longer counts."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now() - WINDOW))


def _seen(session: Session, conditions: Iterable[ColumnElement[bool]]) -> tuple[int, datetime | None]:
    rows = select(func.count(), func.max(SignInAttempt.at)).where(*conditions)
    number, last = session.execute(rows.where(SignInAttempt.at >= now() - WINDOW)).one()
    return number, last


def _end(seen: tuple[int, datetime | None], free: int) -> datetime:
    number, last = seen
    if last is None or number < free:
        return now()
    doubled: timedelta = FIRST * 2 ** min(number - free, 12)
    return last + min(doubled, LONGEST)
