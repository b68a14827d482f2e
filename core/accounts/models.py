"""Tables of the network's organisations and people. A person here is a member's employee, never a witness."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, Json, UtcDateTime, id_column, now


class OrganisationKind(StrEnum):
    """What an organisation is to the network."""

    MEMBER_NGO = "member_ngo"
    REGIONAL_COUNCIL = "regional_council"
    PARTNER = "partner"
    INSPECTORATE = "inspectorate"
    ASSOCIATION = "association"
    RESEARCH_CENTRE = "research_centre"
    SECRETARIAT = "secretariat"


class Organisation(Base):
    """A member or partner; its names carry dates, since ministries and NGOs are renamed."""

    __tablename__ = "core_organisation"

    id: Mapped[UUID] = id_column()
    kind: Mapped[str] = mapped_column(String(32))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(16), default="")
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    closed: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    names: Mapped[list["OrganisationName"]] = relationship(
        back_populates="organisation",
        order_by="OrganisationName.since",
        cascade="all, delete-orphan",
        lazy="selectin",
    )
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan"
    )

    def name_on(self, day: date, language: str = "ru") -> str:
        """The name that it bore on `day`, in that language or else Russian."""
        borne = [n for n in self.names if n.since <= day] or self.names[:1]
        labels = borne[-1].labels if borne else {}
        return labels.get(language) or labels.get("ru") or labels.get("en") or ""


class OrganisationName(Base):
    """A name per language, from a date on."""

    __tablename__ = "core_organisation_name"

    id: Mapped[UUID] = id_column()
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="CASCADE"), index=True
    )
    labels: Mapped[dict[str, str]] = mapped_column(Json)
    since: Mapped[date] = mapped_column(Date)
    organisation: Mapped[Organisation] = relationship(back_populates="names")


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "core_person"

    id: Mapped[UUID] = id_column()
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2), default="ru")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    totp_secret: Mapped[str] = mapped_column(Text, default="")
    totp_last_step: Mapped[int] = mapped_column(default=0)
    conduct_version: Mapped[str] = mapped_column(String(16), default="")
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )


class Membership(Base):
    """A person's place in one organisation, with the roles held there."""

    __tablename__ = "core_membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("core_organisation.id", ondelete="CASCADE"), index=True
    )
    roles: Mapped[list[str]] = mapped_column(Json, default=list)
    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships", lazy="joined")


class Invitation(Base):
    """An expiring way in; only the hash of its token is kept."""

    __tablename__ = "core_invitation"

    id: Mapped[UUID] = id_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("core_organisation.id", ondelete="CASCADE"))
    roles: Mapped[list[str]] = mapped_column(Json, default=list)
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class SignIn(Base):
    """One signed-in browser; only the hash of its token is kept. Deleting the row ends it at once."""

    __tablename__ = "core_sign_in"

    id: Mapped[UUID] = id_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    second_factor: Mapped[bool] = mapped_column(Boolean, default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    challenge: Mapped[str] = mapped_column(String(64), default="")
    challenge_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SecurityKey(Base):
    """A second factor of WebAuthn: the public half of a key that never leaves the person's device."""

    __tablename__ = "core_security_key"

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    uses: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reset(Base):
    """A way back in for somebody without password or phone; two people agree, a token opens it once."""

    __tablename__ = "core_reset"

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("core_person.id", ondelete="SET NULL"))
    approval_id: Mapped[UUID] = mapped_column(Uuid)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A single-use code for a lost second factor, hashed."""

    __tablename__ = "core_recovery_code"

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))


class SignInAttempt(Base):
    """A try without success, by hashed account and hashed source: it slows the guesser, never the owner."""

    __tablename__ = "core_sign_in_attempt"

    id: Mapped[UUID] = id_column()
    account: Mapped[str] = mapped_column(String(64), index=True)
    source: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class Notification(Base):
    """A sentence for one person, translated when it is read; it never carries sensitive content."""

    __tablename__ = "core_notification"

    id: Mapped[UUID] = id_column()
    person_id: Mapped[UUID] = mapped_column(ForeignKey("core_person.id", ondelete="CASCADE"), index=True)
    domain: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    endpoint: Mapped[str] = mapped_column(String(96), default="")
    arguments: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
