"""A new key for an organisation: its first, or the next epoch's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from pyrage import x25519
from sqlalchemy.orm import Session

from core.vault import boxes, organisation_keys, recovery
from core.vault.models import MemberKey, OrganisationKey


@dataclass(frozen=True)
class Begun:
    """The new key's row, its private half, and the text of its recovery sheet, which is shown once."""

    key: OrganisationKey
    identity: x25519.Identity = field(repr=False)
    sheet: str = field(repr=False)


def begin(
    session: Session, organisation_id: UUID, epoch: int, members: Iterable[MemberKey], by: UUID | None
) -> Begun:
    """Add the key of that epoch, and give it to these people."""
    identity = boxes.new_identity()
    key = OrganisationKey(
        organisation_id=organisation_id, epoch=epoch, recipient=boxes.recipient_of(identity), locked=False
    )
    sheet = recovery.put_sheet(key, str(identity))
    session.add(key)
    session.flush()
    for member in members:
        organisation_keys.give(session, key, str(identity), member, by)
    return Begun(key, identity, sheet)
