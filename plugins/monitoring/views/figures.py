"""Figures: the page, the file and the public page show the same protected numbers."""

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import audit, current_actor, needs, public, reading, tilemaps, transaction
from plugins.monitoring import rights
from plugins.monitoring.figures import words
from plugins.monitoring.figures.periods import Period
from plugins.monitoring.figures.words import Told
from plugins.monitoring.forms.figures import FiguresForm
from plugins.monitoring.services import figures as counted
from plugins.monitoring.services.figures import Figures
from plugins.monitoring.services.releases import release
from plugins.monitoring.taxonomy import TAXONOMY
from plugins.monitoring.views.blueprint import blueprint, page


@blueprint.get("/figures")
@needs(rights.FIGURES_VIEW)
def figures() -> Response:
    """The figures of a period and country, for those who work with them."""
    form = _form(counted.scopes(current_actor()))
    asked = _asked(form)
    found = counted.seen(reading(), current_actor(), asked, form.country.data) if asked else None
    return _show(form, found, may_export=current_actor().may(rights.EXPORT))


@blueprint.get("/figures/public")
@public
def public_figures() -> Response:
    """The same figures for everybody, once the board has said so."""
    if not counted.is_public(reading()):
        abort(404)
    form = _form(["", *TAXONOMY.codes("country")])
    asked = _asked(form)
    return _show(form, counted.figures(reading(), asked, form.country.data) if asked else None)


@blueprint.get("/figures.csv")
@needs(rights.EXPORT)
def figures_file() -> Response:
    """The same figures as a file; each download is written down."""
    form = _form(counted.scopes(current_actor()))
    asked = _asked(form)
    if asked is None:
        return redirect(url_for("monitoring.figures"))
    with transaction() as session:
        found = counted.seen(session, current_actor(), asked, form.country.data)
        audit.record(
            session, current_actor(), "monitoring.figures.export", fields=(str(asked), form.country.data)
        )
    name = "-".join(filter(None, ("figures", str(asked), form.country.data)))
    answer = FlaskResponse(release(found, semicolons=bool(form.semicolons.data)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _form(scopes: list[str]) -> FiguresForm:
    periods = counted.periods(reading())
    form = FiguresForm(request.args)
    form.period.choices = [(str(each), words.period(each)) for each in periods]
    form.country.choices = [(each, words.scope(each)) for each in scopes]
    form.country.data = request.args.get("country", scopes[0] if scopes else "")
    # A whole year hides least, so it comes first.
    first = next((each for each in periods if not each.quarter), periods[0] if periods else "")
    form.period.data = request.args.get("period", str(first))
    return form


def _asked(form: FiguresForm) -> Period | None:
    """The period that the address asks for; what is not offered is not there."""
    offered = {str(each): each for each in counted.periods(reading())}
    if form.country.data not in dict(form.country.choices):
        abort(404)
    if form.period.data not in offered:
        return abort(404) if form.period.data else None
    return offered[form.period.data]


def _show(form: FiguresForm, found: Figures | None, *, may_export: bool = False) -> Response:
    tables = [words.told(each, found.threshold) for each in found.tables] if found else []
    return page(
        "figures.html",
        filters=form,
        found=found,
        tables=tables,
        tiles=_tiles(tables),
        note=words.note(found.threshold) if found else "",
        heading=f"{words.scope(found.scope)}, {words.period(found.period)}" if found else "",
        may_export=may_export,
    )


def _tiles(tables: list[Told]) -> list[dict[str, object]]:
    """The regions of Kyrgyzstan on their tiles; nothing if none of them has a number."""
    bars = {
        str(bar["code"]): bar["value"] for each in tables if each.table.code == "region" for bar in each.bars
    }
    names = {code: _short(code) for row in tilemaps.KYRGYZSTAN for code in row}
    return tilemaps.tiles(tilemaps.KYRGYZSTAN, bars, names)


def _short(code: str) -> str:
    """The name without the word "region"; the city of Osh keeps its own, or it would be its region's."""
    label = words.label("region", code)
    return label if code == "KG-GO" else label.split(" ")[0]
