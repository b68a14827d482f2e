"""Text messages of a fair: what stands, what was moved, what is called off; for any gateway, as a table.

Only people who agreed to messages get one, and only their own telephone from the vault. A shared telephone may be read
by others, so no message names an employer, a person or a vacancy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, audit, now, require
from plugins.job_fairs import rights, sms
from plugins.job_fairs.models import Fair, Interview, Registration
from plugins.job_fairs.services import people
from plugins.job_fairs.services.registrations import COUNTED

OFF = ("cancelled", "employer_absent")
Writer = Callable[[str, Interview], str]
"""Makes the text of a kind (stands, moved, off) in the language of the person."""


@dataclass(frozen=True)
class Message:
    """One text for one person; without `phone` it is for eyes that may not see telephones."""

    registration_id: UUID
    code: str
    kind: str
    text: str
    phone: str = ""

    @property
    def parts(self) -> int:
        """How many messages are paid for."""
        return sms.parts(self.text)


def due(session: Session, actor: Actor, fair: Fair, write: Writer) -> list[Message]:
    """What people should be told of times still to come, one message for each employer, by code. Raises Denied."""
    require(actor, rights.SEEKER_REGISTER, fair.subject())
    rows = (
        select(Interview)
        .join(Registration, Registration.id == Interview.registration_id)
        .where(Interview.fair_id == fair.id, Registration.state.in_(COUNTED), Registration.messages)
        .order_by(Registration.code, Interview.active, Interview.slot, Interview.id)
    )
    pairs: dict[tuple[UUID, UUID], list[Interview]] = {}
    for each in session.scalars(rows):
        pairs.setdefault((each.registration_id, each.participation_id), []).append(each)
    found = (_told(own, fair, now()) for own in pairs.values())
    return [
        Message(each.registration_id, each.registration.code, kind, write(kind, each))
        for kind, each in filter(None, found)
    ]


def _told(own: list[Interview], fair: Fair, moment: datetime) -> tuple[str, Interview] | None:
    """Of all that was between a person and an employer the one thing that counts now; `own` ends with what stands."""
    standing = [each for each in own if each.state == "published" and each.active]
    off = [each for each in own if each.state in OFF]
    last = (standing or off)[-1:]
    if not last or fair.begins(last[0].slot) <= moment:
        return None
    if fair.state == "cancelled" or not standing:
        return "off", last[0]
    return ("moved" if any(each.slot != last[0].slot for each in off) else "stands"), last[0]


def with_phones(
    session: Session, actor: Actor, fair: Fair, messages: Sequence[Message], keys: Any
) -> list[Message]:
    """The same with telephones, for a key holder whose vault is open; who has none is left out. It is noted.

    Raises Denied, vault.Closed, vault.Damaged.
    """
    require(actor, rights.OUTCOME_ENTER, fair.subject())
    ids = dict.fromkeys(each.registration_id for each in messages)
    there = [people.find(session, actor, each, rights.OUTCOME_ENTER) for each in ids]
    contacts = people.contacts(session, actor, there, keys)
    audit.record(session, actor, "job_fairs.message.export", fair.id)
    phones = {each: _digits(told.get("phone", "")) for each, told in contacts.items()}
    return [
        Message(each.registration_id, each.code, each.kind, each.text, phone)
        for each in messages
        if (phone := phones.get(each.registration_id, ""))
    ]


def _digits(phone: str) -> str:
    """A number as gateways want it: digits of the whole world, no plus (office programs would compute with it)."""
    digits = "".join(char for char in phone if char.isascii() and char.isdigit())
    if len(digits) == 10 and digits.startswith("0"):
        return f"996{digits[1:]}"
    return digits


COLUMNS = ("code", "phone", "text", "kind", "parts")


def row(each: Message) -> dict[str, object]:
    """A message as files hold it."""
    return {name: getattr(each, name) for name in COLUMNS}
