"""A release as canonical JSON: the same bytes, and so the same SHA-256, on every machine.

Keys sorted, no spaces, UTF-8; numbers of the rating are rounded to six decimals before, so that the last bits of a
processor never show. Floats are written in their shortest form, which is the same everywhere.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

DECIMALS = 6
KIND = "camove-media-release"


class BadRelease(ValueError):
    """The file is not a whole release; `code` says why."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def rounded(value: Any) -> Any:
    """The same value with every float rounded; minus nought is nought. NaN and infinities raise ValueError."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("a release holds numbers only")
        return round(value, DECIMALS) + 0.0
    if isinstance(value, Mapping):
        return {str(key): rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return value


def text(content: Mapping[str, Any]) -> str:
    """The canonical JSON."""
    return json.dumps(
        rounded(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def read(canonical: str) -> dict[str, Any]:
    """The content of a canonical text; an empty one holds nothing."""
    return dict(json.loads(canonical)) if canonical else {}


def digest(content: Mapping[str, Any]) -> str:
    """Its SHA-256, in hexadecimal."""
    return sha(text(content))


def sha(canonical: str) -> str:
    """The SHA-256 of a canonical text."""
    return sha256(canonical.encode()).hexdigest()


def commitment(salt: str, finding: Mapping[str, Any], reply: str) -> str:
    """What a release holds of an entry on a person: a hash that says nothing once the salt is erased."""
    return digest({"salt": salt, "finding": finding, "reply": reply})


def sealed(content: Mapping[str, Any], people: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The file that people download: the content with its own hash beside it, and the entries on people that live."""
    return json.dumps(
        {"kind": KIND, "sha256": digest(content), "release": rounded(content), "people": rounded(people)},
        ensure_ascii=False,
        indent=1,
    ).encode()


def verify(body: bytes) -> dict[str, Any]:
    """The content of a downloaded file, if its hash holds. Raises BadRelease."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRelease("not_json") from error
    if not isinstance(read, dict) or read.get("kind") != KIND or not isinstance(read.get("release"), dict):
        raise BadRelease("not_a_release")
    try:
        found = digest(read["release"])
    except ValueError as error:
        raise BadRelease("not_a_release") from error
    if found != read.get("sha256") or not _people_hold(read["release"], read.get("people", [])):
        raise BadRelease("changed")
    return dict(read["release"])


def _people_hold(content: Mapping[str, Any], people: Any) -> bool:
    """Whether every entry on a person is one to which the release has committed itself."""
    try:
        known = {each["commitment"] for each in content.get("persons", [])}
        return all(commitment(e["salt"], e["finding"], e["reply"]) in known for e in people)
    except (TypeError, KeyError, ValueError):
        return False


def changes(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> list[dict[str, Any]]:
    """What a correction changed: path, old value, new value, for every leaf that differs."""
    found: list[dict[str, Any]] = []
    for key in sorted({*before, *after}):
        here = f"{path}/{key}"
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += changes(old, new, here)
        elif old != new:
            found.append({"path": here, "before": old, "after": new})
    return found
