"""The pages of joint studies: the list, one study, its questionnaires, and the form of those who keep them."""

from uuid import UUID

from flask import abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, needs, page_of, public, reading, transaction
from plugins.research import rights
from plugins.research.dictionary import best
from plugins.research.forms.study import StudyForm, filled, publications
from plugins.research.models import Study
from plugins.research.services import shelf, studies
from plugins.research.services.studies import Told
from plugins.research.views.blueprint import blueprint, page, refused


@blueprint.get("/studies")
@public
def studies_list() -> Response:
    """All studies that are shown; whoever keeps some sees those too that are not yet."""
    actor = current_actor()
    found = page_of(reading(), studies.listed(actor), Study.id)
    return page("studies.html", found=found, may_begin=studies.home(actor) is not None)


@blueprint.get("/studies/<slug>")
@public
def study(slug: str) -> Response:
    """One study: its aim, partners, questionnaires, datasets and publications."""
    found = studies.find(reading(), current_actor(), slug)
    may_change = current_actor().may(rights.STUDY, found.subject())
    return page("study.html", study=found, datasets=studies.datasets(reading(), found), may_change=may_change)


@blueprint.get("/studies/<slug>/instruments/<uuid:instrument_id>")
@public
def instrument(slug: str, instrument_id: UUID) -> Response:
    """A questionnaire, as a download that no browser runs."""
    found = studies.instrument(reading(), current_actor(), slug, instrument_id)
    if not shelf.intact(found.sha256, studies.INSTRUMENT):
        abort(404)
    response = make_response(b"".join(shelf.opened(found.sha256, studies.INSTRUMENT)))
    response.headers["Content-Type"] = studies.PDF
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{found.sha256[:12]}.pdf"'
    return response


@blueprint.route("/studies/new", methods=["GET", "POST"])
@needs(rights.STUDY)
def new_study() -> Response:
    """Begin the page of a study."""
    return _form(None)


@blueprint.route("/studies/<slug>/change", methods=["GET", "POST"])
@needs(rights.STUDY)
def change_study(slug: str) -> Response:
    """Change the page of a study."""
    return _form(studies.find(reading(), current_actor(), slug, rights.STUDY))


def _form(found: Study | None) -> Response:
    actor, form = current_actor(), _filled(found)
    home = studies.home(actor) or abort(404)
    offered = studies.offered(reading(), actor, found)
    form.datasets.choices = [
        (str(each.dataset_id), best(each.about.get("title", {}), "ru")) for each in offered
    ]
    form.dropped.choices = [(str(each.id), each.title) for each in found.instruments] if found else []
    if request.method == "GET":
        form.datasets.data = [
            str(each.dataset_id) for each in offered if found and each.dataset.study_id == found.id
        ]
    if request.method == "GET" or not form.validate():
        return page("study_form.html", 422 if form.errors else 200, study=found, form=form, problems=[])
    try:
        told = _told(form)
        with transaction() as session:
            if found is None:
                slug = studies.begin(session, actor, home, told).slug
            else:
                mine = studies.find(session, actor, found.slug, rights.STUDY, lock=True)
                studies.change(session, actor, mine, told, revision=request.form.get("revision", -1, int))
                slug = mine.slug
    except GuardFailed as error:
        return page("study_form.html", 422, study=found, form=form, problems=refused(error))
    return redirect(url_for("research.study", slug=slug))


def _filled(found: Study | None) -> StudyForm:
    if request.method != "GET" or found is None:
        return StudyForm()
    return StudyForm(data=filled(found.about, found.partners, found.publications) | {"shown": found.shown})


def _told(form: StudyForm) -> Told:
    sent, title = request.files.get("instrument"), (form.instrument_title.data or "").strip()
    kept = studies.keep(sent.read()) if sent and sent.filename else None
    return Told(
        form.about(), form.shown.data, form.lines(), publications(form.publications.data or ""),
        form.chosen("datasets"), form.chosen("dropped"),
        {title or best(form.about()["title"], "ru"): kept} if kept else {},
    )  # fmt: skip
