"""What programs read of promises: who promised what by when, and what became of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import fields

from core.accounts.directory import organisation_names
from core.accounts.roles import ACCOUNT_USE
from core.commitments import services
from core.commitments.lifecycle import COMMITMENT
from core.commitments.models import Commitment
from core.i18n import best, gettext, mark
from core.rest.contract import Access, Call, Coded, Record, Resource, Row, newest_first, one_of

READ = Access("core.commitments.read", mark("Read the promises of the network"), (ACCOUNT_USE,))


class CommitmentRecord(Record):
    """A promise."""

    id = fields.UUID(required=True)
    organisation = fields.Nested(Coded, required=True)
    text = fields.String(required=True)
    due = fields.Date(required=True)
    state = fields.Nested(Coded, required=True)
    evidence = fields.String(required=True)
    created_at = fields.DateTime(required=True)


class InState(Record):
    """Which promises: `pending` are those that are open or late; `mine` those of the token's organisation."""

    state = one_of(("pending", *(each.name for each in COMMITMENT.states)), load_default="")
    mine = fields.Boolean(load_default=False)


def list_commitments(call: Call, after: str, limit: int) -> list[Row]:
    """The newest first."""
    rows = services.listed(call.actor, call.query["state"], mine=call.query["mine"])
    return newest_first(call, rows, Commitment.id, lambda each: _commitment(call, each), after, limit)


def show_commitment(call: Call, commitment_id: UUID) -> Mapping[str, Any]:
    """One of them."""
    return _commitment(call, services.find(call.session, call.actor, commitment_id))


def _commitment(call: Call, found: Commitment) -> dict[str, Any]:
    names = organisation_names(call.session, [found.organisation_id], call.language)
    return {
        "id": found.id,
        "organisation": {"code": str(found.organisation_id), "label": names[found.organisation_id]},
        "text": best(found.text, call.language),
        "due": found.due,
        "state": {"code": found.state, "label": gettext(COMMITMENT.state(found.state).label)},
        "evidence": found.evidence,
        "created_at": found.created_at,
    }


RESOURCES = (
    Resource(
        "core.commitments", "Promises of the network.", CommitmentRecord, READ, list_commitments, show_commitment,
        query=InState,
    ),
)  # fmt: skip
