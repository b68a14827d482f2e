"""Reports after they were sent: the list, one report, and the moves that it may make."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    Actor,
    Attachment,
    GuardFailed,
    Passage,
    audit,
    current_actor,
    history,
    language,
    moment,
    needs,
    open_original,
    organisation_names,
    organisations_of,
    page_of,
    person_names,
    platform,
    reading,
    send_attachment,
    send_original,
    transaction,
    vault,
)
from plugins.monitoring import rights
from plugins.monitoring.forms.work import FilterForm, MoveForm
from plugins.monitoring.language import gettext
from plugins.monitoring.lifecycle import REPORT
from plugins.monitoring.models import Dossier, Report
from plugins.monitoring.services import consents, drafts, finding, triage
from plugins.monitoring.taxonomy import word
from plugins.monitoring.views.blueprint import blueprint, page, refused, state_tag
from plugins.monitoring.views.identities import contact_facts
from plugins.monitoring.views.steps import safety_words

PLAIN_MOVES = ("take", "ask", "answer", "reject", "verify", "withdraw", "send_back")
"""The moves that need no more than a reason; the others have pages of their own."""


@blueprint.get("/")
@needs(rights.REPORT_VIEW)
def index() -> Response:
    """The plugin's address leads to its list."""
    return redirect(url_for("monitoring.reports"))


@blueprint.get("/reports")
@needs(rights.REPORT_VIEW)
def reports() -> Response:
    """The reports that the person may read, newest first."""
    form = FilterForm(request.args)
    form.state.choices = [("", gettext("All")), ("open", gettext("All that are open"))] + [
        (each.name, gettext(each.label)) for each in REPORT.states
    ]
    states = (
        finding.OPEN_STATES if form.state.data == "open" else [form.state.data] if form.state.data else []
    )
    rows = finding.reports(
        current_actor(), states=states, urgent=bool(form.urgent.data), text=form.number.data or ""
    )
    found = page_of(reading(), rows, Report.id)
    names = organisation_names(reading(), {each.organisation_id for each in found.rows}, language())
    return page(
        "reports.html",
        found=found,
        filters=form,
        names=names,
        can_write=_can_write(current_actor()),
        can_open=current_actor().may(rights.IDENTITY_GRANT),
    )


def _can_write(actor: Actor) -> bool:
    return actor.may(rights.REPORT_CREATE)


@blueprint.get("/reports/<uuid:report_id>")
@needs(rights.REPORT_VIEW)
def report(report_id: UUID) -> Response:
    """One report, and what the person can do with it."""
    found = finding.report(reading(), current_actor(), report_id, taken_back=True)
    if found.state == "draft":
        return redirect(url_for("monitoring.draft", report_id=report_id))
    with transaction() as session:
        audit.record(session, current_actor(), "monitoring.report.read", found.id)
    return show(found)


def show(
    found: Report, status: int = 200, problems: list[str] | None = None, form: MoveForm | None = None
) -> Response:
    """The page of a report, with what stood in the way of a move."""
    actor, session = current_actor(), reading()
    parts = finding.parts(actor, found)
    if not parts.sources:
        return page("report_closed.html", status, report=found)
    passages = history(session, found.id)
    people = {p.person_id for p in passages} | {
        found.verifier_id,
        found.second_verifier_id,
        found.reporter_id,
    }
    names = person_names(session, {each for each in people if each})
    moves = [
        each
        for each in REPORT.open_to(actor, found)
        if each.name in PLAIN_MOVES and _has_turn(actor, found, each.name)
    ]
    return page(
        "report.html",
        status,
        report=found,
        seen=parts,
        label=_label_of(found),
        consents=_consents(actor, found),
        wishes=[_label_of(found)("wish", each) for each in found.wishes],
        organisation=organisation_names(session, {found.organisation_id}, language()).get(
            found.organisation_id, ""
        ),
        names=names,
        events=[_event(each, names) for each in reversed(passages)],
        moves=moves,
        form=form or MoveForm(),
        problems=problems or [],
        safety_words=safety_words,
        dossiers=_dossiers(actor, found),
        **contact_facts(found),
        may_open_originals=found.organisation_id in organisations_of(session, actor.person_id),
        may_triage=actor.may(rights.REPORT_TRIAGE, found.subject()) and found.state == "triage",
        may_judge=found.state == "verification" and actor.person_id == found.verifier_id,
        may_confirm=found.state == "confirmation" and actor.person_id == found.second_verifier_id,
        may_write_dossier=found.state == "verified" and actor.may(rights.DOSSIER_WRITE, found.subject()),
    )


