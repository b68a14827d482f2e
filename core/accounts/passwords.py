"""Passwords: argon2id (RFC 9106), and rules without folklore: length and a list (NIST SP 800-63B-4)."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from core.settings import Settings

SHORTEST, LONGEST = 12, 128
"""Characters after NFKC."""

SURPRISES = 6
"""A password needs so many characters that do not simply follow the one before."""

REST = 8
"""Characters that must remain when the person's own words are taken out."""

_ROOM = BoundedSemaphore(2)
"""Each hash takes 19 MiB: a crowd at the door must not take the memory of the site."""

ROWS = (
    "1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
    "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю.",
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
    "1йфя", "2цыч", "3увс", "4кам", "5епи", "6нрт", "7гоь",
    "abcdefghijklmnopqrstuvwxyz", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
)  # fmt: skip
STEPS = frozenset(pair for row in ROWS for each in (row, row[::-1]) for pair in pairwise(each))


class Refusal(StrEnum):
    """Why a new password is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    PATTERN = "pattern"
    PERSONAL = "personal"


@cache
def _hasher(testing: bool) -> PasswordHasher:
    # OWASP's minimum for argon2id; tests pay for the algorithm, not for its cost.
    time, memory = (1, 8) if testing else (2, 19 * 1024)
    return PasswordHasher(time_cost=time, memory_cost=memory, parallelism=1, type=Type.ID)


@cache
def _dummy(testing: bool) -> str:
    return _hasher(testing).hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line)


def normal(password: str) -> str:
    """The same password however the keyboard composed it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def hashed(settings: Settings, password: str) -> str:
    """The argon2id hash to keep. Slow by intent: call it outside a transaction."""
    with _ROOM:
        return _hasher(settings.testing).hash(normal(password))


def matches(settings: Settings, stored: str, password: str) -> bool:
    """Whether `password` has that hash; without a hash it takes as long and says no."""
    kept = stored or _dummy(settings.testing)
    with _ROOM:
        try:
            _hasher(settings.testing).verify(kept, normal(password)[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return bool(stored)


def outdated(settings: Settings, stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher(settings.testing).check_needs_rehash(stored)


def refusal(password: str, words: Iterable[str] = ()) -> Refusal | None:
    """Why this cannot become a password; `words` are the person's own, such as name and e-mail address."""
    text = normal(password)
    if len(text) < SHORTEST:
        return Refusal.SHORT
    if len(text) > LONGEST:
        return Refusal.LONG
    folded = text.casefold()
    if folded in _common():
        return Refusal.COMMON
    if _surprises(folded) < SURPRISES or _repeats(folded):
        return Refusal.PATTERN
    return Refusal.PERSONAL if len(_without(folded, words)) < REST else None


def _surprises(text: str) -> int:
    """How many characters neither repeat the one before nor follow it on a keyboard or in an alphabet."""
    return 1 + sum(a != b and (a, b) not in STEPS for a, b in pairwise(text))


def _repeats(text: str) -> bool:
    """Whether a part shorter than eight characters is simply said again."""
    return any((text[:size] * len(text))[: len(text)] == text for size in range(1, 8))


def _without(text: str, words: Iterable[str]) -> str:
    parts = {part for word in ("camove", *words) for part in _split(normal(word).casefold()) if len(part) > 2}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "")
    return text


def _split(word: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in word).split()
