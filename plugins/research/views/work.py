"""The desk of depositors and reviewers: a file arrives, is described, checked, reviewed and published."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.toolkit import (
    Actor,
    GuardFailed,
    current_actor,
    data_upload,
    drop_upload,
    history,
    language,
    moment,
    needs,
    organisation_names,
    page_of,
    person_names,
    pieces_of,
    platform,
    reading,
    transaction,
)
from plugins.research import decode, dictionary, policy, recoding, rights
from plugins.research.forms.work import (
    AboutForm,
    CodebookForm,
    ColumnForm,
    DepositForm,
    EncodingForm,
    MoveForm,
    day,
)
from plugins.research.language import gettext
from plugins.research.lifecycle import EDITABLE, VERSION
from plugins.research.models import Dataset, Review, Version
from plugins.research.services import access, checking, deposits, describing, finding, reviewing, showing
from plugins.research.views.blueprint import blueprint, page, refused, state_tag
from plugins.research.words import RULE_PROBLEMS

PER_PAGE = 50


@blueprint.get("/work")
@needs(rights.READ)
def desk() -> Response:
    """The deposits that wait for something."""
    actor = current_actor()
    found = page_of(reading(), finding.work(actor), Version.id)
    names = organisation_names(reading(), {each.organisation_id for each in found.rows}, language())
    return page("desk.html", found=found, names=names, may_deposit=actor.may(rights.DEPOSIT))


@blueprint.route("/work/new", methods=["GET", "POST"])
@needs(rights.DEPOSIT)
def deposit() -> Response:
    """Bring a file; with `?dataset=` as a further version of that dataset."""
    actor, form = current_actor(), DepositForm()
    home, dataset = deposits.home(actor) or abort(404), _dataset()
    shown = {"form": form, "home": home, "dataset": dataset}
    if request.method == "GET" or not form.validate():
        return page("deposit.html", 422 if form.errors else 200, **shown)
    upload_id, file = _id(request.form.get("upload")), request.files.get("file")
    upload = data_upload(reading(), actor, upload_id, home)
    if upload is None and not (file and file.filename):
        form.file.errors = [gettext("Choose a file. It may be CSV, Excel, SPSS or Stata.")]
        return page("deposit.html", 422, **shown)
    content = pieces_of(platform.settings, upload) if upload else iter(lambda: file.read(1 << 20), b"")  # type: ignore[union-attr]
    kept = deposits.keep(actor, home, content)
    with transaction() as session:
        mine = data_upload(session, actor, upload_id, home)
        if upload is not None and mine is None:
            # The other of two clicks was first.
            return redirect(url_for("research.desk"))
        title, further = {"ru": form.title.data.strip()}, dataset.id if dataset else None
        made = deposits.deposit(session, actor, home, kept, title, dataset_id=further)
        if mine is not None:
            drop_upload(session, platform.settings, mine)
        version_id = made.id
    return redirect(url_for("research.work", version_id=version_id))


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)


def _dataset() -> Dataset | None:
    slug = request.args.get("dataset", "")
    found = reading().scalars(select(Dataset).where(Dataset.slug == slug)).first() if slug else None
    if slug and (found is None or found.organisation_id not in current_actor().organisations):
        abort(404)
    return found


@blueprint.get("/work/<uuid:version_id>")
@needs(rights.READ)
def work(version_id: UUID) -> Response:
    """One deposit: where it stands, what is to be done, what the check found."""
    return show(finding.version(reading(), current_actor(), version_id))


def show(
    found: Version, status: int = 200, problems: list[str] | None = None, form: MoveForm | None = None
) -> Response:
    """The page of a deposit, with what stood in the way of a move."""
    actor = current_actor()
    doubtful = found.state in ("arriving", "unreadable") and deposits.doubtful(found)
    described = dictionary.columns(found.columns)
    reviews = reading().scalars(
        select(Review).where(Review.version_id == found.id, Review.content_hash == found.content_hash)
    ).all()  # fmt: skip
    return page(
        "work.html",
        status,
        version=found,
        columns=described,
        readings=_readings(found) if doubtful else [],
        form=form or MoveForm(),
        encoding_form=EncodingForm(formdata=None),
        problems=problems or [],
        moves=[each for each in VERSION.open_to(actor, found) if each.name in MOVES],
        may_change=actor.may(rights.DEPOSIT, found.subject()) and found.state in EDITABLE,
        reviews=len(reviews),
        reviewers_needed=policy.reviewers_needed(found.sensitivity),
        events=_events(found),
        overlaps=access.overlapping(reading(), found) if actor.may(rights.STEWARD) else {},
    )


def _readings(found: Version) -> list[tuple[str, str]]:
    try:
        return deposits.readings(found)
    except decode.DecodeProblem:
        return []


def _events(found: Version) -> list[dict[str, str]]:
    passages = history(reading(), found.id)
    names = person_names(reading(), {each.person_id for each in passages if each.person_id})
    return [
        {
            "when": moment(each.at),
            "title": state_tag(VERSION.kind, each.target)["label"],
            "text": each.reason,
            "by": names.get(each.person_id, "") if each.person_id else "",
        }
        for each in reversed(passages)
    ]


@blueprint.post("/work/<uuid:version_id>/encoding")
@needs(rights.DEPOSIT)
def encoding(version_id: UUID) -> Response:
    """Say how the text is to be read."""
    with transaction() as session:
        found = finding.version(session, current_actor(), version_id, rights.DEPOSIT, lock=True)
        deposits.read_as(session, current_actor(), found, request.form.get("encoding", ""))
    return redirect(url_for("research.work", version_id=version_id))


@blueprint.route("/work/<uuid:version_id>/about", methods=["GET", "POST"])
@needs(rights.DEPOSIT)
def about(version_id: UUID) -> Response:
    """What is said of the whole."""
    found = finding.version(reading(), current_actor(), version_id, rights.DEPOSIT)
    form = AboutForm(data=_about(found)) if request.method == "GET" else AboutForm()
    if request.method == "GET" or not form.validate():
        return page("about.html", 422 if form.errors else 200, version=found, form=form, problems=[])
    try:
        with transaction() as session:
            mine = finding.version(session, current_actor(), version_id, rights.DEPOSIT, lock=True)
            describing.describe(
                session, current_actor(), mine, form.about(), form.level.data, form.sensitivity.data,
                day(form.embargo.data or ""), revision=request.form.get("revision", 0, int),
            )  # fmt: skip
    except GuardFailed as error:
        return page("about.html", 422, version=found, form=form, problems=refused(error))
    return redirect(url_for("research.work", version_id=version_id))


def _about(found: Version) -> dict[str, Any]:
    kept = found.about
    titles = {f"title_{code}": text for code, text in kept.get("title", {}).items()}
    abstracts = {f"abstract_{code}": text for code, text in kept.get("abstract", {}).items()}
    lists = {
        "creators": "; ".join(kept.get("creators", ())), "keywords": ", ".join(kept.get("keywords", ())),
        "countries": ", ".join(kept.get("countries", ())),
    }  # fmt: skip
    own = {"level": found.level, "sensitivity": found.sensitivity}
    if found.embargo:
        own["embargo"] = found.embargo.isoformat()
    plain = {key: each for key, each in kept.items() if isinstance(each, str | int)}
    return {**plain, **titles, **abstracts, **lists, **own}


def _head(found: Version, names: list[str]) -> list[tuple[str, ...]]:
    """The first cells of some columns, as long as the deposit can be changed."""
    return showing.first_cells(found, names) if found.state in EDITABLE else []


@blueprint.get("/work/<uuid:version_id>/columns")
@needs(rights.DEPOSIT)
def columns(version_id: UUID) -> Response:
    """All columns, fifty on a page."""
    return _columns(finding.version(reading(), current_actor(), version_id, rights.DEPOSIT))


def _columns(found: Version, status: int = 200, problems: list[str] | None = None) -> Response:
    number = max(1, request.args.get("page", 1, int))
    described = dictionary.columns(found.columns)
    pages = max(1, -(-len(described) // PER_PAGE))
    first = (min(number, pages) - 1) * PER_PAGE
    here = list(enumerate(described))[first : first + PER_PAGE]
    return page(
        "columns.html", status, version=found, columns=here, head=_head(found, [each.name for _, each in here]),
        number=min(number, pages), pages=pages, total=len(described), form=CodebookForm(formdata=None),
        may_change=found.state in EDITABLE, problems=problems or [],
    )  # fmt: skip


@blueprint.post("/work/<uuid:version_id>/labels")
@needs(rights.DEPOSIT)
def labels(version_id: UUID) -> Response:
    """Fill empty labels from a codebook."""
    found = finding.version(reading(), current_actor(), version_id, rights.DEPOSIT)
    file = request.files.get("codebook")
    try:
        told = describing.labels_in(file.read() if file else b"")
        with transaction() as session:
            mine = finding.version(session, current_actor(), version_id, rights.DEPOSIT, lock=True)
            revision = request.form.get("revision", 0, int)
            describing.take_labels(session, current_actor(), mine, told, revision=revision)
    except GuardFailed as error:
        return _columns(found, 422, refused(error))
    return redirect(url_for("research.columns", version_id=version_id))


@blueprint.route("/work/<uuid:version_id>/columns/<int:position>", methods=["GET", "POST"])
@needs(rights.DEPOSIT)
def column(version_id: UUID, position: int) -> Response:
    """What one column is, and what is done to it."""
    found = finding.version(reading(), current_actor(), version_id, rights.DEPOSIT)
    described = dictionary.columns(found.columns)
    if position >= len(described):
        abort(404)
    form, shown = ColumnForm(), {"version": found, "column": described[position], "position": position}
    shown["head"] = _head(found, [described[position].name])
    if request.method == "GET":
        form.fill(described[position], language())
    if request.method == "GET" or not form.validate():
        return page(
            "column.html",
            422 if form.errors else 200,
            form=form,
            problems=[],
            **shown,
        )
    try:
        with transaction() as session:
            mine = finding.version(session, current_actor(), version_id, rights.DEPOSIT, lock=True)
            typed = form.column(described[position], language())
            revision = request.form.get("revision", 0, int)
            describing.change_column(session, current_actor(), mine, position, typed, revision=revision)
    except GuardFailed as error:
        return page(
            "column.html",
            422,
            form=form,
            problems=refused(error),
            **shown,
        )
    except recoding.RuleProblem as problem:
        form.rule.errors = [str(RULE_PROBLEMS[problem.code])]
        return page("column.html", 422, form=form, problems=[], **shown)
    return redirect(url_for("research.columns", version_id=version_id, page=position // PER_PAGE + 1))


def _plain(name: str) -> Any:
    def step(session: Any, actor: Actor, found: Version, reason: str, revision: int) -> None:
        VERSION.move(session, actor, found, name, revision=revision, reason=reason)

    return step


def _without_reason(service: Any) -> Any:
    return lambda session, actor, found, _reason, revision: service(session, actor, found, revision=revision)


def _with_reason(service: Any) -> Any:
    return lambda session, actor, found, reason, revision: service(
        session, actor, found, reason, revision=revision
    )


MOVES: dict[str, Any] = {
    "check": _without_reason(checking.ask),
    "submit": _without_reason(reviewing.submit),
    "approve": _with_reason(reviewing.approve),
    "send_back": _with_reason(reviewing.send_back),
    "publish": _without_reason(reviewing.publish),
    "withdraw": _with_reason(reviewing.withdraw),
    "take_back": _plain("take_back"),
    "discard": _plain("discard"),
}


@blueprint.post("/work/<uuid:version_id>/move/<name>")
@needs(rights.READ, fresh=True)
def move(version_id: UUID, name: str) -> Response:
    """Make a move; two people at once: the second is told what the first did."""
    if name not in MOVES:
        abort(404)
    form, permission = MoveForm(), VERSION.transition(name).permission
    try:
        with transaction() as session:
            found = finding.version(session, current_actor(), version_id, permission, lock=True)
            MOVES[name](
                session, current_actor(), found, form.reason.data or "", request.form.get("revision", 0, int)
            )
    except GuardFailed as error:
        found = finding.version(reading(), current_actor(), version_id)
        return show(found, 422, refused(error), form)
    if name == "discard":
        return redirect(url_for("research.desk"))
    return redirect(url_for("research.work", version_id=version_id))
