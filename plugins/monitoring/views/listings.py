"""Entries of the public list at work: proposed, reviewed, announced, answered, voted on, taken down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import (
    Actor,
    Attachment,
    AttachmentProblem,
    Form,
    GuardFailed,
    current_actor,
    file_problem,
    history,
    moment,
    needs,
    page_of,
    person_names,
    platform,
    reading,
    receive_attachment,
    send_attachment,
    settle_attachments,
    transaction,
)
from plugins.monitoring import rights
from plugins.monitoring.forms import listing as forms
from plugins.monitoring.forms.work import MoveForm
from plugins.monitoring.models import Listing, Report
from plugins.monitoring.publication import limits
from plugins.monitoring.publication.facts import agreed, content_of, votes
from plugins.monitoring.publication.lifecycle import LISTING, findings, window_over
from plugins.monitoring.publication.words import GATES, STANCES
from plugins.monitoring.services import board, disputes, finding
from plugins.monitoring.services import listings as service
from plugins.monitoring.views.blueprint import blueprint, page, refused, state_tag

FORMS: dict[str, type[Form]] = {
    "circumstances_form": forms.CircumstancesForm,
    "risk_form": forms.RiskForm,
    "letters_form": forms.LettersForm,
    "reply_form": forms.ReplyForm,
    "indicators_form": forms.IndicatorsForm,
    "renew_form": forms.RenewForm,
    "answer_form": forms.AnswerDisputeForm,
    "move_form": MoveForm,
}
PLAIN = ",".join(service.PLAIN)


@blueprint.get("/listings")
@needs(rights.LISTING_VIEW)
def listings() -> Response:
    """Entries, newest first."""
    rows = service.seen(current_actor())
    if state := request.args.get("state", ""):
        rows = rows.where(Listing.state == state)
    return page("listings.html", found=page_of(reading(), rows, Listing.id), is_on=limits.is_on(reading()))


@blueprint.route("/employers/<uuid:employer_id>/listing", methods=["GET", "POST"])
@needs(rights.LISTING_PROPOSE)
def new_listing(employer_id: UUID) -> Response:
    """Propose an entry on confirmed reports."""
    session, actor = reading(), current_actor()
    found = finding.employer(session, actor, employer_id)
    reports, form = service.eligible(session, actor, found), forms.GroundsForm()
    form.reports.choices = [(str(each.id), each.reference) for each in reports]
    shown = {"employer": found, "form": form, "reports": reports}
    if request.method == "GET" or not form.validate():
        return page("listing_new.html", 422 if form.errors else 200, problems=[], **shown)
    try:
        with transaction() as session:
            mine = finding.employer(session, actor, employer_id)
            wanted = set(form.reports.data)
            chosen = [each for each in service.eligible(session, actor, mine) if str(each.id) in wanted]
            made = service.propose(session, actor, mine, reports=chosen)
    except GuardFailed as error:
        return page("listing_new.html", 422, problems=refused(error), **shown)
    return redirect(url_for("monitoring.listing", listing_id=made.id))


@blueprint.route("/employers/<uuid:employer_id>/decision", methods=["GET", "POST"])
@needs(rights.LISTING_PROPOSE)
def new_decision(employer_id: UUID) -> Response:
    """Propose an entry on an official decision."""
    actor = current_actor()
    found, form = finding.employer(reading(), actor, employer_id), forms.DecisionForm()
    if request.method == "GET" or not form.validate():
        return page(
            "listing_decision.html", 422 if form.errors else 200, employer=found, form=form, problems=[]
        )
    try:
        paper = _paper(form)
    except AttachmentProblem as problem:
        form.paper.errors = [file_problem(problem.code, platform.settings.upload_limit)]
        return page("listing_decision.html", 422, employer=found, form=form, problems=[])
    try:
        with transaction() as session:
            mine = finding.employer(session, actor, employer_id)
            made = service.propose(session, actor, mine, decision=_decision(form, paper))
            settle_attachments(session, platform.settings, actor, set(), {paper.id} if paper else set())
    except GuardFailed as error:
        return page("listing_decision.html", 422, employer=found, form=form, problems=refused(error))
    return redirect(url_for("monitoring.listing", listing_id=made.id))


def _paper(form: forms.DecisionForm) -> Attachment | None:
    sent, actor = form.paper.data, current_actor()
    if not sent or not sent.filename or not actor.organisations:
        return None
    place = actor.organisations[0]
    return receive_attachment(platform.database, platform.settings, actor, sent.read(), place)


def _decision(form: forms.DecisionForm, paper: Attachment | None) -> service.Decision:
    return service.Decision(
        kind=form.kind.data,
        body=form.body.data.strip(),
        number=form.number.data.strip(),
        on=forms.day_of(form.on),
        last_fact=forms.day_of(form.last_fact),
        violations=tuple(form.violations.data),
        in_force=form.in_force.data,
        file_id=paper.id if paper else None,
    )


@blueprint.get("/listings/<uuid:listing_id>")
@needs(rights.LISTING_VIEW)
def listing(listing_id: UUID) -> Response:
    """One entry: its gates, the words as they would be published, and the next step."""
    return show(service.find(reading(), current_actor(), listing_id))


@blueprint.get("/listings/<uuid:listing_id>/paper")
@needs(rights.LISTING_VIEW)
def listing_paper(listing_id: UUID) -> Response:
    """The paper of the decision, as a copy without hidden data."""
    found = service.find(reading(), current_actor(), listing_id)
    paper = reading().get(Attachment, found.decision_file_id) if found.decision_file_id else None
    if paper is None or not paper.shown:
        abort(404)
    return send_attachment(paper, platform.settings)


def show(
    found: Listing, status: int = 200, problems: list[str] | None = None, form: Form | None = None
) -> Response:
    """The page of an entry, with the form that was sent if it had errors."""
    session, actor = reading(), current_actor()
    subject = found.subject()
    may = {
        name: actor.may(right, subject)
        for name, right in (
            ("propose", rights.LISTING_PROPOSE),
            ("review", rights.LISTING_REVIEW),
            ("vote", rights.LISTING_VOTE),
        )
    }
    voters = votes(session, found)
    return page(
        "listing.html",
        status,
        listing=found,
        gates=[(each, str(GATES[each.code])) for each in findings(session, found)],
        entry=_words(session, found),
        may=may,
        conflicts=[
            refused(GuardFailed("vote", [each]))[0] for each in board.conflicts(session, actor, found)
        ],
        voted=actor.person_id in voters,
        voters=len(voters),
        stale=board.is_stale(session, found),
        is_on=limits.is_on(session),
        window_over=window_over(found),
        sources=[(each, agreed(each.source)) for each in found.relied],
        stances=[(code, str(text)) for code, text in STANCES],
        waiting=disputes.waiting(found),
        moves={each.name: each for each in LISTING.open_to(actor, found)},
        events=_events(session, found),
        problems=problems or [],
        form=form,
        **_forms(found, form),
    )


def _words(session: Session, found: Listing) -> dict[str, object] | None:
    try:
        return content_of(session, found)
    except ValueError:
        return None


def _forms(found: Listing, sent: Form | None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, kind in FORMS.items():
        made[name] = sent if isinstance(sent, kind) else kind(formdata=None, obj=_values(name, found))
        for field in made[name]:
            field.id = field.label.field_id = f"{field.short_name}-{name}"
    known = {each.id for each in found.reports}
    fresh = service.eligible(reading(), current_actor(), found.employer)
    made["renew_form"].offer([each for each in fresh if each.id not in known])
    return made


def _values(name: str, found: Listing) -> Listing | None:
    return found if name in ("circumstances_form", "indicators_form") else None


def _events(session: Session, found: Listing) -> list[dict[str, str]]:
    passages = history(session, found.id)
    names = person_names(session, {each.person_id for each in passages if each.person_id})
    return [
        {
            "when": moment(each.at),
            "title": state_tag(LISTING.kind, each.target)["label"],
            "text": each.reason,
            "by": names.get(each.person_id, "") if each.person_id else "",
        }
        for each in reversed(passages)
    ]


Step = Callable[[Session, Actor, Listing, int], object]


def do(listing_id: UUID, permission: str, form: Form, step: Step) -> Response:
    """Validate, make one step in one transaction, come back."""
    if not form.validate():
        return show(service.find(reading(), current_actor(), listing_id), 422, form=form)
    try:
        with transaction() as session:
            mine = service.find(session, current_actor(), listing_id, permission, lock=True)
            step(session, current_actor(), mine, request.form.get("revision", 0, int))
    except GuardFailed as error:
        return show(service.find(reading(), current_actor(), listing_id), 422, refused(error), form)
    return redirect(url_for("monitoring.listing", listing_id=listing_id))


Plain = Callable[..., object]


def offer(path: str, permission: str, step: Plain, *, fresh: bool = False) -> Callable[[UUID], Response]:
    """The door of a step that needs nothing but a press: `step(session, actor, listing, revision=…)`."""

    @needs(permission, fresh=fresh)
    def pressed(listing_id: UUID) -> Response:
        return do(
            listing_id,
            permission,
            MoveForm(),
            lambda session, actor, mine, revision: step(session, actor, mine, revision=revision),
        )

    endpoint = f"{path.replace('-', '_')}_listing"
    blueprint.add_url_rule(f"/listings/<uuid:listing_id>/{path}", endpoint, pressed, methods=["POST"])
    return pressed


clear_listing = offer("clear", rights.LISTING_REVIEW, service.clear)
extend_listing = offer("extend", rights.LISTING_REVIEW, service.extend_reply)
submit_listing = offer("submit", rights.LISTING_REVIEW, board.submit)
ask_again_listing = offer("ask-again", rights.LISTING_REVIEW, board.ask_again)
vote_listing = offer("vote", rights.LISTING_VOTE, board.vote, fresh=True)
"""The employer may be told; fourteen days more; before the board; the changed words anew; the vote that may publish."""


@blueprint.post("/listings/<uuid:listing_id>/circumstances")
@needs(rights.LISTING_VIEW)
def describe_listing(listing_id: UUID) -> Response:
    """What was found out beside the reports."""
    form = forms.CircumstancesForm()
    told = {
        UUID(name.removeprefix("stance-")): value
        for name, value in request.form.items()
        if name.startswith("stance-") and len(name) == 43
    }

    def step(session: Session, actor: Actor, mine: Listing, revision: int) -> None:
        migrants = form.migrants_on_site.data
        found = service.Circumstances(
            register_source=(form.register_source.data or "").strip(),
            migrants_on_site=int(migrants) if migrants else None,
            reidentification=form.reidentification.data or "",
            stances={k: v for k, v in told.items() if v in ("left", "accepted", "")},
            dropped=frozenset(k for k, v in told.items() if v == "drop"),
        )
        service.describe(session, actor, mine, found, revision=revision)

    return do(listing_id, rights.LISTING_VIEW, form, step)


@blueprint.post("/listings/<uuid:listing_id>/risk")
@needs(rights.LISTING_REVIEW)
def risk_listing(listing_id: UUID) -> Response:
    """The question of prosecution."""
    form = forms.RiskForm()
    return do(
        listing_id,
        rights.LISTING_REVIEW,
        form,
        lambda session, actor, mine, revision: service.answer_risk(
            session, actor, mine, form.answer.data, form.note.data or "", revision=revision
        ),
    )


@blueprint.post("/listings/<uuid:listing_id>/letters")
@needs(rights.LISTING_REVIEW)
def announce_listing(listing_id: UUID) -> Response:
    """The letters have gone out."""
    form = forms.LettersForm()
    return do(
        listing_id,
        rights.LISTING_REVIEW,
        form,
        lambda session, actor, mine, revision: service.announce(
            session,
            actor,
            mine,
            post_on=forms.day_of(form.post_on),
            post_number=form.post_number.data,
            email_on=forms.day_of(form.email_on),
            revision=revision,
        ),
    )


@blueprint.post("/listings/<uuid:listing_id>/reply")
@needs(rights.LISTING_REVIEW)
def reply_listing(listing_id: UUID) -> Response:
    """What the employer replied."""
    form = forms.ReplyForm()
    return do(
        listing_id,
        rights.LISTING_REVIEW,
        form,
        lambda session, actor, mine, revision: service.record_reply(
            session, actor, mine, form.kind.data, form.text.data or "", revision=revision
        ),
    )


@blueprint.post("/listings/<uuid:listing_id>/indicators")
@needs(rights.LISTING_VOTE)
def indicators_listing(listing_id: UUID) -> Response:
    """Indicators of forced labour, found by a member of the board."""
    form = forms.IndicatorsForm()
    return do(
        listing_id,
        rights.LISTING_VOTE,
        form,
        lambda session, actor, mine, revision: board.find_indicators(
            session, actor, mine, list(form.indicators.data or ()), revision=revision
        ),
    )


@blueprint.post("/listings/<uuid:listing_id>/renew")
@needs(rights.LISTING_PROPOSE)
def renew_listing(listing_id: UUID) -> Response:
    """Renew on a report confirmed since."""
    form = forms.RenewForm()
    found = service.find(reading(), current_actor(), listing_id, rights.LISTING_PROPOSE)
    form.offer(service.eligible(reading(), current_actor(), found.employer))

    def step(session: Session, actor: Actor, mine: Listing, revision: int) -> None:
        report = session.get_one(Report, UUID(form.report.data))
        board.renew(session, actor, mine, report, form.stance.data, revision=revision)

    return do(listing_id, rights.LISTING_PROPOSE, form, step)


@blueprint.post("/listings/<uuid:listing_id>/disputes/<uuid:dispute_id>")
@needs(rights.LISTING_REVIEW)
def answer_dispute(listing_id: UUID, dispute_id: UUID) -> Response:
    """Answer a dispute; a well-founded one suspends the entry at once."""
    form = forms.AnswerDisputeForm()

    def step(session: Session, actor: Actor, mine: Listing, revision: int) -> None:
        found = next((each for each in mine.disputes if each.id == dispute_id), None)
        if found is None:
            abort(404)
        disputes.answer(
            session, actor, mine, found, form.text.data, upheld=form.upheld.data, revision=revision
        )

    return do(listing_id, rights.LISTING_REVIEW, form, step)


@blueprint.post(f"/listings/<uuid:listing_id>/<any({PLAIN}):name>")
@needs(rights.LISTING_VIEW)
def move_listing(listing_id: UUID, name: str) -> Response:
    """One of the moves that need a reason at most."""
    form = MoveForm()
    return do(
        listing_id,
        rights.LISTING_VIEW,
        form,
        lambda session, actor, mine, revision: service.move(
            session, actor, mine, name, form.reason.data or "", revision=revision
        ),
    )
