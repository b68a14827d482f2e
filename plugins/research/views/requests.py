"""Access: a request with a signed agreement, and the decision of the data steward."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, page_of, person_names, reading, transaction
from plugins.research import agreement, rights
from plugins.research.forms.access import DecisionForm, RequestForm
from plugins.research.forms.work import day
from plugins.research.lifecycle import REQUEST, SHOWN
from plugins.research.models import Request
from plugins.research.services import access, finding, outsiders
from plugins.research.views.blueprint import blueprint, page, refused

SIGNED_IN = "core.account.use"


@blueprint.route("/r/<slug>/<number>/request", methods=["GET", "POST"])
@needs(rights.REQUEST)
def ask(slug: str, number: str) -> Response:
    """Say what for, read the agreement, sign."""
    found = finding.published(reading(), slug, number, states=SHOWN)
    form, text = RequestForm(), agreement.text()
    shown = {"version": found, "form": form, "agreement": text}
    if request.method == "GET" or not form.validate():
        return page("ask.html", 422 if form.errors else 200, problems=[], **shown)
    answers = {name: (form[name].data or "").strip() for name in ("purpose", "outputs", "team")}
    try:
        with transaction() as session:
            mine = finding.published(session, slug, number, states=SHOWN)
            made = access.ask(
                session, current_actor(), mine, answers | {"merges": bool(form.merges.data)}, text,
                form.signed_name.data.strip(),
            )  # fmt: skip
    except GuardFailed as error:
        return page("ask.html", 422, problems=refused(error), **shown)
    return redirect(url_for("research.asked", request_id=made.id))


@blueprint.get("/requests")
@needs(SIGNED_IN)
def requests() -> Response:
    """One's own requests; all of them for a data steward."""
    found = page_of(reading(), finding.requests(current_actor()), Request.id)
    names = person_names(reading(), {each.person_id for each in found.rows if each.person_id})
    outside = outsiders.among(reading(), found.rows)
    return page("requests.html", found=found, names=names, outside=outside)


@blueprint.get("/requests/<uuid:request_id>")
@needs(SIGNED_IN)
def asked(request_id: UUID) -> Response:
    """One request, with the agreement as it was signed."""
    return show(finding.request(reading(), current_actor(), request_id))


def show(
    found: Request, status: int = 200, problems: list[str] | None = None, form: DecisionForm | None = None
) -> Response:
    """The page of a request."""
    names = person_names(reading(), {found.person_id} if found.person_id else set())
    moves = REQUEST.open_to(current_actor(), found)
    return page(
        "asked.html", status, request=found, name=names.get(found.person_id, "") if found.person_id else "",
        told=_told(found), moves=moves, form=form or DecisionForm(formdata=None),
        problems=problems or [],
    )  # fmt: skip


def _told(found: Request) -> dict[str, str]:
    if found.person_id is not None:
        return {}
    with transaction() as session:
        return outsiders.told(session, current_actor(), found)


@blueprint.post("/requests/<uuid:request_id>/<any(grant,refuse,revoke):name>")
@needs(rights.STEWARD, fresh=True)
def decide(request_id: UUID, name: str) -> Response:
    """Grant, refuse, or take back."""
    form = DecisionForm()
    if not form.validate():
        return show(finding.request(reading(), current_actor(), request_id), 422, form=form)
    try:
        with transaction() as session:
            found = finding.request(session, current_actor(), request_id, lock=True)
            access.decide(
                session, current_actor(), found, name, revision=request.form.get("revision", 0, int),
                reason=form.reason.data or "", expires=day(form.expires.data or ""),
                downloads=form.downloads.data or access.DOWNLOADS,
            )  # fmt: skip
    except GuardFailed as error:
        found = finding.request(reading(), current_actor(), request_id)
        return show(found, 422, refused(error), form)
    return redirect(url_for("research.asked", request_id=request_id))