def _label_of(found: Report) -> Callable[[str, str], str]:
    """Words of the taxonomy as they were when the report was sent."""
    return lambda kind, code: word(found.taxonomy, kind, code, language()) if code else ""


def _consents(actor: Actor, found: Report) -> dict[str, object] | None:
    """What each source agrees to, for the people of its organisation; who may take it back does it from here."""
    if not finding.at_home(actor, found):
        return None
    return {
        "uses": consents.uses(),
        "taken_back": consents.withdrawals(reading(), found),
        "may_withdraw": actor.may(rights.CONSENT_WITHDRAW, found.subject()),
    }


def _has_turn(actor: Actor, found: Report, move: str) -> bool:
    return move != "send_back" or actor.person_id == found.second_verifier_id


def _event(passage: Passage, names: Mapping[UUID, str]) -> dict[str, object]:
    return {
        "when": moment(passage.at),
        "title": state_tag("monitoring.report", passage.target)["label"],
        "text": passage.reason,
        "by": names.get(passage.person_id, "") if passage.person_id else "",
    }


def _dossiers(actor: Actor, found: Report) -> list[Dossier]:
    if not actor.may(rights.DOSSIER_VIEW, found.subject()):
        return []
    return list(reading().scalars(finding.dossiers(actor).where(Dossier.report_id == found.id)))


@blueprint.post("/reports/<uuid:report_id>/move/<name>")
@needs(rights.REPORT_VIEW)
def move(report_id: UUID, name: str) -> Response:
    """Make a plain move; two people at once: the second is told what the first did."""
    if name not in PLAIN_MOVES:
        abort(404)
    form = MoveForm()
    try:
        with transaction() as session:
            found = finding.report(session, current_actor(), report_id, lock=True)
            revision = request.form.get("revision", 0, int)
            triage.move(
                session, current_actor(), found, name, revision=revision, reason=form.reason.data or ""
            )
    except GuardFailed as error:
        return show(finding.report(reading(), current_actor(), report_id), 422, refused(error), form)
    return redirect(url_for("monitoring.report", report_id=report_id))


@blueprint.get("/reports/<uuid:report_id>/photo/<uuid:attachment_id>/<any(thumbnail,page):variant>")
@needs(rights.REPORT_VIEW)
def photo(report_id: UUID, attachment_id: UUID, variant: str) -> Response:
    """A cleaned copy of a photo of this report: small to show, larger to download."""
    attachment = _attachment(report_id, attachment_id)
    if not attachment.shown:
        abort(404)
    return send_attachment(attachment, platform.settings, variant)


@blueprint.post("/reports/<uuid:report_id>/original/<uuid:attachment_id>")
@needs(rights.REPORT_VIEW, fresh=True)
def original(report_id: UUID, attachment_id: UUID) -> Response:
    """A file as it was received, for people of the organisation that took it in."""
    attachment = _attachment(report_id, attachment_id)
    keys = vault.keyring.of(g.sign_in_id)
    try:
        with transaction() as session:
            content = open_original(session, current_actor(), platform.settings, attachment, keys)
    except vault.Closed as error:
        back = url_for("monitoring.report", report_id=report_id)
        again = url_for("account.confirm", next=back)
        return page("original_closed.html", 409, back=back, again=again, reason=error.reason)
    except vault.Damaged as error:
        back = url_for("monitoring.report", report_id=report_id)
        return page("original_closed.html", 409, back=back, damaged=str(error))
    return send_original(attachment, content)


def _attachment(report_id: UUID, attachment_id: UUID) -> Attachment:
    found = finding.report(reading(), current_actor(), report_id)
    if found.state != "draft" and attachment_id not in {
        each.attachment_id for each in finding.parts(current_actor(), found).evidence
    }:
        abort(404)
    return drafts.attachment_of(reading(), found, attachment_id) or abort(404)
