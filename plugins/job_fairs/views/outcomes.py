"""The grid of follow-up calls: one page a wave, every control by keyboard, telephones only while the vault is open."""

from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, current_actor, long_date, needs, reading, transaction, vault
from plugins.job_fairs import rights, waves
from plugins.job_fairs.forms.fair import MoveForm
from plugins.job_fairs.language import ngettext
from plugins.job_fairs.models import Fair
from plugins.job_fairs.services import outcomes as asked
from plugins.job_fairs.services import people
from plugins.job_fairs.services.outcomes import Row
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page, refused
from plugins.job_fairs.waves import Told

AT = "/<uuid:fair_id>/outcomes/<any(day,weeks,months):wave>"
FIELDS = ("status", "source", "contract", "wage")
Contacts = dict[UUID, dict[str, str]]


@blueprint.route(AT, methods=["GET", "POST"])
@needs(rights.OUTCOME_ENTER)
def outcomes(fair_id: UUID, wave: str) -> Response:
    """Who came and what became of them; a page is kept whole or not at all."""
    found = of_actor(reading(), fair_id, rights.OUTCOME_ENTER)
    if request.method == "GET":
        return _show(found, wave)
    told, wrong = _typed()
    if wrong:
        return _show(found, wave, 422, wrong=wrong)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.OUTCOME_ENTER)
            changed = asked.note(session, current_actor(), mine, wave, told)
    except GuardFailed as error:
        return _show(found, wave, 409, problems=refused(error))
    flash(ngettext("Kept: %(num)s answer.", "Kept: %(num)s answers.", changed), "ok")
    after = request.form.get("next", "")
    return redirect(url_for("job_fairs.outcomes", fair_id=fair_id, wave=wave, after=after or None))


@blueprint.get(f"{AT}/contacts")
@needs(rights.OUTCOME_ENTER, fresh=True)
def outcome_contacts(fair_id: UUID, wave: str) -> Response:
    """The same page with names and telephones, for a key holder whose vault is open; each reading is noted."""
    found = of_actor(reading(), fair_id, rights.OUTCOME_ENTER)
    rows, _ = asked.rows(reading(), found, wave, after=_after(), missing=_missing())
    ids = [row.registration.id for row in rows]
    try:
        with transaction() as session:
            mine = [people.find(session, current_actor(), each, rights.OUTCOME_ENTER) for each in ids]
            told = people.contacts(session, current_actor(), mine, vault.keyring.of(g.sign_in_id))
    except (vault.Closed, vault.Damaged):
        return page("closed_vault.html", 409, fair=found)
    return _show(found, wave, contacts=told)


def _after() -> str:
    code = request.values.get("after", "")
    return code if code.isascii() and code.isdigit() and len(code) == 6 else ""


def _missing() -> bool:
    return bool(request.values.get("missing"))


def _typed() -> tuple[dict[UUID, tuple[Told, int]], dict[str, str]]:
    """What stands in the form, by person, and whose number of calls is wrong."""
    told: dict[UUID, tuple[Told, int]] = {}
    wrong: dict[str, str] = {}
    for name in request.form:
        if not name.startswith("status-"):
            continue
        key = name.removeprefix("status-")
        values = {each: request.form.get(f"{each}-{key}", "") for each in FIELDS}
        calls = request.form.get(f"attempts-{key}", "").strip() or "0"
        if not (calls.isascii() and calls.isdigit() and len(calls) < 3 and int(calls) <= waves.MOST_ATTEMPTS):
            wrong[key] = calls
            continue
        try:
            revision = request.form.get(f"revision-{key}", 0, int)
            told[UUID(key)] = (
                Told(values["status"], values["source"], int(calls), values["contract"], values["wage"]),
                revision,
            )
        except ValueError:
            abort(400)
    return told, wrong


def _show(
    fair: Fair, wave: str, status: int = 200, *, problems: list[str] | None = None,
    wrong: dict[str, str] | None = None, contacts: Contacts | None = None,
) -> Response:  # fmt: skip
    session = reading()
    rows, more = asked.rows(session, fair, wave, after=_after(), missing=_missing())
    return page(
        "outcomes.html", status, fair=fair, wave=wave, rows=rows, more=more, value=_value,
        open_now=asked.open_now(fair, wave), due=long_date(asked.due(fair, wave)), left=asked.missing(session, fair),
        problems=problems or [], wrong=wrong or {}, contacts=contacts, form=MoveForm(formdata=None),
        codes=waves, after=_after(), missing=_missing(),
    )  # fmt: skip


def _value(row: Row, name: str, known: object = None) -> str:
    """What a control shows: what was typed when a page is refused, else what is known."""
    known = getattr(row.told, name) if known is None else known
    return request.form.get(f"{name}-{row.registration.id}", str(known or ""))
