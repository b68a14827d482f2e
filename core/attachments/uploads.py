"""Uploads that survive a slow link: a file comes in pieces, and goes on where it stopped, also after a crash of ours.

Each piece is sealed to the site's key as it arrives and is safe on the disk before its row says so. The person who
chose the same file again continues the same upload; nobody else finds it.
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.accounts.affiliation import organisations_of
from core.attachments import keeping, quotas, sealing, shelves
from core.attachments.kinds import AttachmentProblem, first_look
from core.attachments.models import Attachment, Upload, piece_name
from core.attachments.shelf import Shelf
from core.database import Database, now
from core.permissions import Actor, Denied, Subject
from core.settings import Settings

PIECE = 128 * 1024
"""Bytes of a piece: 16 seconds at 64 kbit/s, so that a broken line costs little."""

DATA = "data"
"""The purpose of a file that no page shows: a table of data, taken by a plugin as it is (`pieces_of`)."""

DATA_PIECE = 512 * 1024
"""Bytes of a piece of a data file, which may be a thousand times larger than a photo."""

LEAST = 16 * 1024
"""Bytes of a piece that is not the last: what is smaller takes more room on the disk than the quota counts."""

MOST_OPEN = 5
"""Uploads of one person on their way at once; a further one ends the oldest."""

EXPIRES = timedelta(hours=48)


class WrongOffset(Exception):
    """A piece came that does not follow; `right` is where the next one starts."""

    def __init__(self, right: int) -> None:
        """Keep the offset for the answer."""
        super().__init__(right)
        self.right = right


def shelf(settings: Settings) -> Shelf:
    """Where pieces lie."""
    return shelves.shelf(settings, shelves.UPLOADS)


def begin(
    session: Session,
    settings: Settings,
    actor: Actor,
    organisation_id: UUID,
    size: int,
    sha256: str,
    purpose: str = "",
) -> Upload:
    """A new upload of `size` bytes, or the one of the same file that is on its way already.

    `sha256` of a data file is that of the digests of its pieces of `DATA_PIECE` bytes, one after the other: nobody has
    to hold the whole file to work it out.

    Raises AttachmentProblem if there is no room, Denied for another's organisation.
    """
    if actor.person_id is None or organisation_id not in organisations_of(session, actor.person_id):
        raise Denied("core.upload.begin", Subject(organisation_id))
    mine = _at_hand(session, actor.person_id)
    for each in mine:
        if (each.organisation_id, each.size, each.sha256, each.purpose) == (
            organisation_id,
            size,
            sha256,
            purpose,
        ):
            return each
    most = settings.data_limit if purpose == DATA else settings.upload_limit
    quotas.check(session, settings, organisation_id, size, most)
    coming = [each for each in mine if not each.attachment_id]
    for each in coming[: max(0, len(coming) + 1 - MOST_OPEN)]:
        drop(session, settings, each)
    made = Upload(
        person_id=actor.person_id,
        organisation_id=organisation_id,
        size=size,
        sha256=sha256,
        purpose=purpose,
        pieces=[],
    )
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.upload.begin", made.id)
    return made


def _at_hand(session: Session, person_id: UUID) -> list[Upload]:
    """Uploads that are on their way, or have arrived and are in no record yet: their answer may have been lost."""
    rows = select(Upload).outerjoin(Attachment, Upload.attachment_id == Attachment.id)
    mine = rows.where(Upload.person_id == person_id, Attachment.used_at.is_(None))
    return list(session.scalars(mine.order_by(Upload.changed_at)))


def find(session: Session, actor: Actor, upload_id: UUID, *, lock: bool = False) -> Upload | None:
    """An upload of this person; to anybody else it does not exist."""
    found = session.get(Upload, upload_id, with_for_update=lock or None)
    return found if found and found.person_id == actor.person_id else None


def take_piece(
    database: Database, settings: Settings, upload: Upload, offset: int, content: bytes, sha256: str
) -> int:
    """Keep a piece; gives the offset of the next one. A piece that came before is accepted again.

    Raises WrongOffset, and AttachmentProblem: `changed` if the line has damaged it, or why the file cannot be taken.
    """
    if hashlib.sha256(content).hexdigest() != sha256 or not content:
        raise AttachmentProblem("changed")
    if [offset, len(content), sha256] in upload.pieces:
        return upload.received
    if offset != upload.received or offset + len(content) > upload.size:
        raise WrongOffset(upload.received)
    if offset == 0 and upload.purpose != DATA:
        first_look(content)
    if len(content) < LEAST and offset + len(content) < upload.size:
        raise AttachmentProblem("changed")
    shelf(settings).put(piece_name(upload.id, offset), sealing.seal_here(settings, content))
    with database.transaction() as session:
        mine = session.get_one(Upload, upload.id, with_for_update=True)
        if mine.received != offset:
            # The same piece came twice at once: the other one was a moment faster.
            raise WrongOffset(mine.received)
        mine.pieces = [*mine.pieces, [offset, len(content), sha256]]
        mine.changed_at = now()
        return mine.received


def finish(database: Database, settings: Settings, actor: Actor, upload: Upload) -> Attachment:
    """Turn a complete upload into an attachment; a second call gives the same one. Takes seconds: no transaction.

    Raises AttachmentProblem: unfinished, changed (it is not the file that was announced), or why it cannot be taken;
    an upload whose file cannot be taken is over.
    """
    with database.reading() as session:
        if upload.attachment_id:
            first = session.get_one(Attachment, upload.attachment_id)
            session.expunge(first)
            return first
        recipients = sealing.recipients_of(session, upload.organisation_id)
    try:
        made = keeping.make(settings, actor, _whole(settings, upload), upload.organisation_id, recipients)
    except AttachmentProblem as problem:
        if problem.code != "unfinished":
            with database.transaction() as session:
                drop(session, settings, session.get_one(Upload, upload.id))
        raise
    return _settle(database, settings, actor, upload, made)


def check_whole(upload: Upload) -> None:
    """Whether a data file has arrived as it was announced. Raises AttachmentProblem: unfinished, changed."""
    if upload.received != upload.size:
        raise AttachmentProblem("unfinished")
    if (
        hashlib.sha256(b"".join(bytes.fromhex(sha) for _, _, sha in upload.pieces)).hexdigest()
        != upload.sha256
    ):
        raise AttachmentProblem("changed")


def data_upload(session: Session, actor: Actor, upload_id: UUID, organisation_id: UUID) -> Upload | None:
    """A data file of this person that has arrived whole, for a form that names the upload."""
    found = find(session, actor, upload_id)
    if found is None or found.purpose != DATA or found.organisation_id != organisation_id:
        return None
    try:
        check_whole(found)
    except AttachmentProblem:
        return None
    return found


def pieces_of(settings: Settings, upload: Upload) -> Iterator[bytes]:
    """The bytes of a data file, piece by piece: nobody holds it whole. Raises vault.Damaged, FileNotFoundError."""
    files = shelf(settings)
    for name in upload.files():
        yield sealing.open_here(settings, files.get(name))


def _whole(settings: Settings, upload: Upload) -> bytes:
    if upload.received != upload.size:
        raise AttachmentProblem("unfinished")
    files = shelf(settings)
    content = b"".join(sealing.open_here(settings, files.get(name)) for name in upload.files())
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        raise AttachmentProblem("changed")
    return content


def _settle(
    database: Database, settings: Settings, actor: Actor, upload: Upload, made: Attachment
) -> Attachment:
    """Add the row unless another request was faster; the pieces go when that is committed."""
    with database.transaction() as session:
        mine = session.get_one(Upload, upload.id, with_for_update=True)
        if mine.attachment_id:
            first = session.get_one(Attachment, mine.attachment_id)
        else:
            pieces, first = mine.files(), made
            keeping.add(session, actor, made)
            # Without its pieces: should the attachment go unused, the upload starts anew.
            mine.attachment_id, mine.pieces, mine.changed_at = made.id, [], now()
            keeping.after_commit(session, lambda: _clear(settings, pieces))
    if first is not made:
        keeping.discard(settings, made)
    return first


def result(session: Session, actor: Actor, upload_id: UUID, organisation_id: UUID) -> Attachment | None:
    """The attachment that an upload of this person became, for a form that names the upload; for one record only."""
    found = find(session, actor, upload_id)
    if found is None or found.attachment_id is None or found.organisation_id != organisation_id:
        return None
    made = session.get(Attachment, found.attachment_id)
    return made if made and made.used_at is None else None


def drop(session: Session, settings: Settings, upload: Upload) -> None:
    """End an upload: the row now, the pieces once that is committed."""
    pieces: list[Any] = upload.files()
    session.delete(upload)
    session.flush()
    keeping.after_commit(session, lambda: _clear(settings, pieces))


def _clear(settings: Settings, names: list[str]) -> None:
    for name in names:
        shelf(settings).remove(name)
