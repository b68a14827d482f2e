"""Mode U: fields that the server can write, and only an unlocked holder of the organisation reads."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from pyrage import x25519
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.permissions import Actor
from core.vault import boxes, envelope, organisation_keys
from core.vault.envelope import SEALED, Opener, Place, Wrapped
from core.vault.keyring import Keys
from core.vault.models import SealedRecord
from core.vault.problems import Closed, Damaged, NotReady
from core.vault.readiness import LOCKED, SHEET, readiness

BATCH = 500
"""Records whose ciphertexts are in memory at once while scanning."""

DIGITS = 5
"""A search of so many digits finds a telephone number however it was written."""


def seal(session: Session, actor: Actor, place: Place, fields: Mapping[str, str]) -> None:
    """Seal these fields of a record; an empty text takes its field away. Raises NotReady.

    Needs no key: also a visitor's report is sealed. The data key is gone from memory when this returns.
    """
    state = readiness(session, place.organisation_id)
    key = organisation_keys.current(session, place.organisation_id)
    if key is None or not state.ready:
        raise NotReady(state.missing)
    epoch, recipient = key.epoch, key.recipient
    envelope.write(session, place, SEALED, fields, lambda plain: (epoch, boxes.box(plain, recipient)))
    audit.record(session, actor, "core.vault.write", place.record_id, fields)


def unseal(session: Session, actor: Actor, place: Place, keys: Keys | None) -> dict[str, str]:
    """The sealed fields of a record; empty if there are none. It is noted, so give a session that writes.

    Raises Denied for a stranger to the organisation, Closed, Damaged. Whether the actor may read this record the
    caller has asked before.
    """
    opener = _opener(session, actor, place.organisation_id, keys)
    record = envelope.find(session, place, SEALED)
    found = envelope.read(session, record, opener) if record else {}
    audit.record(session, actor, "core.vault.read", place.record_id, found)
    return found


def has(session: Session, places: Iterable[Place]) -> set[UUID]:
    """The ids of those records that have sealed fields (not which, not what)."""
    wanted = set(places)
    rows = select(SealedRecord).where(
        SealedRecord.mode == SEALED, SealedRecord.record_id.in_({place.record_id for place in wanted})
    )
    return {row.record_id for row in session.scalars(rows) if row.fields and _place(row) in wanted}


def scan(session: Session, actor: Actor, organisation_id: UUID, keys: Keys | None, text: str) -> list[Place]:
    """The records of the organisation in whose sealed fields `text` stands: all are opened, none is indexed.

    Letters are compared without case and width, telephone numbers by their digits. A damaged record is left out
    and noted in the audit as `core.vault.damaged`. Raises Denied, Closed.
    """
    opener, matches = _opener(session, actor, organisation_id, keys), matcher(text)
    rows = select(SealedRecord).filter_by(organisation_id=organisation_id, mode=SEALED)
    records = session.scalars(rows.order_by(SealedRecord.id)).all()
    found = [
        _place(record)
        for record, texts in _opened(session, actor, records, opener)
        if any(matches(each) for each in texts.values())
    ]
    audit.record(session, actor, "core.vault.scan", organisation_id)
    return found


def _opened(
    session: Session, actor: Actor, records: Sequence[SealedRecord], opener: Opener
) -> Iterator[tuple[SealedRecord, dict[str, str]]]:
    for start in range(0, len(records), BATCH):
        some = records[start : start + BATCH]
        fields, keys = envelope.rows_of(session, [record.id for record in some])
        for record in some:
            try:
                yield record, envelope.texts(record, fields[record.id], keys, opener)
            except Closed:
                continue  # of an epoch whose key all holders lost
            except Damaged:
                audit.record(session, actor, "core.vault.damaged", record.record_id)


def matcher(wanted: str) -> Callable[[str], bool]:
    """Tells of a text whether `wanted` stands in it."""
    folded, digits = _folded(wanted), _digits(wanted)
    by_digits = len(digits) >= DIGITS and not any(char.isalpha() for char in wanted)

    def matches(text: str) -> bool:
        return folded in _folded(text) or (by_digits and digits in _digits(text))

    return matches


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())


def recipients(session: Session, organisation_id: UUID) -> list[str]:
    """The age recipients of files to be sealed: the organisation's key, and its sheet for the day without this site.

    Empty until two hold the key. After that nothing is ever sealed to the site instead: neither a lock nor a sheet
    that waits for its confirmation may open to the server what comes in meanwhile.
    """
    key = organisation_keys.current(session, organisation_id)
    if key is None or set(readiness(session, organisation_id).missing) - {LOCKED, SHEET}:
        return []
    return [key.recipient, key.sheet_recipient]


def open_file(
    session: Session, actor: Actor, organisation_id: UUID, keys: Keys | None, sealed: bytes
) -> bytes:
    """The content of a file that was sealed to `recipients`, of whichever epoch. Raises Denied, Closed, Damaged."""
    known = _identities(session, actor, organisation_id, keys)
    content = boxes.unbox(sealed, list(known.values()), "The sealed file")
    audit.record(session, actor, "core.vault.file", organisation_id)
    return content


def _identities(
    session: Session, actor: Actor, organisation_id: UUID, keys: Keys | None
) -> dict[int, x25519.Identity]:
    keys = organisation_keys.admitted(session, actor, keys, organisation_id)
    return organisation_keys.identities(session, keys, organisation_id)


def _opener(session: Session, actor: Actor, organisation_id: UUID, keys: Keys | None) -> Opener:
    known = _identities(session, actor, organisation_id, keys)

    def opener(row: Wrapped) -> bytes:
        if row.epoch not in known:
            # Sealed to a key that all holders lost; its sheet would open it.
            raise Closed("no_grant")
        return boxes.unbox(row.wrapped, [known[row.epoch]], f"Data key {row.id}")

    return opener


def _place(row: SealedRecord) -> Place:
    return Place(row.table, row.record_id, row.organisation_id)
