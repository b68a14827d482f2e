"""Gate 6: a backup of a site that is being written to restores whole, and a damaged one is refused untouched."""

import shutil
import time
import uuid
from pathlib import Path

import pytest
from flask import Flask
from gates.backing import Owner, Parts, forged, hashes, lost, parts, rounds, writing
from sqlalchemy import create_engine, make_url, text

from core.backup import making, restoring
from core.backup.problem import BackupProblem


def new_database(url: str) -> str:
    """An empty database beside `url`; empty text for SQLite."""
    if not url:
        return ""
    name = f"restored_{uuid.uuid4().hex}"
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def test_backup_under_writers_restores_whole(any_app: Flask, tmp_path: Path) -> None:
    owner, compared, problems = Owner(any_app), 0, []
    count, started = rounds(5 if owner.site.database.is_sqlite else 3), time.monotonic()
    with writing(owner) as told:
        for number in range(count):
            acknowledged = told.copy()
            made = making.make(owner.settings, owner.site.database, tmp_path / "backups")
            place = owner.place(tmp_path / f"empty{number}", new_database(owner.site.settings.database_url))
            restoring.restore(place, made.path, owner.identity)
            problems += lost(acknowledged, place, owner.settings.data)
            compared += len(acknowledged)
            shutil.rmtree(place.settings.instance)
    kind = "SQLite" if owner.site.database.is_sqlite else "PostgreSQL"
    print(
        f"gate 6: {kind}, {count} backups under 4 writers restored, {len(problems)} of {compared} "
        f"acknowledged records, files and entries lost, {time.monotonic() - started:.0f} s"
    )
    assert compared > count * 3
    assert not problems, problems[:10]


def flipped(archive: Path, _owner: Owner) -> Path:
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 1
    return _saved(archive, raw)


def cut(archive: Path, _owner: Owner) -> Path:
    return _saved(archive, archive.read_bytes()[:-200])


def _saved(archive: Path, raw: bytes | bytearray) -> Path:
    path = archive.with_name(f"damaged-{uuid.uuid4().hex}.age")
    path.write_bytes(raw)
    return path


def _reworked(archive: Path, owner: Owner, change: dict[str, bytes | None]) -> Path:
    members: Parts = parts(archive, owner.identity)
    last = members.pop("MANIFEST")
    for name, content in change.items():
        if content is None:
            del members[name]
        else:
            members[name] = content
    return forged(archive, owner.identity, members | {"MANIFEST": change.get("MANIFEST") or last})


def part_missing(archive: Path, owner: Owner) -> Path:
    return _reworked(archive, owner, {_photo(archive, owner): None})


def stale_wal(archive: Path, owner: Owner) -> Path:
    return _reworked(archive, owner, {"camove.sqlite-wal": b"\x37\x7f\x06\x82" + b"\0" * 4092})


def file_changed(archive: Path, owner: Owner) -> Path:
    """The same size and a whole seal, but one bit of a photo differs."""
    name = _photo(archive, owner)
    content = bytearray(parts(archive, owner.identity)[name])
    content[-1] ^= 1
    return _reworked(archive, owner, {name: bytes(content)})


def row_changed(archive: Path, owner: Owner) -> Path:
    """A database that SQLite itself finds in order."""
    content = parts(archive, owner.identity)["camove.sqlite"]
    return _reworked(archive, owner, {"camove.sqlite": content.replace(b"member_ngo", b"secretaria", 1)})


def manifest_changed(archive: Path, owner: Owner) -> Path:
    told = parts(archive, owner.identity)["MANIFEST"]
    return _reworked(archive, owner, {"MANIFEST": told.replace(b'"rows"', b'"rose"').replace(b"0.1", b"0.2")})


def manifest_missing(archive: Path, owner: Owner) -> Path:
    members = parts(archive, owner.identity)
    del members["MANIFEST"]
    return forged(archive, owner.identity, members)


def climbing(archive: Path, owner: Owner) -> Path:
    return _reworked(archive, owner, {"data/../../keys/audit.key": b"x" * 32})


def _photo(archive: Path, owner: Owner) -> str:
    return next(name for name in parts(archive, owner.identity) if name.endswith(".age"))


DAMAGES = (
    flipped, cut, part_missing, stale_wal, file_changed, row_changed, manifest_changed, manifest_missing, climbing,
)  # fmt: skip


def test_damaged_archives_are_refused_and_live_data_is_untouched(app: Flask, tmp_path: Path) -> None:
    owner = Owner(app)
    with writing(owner) as told:
        pass
    archive = making.make(owner.settings, owner.site.database, tmp_path / "backups").path
    place = owner.place(tmp_path / "live")
    restoring.restore(place, archive, owner.identity)
    before, refused = hashes(place.settings.instance), 0
    for damage in DAMAGES:
        with pytest.raises(BackupProblem) as caught:
            restoring.restore(place, damage(archive, owner), owner.identity, replace=True)
        refused += 1
        assert str(caught.value).endswith("."), damage.__name__
        assert hashes(place.settings.instance) == before, damage.__name__
    print(
        f"gate 6: {refused} of {len(DAMAGES)} damaged archives refused, live files changed 0 of {len(before)}"
    )
    restoring.restore(place, archive, owner.identity, replace=True)
    assert lost(told, place, owner.settings.data) == []
