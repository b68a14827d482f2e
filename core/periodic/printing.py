"""A report for print: its words and numbers as data for the Typst template, and the PDF."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from core import tilemaps
from core.documents import render_pdf
from core.i18n import gettext, language
from core.periodic.lifecycle import PUBLIC
from core.periodic.models import PeriodicReport
from core.periodic.telling import Edition, Line, Section, Text, Told
from core.web.filters import long_date, number

TEMPLATE = Path(__file__).parents[1] / "web" / "templates" / "periodic" / "report.typ"


def pdf(report: PeriodicReport, edition: Edition) -> bytes:
    """The report as a tagged PDF in the language that is spoken."""
    return render_pdf(TEMPLATE, document(report, edition))


def document(report: PeriodicReport, edition: Edition) -> dict[str, Any]:
    """What the template prints."""
    public = report.state in PUBLIC
    return {
        "language": language(), "words": _words(), "title": edition.title, "when": edition.when,
        "days": _days(edition), "edition": gettext("Edition %(number)s", number=edition.number),
        "published": long_date(report.published_at), "drawn": drawn_on(edition),
        "sha256": report.sha256 if public else "",
        "mark": "" if report.state == "published" else _mark(report), "summary": _text(edition.summary),
        "changes": _text(edition.changes), "sections": [_section(each) for each in edition.sections],
        "missing": [name for _, name in edition.missing],
    }  # fmt: skip


def _words() -> dict[str, str]:
    return {
        "network": gettext("Central Asia on the Move"), "kind": gettext("Report of the network"),
        "summary": gettext("Summary"), "source": gettext("Source"),
        "total": gettext("In total"), "withheld": gettext("withheld"), "published": gettext("Published"),
        "drawn": gettext("Figures drawn on"), "number": gettext("Number"), "contents": gettext("Contents"),
        "changes": gettext("What this edition corrects"),
        "schematic": gettext("A schematic, not a map: each tile is a region or a country."),
        "missing": gettext("Missing in this report"), "nothing": gettext("Nothing was counted in this period."),
        "missing_lead": gettext("These parts of the platform could give no figures when they were drawn:"),
        "reading": gettext("How to read the figures"), "rule": rule(),
        "hash": gettext("SHA-256 of the content; the file report.json of the same edition can be checked against it"),
    }  # fmt: skip


def rule() -> str:
    """What every reader must know of withheld numbers."""
    return str(
        gettext(
            "“Withheld” stands where a number is too small to be shown without danger to somebody, or would let "
            "somebody work out one that is. It does not mean nought. Each figure says what was counted, and by "
            "which day."
        )
    )


def _mark(report: PeriodicReport) -> str:
    if report.state == "superseded":
        return str(gettext("Replaced by a later edition"))
    return str(gettext("Draft, not published"))


def _days(edition: Edition) -> str:
    first, last = (long_date(date.fromisoformat(each)) for each in (edition.first, edition.last))
    return f"{first} – {last}"


def drawn_on(edition: Edition) -> str:
    """The day on which the figures were drawn, in words."""
    return long_date(datetime.fromisoformat(edition.drawn_at)) if edition.drawn_at else ""


def _text(given: Text) -> dict[str, Any]:
    paragraphs = [each.strip() for each in given.text.splitlines() if each.strip()]
    return {"paragraphs": paragraphs, "elsewhere": given.elsewhere, "language": given.language or language()}


def _section(given: Section) -> dict[str, Any]:
    return {
        "title": given.title,
        "text": _text(given.text),
        "figures": [_figure(each) for each in given.figures],
    }


def _figure(given: Told) -> dict[str, Any]:
    values = [each.value for each in given.lines if each.value is not None]
    most = max([1, *values])
    return {
        "title": given.title, "definition": given.definition, "unit": given.unit, "source": given.source,
        "note": given.note, "rows": [_row(each, most) for each in given.lines],
        "whole": _row(given.whole, most)["value"] if given.whole else "",
        "maps": [_map(f"{given.title}: {title}", tiles) for title, tiles in given.maps],
    }  # fmt: skip


def _row(line: Line, most: float) -> dict[str, Any]:
    closed = line.value is None
    share = 0.0 if line.value is None else max(0.0, line.value / most)
    return {
        "label": line.label, "value": gettext("withheld") if closed else number(line.value),
        "closed": closed, "share": round(share, 4),
    }  # fmt: skip


def _map(title: str, tiles: list[dict[str, Any]]) -> dict[str, Any]:
    drawn = [
        {
            "column": each["x"] // tilemaps.WIDTH, "line": each["y"] // tilemaps.HEIGHT, "label": each["label"],
            "value": number(each["value"]) if isinstance(each["value"], int | float) else each["value"],
            "closed": each["closed"], "share": round(each["bar"] / tilemaps.FULL, 4),
        }
        for each in tiles
    ]  # fmt: skip
    return {"title": title, "tiles": drawn}
