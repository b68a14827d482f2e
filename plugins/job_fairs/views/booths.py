"""The plan of booths: numbers without a script, arrows and dragging with one."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.job_fairs import rights
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair, Participation
from plugins.job_fairs.services import booths as places
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused


@blueprint.route("/<uuid:fair_id>/booths", methods=["GET", "POST"])
@needs(rights.FAIR_MANAGE)
def booths(fair_id: UUID) -> Response:
    """Which employer stands on which square."""
    found = of_actor(reading(), fair_id, rights.FAIR_MANAGE)
    if request.method == "GET":
        return _show(found)
    squares, wrong = _typed(found)
    if wrong:
        return _show(
            found, 422, [gettext("Column and row are numbers on the grid. Leave both empty for no place.")]
        )
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.FAIR_MANAGE)
            places.place(session, current_actor(), mine, squares)
    except GuardFailed as error:
        return _show(found, 409, refused(error))
    flash(gettext("The plan of booths is kept."), "ok")
    return redirect(url_for("job_fairs.booths", fair_id=fair_id))


def _typed(fair: Fair) -> tuple[dict[UUID, tuple[int, int] | None], bool]:
    made: dict[UUID, tuple[int, int] | None] = {}
    for each in places.there(fair):
        x, y = (request.form.get(f"{name}-{each.id}", "").strip() for name in ("x", "y"))
        if not x and not y:
            made[each.id] = None
        elif all(part.isascii() and part.isdigit() and len(part) < 3 for part in (x, y)):
            made[each.id] = int(x), int(y)
        else:
            return {}, True
    return made, False


def _show(fair: Fair, status: int = 200, problems: list[str] | None = None) -> Response:
    there = places.there(fair)
    at = {(each.grid_x, each.grid_y): each for each in there if each.grid_x}
    return page(
        "booths.html", status, fair=fair, employers=there, at=at, value=_value, rows=range(1, places.ROWS + 1),
        columns=range(1, places.COLUMNS + 1), problems=problems or [],
    )  # fmt: skip


def _value(each: Participation, name: str) -> str:
    known = each.grid_x if name == "x" else each.grid_y
    return request.form.get(f"{name}-{each.id}", str(known or ""))
