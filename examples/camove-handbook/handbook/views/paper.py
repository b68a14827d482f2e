"""What is taken away: a leaflet to print, and the whole book as one file for a phone without a network."""

from pathlib import Path
from typing import Any

import segno
from flask import Response as FlaskResponse
from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    language,
    long_date,
    now,
    organisation_names,
    platform,
    public,
    reading,
    render_pdf,
)
from handbook.language import gettext
from handbook.models import Edition
from handbook.prose import blocks
from handbook.services import finding
from handbook.views.blueprint import blueprint, overdue, spoken

TEMPLATES = Path(__file__).parent.parent / "templates" / "handbook"


@blueprint.get("/chapters/<slug>/leaflet.pdf")
@public
def leaflet(slug: str) -> Response:
    """The edition in force as a leaflet of A5, in the language of the page."""
    editions = (each for each in finding.in_force(reading()) if each.chapter.slug == slug)
    found = next(editions, None) or abort(404)
    content = render_pdf(TEMPLATES / "leaflet.typ", _leaflet(found))
    return _taken(content, "application/pdf", f"handbook-{slug}-{found.number}-{language()}.pdf")


def _leaflet(found: Edition) -> dict[str, Any]:
    text = spoken(found)
    address = platform.settings.base_url + url_for("handbook.chapter", slug=found.chapter.slug)
    names = organisation_names(reading(), {found.signed_for} if found.signed_for else set(), language())
    signed = names.get(found.signed_for, "") if found.signed_for else ""
    return {
        "language": text["code"], "book": gettext("Legal handbook"), "title": text["title"],
        "blocks": [{"kind": each.kind, "lines": each.lines} for each in blocks(text["body"])],
        "edition": gettext("Edition %(number)s, %(day)s", number=found.number, day=long_date(found.published_at)),
        "signed": gettext("Checked by a lawyer: %(name)s", name=signed) if signed else "",
        "until": gettext("Ask for a newer edition after %(day)s.", day=long_date(found.review_by)),
        "advice": gettext("This leaflet is not advice on your own case. Ask a consultant."),
        "address": address, "qr": segno.make(address, micro=False, error="m").svg_inline(),
    }  # fmt: skip


@blueprint.get("/offline.html")
@public
def offline() -> Response:
    """All chapters in one file that needs nothing else: to be kept and passed on from phone to phone."""
    editions = finding.in_force(reading())
    content = render_template(
        "handbook/offline.html", editions=editions, today=now().date(), overdue=overdue, spoken=spoken,
        address=platform.settings.base_url + url_for("handbook.index"),
    )  # fmt: skip
    return _taken(
        content.encode(), "text/html; charset=utf-8", f"handbook-{now():%Y-%m-%d}-{language()}.html"
    )


def _taken(content: bytes, kind: str, name: str) -> Response:
    answer = FlaskResponse(content, content_type=kind)
    # Saved and not shown: the file carries its own style, which no page of the site may.
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
