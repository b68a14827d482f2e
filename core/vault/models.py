"""Tables of the vault. A stolen copy of them shows who holds keys and which records exist, and opens nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Json, UtcDateTime, id_column, now


def _organisation() -> Mapped[UUID]:
    return mapped_column(ForeignKey("core_organisation.id", ondelete="CASCADE"), index=True)


def _person() -> Mapped[UUID]:
    return mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)


class MemberKey(Base):
    """A person's age key: the recipient in clear, the private half sealed under a key from the password."""

    __tablename__ = "core_vault_member_key"
    __table_args__ = (UniqueConstraint("person_id"),)

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(String(80))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    memory: Mapped[int]
    passes: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class OrganisationKey(Base):
    """The key of an organisation in one epoch. The private half exists only sealed, in grants, sheet and heir.

    `heir`: the private half for the recipient of the next epoch. The highest epoch is the one in use;
    its `locked` and `locked_at` tell whether the organisation is locked, and since when or until when it was.
    """

    __tablename__ = "core_vault_key"
    __table_args__ = (UniqueConstraint("organisation_id", "epoch"),)

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id", ondelete="CASCADE"))
    epoch: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(80))
    heir: Mapped[bytes | None] = mapped_column(LargeBinary)
    sheet_recipient: Mapped[str] = mapped_column(String(80))
    sheet_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sheet_check: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sheet_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked: Mapped[bool] = mapped_column(Boolean, default=False)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class KeyGrant(Base):
    """An organisation's private key, age-encrypted to one holder; `opened_at`: when that one first opened it."""

    __tablename__ = "core_vault_grant"
    __table_args__ = (UniqueConstraint("key_id", "person_id"),)

    id: Mapped[UUID] = id_column()
    key_id: Mapped[UUID] = mapped_column(ForeignKey("core_vault_key.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = _person()
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    granted_by: Mapped[UUID | None] = mapped_column(Uuid)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class KeyRequest(Base):
    """Somebody who asks to become a holder."""

    __tablename__ = "core_vault_request"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = _person()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class InternalKey(Base):
    """The key of mode S of an organisation in one epoch, sealed under the site's own key."""

    __tablename__ = "core_vault_internal_key"
    __table_args__ = (UniqueConstraint("organisation_id", "epoch"),)

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id", ondelete="CASCADE"))
    epoch: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SealedRecord(Base):
    """Which fields of a record are sealed, and the revision of each; `mode` is U or S."""

    __tablename__ = "core_vault_record"
    __table_args__ = (UniqueConstraint("record_id", "table", "organisation_id", "mode"),)

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = _organisation()
    table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[UUID] = mapped_column(Uuid)
    mode: Mapped[str] = mapped_column(String(1))
    revision: Mapped[int] = mapped_column(default=0)
    fields: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class DataKey(Base):
    """The key of what was written to a record at one time, wrapped for the organisation's key of `epoch`.

    One a writing: in mode U the server cannot open the key of an earlier one.
    """

    __tablename__ = "core_vault_data_key"

    id: Mapped[UUID] = id_column()
    sealed_record_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_vault_record.id", ondelete="CASCADE"), index=True
    )
    epoch: Mapped[int] = mapped_column(index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class SealedField(Base):
    """One sealed field as it stands."""

    __tablename__ = "core_vault_field"
    __table_args__ = (UniqueConstraint("sealed_record_id", "name"),)

    id: Mapped[UUID] = id_column()
    sealed_record_id: Mapped[UUID] = mapped_column(ForeignKey("core_vault_record.id", ondelete="CASCADE"))
    data_key_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_vault_data_key.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
