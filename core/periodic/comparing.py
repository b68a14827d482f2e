"""What a correction changed, in words: every number that differs, and whose text was written anew."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.i18n import best, gettext
from core.periodic import content
from core.periodic.models import PeriodicReport
from core.periodic.telling import withheld


@dataclass(frozen=True)
class Changes:
    """`numbers` are (figure, row, before, after) in words; `texts` are names of sections."""

    numbers: tuple[tuple[str, str, object, object], ...] = ()
    texts: tuple[str, ...] = ()


def changes(session: Session, report: PeriodicReport, language: str) -> Changes:
    """What an edition changed of the one that it corrects; nothing for a first edition."""
    before = session.get(PeriodicReport, report.corrects_id) if report.corrects_id else None
    if before is None or not report.content:
        return Changes()
    old, new = json.loads(before.content), json.loads(report.content)
    names = _names(new, language) | _names(old, language)
    cells = content.cells(old), content.cells(new)
    return Changes(
        tuple(
            (*names[key], _shown(cells[0], key), _shown(cells[1], key)) for key in content.changed(old, new)
        ),
        tuple(_section(key, new, language) for key in content.reworded(old, new)),
    )


def _names(told: Mapping[str, Any], language: str) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (figure["name"], row["code"]): (best(figure["title"], language), best(row["label"], language))
        for _, figure in content.figures(told)
        for row in figure["rows"]
    }


def _shown(cells: Mapping[tuple[str, str], float | None], key: tuple[str, str]) -> object:
    if key not in cells:
        return "–"
    return withheld() if cells[key] is None else cells[key]


def _section(code: str, told: Mapping[str, Any], language: str) -> str:
    if code == "title":
        return str(gettext("Title"))
    found = next((each["title"] for each in told["sections"] if each["code"] == code), None)
    return best(found, language) if found else str(gettext("Summary"))
