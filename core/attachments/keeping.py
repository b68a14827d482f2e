"""Taking files in, showing their cleaned copies, opening their originals, and forgetting them.

The metadata of an original is evidence, and it can betray a witness: so it is kept sealed as received, and everything
shown or sent is re-encoded without it. A stranger's name for a file is not kept at all.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from core import audit, confined, vault
from core.accounts.affiliation import organisations_of
from core.attachments import quotas, sealing, shelves
from core.attachments.kinds import PDF, AttachmentProblem, kind_of
from core.attachments.models import SITE, Attachment, name_of
from core.attachments.shelf import Lost, Shelf
from core.database import Database, new_id, now
from core.permissions import Actor, Denied, Subject
from core.settings import Settings

log = logging.getLogger("camove.files")

DECODER_MEMORY = 768 * 2**20
"""Bytes of address space that the child needs for a picture of `core.imaging.PIXELS`."""


def shelf(settings: Settings) -> Shelf:
    """Where attachments lie."""
    return shelves.shelf(settings, shelves.FILES)


def receive(
    database: Database, settings: Settings, actor: Actor, content: bytes, organisation_id: UUID
) -> Attachment:
    """Check, clean and keep a file, with its row. It may take seconds: call it outside a transaction.

    Nothing points to it yet: `use` it within a day, or it goes. Raises AttachmentProblem.
    """
    with database.reading() as session:
        quotas.check(session, settings, organisation_id, len(content))
        recipients = sealing.recipients_of(session, organisation_id)
    made = make(settings, actor, content, organisation_id, recipients)
    try:
        with database.transaction() as session:
            quotas.check(session, settings, organisation_id, len(content))
            add(session, actor, made)
    except AttachmentProblem:
        discard(settings, made)
        raise
    return made


def store(
    session: Session, actor: Actor, settings: Settings, content: bytes, organisation_id: UUID
) -> Attachment:
    """Receive a file in the caller's transaction, in use at once: for commands, where nobody else waits."""
    quotas.check(session, settings, organisation_id, len(content))
    made = make(settings, actor, content, organisation_id, sealing.recipients_of(session, organisation_id))
    made.used_at = now()
    add(session, actor, made)
    return made


def add(session: Session, actor: Actor, made: Attachment) -> None:
    """The row and its audit entry, after the files: a row without its file would be a loss."""
    session.add(made)
    session.flush()
    audit.record(session, actor, "core.attachment.receive", made.id)


def make(
    settings: Settings, actor: Actor, content: bytes, organisation_id: UUID, recipients: Sequence[str]
) -> Attachment:
    """Write the files and give the row that is still to be added. Raises AttachmentProblem."""
    kind = kind_of(content)
    copies = _copies(content) if kind != PDF else ()
    sealed, sealed_to = sealing.seal(settings, recipients, content)
    page, thumbnail = copies or (b"", b"")
    made = Attachment(
        id=new_id(),
        organisation_id=organisation_id,
        person_id=actor.person_id,
        kind=kind,
        size=len(content),
        sha256=_hash(content),
        sealed_sha256=_hash(sealed),
        sealed_to=sealed_to,
        copy_size=len(page),
        copy_sha256=_hash(page) if page else "",
        thumbnail_size=len(thumbnail),
        thumbnail_sha256=_hash(thumbnail) if thumbnail else "",
    )
    for name, each in zip(made.files(), (sealed, page, thumbnail), strict=False):
        shelf(settings).put(name, each)
    return made


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _copies(content: bytes) -> tuple[bytes, ...]:
    try:
        answer = confined.run("core.imaging", content, memory=DECODER_MEMORY)
    except confined.Killed as error:
        raise AttachmentProblem("unreadable") from error
    page = 4 + int.from_bytes(answer[:4], "big")
    return answer[4:page], answer[page + 4 :]


def copy_of(attachment: Attachment, settings: Settings, variant: str = "page") -> bytes:
    """The bytes of a cleaned copy, "page" or "thumbnail". Raises Lost, also for a file without any."""
    small = variant == "thumbnail" and attachment.thumbnail_size
    expected = attachment.thumbnail_sha256 if small else attachment.copy_sha256
    return _read(settings, name_of(attachment.id, "small.jpg" if small else "jpg"), expected)


def _read(settings: Settings, name: str, expected: str) -> bytes:
    """The bytes that were put there; `expected` is their SHA-256, empty in rows of an older release. Raises Lost."""
    try:
        content = shelf(settings).get(name)
    except FileNotFoundError as error:
        raise Lost(f"{name} is missing") from error
    if expected and _hash(content) != expected:
        raise Lost(f"{name} is not what was put there")
    return content


def open_original(
    session: Session, actor: Actor, settings: Settings, attachment: Attachment, keys: vault.Keys | None
) -> bytes:
    """The bytes as they were received, for a member of the owner organisation; audited.

    Raises Denied for anybody else, vault.Closed if the organisation's vault is not unlocked here, and
    vault.Damaged if the bytes are not those that came; Lost if there are none.
    """
    owner = attachment.organisation_id
    if owner is None or owner not in organisations_of(session, actor.person_id):
        raise Denied("core.attachment.open", Subject(owner, object_id=attachment.id))
    sealed = _read(settings, name_of(attachment.id, "age"), "")
    if attachment.sealed_to == SITE:
        content = sealing.open_here(settings, sealed)
    else:
        content = vault.open_file(session, actor, owner, keys, sealed)
    if _hash(content) != attachment.sha256:
        raise vault.Damaged(f"the file {attachment.id} is not the one that was received")
    audit.record(session, actor, "core.attachment.open", attachment.id)
    return content


def settle(session: Session, settings: Settings, actor: Actor, before: set[UUID], after: set[UUID]) -> None:
    """A record pointed to the files `before` and points to those `after` from now on: use these, forget the others."""
    session.execute(
        update(Attachment).where(Attachment.id.in_(after), Attachment.used_at.is_(None)).values(used_at=now())
    )
    for gone in session.scalars(select(Attachment).where(Attachment.id.in_(before - after))).all():
        remove(session, gone, settings)
        audit.record(session, actor, "core.attachment.remove", gone.id)


def remove(session: Session, attachment: Attachment, settings: Settings) -> None:
    """Forget a file: the row now, the bytes once that is committed; a rollback keeps both."""
    session.delete(attachment)
    session.flush()
    after_commit(session, lambda: discard(settings, attachment))


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Do `act` once the transaction stands; a crash in between leaves litter for `reconciling`, never a loss."""

    def attempt(_: Session) -> None:
        try:
            act()
        except OSError as error:
            # It is committed already, so this is no failure of whoever asked.
            log.warning("files of a deleted row could not be removed yet: %s", type(error).__name__)

    event.listen(session, "after_commit", attempt, once=True)


def discard(settings: Settings, attachment: Attachment) -> None:
    """Take away the bytes of a file that has no row."""
    for name in attachment.files():
        shelf(settings).remove(name)
