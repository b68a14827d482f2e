"""The report of a fair, for its council, for the coordinator and in the end for everybody; and that of a period."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, request
from werkzeug.wrappers import Response

from core.toolkit import (
    best_label,
    current_actor,
    language,
    long_date,
    needs,
    now,
    public,
    reading,
    render_pdf,
)
from plugins.job_fairs import rights, waves
from plugins.job_fairs.figures import Rate
from plugins.job_fairs.language import gettext
from plugins.job_fairs.printing import TEMPLATES, clock
from plugins.job_fairs.services import day, fairs, outcomes, reports
from plugins.job_fairs.services.reports import Report, Table
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, region, said

HALVES = (0, 1, 2)


@blueprint.get("/<uuid:fair_id>/report")
@needs(rights.FAIR_VIEW)
def report(fair_id: UUID) -> Response:
    """What became of a fair, with what is still missing."""
    found = of_actor(reading(), fair_id)
    made = reports.of(reading(), found)
    return page(
        "report.html", fair=found, report=made, tables=_tables(made), open_page=False,
        left=outcomes.missing(reading(), found), twice=day.counts(reading(), found).twice, **_words(),
    )  # fmt: skip


@blueprint.get("/open/<uuid:fair_id>/report")
@public
def public_report(fair_id: UUID) -> Response:
    """The same for everybody, once all results are entered."""
    found = fairs.public(reading(), fair_id)
    if found is None or found.state != "reported":
        abort(404)
    made = reports.of(reading(), found)
    return page(
        "report.html", fair=found, report=made, tables=_tables(made), open_page=True, left={}, **_words()
    )


@blueprint.get("/<uuid:fair_id>/report.pdf")
@needs(rights.FAIR_VIEW)
def report_pdf(fair_id: UUID) -> Response:
    """The report to print, in the language of the page."""
    found = of_actor(reading(), fair_id)
    made = reports.of(reading(), found)
    data = {
        "title": best_label(found.title), "lead": [clock(found.starts, day=True), found.venue, region(found.region)],
        "made": gettext("As of %(day)s", day=long_date(now().date())), "facts": facts(made),
        "tables": _tables(made), "partners": found.partners, "heading": gettext("Report of the fair"),
        "note": note(), "rates": [[said("wave", wave), rate(made.rates[wave])] for wave in waves.WAVES],
        "rated": gettext("Hired"), "partner_word": gettext("Partners"),
    }  # fmt: skip
    answer = FlaskResponse(render_pdf(TEMPLATES / "report.typ", data), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="report-{language()}.pdf"'
    return answer


@blueprint.get("/report")
@needs(rights.FAIR_VIEW)
def period() -> Response:
    """All fairs of a year or half a year that one may see: sums of what each of them shows."""
    seen = fairs.listed(reading(), current_actor())
    years = reports.years(seen)
    year, half = request.args.get("year", years[0], int), request.args.get("half", 0, int)
    if year not in years or half not in HALVES:
        abort(404)
    there = reports.within(seen, year, half)
    made = [reports.of(reading(), each) for each in there]
    sums = {
        (wave, column): reports.over(made, wave, column)
        for wave, columns in (("", ("away", "came", "met")), *((w, waves.STATUSES) for w in waves.WAVES))
        for column in columns
    }
    return page(
        "period.html", fairs=there, sums=sums, years=years, year=year, half=half, halves=HALVES, waves=waves,
        employers=sum(each.employers for each in made), openings=sum(each.openings for each in made),
    )  # fmt: skip


def _words() -> dict[str, Any]:
    return {"waves": waves.WAVES, "rate": rate, "facts": facts, "note": note}


def _tables(made: Report) -> list[dict[str, Any]]:
    """The tables in words; those without anybody are left out."""
    return [_table(each) for each in made.tables if each.groups]


def _table(each: Table) -> dict[str, Any]:
    kind, names = ("status" if each.wave else "step"), {"sex": "grouped_sex", "band": "band"}
    rows = [
        [said(names[each.by], group), *map(shown, cells), shown(total)]
        for group, cells, total in zip(each.groups, each.shown.cells, each.shown.rows, strict=True)
    ]
    rows.append([gettext("All people"), *map(shown, each.shown.columns), shown(each.shown.whole)])
    when = said("wave", each.wave) if each.wave else gettext("How far people came")
    by = gettext("by sex") if each.by == "sex" else gettext("by age")
    heads = [gettext("Group"), *(said(kind, column) for column in each.columns), gettext("All people")]
    return {"caption": f"{when}, {by}", "heads": heads, "rows": rows, "wave": each.wave, "by": each.by}


def shown(number: int | None) -> str:
    """A number, or the mark of what is hidden."""
    return "•" if number is None else str(number)


def note() -> str:
    """What the mark means."""
    return str(
        gettext(
            "• stands where fewer than five people would be counted, or where another number would give them away."
        )
    )


def rate(each: Rate) -> str:
    """Hired of reached, of asked, of all who came: the denominators are always said."""
    text: str = gettext(
        "hired %(hired)s, reached %(reached)s, asked %(asked)s, came %(came)s",
        hired=shown(each.hired), reached=shown(each.reached), asked=shown(each.asked), came=shown(each.came),
    )  # fmt: skip
    return text


def facts(made: Report) -> list[list[str]]:
    """The numbers of the fair in words."""
    rows = [
        [gettext("Employers"), str(made.employers)],
        [gettext("Employers who did not come"), str(made.absent_employers)],
        [gettext("Wanted by their vacancies"), str(made.openings)],
    ]
    if plan := made.plan:
        rows.append(
            [
                gettext("Planned interviews, and the most that were possible"),
                f"{plan['interviews']} / {plan['bound']}",
            ]
        )
        rows.append(
            [
                gettext("People with an interview, of those with a wish that could be met"),
                f"{plan['served']} / {plan['hopeful']}",
            ]
        )
        rows.append([gettext("First choices met"), f"{plan['first_met']} / {plan['firsts']}"])
    rows += [[said("end", name), shown(number)] for name, number in made.interviews.items()]
    rows += [
        [f"{gettext('Registered by')}: {said('channel', name)}", shown(n)]
        for name, n in made.channels.items()
    ]
    return rows
