"""Files that people attach: the original sealed with its hash, and a cleaned copy to show.

The metadata of an original is evidence, and it can betray a witness: so it is kept encrypted as received
(age, to a key outside the data folder), and everything shown or sent is re-encoded without it.
"""

import hashlib
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

import filetype
from flask import Response, send_file
from pyrage import encrypt, x25519
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.database import Base, UtcDateTime, id_column, new_id, now
from core.permissions import Actor
from core.settings import Settings, write_once

KINDS = ("image/jpeg", "image/png", "image/webp")
CHILD_SECONDS = 20


class AttachmentProblem(ValueError):
    """The file cannot be taken; `code` is too_large, empty, wrong_kind or unreadable."""

    def __init__(self, code: str) -> None:
        """Keep the code for the page to translate."""
        super().__init__(code)
        self.code = code


class Attachment(Base):
    """One file: whose it is, the SHA-256 of the original as received, and the size of the copy that is shown."""

    __tablename__ = "core_attachment"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="SET NULL")
    )
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    copy_size: Mapped[int]
    copy_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


def receive(actor: Actor, settings: Settings, content: bytes, organisation_id: UUID) -> Attachment:
    """Check, clean and keep the files of a picture; the caller adds the row. It may take seconds: no transaction.

    Raises AttachmentProblem when the picture is too large, empty, or not what it claims to be.
    """
    kind = _kind(content, settings)
    copy = _clean(content)
    attachment = Attachment(
        id=new_id(),
        organisation_id=organisation_id,
        person_id=actor.person_id,
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        copy_size=len(copy),
        copy_sha256=hashlib.sha256(copy).hexdigest(),
    )
    # Files first: a row without its file would be a loss, a file without a row is only litter.
    _write(_path(settings, attachment.id, "age"), encrypt(content, [_identity(settings).to_public()]))
    _write(_path(settings, attachment.id, "jpg"), copy)
    return attachment


def store(
    session: Session, actor: Actor, settings: Settings, content: bytes, organisation_id: UUID
) -> Attachment:
    """Receive a picture and add its row in the caller's transaction: for commands, where nobody else waits."""
    attachment = receive(actor, settings, content, organisation_id)
    session.add(attachment)
    return attachment


def send(attachment: Attachment, settings: Settings) -> Response:
    """The cleaned copy, in a way that lets no browser run it."""
    response = send_file(
        _path(settings, attachment.id, "jpg").absolute(),
        mimetype="image/jpeg",
        as_attachment=True,
        download_name="photo.jpg",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # A borrowed phone must not keep it; `send_file` would only ask to revalidate.
    response.headers["Cache-Control"] = "no-store"
    return response


def copy_of(attachment: Attachment, settings: Settings) -> bytes:
    """The bytes of the cleaned copy."""
    return _path(settings, attachment.id, "jpg").read_bytes()


def remove(session: Session, attachment: Attachment, settings: Settings) -> None:
    """Forget a file: the row first, so that nothing points to what is gone."""
    session.delete(attachment)
    session.flush()
    for ending in ("age", "jpg"):
        _path(settings, attachment.id, ending).unlink(missing_ok=True)


def _kind(content: bytes, settings: Settings) -> str:
    if not content:
        raise AttachmentProblem("empty")
    if len(content) > settings.upload_limit:
        raise AttachmentProblem("too_large")
    guess = filetype.guess(content)
    if guess is None or guess.mime not in KINDS:
        raise AttachmentProblem("wrong_kind")
    return str(guess.mime)


def _clean(content: bytes) -> bytes:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.imaging"],
            input=content,
            capture_output=True,
            timeout=CHILD_SECONDS,
            check=True,
            cwd=Path(__file__).parent.parent,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise AttachmentProblem("unreadable") from error
    return child.stdout


def _identity(settings: Settings) -> x25519.Identity:
    path = settings.keys / "attachments.age"
    if not path.exists():
        settings.prepare()
        write_once(path, str(x25519.Identity.generate()).encode())
    return x25519.Identity.from_str(path.read_text().strip())


def _path(settings: Settings, attachment_id: UUID, ending: str) -> Path:
    return settings.data / "files" / attachment_id.hex[-2:] / f"{attachment_id.hex}.{ending}"


def _write(path: Path, content: bytes) -> None:
    """All or nothing, also when the power fails: write aside, sync, rename, sync the folder."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
