"""What everybody sees: the catalogue, one dataset, its files, and the feed for other catalogues."""

from pathlib import Path
from typing import Any

from flask import abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    Actor,
    GuardFailed,
    current_actor,
    language,
    now,
    page_of,
    platform,
    public,
    reading,
    transaction,
)
from plugins.research import policy, query, rights
from plugins.research.formats import citing, dcat
from plugins.research.lifecycle import SHOWN
from plugins.research.models import Elsewhere, Version
from plugins.research.query import condition_of
from plugins.research.services import (
    access,
    downloads,
    engine,
    feeding,
    finding,
    gathering,
    outsiders,
    shelf,
    showing,
    studies,
)
from plugins.research.views.blueprint import blueprint, document, page, refused
from plugins.research.words import CLASSES, LEVELS, REFUSALS


@blueprint.get("/")
@public
def index() -> Response:
    """The catalogue: that data exist is no secret, what stands in them may be one."""
    text, level = request.args.get("q", "").strip()[:200], request.args.get("level", "")
    found = page_of(reading(), finding.catalogue(text, level if level in policy.LEVELS else ""), Version.id)
    actor = current_actor()
    return page(
        "index.html", found=found, text=text, level=level, levels=LEVELS, may_work=actor.may(rights.READ),
        may_ask=actor.may(rights.REQUEST) or actor.may(rights.STEWARD),
    )  # fmt: skip


@blueprint.get("/promise")
@public
def promise() -> Response:
    """What the risk check does and does not promise, with the thresholds as the code has them."""
    limits = [(level, each, policy.limits(level, each)) for level in policy.LEVELS for each in ("S1", "S3")]
    rows = [
        {"level": LEVELS[level], "sensitivity": CLASSES[each], "k": found.k or "–", "cell": found.cell}
        for level, each, found in limits
    ]
    return page("promise.html", rows=rows)


@blueprint.get("/elsewhere")
@public
def elsewhere() -> Response:
    """What other catalogues offer."""
    return page("elsewhere.html", found=page_of(reading(), gathering.known(), Elsewhere.id))


@blueprint.get("/r/<slug>")
@public
def concept(slug: str) -> Response:
    """The lasting address of a dataset leads to its newest version."""
    found = finding.published(reading(), slug)
    return redirect(url_for("research.dataset", slug=slug, number=found.number))


@blueprint.get("/r/<slug>/<number>")
@public
def dataset(slug: str, number: str) -> Response:
    """One version: what it is, how it is cited, and as much of the data as the reader may see."""
    found = finding.published(reading(), slug, number)
    return show(found, 410 if found.state == "withdrawn" else 200)


def show(found: Version, status: int = 200, problems: list[str] | None = None) -> Response:
    """The page of a version, to whoever asks."""
    actor, session = current_actor(), reading()
    record = showing.record(session, actor, found)
    sees = {thing: access.may(session, actor, found, thing) for thing in policy.THINGS}
    number = max(1, request.args.get("rows", 1, int))
    grant = access.grant(session, actor, found)
    return page(
        "dataset.html",
        status,
        version=found,
        record=record,
        sees=sees,
        statistics=found.statistics if sees[policy.STATISTICS] else None,
        lines=showing.rows(session, actor, found, number) if sees[policy.PREVIEW] else [],
        shown_columns=showing.columns(found)[: showing.PREVIEWED] if sees[policy.PREVIEW] else [],
        rows_page=number,
        answer=_answer(found),
        apa=citing.apa(record, "ru"),
        gost=citing.gost(record, now().date()),
        siblings=showing.siblings(session, found),
        texts=sorted(downloads.TEXTS),
        packages=downloads.DATA,
        study=studies.of(session, found),
        grant=grant,
        may_ask=actor.may(rights.REQUEST)
        and found.level == "request"
        and grant is None
        and found.state in SHOWN,
        may_ask_outside=not actor.signed_in
        and outsiders.available(found)
        and bool(platform.settings.mail_url),
        may_renew=actor.may(rights.DEPOSIT, found.subject()),
        may_keep=actor.may(rights.STEWARD) or actor.may(rights.DEPOSIT, found.subject()),
        described=dcat.schema_org(record, language()),
        problems=problems or [],
    )


def _answer(found: Version) -> dict[str, Any] | None:
    """The answer to the question in the address, if there is one; it is written down."""
    if not request.args.get("column") and not request.args.get("row"):
        return None
    actor = current_actor()
    try:
        with transaction() as session:
            if request.args.get("row"):
                told = showing.cross(
                    session, actor, found, request.args["row"], request.args.get("across", "")
                )
                return {"table": told} if told else None
            asked = [
                condition_of(column, [value], request.args.get("operation", "is"))
                for column, value in zip(
                    request.args.getlist("column"), request.args.getlist("value"), strict=False
                )
                if column
            ]
            said = showing.answer(session, actor, found, asked)
            return (
                None
                if said is None
                else {"number": said.number, "refusal": str(REFUSALS.get(said.refusal, ""))}
            )
    except query.QueryProblem as problem:
        return {"number": None, "refusal": str(REFUSALS[problem.code])}
    except engine.TooSlow:
        return {"number": None, "refusal": str(REFUSALS["too_slow"])}


@blueprint.get("/r/<slug>/<number>/<name>")
@public
def description(slug: str, number: str, name: str) -> Response:
    """What the version says of itself to other systems, cut down to what the reader may see."""
    found = finding.published(reading(), slug, number)
    if name not in downloads.TEXTS:
        abort(404)
    if found.state == "withdrawn":
        return show(found, 410)
    kind, make = downloads.TEXTS[name]
    return document(make(showing.record(reading(), current_actor(), found)), kind, name)


@blueprint.post("/r/<slug>/<number>/data/<any('csv.zip','parquet.zip','sav.zip'):name>")
@public
def download(slug: str, number: str, name: str) -> Response:
    """The data with their manifest, counted against the grant."""
    found = finding.published(reading(), slug, number)
    if found.state == "withdrawn":
        return show(found, 410)
    try:
        return sent(current_actor(), found, name)
    except GuardFailed as error:
        return show(found, 422, refused(error))


def sent(actor: Actor, found: Version, name: str) -> Response:
    """The package, counted just before it goes out. Raises GuardFailed."""
    if name not in downloads.DATA:
        abort(404)
    with shelf.passing(".zip") as held:
        sha256 = downloads.package(reading(), actor, found, name, Path(held.name), language())
        with transaction() as session:
            downloads.count(session, actor, session.get_one(Version, found.id), name, sha256)
        source = Path(held.name).open("rb")  # noqa: SIM115 - closed when it has been sent
        size = Path(held.name).stat().st_size
    response = make_response(iter(lambda: source.read(1 << 16), b""))
    response.call_on_close(source.close)
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Length"] = str(size)
    file_name = f"{found.dataset.slug}-v{found.number}-{name}"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@blueprint.get("/oai")
@public
def oai() -> Response:
    """The feed for other catalogues (OAI-PMH 2.0)."""
    doubled = any(len(values) > 1 for _, values in request.args.lists())
    told = feeding.answer(reading(), request.base_url, request.args.to_dict(), doubled)
    return document(told, "text/xml")
