"""Whether an organisation may seal: users of sealed systems lose data to lost keys more often than to attackers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.vault import organisation_keys

NO_KEY, NO_HOLDER, SHEET, SECOND, LOCKED = (
    "no_key",
    "no_holder",
    "sheet_unconfirmed",
    "second_holder",
    "locked",
)
CODES = (NO_KEY, NO_HOLDER, SHEET, SECOND, LOCKED)
"""What may be missing: no vault yet; nobody holds its key (only the sheet helps); the sheet was not confirmed; two
holders have not unlocked once each; the organisation is locked."""

HOLDERS = 2
"""So many must have unlocked once before the first record is sealed, and again after a lock."""


@dataclass(frozen=True)
class HolderState:
    """A holder: since when, whether they have unlocked once, whether they have unlocked anew after a lock."""

    person_id: UUID
    since: datetime
    unlocked: bool
    reopened: bool


@dataclass(frozen=True)
class Readiness:
    """The state of an organisation's vault. `sheet_groups` are the numbers of the groups to be typed, if any."""

    missing: tuple[str, ...]
    holders: tuple[HolderState, ...] = ()
    epoch: int = 0
    locked: bool = False
    locked_at: datetime | None = None
    sheet_confirmed: bool = False
    sheet_groups: tuple[int, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether something may be sealed now."""
        return not self.missing

    @property
    def exists(self) -> bool:
        """Whether the organisation has a vault at all."""
        return self.epoch > 0

    @property
    def lost(self) -> bool:
        """Whether nobody holds the key any more: without the recovery sheet what was sealed stays closed for ever."""
        return NO_HOLDER in self.missing


def readiness(session: Session, organisation_id: UUID) -> Readiness:
    """What stands, and what is missing."""
    key = organisation_keys.current(session, organisation_id)
    if key is None:
        return Readiness((NO_KEY,))
    holders = tuple(
        HolderState(
            each.grant.person_id,
            each.grant.created_at,
            each.grant.opened_at is not None,
            _after(each.grant.reopened_at, key.locked_at),
        )
        for each in organisation_keys.holders_of(session, key)
    )
    facts = {
        NO_HOLDER: not holders,
        SHEET: key.sheet_confirmed_at is None,
        SECOND: sum(each.unlocked for each in holders) < HOLDERS,
        LOCKED: key.locked,
    }
    return Readiness(
        tuple(code for code, lacks in facts.items() if lacks),
        holders,
        key.epoch,
        key.locked,
        key.locked_at,
        key.sheet_confirmed_at is not None,
        tuple(key.sheet_check.get("groups", ())),
    )


def _after(moment: datetime | None, locked_at: datetime | None) -> bool:
    return moment is not None and locked_at is not None and moment > locked_at
