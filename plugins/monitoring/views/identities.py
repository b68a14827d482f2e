"""Sealed contacts of sources: written by who reports, read by whoever holds the key and the permission."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    GuardFailed,
    current_actor,
    moment,
    needs,
    people_with,
    person_names,
    platform,
    reading,
    transaction,
    vault,
)
from plugins.monitoring import rights
from plugins.monitoring.forms.contact import AskForm, ContactForm, EraseForm, SearchForm
from plugins.monitoring.language import gettext
from plugins.monitoring.models import IdentityRequest, Report
from plugins.monitoring.services import custody, identities
from plugins.monitoring.views.blueprint import blueprint, page, refused

CLOSED = ("rejected", "withdrawn")
"""Where a report goes no further: nothing is erased by itself, so the page says who can be asked to."""

AT = "/reports/<uuid:report_id>/contact/<uuid:source_id>"


@blueprint.route(AT, methods=["GET", "POST"])
@needs(rights.REPORT_CREATE)
def contact(report_id: UUID, source_id: UUID) -> Response:
    """Write through whom the source can be reached; what is typed here is sealed at once."""
    actor, form = current_actor(), ContactForm()
    found = identities.find(reading(), actor, report_id, source_id, rights.REPORT_CREATE)
    if not form.validate_on_submit():
        return _form(found, source_id, form, 422 if form.errors else 200)
    if not form.typed():
        form.name.errors = [gettext("Fill in at least one of these fields.")]
        return _form(found, source_id, form, 422)
    try:
        with transaction() as session:
            mine = identities.find(session, actor, report_id, source_id, rights.REPORT_CREATE)
            identities.keep(session, actor, mine, source_id, form.typed())
    except vault.NotReady:
        return _form(found, source_id, form, 409)
    flash(gettext("The contact is sealed."), "success")
    return redirect(_back(found))


def _form(found: Report, source_id: UUID, form: ContactForm, status: int) -> Response:
    readiness = vault.readiness(reading(), found.organisation_id)
    return page(
        "contact.html",
        status,
        report=found,
        form=form,
        contact=_contact(found, source_id),
        ready=readiness.ready,
        missing=[missing_words(each) for each in readiness.missing],
        vault_page=url_for("vault.state", organisation_id=found.organisation_id),
        back=_back(found),
        quick_exit=True,
    )


def missing_words(code: str) -> str:
    """What sealing waits for."""
    known = {
        "no_key": gettext("your organisation has no key yet"),
        "sheet_unconfirmed": gettext("the recovery sheet is not confirmed yet"),
        "second_holder": gettext("a second key holder has not opened the sealed records yet"),
        "locked": gettext("your organisation is locked"),
    }
    return str(known.get(code, code))


def _contact(found: Report, source_id: UUID) -> identities.Contact:
    return next(
        each for each in identities.contacts(reading(), current_actor(), found) if each.source_id == source_id
    )


def _back(found: Report) -> str:
    if found.state == "draft":
        return url_for("monitoring.items", report_id=found.id, name="sources")
    return url_for("monitoring.report", report_id=found.id)


@blueprint.get(f"{AT}/open")
@needs(rights.IDENTITY_READ, fresh=True)
def identity(report_id: UUID, source_id: UUID) -> Response:
    """The contact in clear for the two of a permission, as long as this page is looked at; each reading is audited."""
    actor = current_actor()
    found = identities.find(reading(), actor, report_id, source_id, rights.IDENTITY_READ)
    if custody.standing(reading(), actor, source_id) is None:
        return _closed(found, source_id, AskForm(formdata=None))

    def opened() -> Response:
        with transaction() as session:
            clear = identities.read(session, actor, found, source_id, keys())
        return page(
            "identity.html",
            report=found,
            contact=_contact(found, source_id),
            clear=clear,
            fields=identities.FIELDS,
            labels=ContactForm(formdata=None),
            may_write=actor.may(rights.REPORT_CREATE, found.subject()),
            may_erase=actor.may(rights.IDENTITY_ERASE, found.subject()),
            back=_back(found),
            quick_exit=True,
        )

    return _opening(opened, _back(found))


def _closed(
    found: Report, source_id: UUID, form: AskForm, status: int = 200, problems: list[str] | None = None
) -> Response:
    """What stands in the place of a contact that nobody has let this person open."""
    session, actor = reading(), current_actor()
    requests = list(custody.of_source(session, source_id))[:10]
    return page(
        "identity_ask.html",
        status,
        report=found,
        contact=_contact(found, source_id),
        form=form,
        problems=problems or [],
        mine=next((each for each in requests if each.asked_by == actor.person_id), None),
        is_waiting=custody.is_waiting,
        asked=_asked(found, [each for each in requests if custody.is_waiting(each)]),
        back=_back(found),
        quick_exit=True,
    )


def _asked(found: Report, requests: list[IdentityRequest]) -> list[dict[str, Any]]:
    """What waits for this person as a custodian, with its reason."""
    session, actor = reading(), current_actor()
    if not actor.may(rights.IDENTITY_GRANT, found.subject()):
        return []
    others = [each for each in requests if each.asked_by != actor.person_id]
    names = person_names(session, {each.asked_by for each in others if each.asked_by})
    return [
        {
            "id": each.id,
            "who": names.get(each.asked_by, "") if each.asked_by else "",
            "when": moment(each.asked_at),
            "reason": custody.reason(session, found, each),
        }
        for each in others
    ]


@blueprint.post(f"{AT}/ask")
@needs(rights.IDENTITY_READ)
def ask_identity(report_id: UUID, source_id: UUID) -> Response:
    """Ask the custodian, and say why."""
    form = AskForm()
    found = identities.find(reading(), current_actor(), report_id, source_id, rights.IDENTITY_READ)
    if not form.validate():
        return _closed(found, source_id, form, 422)
    try:
        with transaction() as session:
            mine = identities.find(session, current_actor(), report_id, source_id, rights.IDENTITY_READ)
            custody.ask(session, current_actor(), mine, source_id, form.reason.data or "")
    except GuardFailed as error:
        return _closed(found, source_id, form, 422, refused(error))
    flash(gettext("The custodian was asked. You get a notice once it is decided."), "success")
    return redirect(url_for("monitoring.identity", report_id=report_id, source_id=source_id))


@blueprint.post(f"{AT}/requests/<uuid:request_id>/<any(grant,refuse):answer>")
@needs(rights.IDENTITY_GRANT, fresh=True)
def decide_identity(report_id: UUID, source_id: UUID, request_id: UUID, answer: str) -> Response:
    """Let the contact be opened for a day, or leave it closed."""
    found = identities.find(reading(), current_actor(), report_id, source_id, rights.IDENTITY_GRANT)
    try:
        with transaction() as session:
            mine = identities.find(session, current_actor(), report_id, source_id, rights.IDENTITY_GRANT)
            custody.decide(session, current_actor(), mine, request_id, grant=answer == "grant")
    except GuardFailed as error:
        return _closed(found, source_id, AskForm(formdata=None), 422, refused(error))
    granted = gettext("For a day the two of you may open this contact.")
    flash(granted if answer == "grant" else gettext("The contact stays closed."), "success")
    return redirect(url_for("monitoring.identity_requests"))


@blueprint.get("/contacts/requests")
@needs(rights.IDENTITY_GRANT)
def identity_requests() -> Response:
    """What waits for the custodian."""
    session = reading()
    found = custody.waiting(session, current_actor())
    names = person_names(session, {each.asked_by for each, _ in found if each.asked_by})
    return page("identity_requests.html", found=found, names=names, quick_exit=True)


def keys() -> Any:
    """What this sign-in has unlocked, or None."""
    return vault.keyring.of(g.sign_in_id)


def _opening(act: Callable[[], Response], back: str) -> Response:
    """What `act` answers; closed or damaged records are said in words."""
    try:
        return act()
    except vault.Closed as error:
        again = url_for("account.confirm", next=request.full_path.rstrip("?"))
        return page("identity_closed.html", 409, back=back, again=again, reason=error.reason, quick_exit=True)
    except vault.Damaged as error:
        return page("identity_closed.html", 409, back=back, damaged=str(error), quick_exit=True)


@blueprint.route("/contacts", methods=["GET", "POST"])
@needs(rights.IDENTITY_GRANT, fresh=True)
def contacts() -> Response:
    """Search the sealed contacts of the own organisation; nothing that is typed here is kept."""
    form = SearchForm()
    if not form.validate_on_submit():
        return page("contacts.html", 422 if form.errors else 200, form=form, found=None, quick_exit=True)

    def searched() -> Response:
        with transaction() as session:
            found = identities.search(session, current_actor(), keys(), form.text.data or "")
            rows = [(report.id, report.reference, source_id) for report, source_id in found]
        return page("contacts.html", form=form, found=rows, quick_exit=True)

    return _opening(searched, url_for("monitoring.reports"))


@blueprint.route(f"{AT}/erase", methods=["GET", "POST"])
@needs(rights.IDENTITY_ERASE, fresh=True)
def erase_contact(report_id: UUID, source_id: UUID) -> Response:
    """Erase a contact for ever, after a page that says so."""
    actor, form = current_actor(), EraseForm()
    found = identities.find(reading(), actor, report_id, source_id, rights.IDENTITY_ERASE)
    if not form.validate_on_submit():
        return page(
            "contact_erase.html",
            report=found,
            form=form,
            contact=_contact(found, source_id),
            back=_back(found),
            quick_exit=True,
        )
    with transaction() as session:
        mine = identities.find(session, actor, report_id, source_id, rights.IDENTITY_ERASE)
        identities.erase(session, actor, mine, source_id)
    flash(gettext("The contact is erased."), "success")
    return redirect(_back(found))


def contact_facts(found: Report) -> dict[str, Any]:
    """What the pages of a report and of a draft say about its contacts: that they are there, never more."""
    actor, subject = current_actor(), found.subject()
    known = identities.contacts(reading(), actor, found)
    closed = found.state in CLOSED and any(each.sealed for each in known)
    return {
        "contacts": known,
        "may_write": actor.may(rights.REPORT_CREATE, subject),
        "may_open": actor.may(rights.IDENTITY_READ, subject),
        "may_erase": actor.may(rights.IDENTITY_ERASE, subject),
        "keepers": _keepers(found) if closed else [],
    }


def _keepers(found: Report) -> list[str]:
    """Who can be asked to erase the contacts of a report that goes no further."""
    people = people_with(reading(), platform.register, rights.IDENTITY_ERASE, found.subject())
    return [each.name for each in people]
