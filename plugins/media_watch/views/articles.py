"""The collected articles, their revisions and their evidence."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import audit, current_actor, language, needs, page_of, reading, transaction
from plugins.media_watch import rights
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.forms.work import ArticlesForm, AuthorForm
from plugins.media_watch.language import gettext
from plugins.media_watch.models import Article
from plugins.media_watch.services import archive, finding, sources
from plugins.media_watch.views.blueprint import blueprint, page


@blueprint.get("/articles")
@needs(rights.ARTICLE_VIEW)
def articles() -> Response:
    """The newest articles, by outlet and topic."""
    form = ArticlesForm(request.args)
    outlets = sources.outlets(reading(), current_actor())
    form.outlet.choices = [("", gettext("All outlets")), *((str(each.id), each.name) for each in outlets)]
    form.topic.choices = [
        ("", gettext("All")),
        ("topic", gettext("On the topic")),
        ("risk", gettext("With risk words")),
        ("like", gettext("Perhaps reprints")),
    ]
    rows = finding.articles(current_actor(), outlet_id=form.outlet.data or "", topic=form.topic.data or "")
    return page("articles.html", filters=form, found=page_of(reading(), rows, Article.id))


@blueprint.get("/articles/<uuid:article_id>")
@needs(rights.ARTICLE_VIEW)
def article(article_id: UUID) -> Response:
    """One article: its text now, all that it said before, and the proof."""
    found = finding.article(reading(), current_actor(), article_id)
    author = found.journalist
    form = AuthorForm(
        formdata=None, name=author.name if author else found.byline, kind=author.kind if author else "staff"
    )
    form.kind.choices = CODEBOOK.labels("author", language())
    may = current_actor().may(rights.SOURCES_CHANGE, found.subject())
    return page(
        "article.html", article=found, reprints=finding.reprints(reading(), found), form=form, may_change=may
    )


@blueprint.post("/articles/<uuid:article_id>")
@needs(rights.SOURCES_CHANGE)
def change_article(article_id: UUID) -> Response:
    """Confirm who signed it, or whether it is a reprint."""
    act = request.form.get("act", "")
    with transaction() as session:
        mine = finding.article(session, current_actor(), article_id, rights.SOURCES_CHANGE)
        if act in {"reprint", "own"}:
            sources.settle_likeness(session, current_actor(), mine, reprint=act == "reprint")
        else:
            name, kind = request.form.get("name", "")[:200], request.form.get("kind", "none")
            known = kind if kind in CODEBOOK.codes("author") else "none"
            everywhere = request.form.get("everywhere") == "y"
            sources.confirm_author(session, current_actor(), mine, name, known, everywhere=everywhere)
    flash(gettext("Kept."), "ok")
    return redirect(url_for("media_watch.article", article_id=article_id))


@blueprint.get("/articles/<uuid:article_id>/evidence/<int:number>")
@needs(rights.ARTICLE_VIEW)
def evidence(article_id: UUID, number: int) -> Response:
    """The raw bytes behind a revision, to be opened by hand; never shown as a page of ours."""
    with transaction() as session:
        found = finding.evidence(session, current_actor(), article_id, number)
        audit.record(session, current_actor(), "media_watch.evidence.read", found.id)
        body, name = archive.bytes_of(found), found.sha256
    answer = FlaskResponse(body, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name[:16]}.bin"'
    return answer
