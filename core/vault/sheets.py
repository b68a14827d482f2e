"""The recovery sheet: one age identity on paper, in numbered groups; its text is nowhere in the database.

With it and the stored key the stock `age` tool opens everything, also without this site.
"""

import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from pyrage import x25519

from core.vault import boxes

PREFIX = "AGE-SECRET-KEY-1"
"""The same on every sheet: it stands above the groups, and belongs to the text for the stock tool."""

GROUP, GROUPS, WHOLE = 4, 15, 13
"""Characters a group; groups on a sheet (the last has two); the first ones, which alone are asked for:
behind them stands the checksum."""

ASKED = 2

_LOOKALIKES = str.maketrans(
    {"O": "0", "I": "L", "1": "L"} | dict(zip("АСЕХУРКМНТОѲ", "ACEXYPKMHT00", strict=True))
)
"""What is read wrongly, or typed on a Cyrillic keyboard; age's alphabet has neither 1, B, I nor O."""


def new_sheet() -> x25519.Identity:
    """A new sheet."""
    return boxes.new_identity()


def groups(text: str) -> list[str]:
    """The groups to print, in order; the first is number 1."""
    body = text.removeprefix(PREFIX)
    return [body[at : at + GROUP] for at in range(0, len(body), GROUP)]


def parse(text: str) -> x25519.Identity:
    """The sheet that somebody typed, with or without the prefix, spaces and capitals. Raises ValueError."""
    return boxes.identity(PREFIX + _plain(text))


def _plain(text: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", text).upper().split())
    body = text.removeprefix(PREFIX).replace("-", "")
    return body.translate(_LOOKALIKES)


def check_of(text: str) -> dict[str, Any]:
    """What is kept until the sheet is confirmed: which two groups to ask for, and a salted hash of them.

    Whoever tries all texts of two groups learns 40 of 256 bits, which brings nobody near the rest.
    """
    numbers = sorted(secrets.SystemRandom().sample(range(1, WHOLE + 1), ASKED))
    salt = os.urandom(16)
    parts = groups(text)
    return {
        "groups": numbers,
        "salt": salt.hex(),
        "hash": _hash(salt, {number: parts[number - 1] for number in numbers}),
    }


def confirms(check: Mapping[str, Any], typed: Mapping[int, str]) -> bool:
    """Whether the groups that were asked for were typed rightly."""
    if not check or set(check["groups"]) != set(typed):
        return False
    return hmac.compare_digest(check["hash"], _hash(bytes.fromhex(check["salt"]), typed))


def _hash(salt: bytes, typed: Mapping[int, str]) -> str:
    text = "|".join(f"{number}:{_plain(typed[number])}" for number in sorted(typed))
    return hashlib.sha256(salt + text.encode()).hexdigest()
