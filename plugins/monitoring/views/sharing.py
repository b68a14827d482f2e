"""The inspector's link: made and closed by the people of a dossier, opened by whoever holds it."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, platform, public, reading, transaction
from plugins.monitoring import rights
from plugins.monitoring.forms.dossier import AnswerForm, ShareForm
from plugins.monitoring.forms.work import MoveForm
from plugins.monitoring.models import InspectorLink
from plugins.monitoring.services import finding, sharing
from plugins.monitoring.views.blueprint import blueprint, page, refused
from plugins.monitoring.views.dossiers import do, download, file_name, packed, show


@blueprint.post("/dossiers/<uuid:dossier_id>/links")
@needs(rights.DOSSIER_TRACK, fresh=True)
def share_dossier(dossier_id: UUID) -> Response:
    """Make a link and show it, this once."""
    found = finding.dossier(reading(), current_actor(), dossier_id, rights.DOSSIER_TRACK)
    form = ShareForm()
    if not form.validate():
        return show(found, 422, form=form)
    try:
        with transaction() as session:
            mine = finding.dossier(session, current_actor(), dossier_id, rights.DOSSIER_TRACK, lock=True)
            token = sharing.open_link(
                session, current_actor(), mine, form.recipient.data, int(form.days.data)
            )
    except GuardFailed as error:
        return show(found, 422, refused(error), form)
    # In Russian, whatever the language of the person who makes it.
    address = url_for("monitoring.shared", token=token, lang="ru")
    return show(
        finding.dossier(reading(), current_actor(), dossier_id),
        link=f"{platform.settings.base_url}{address}",
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/links/<uuid:link_id>/close")
@needs(rights.DOSSIER_TRACK)
def close_link(dossier_id: UUID, link_id: UUID) -> Response:
    """End a link now."""
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        MoveForm(),
        lambda session, actor, mine, _revision: sharing.close(session, actor, mine, link_id),
    )


@blueprint.post("/dossiers/<uuid:dossier_id>/answers/<uuid:answer_id>")
@needs(rights.DOSSIER_TRACK)
def decide_answer(dossier_id: UUID, answer_id: UUID) -> Response:
    """Accept what came through a link, or set it aside."""
    accept = request.form.get("decision") == "accept"
    return do(
        dossier_id,
        rights.DOSSIER_TRACK,
        MoveForm(),
        lambda session, actor, mine, revision: sharing.decide(
            session, actor, mine, answer_id, accept=accept, revision=revision
        ),
    )


def _opened(token: str, what: str) -> InspectorLink:
    """The link, its opening noted; a wrong, an expired and a closed one are all "not found"."""
    with transaction() as session:
        found = sharing.find(session, token)
        if found is not None:
            sharing.note_opening(session, found, what)
    if found is None:
        abort(404)
    seen = sharing.find(reading(), token)
    return seen or abort(404)


def _unlisted(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/shared/<token>", methods=["GET", "POST"])
@public
def shared(token: str) -> Response:
    """One dossier for somebody without an account, who may answer here."""
    if request.method == "POST":
        return _answer(token)
    return _shared(_opened(token, "page"), AnswerForm())


def _shared(link: InspectorLink, form: AnswerForm, status: int = 200, *, full: bool = False) -> Response:
    answered = request.args.get("answered") == "1"
    found = {"link": link, "dossier": link.dossier, "content": link.dossier.content}
    return _unlisted(page("shared.html", status, form=form, full=full, answered=answered, **found))


def _answer(token: str) -> Response:
    found = sharing.find(reading(), token) or abort(404)
    form = AnswerForm()
    if not form.validate():
        return _shared(found, form, 422)
    try:
        with transaction() as session:
            mine = sharing.find(session, token) or abort(404)
            sharing.take_answer(session, mine, form.text.data.strip())
    except sharing.Full:
        return _shared(found, form, 429, full=True)
    return _unlisted(redirect(url_for("monitoring.shared", token=token, answered=1)))


@blueprint.get("/shared/<token>/letter.pdf")
@public
def shared_pdf(token: str) -> Response:
    """The letter."""
    link = _opened(token, "pdf")
    return _unlisted(download(link.dossier.pdf or b"", "application/pdf", f"{file_name(link.dossier)}.pdf"))


@blueprint.get("/shared/<token>/letter.zip")
@public
def shared_zip(token: str) -> Response:
    """The letter with its annexes."""
    link = _opened(token, "zip")
    try:
        return _unlisted(packed(link.dossier))
    except GuardFailed:
        abort(404)
