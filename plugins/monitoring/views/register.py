"""Keeping the register: adding, correcting, and the lists of names, numbers, places and relations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms.register import (
    AddForm,
    CorrectForm,
    NameForm,
    NumberForm,
    ReasonForm,
    RelationForm,
    SiteForm,
)
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.models import Alias, Employer, Identifier, Relation, Site
from plugins.monitoring.register import kin
from plugins.monitoring.services import candidates, finding, register
from plugins.monitoring.services.register import Facts
from plugins.monitoring.views.blueprint import blueprint, page, refused

PARTS: dict[str, tuple[Any, type[Any], type[ReasonForm]]] = {
    "names": (lazy_gettext("Names"), Alias, NameForm),
    "numbers": (lazy_gettext("Company numbers"), Identifier, NumberForm),
    "sites": (lazy_gettext("Places of work"), Site, SiteForm),
    "relations": (lazy_gettext("Relations with others"), Relation, RelationForm),
}
"""The lists that an employer has: title, table, form."""

ONE = "/employers/<uuid:employer_id>"
PART = f"{ONE}/<any(names,numbers,sites,relations):part>"


def seen_revision(name: str = "revision") -> int:
    """The revision that the form was made from."""
    return request.form.get(name, 0, int)


def of_register(session: Session, employer_id: UUID, *, lock: bool = False) -> Employer:
    """The employer, for somebody who may change the register."""
    return finding.employer(session, current_actor(), employer_id, rights.EMPLOYER_CHANGE, lock=lock)


@blueprint.route("/employers/new", methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def new_employer() -> Response:
    """Add an employer of whom no report tells yet."""
    form = AddForm()
    if request.method == "GET" or not form.validate():
        return page("employer_form.html", 422 if form.errors else 200, form=form, employer=None)
    numbers = [(form.scheme.data, form.number.data)] if form.number.data else []
    with transaction() as session:
        made = register.add(session, current_actor(), _facts(form), numbers)
    flash(gettext("The employer was added to the register."), "ok")
    return redirect(url_for("monitoring.employer", employer_id=made.id))


@blueprint.route(f"{ONE}/change", methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def change_employer(employer_id: UUID) -> Response:
    """Correct what the register says of an employer."""
    found = of_register(reading(), employer_id)
    form = CorrectForm(**{name: getattr(found, name) for name in Facts.__dataclass_fields__})
    if request.method == "GET" or not form.validate():
        return page("employer_form.html", 422 if form.errors else 200, form=form, employer=found)
    with transaction() as session:
        mine = of_register(session, employer_id, lock=True)
        register.correct(
            session, current_actor(), mine, _facts(form), revision=seen_revision(), reason=form.reason.data
        )
    flash(gettext("The register was corrected."), "ok")
    return redirect(url_for("monitoring.employer", employer_id=employer_id))


def _facts(form: Any) -> Facts:
    return Facts(
        form.legal_name.data.strip(),
        form.country.data,
        form.region.data or "",
        form.sector.data or "",
        form.legal_form.data or "",
        bool(form.natural_person.data),
    )


@blueprint.route(PART, methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def employer_part(employer_id: UUID, part: str) -> Response:
    """The names, numbers, places or relations of an employer, and a form for one more."""
    found, (title, _, form_of) = of_register(reading(), employer_id), PARTS[part]
    form = form_of()
    if isinstance(form, RelationForm):
        form.other.choices = _others(found)
    if request.method == "GET" or not form.validate():
        return _list(found, part, title, form, 422 if form.errors else 200)
    try:
        with transaction() as session:
            mine = of_register(session, employer_id, lock=True)
            ADDING[part](session, mine, form, {"revision": seen_revision(), "reason": form.reason.data})
    except GuardFailed as error:
        return _list(found, part, title, form, 409, refused(error))
    flash(gettext("The register was corrected."), "ok")
    return redirect(url_for("monitoring.employer_part", employer_id=employer_id, part=part))


def _list(
    found: Employer, part: str, title: Any, form: ReasonForm, status: int, problems: list[str] | None = None
) -> Response:
    rows = {"names": found.names, "numbers": found.identifiers, "sites": found.sites}
    mine = Relation.employer_id == found.id
    listed = rows[part] if part in rows else list(reading().query(Relation).where(mine).order_by(Relation.id))
    return page(
        "employer_part.html", status, employer=found, part=part, title=title, form=form, listed=listed,
        problems=problems or [], wanted=request.values.get("wanted", ""),
    )  # fmt: skip


def _others(found: Employer) -> list[tuple[str, str]]:
    """Those whom the search box above the form finds, without the employer itself."""
    wanted = request.values.get("wanted", "").strip()[:100]
    own = set(kin.family(reading(), found.id))
    rows = candidates.search(reading(), wanted) if wanted else []
    return [("", ""), *((str(each.id), each.legal_name) for each in rows if each.id not in own)]


Adding = Callable[[Session, Employer, Any, dict[str, Any]], None]


def _add_name(session: Session, mine: Employer, form: NameForm, seen: dict[str, Any]) -> None:
    register.add_name(session, current_actor(), mine, form.name.data.strip(), form.source.data, **seen)


def _add_number(session: Session, mine: Employer, form: NumberForm, seen: dict[str, Any]) -> None:
    register.add_number(session, current_actor(), mine, form.scheme.data, form.number.data, **seen)


def _add_site(session: Session, mine: Employer, form: SiteForm, seen: dict[str, Any]) -> None:
    register.add_site(session, current_actor(), mine, form.label.data.strip(), form.region.data or "", **seen)


def _add_relation(session: Session, mine: Employer, form: RelationForm, seen: dict[str, Any]) -> None:
    other = UUID(form.other.data)
    register.add_relation(session, current_actor(), mine, form.kind.data, other, *form.days, **seen)


ADDING: dict[str, Adding] = {
    "names": _add_name,
    "numbers": _add_number,
    "sites": _add_site,
    "relations": _add_relation,
}


@blueprint.route(f"{PART}/<uuid:part_id>/remove", methods=["GET", "POST"])
@needs(rights.EMPLOYER_CHANGE)
def remove_part(employer_id: UUID, part: str, part_id: UUID) -> Response:
    """Take away a name, number, place or relation that is wrong."""
    found = of_register(reading(), employer_id)
    one, form = _part(reading(), employer_id, part, part_id), ReasonForm()
    if request.method == "GET" or not form.validate():
        status = 422 if form.errors else 200
        return page("employer_remove.html", status, employer=found, part=part, one=one, form=form)
    with transaction() as session:
        mine = of_register(session, employer_id, lock=True)
        doomed = _part(session, employer_id, part, part_id)
        register.drop(
            session, current_actor(), mine, doomed, revision=seen_revision(), reason=form.reason.data
        )
    flash(gettext("The register was corrected."), "ok")
    return redirect(url_for("monitoring.employer_part", employer_id=employer_id, part=part))


def _part(session: Session, employer_id: UUID, part: str, part_id: UUID) -> Any:
    found = session.get(PARTS[part][1], part_id)
    return found if found is not None and found.employer_id == employer_id else abort(404)
