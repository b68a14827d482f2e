"""What the clock does to files: working tables go after publication, withdrawn bytes are put aside, then destroyed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Database, audit, destroy_sealed, now
from plugins.research.models import Instrument, Version
from plugins.research.services import shelf

GONE = ("withdrawn", "discarded")


def seal(database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Put the bytes of a withdrawn version where nothing that serves data looks. It may run twice."""
    for payload in payloads:
        with database.transaction() as session:
            found = session.get(Version, UUID(payload["version_id"]), with_for_update={"of": Version})
            if found is not None and found.state == "withdrawn":
                _seal(session, found)


def _seal(session: Session, version: Version) -> None:
    for sha256, kind in ((version.release, shelf.CSV), (version.parquet, shelf.PARQUET)):
        if not _shared(session, version, sha256):
            shelf.withdraw(sha256, kind)
    audit.record(session, Actor(), "research.version.seal", version.id)


def _shared(session: Session, version: Version, sha256: str) -> bool:
    """Whether a version that is not gone has the same bytes."""
    same = or_(
        Version.release == sha256,
        Version.parquet == sha256,
        Version.working == sha256,
        Version.original == sha256,
    )
    rows = select(Version.id).where(same, Version.id != version.id, Version.state.not_in(GONE))
    return session.scalars(rows).first() is not None


def tidy(database: Database, _payloads: Sequence[Mapping[str, Any]]) -> None:
    """Destroy what was withdrawn thirty days ago, and what nobody needs any more."""
    with database.transaction() as session:
        due = select(Version).where(
            or_(
                and_(Version.state == "withdrawn", Version.sealed_until < now()), Version.state == "discarded"
            ),
            Version.original != "",
        )
        for version in session.scalars(due):
            _destroy(session, version)
        done = select(Version).where(Version.state.in_(("published", "superseded")), Version.working != "")
        for version in session.scalars(done):
            if not _shared(session, version, version.working) and version.working != version.parquet:
                shelf.forget(version.working, shelf.PARQUET)
            version.working = ""
    _sweep(database)


def _sweep(database: Database) -> None:
    """Destroy files that no version names: of a check before the last one, or left by a power cut."""
    left = shelf.left_behind()
    with database.reading() as session:
        columns = (Version.original, Version.working, Version.release, Version.parquet, Instrument.sha256)
        named = {each for column in columns for each in session.scalars(select(column))}
    for path in left:
        if path.name.partition(".")[0] not in named:
            destroy_sealed(path)


def _destroy(session: Session, version: Version) -> None:
    for sha256, kinds in (
        (version.release, (shelf.CSV, f"{shelf.CSV}.{shelf.WITHDRAWN}")),
        (version.parquet, (shelf.PARQUET, f"{shelf.PARQUET}.{shelf.WITHDRAWN}")),
        (version.original, (shelf.ORIGINAL,)),
        (version.working, (shelf.PARQUET,)),
    ):
        if not _shared(session, version, sha256):
            shelf.forget(sha256, *kinds)
    version.original = version.working = ""
    audit.record(session, Actor(), "research.version.destroy", version.id)
