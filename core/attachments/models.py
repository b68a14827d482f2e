"""The tables of attachments: files that are kept, and files that are still on their way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, UtcDateTime, id_column, now

SITE = "site"
"""Sealed to the site's own key: the organisation had no vault yet."""


class Attachment(Base):
    """One file: whose it is, the SHA-256 of the original as received, and what of it lies on the disk."""

    __tablename__ = "core_attachment"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="SET NULL")
    )
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    sealed_sha256: Mapped[str] = mapped_column(String(64), default="")
    sealed_to: Mapped[str] = mapped_column(Text, default=SITE)
    copy_size: Mapped[int] = mapped_column(default=0)
    copy_sha256: Mapped[str] = mapped_column(String(64), default="")
    thumbnail_size: Mapped[int] = mapped_column(default=0)
    thumbnail_sha256: Mapped[str] = mapped_column(String(64), default="")
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def shown(self) -> bool:
        """Whether there is a picture of it to show; a PDF is kept, never shown."""
        return bool(self.copy_size)

    def files(self) -> dict[str, str]:
        """What must lie on the disk: name -> SHA-256 of the bytes there ("" if it was not noted)."""
        copies = {"jpg": self.copy_sha256, "small.jpg": self.thumbnail_sha256}
        known = {"age": self.sealed_sha256} | {ending: each for ending, each in copies.items() if each}
        return {name_of(self.id, ending): each for ending, each in known.items()}


class Upload(Base):
    """A file that comes in pieces over a slow link. `pieces` are [offset, size, SHA-256], in order, without gaps.

    `purpose` is empty for what becomes an attachment, and "data" for a file that a plugin takes as it is.
    """

    __tablename__ = "core_upload"

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id", ondelete="CASCADE"))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(16), default="", server_default="")
    pieces: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    attachment_id: Mapped[UUID | None] = mapped_column(ForeignKey("core_attachment.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)

    @property
    def received(self) -> int:
        """Bytes that are safe here: where the next piece starts."""
        return self.size if self.attachment_id else sum(int(size) for _, size, _ in self.pieces)

    def files(self) -> list[str]:
        """The names of its pieces on the disk."""
        return [piece_name(self.id, offset) for offset, _, _ in self.pieces]


def name_of(attachment_id: UUID, ending: str) -> str:
    """The name under which a part of an attachment lies, spread over 256 folders."""
    return f"{attachment_id.hex[-2:]}/{attachment_id.hex}.{ending}"


def piece_name(upload_id: UUID, offset: int) -> str:
    """The name under which a piece of an upload lies."""
    return f"{upload_id.hex}.{offset:012}.age"
