"""The register of employers: an employer with its numbers, names and places, and what was changed of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.toolkit import Base, UtcDateTime, id_column, now

KEY = String(64).with_variant(String(64, collation="C"), "postgresql")
"""Compared byte by byte on both databases, so that the beginning of a key is a range of the index."""


def _of_employer() -> Mapped[UUID]:
    return mapped_column(ForeignKey("monitoring_employer.id", ondelete="CASCADE"), index=True)


def _by_person() -> Mapped[UUID | None]:
    return mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))


class Employer(Base):
    """A firm or sole trader as the network knows it; reports are linked to it by a person."""

    __tablename__ = "monitoring_employer"

    id: Mapped[UUID] = id_column()
    legal_name: Mapped[str] = mapped_column(String(300))
    normalised: Mapped[str] = mapped_column(String(300), index=True)
    legal_form: Mapped[str] = mapped_column(String(16), default="")
    natural_person: Mapped[bool] = mapped_column(Boolean, default=False)
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(16), default="")
    sector: Mapped[str] = mapped_column(String(32), default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    identifiers: Mapped[list["Identifier"]] = relationship(
        back_populates="employer", cascade="all, delete-orphan", lazy="selectin", order_by="Identifier.id"
    )
    names: Mapped[list["Alias"]] = relationship(
        back_populates="employer", cascade="all, delete-orphan", lazy="selectin", order_by="Alias.id"
    )
    sites: Mapped[list["Site"]] = relationship(
        back_populates="employer", cascade="all, delete-orphan", order_by="Site.id"
    )

    @property
    def aliases(self) -> list[str]:
        """Its other names, as they were heard or read."""
        return [each.name for each in self.names]


class Identifier(Base):
    """A company number; the same number may stand at two employers until a person has merged them."""

    __tablename__ = "monitoring_identifier"
    __table_args__ = (Index("ix_monitoring_identifier_scheme_value", "scheme", "value"),)

    id: Mapped[UUID] = id_column()
    employer_id: Mapped[UUID] = _of_employer()
    scheme: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(64))
    problem: Mapped[str] = mapped_column(String(16), default="")
    employer: Mapped[Employer] = relationship(back_populates="identifiers")


class Alias(Base):
    """Another name of an employer, and where it comes from: heard in a report, on a paper, a former name.

    Which report is not kept: who may not read that report must not learn of it from a name.
    """

    __tablename__ = "monitoring_alias"

    id: Mapped[UUID] = id_column()
    employer_id: Mapped[UUID] = _of_employer()
    name: Mapped[str] = mapped_column(String(300))
    normalised: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(16))
    employer: Mapped[Employer] = relationship(back_populates="names")


class Site(Base):
    """A place where it lets people work, in words: never an exact address, which belongs in the vault."""

    __tablename__ = "monitoring_site"

    id: Mapped[UUID] = id_column()
    employer_id: Mapped[UUID] = _of_employer()
    label: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(16), default="")
    employer: Mapped[Employer] = relationship(back_populates="sites")


class NameKey(Base):
    """One key of a name of an employer (`name_keys`): what finds it among a million before names are compared."""

    __tablename__ = "monitoring_name_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    employer_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_employer.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Spelling(Base):
    """A normalised name of an employer, of its own or an alias: the narrow table that names are compared from."""

    __tablename__ = "monitoring_spelling"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    employer_id: Mapped[UUID] = mapped_column(
        ForeignKey("monitoring_employer.id", ondelete="CASCADE"), primary_key=True
    )
    normalised: Mapped[str] = mapped_column(String(300), primary_key=True)


class CommonKey(Base):
    """A key that many employers have, and how many at the last counting: a search reads the rare ones first."""

    __tablename__ = "monitoring_common_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    employers: Mapped[int]


class Change(Base):
    """One act on a record of the register, with its reason: `what` is a code, `detail` what it was about."""

    __tablename__ = "monitoring_employer_change"

    id: Mapped[UUID] = id_column()
    employer_id: Mapped[UUID] = _of_employer()
    what: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[UUID | None] = _by_person()
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
