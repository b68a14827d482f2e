"""The keys under which organisations sign dossiers: the secret half in `keys/`, the public half for everybody."""

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, audit, new_id, now, platform, sshsig
from plugins.monitoring.dossier.manifest import PURPOSE
from plugins.monitoring.models import SigningKey


def current(session: Session, organisation_id: UUID) -> SigningKey:
    """The key of an organisation, made at first use. One whose secret half was lost ends, and another follows."""
    rows = select(SigningKey).where(
        SigningKey.organisation_id == organisation_id, SigningKey.ended_at.is_(None)
    )
    for key in session.scalars(rows.order_by(SigningKey.id.desc())):
        if sshsig.public_key(_seed(key)).hex() == key.public:
            return key
        key.ended_at = now()
    made = SigningKey(id=new_id(), organisation_id=organisation_id)
    made.public = sshsig.public_key(_seed(made)).hex()
    session.add(made)
    session.flush()
    audit.record(session, Actor(), "monitoring.key.begin", organisation_id)
    return made


def _seed(key: SigningKey) -> bytes:
    return platform.settings.key(f"sign-{key.id.hex}")


def sign(key: SigningKey, text: str) -> str:
    """The signature of a manifest, in the form of OpenSSH."""
    return sshsig.sign(_seed(key), PURPOSE, text.encode())


def end(session: Session, organisation_id: UUID) -> SigningKey | None:
    """Stop using a key, as when its secret half may be known to others; the next approval makes another."""
    rows = select(SigningKey).where(
        SigningKey.organisation_id == organisation_id, SigningKey.ended_at.is_(None)
    )
    found = session.scalars(rows.with_for_update()).first()
    if found:
        found.ended_at = now()
        audit.record(session, Actor(), "monitoring.key.end", organisation_id)
    return found


def published(session: Session) -> Sequence[SigningKey]:
    """All keys, those in use first."""
    rows = select(SigningKey).order_by(SigningKey.ended_at.is_not(None), SigningKey.id)
    return session.scalars(rows).all()


def of_public(session: Session, public: bytes) -> SigningKey | None:
    """The row of a public key, if it is one of ours."""
    return session.scalars(select(SigningKey).where(SigningKey.public == public.hex())).first()


def fingerprint(key: SigningKey) -> str:
    """What people compare."""
    return sshsig.fingerprint(bytes.fromhex(key.public))


def principal(organisation_id: object) -> str:
    """The name under which stock tools look for the key (ssh-keygen -I)."""
    return f"{organisation_id}@{urlsplit(platform.settings.base_url).hostname}"


def signer_line(key: SigningKey) -> str:
    """The line for a file of allowed signers."""
    line = sshsig.public_line(bytes.fromhex(key.public))
    return f'{principal(key.organisation_id)} namespaces="{PURPOSE}" {line}'
