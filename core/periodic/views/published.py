"""Published reports for anybody: the list, each edition, and the same as PDF, as table and as JSON."""

from typing import Any

from flask import Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from core.i18n import language
from core.periodic import comparing, content, periods, printing, services, tables
from core.periodic.models import PeriodicReport
from core.periodic.views.blueprint import blueprint, edition_of
from core.spreadsheet import csv_text
from core.web.guard import public, reading


@blueprint.get("/")
@public
def index() -> str:
    """The valid edition of each period, the newest first."""
    return render_template("periodic/index.html", found=services.published(reading()))


@blueprint.get("/<period>")
@public
def latest(period: str) -> BaseResponse:
    """Leads to the newest edition of a period."""
    found = _editions(period)
    if not found:
        abort(404)
    return redirect(url_for("periodic.page", period=period, number=found[0].number))


@blueprint.get("/<period>/<int:number>")
@public
def page(period: str, number: int) -> str:
    """One edition. One that was corrected stays readable and leads to what has replaced it."""
    found, others = _one(period, number)
    newest = others[0]
    edition = edition_of(found)
    return render_template(
        "periodic/report.html", report=found, edition=edition, editions=others,
        rule=printing.rule(), drawn=printing.drawn_on(edition),
        later=newest if newest.id != found.id else None, changed=comparing.changes(reading(), found, language()),
    )  # fmt: skip


@blueprint.get("/<period>/<int:number>/report.<any(pdf,csv,json):kind>")
@public
def file(period: str, number: int, kind: str) -> Response:
    """The same for print, for tables and for programmes."""
    found, _ = _one(period, number)
    body, mimetype = _made(found, kind)
    answer = Response(body, mimetype=mimetype)
    spoken = "" if kind == "json" else f"-{language()}"
    name = f"camove-{period}-{number}{spoken}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _made(report: PeriodicReport, kind: str) -> tuple[Any, str]:
    if kind == "json":
        return content.sealed(report.content), "application/json"
    if kind == "csv":
        return csv_text(tables.lines(edition_of(report), report.sha256)), "text/csv"
    return printing.pdf(report, edition_of(report)), "application/pdf"


def _one(period: str, number: int) -> tuple[PeriodicReport, list[PeriodicReport]]:
    found = _editions(period)
    return next((each for each in found if each.number == number), None) or abort(404), found


def _editions(period: str) -> list[PeriodicReport]:
    try:
        periods.read(period)
    except ValueError:
        abort(404)
    return list(services.editions(reading(), period))
