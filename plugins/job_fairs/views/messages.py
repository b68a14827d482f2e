"""Text messages: what would be sent, and the file for a gateway, for a key holder whose vault is open."""

import json
from uuid import UUID

from flask import Response as FlaskResponse
from flask import g
from werkzeug.wrappers import Response

from core.toolkit import csv_text, current_actor, needs, reading, transaction, vault
from plugins.job_fairs import printing, rights, sms
from plugins.job_fairs.services import messages as texts
from plugins.job_fairs.views.blueprint import blueprint, of_actor, page

KINDS = {"csv": "text/csv", "json": "application/json"}
SHOWN = 200
"""Texts on the page; the file holds them all."""


@blueprint.get("/<uuid:fair_id>/messages")
@needs(rights.SEEKER_REGISTER)
def messages(fair_id: UUID) -> Response:
    """The texts by code, without a telephone, and how many messages they cost."""
    found = of_actor(reading(), fair_id, rights.SEEKER_REGISTER)
    made = texts.due(reading(), current_actor(), found, printing.message)
    return page("messages.html", fair=found, messages=made, shown=SHOWN, most=sms.ALONE)


@blueprint.get("/<uuid:fair_id>/messages.<any(csv,json):kind>")
@needs(rights.OUTCOME_ENTER, fresh=True)
def messages_file(fair_id: UUID, kind: str) -> Response:
    """The texts with telephones, for any gateway; each telephone that is read is noted."""
    found, keys = of_actor(reading(), fair_id, rights.OUTCOME_ENTER), vault.keyring.of(g.sign_in_id)
    if keys is None:
        return page("closed_vault.html", 409, fair=found)
    try:
        with transaction() as session:
            mine = of_actor(session, fair_id, rights.OUTCOME_ENTER)
            due = texts.due(session, current_actor(), mine, printing.message)
            made = texts.with_phones(session, current_actor(), mine, due, keys)
            rows = [texts.row(each) for each in made]
    except (vault.Closed, vault.Damaged):
        return page("closed_vault.html", 409, fair=found)
    answer = FlaskResponse(_file(kind, rows), mimetype=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="messages.{kind}"'
    return answer


def _file(kind: str, rows: list[dict[str, object]]) -> str:
    if kind == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1)
    return csv_text([texts.COLUMNS, *(each.values() for each in rows)])
