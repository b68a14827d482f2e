"""What programs read of the network: the organisations that the token's maker may see."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from core.accounts import directory
from core.accounts.models import Organisation, OrganisationKind
from core.accounts.roles import ORGANISATIONS_VIEW
from core.database import now
from core.i18n import mark
from core.permissions import visible
from core.rest.contract import Access, Call, Record, Resource, Row, newest_first, one_of

READ = Access("core.organisations.read", mark("Read the organisations of the network"), (ORGANISATIONS_VIEW,))


class OrganisationRecord(Record):
    """An organisation under the name that it bears today."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    country = fields.String(required=True)
    region = fields.String(required=True)
    closed = fields.Boolean(required=True)


class OfKind(Record):
    """Which organisations."""

    kind = one_of([str(each) for each in OrganisationKind])


def list_organisations(call: Call, after: str, limit: int) -> list[Row]:
    """Those within reach, the newest first."""
    reach = visible(
        call.actor, ORGANISATIONS_VIEW, organisation=Organisation.id, country=Organisation.country
    )
    rows = select(Organisation).where(reach).filter_by(**call.query)
    return newest_first(call, rows, Organisation.id, lambda each: _organisation(call, each), after, limit)


def show_organisation(call: Call, organisation_id: UUID) -> Mapping[str, Any]:
    """One of them."""
    found = directory.find_organisation(call.session, call.actor, ORGANISATIONS_VIEW, organisation_id)
    return _organisation(call, found)


def _organisation(call: Call, found: Organisation) -> dict[str, Any]:
    same = ("id", "kind", "country", "region", "closed")
    return {name: getattr(found, name) for name in same} | {
        "name": found.name_on(now().date(), call.language)
    }


RESOURCES = (
    Resource(
        "core.organisations", "Organisations that the token's maker may see.", OrganisationRecord, READ,
        list_organisations, show_organisation, query=OfKind,
    ),
)  # fmt: skip
