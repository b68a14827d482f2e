"""What a report holds, as one canonical JSON: the same content gives the same bytes, and so the same SHA-256, anywhere.

Keys sorted, no spaces, UTF-8; floats in their shortest form. A value that is withheld is null, never left out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from core.contract import Figure, Period

KIND = "camove-periodic-report"
FORMAT = 1


class BadReport(ValueError):
    """The file is not a whole report: it was changed, or it is something else."""


def canonical(value: Mapping[str, Any]) -> str:
    """The canonical JSON. NaN and infinities raise ValueError."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def sealed(text: str) -> bytes:
    """The file that people download: the content with its own hash beside it."""
    return canonical({"kind": KIND, "sha256": digest(text), "report": json.loads(text)}).encode()


def verified(body: bytes) -> dict[str, Any]:
    """The content of a downloaded file, if its hash holds. Raises BadReport."""
    try:
        read = json.loads(body)
        holds = read["kind"] == KIND and read["sha256"] == digest(canonical(read["report"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadReport from error
    if not holds:
        raise BadReport
    return dict(read["report"])


def figure(given: Figure) -> dict[str, Any]:
    """A figure as plain values."""
    return {
        "name": given.name, "title": dict(given.title), "definition": dict(given.definition),
        "unit": dict(given.unit), "source": dict(given.source), "note": dict(given.note),
        "dimension": given.dimension,
        "rows": [{"code": r.code, "label": dict(r.label), "value": r.value} for r in given.rows],
    }  # fmt: skip


def section(code: str, title: Mapping[str, str], figures: Iterable[Figure]) -> dict[str, Any]:
    """A part of the report with the figures of one plugin, or of core."""
    return {"code": code, "title": dict(title), "figures": [figure(each) for each in figures]}


def composed(
    period: Period,
    number: int,
    title: Mapping[str, str],
    texts: Mapping[str, Mapping[str, str]],
    snapshot: Mapping[str, Any],
    corrects: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The whole content of an edition; `corrects` names the edition before and what is changed."""
    return {
        "format": FORMAT, "period": period.code, "first": period.first.isoformat(), "last": period.last.isoformat(),
        "number": number, "title": dict(title), "texts": {key: dict(each) for key, each in texts.items()},
        "drawn_at": snapshot.get("drawn_at", ""), "sections": snapshot.get("sections", []),
        "missing": snapshot.get("missing", []), "corrects": dict(corrects) if corrects else None,
    }  # fmt: skip


def figures(content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every figure with the code of its section."""
    for each in content["sections"]:
        for found in each["figures"]:
            yield each["code"], found


def cells(content: Mapping[str, Any]) -> dict[tuple[str, str], float | None]:
    """Every number by the name of its figure and the code of its row."""
    return {
        (found["name"], row["code"]): row["value"] for _, found in figures(content) for row in found["rows"]
    }


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which numbers differ between two editions, those that came or went among them: figure and row."""
    old, new = cells(before), cells(after)
    return sorted(key for key in {*old, *new} if (key in old, old.get(key)) != (key in new, new.get(key)))


def reworded(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Which texts differ: "title", and the codes of sections."""
    old, new = ({"title": each["title"], **each["texts"]} for each in (before, after))
    return sorted(key for key in {*old, *new} if old.get(key, {}) != new.get(key, {}))
