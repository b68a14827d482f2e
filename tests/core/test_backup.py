"""Backups: what they hold, what they refuse, how long they are kept."""

import os
import stat
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from answers import picture
from click.testing import CliRunner
from flask import Flask
from gates.backing import Owner, hashes
from pyrage import x25519

from core import attachments
from core.accounts.models import Organisation
from core.attachments import Attachment
from core.backup import dumping, keeping, making, postgres, restoring, sqlite
from core.backup.dumping import Dump
from core.backup.problem import BackupProblem
from core.commands.backup import backup
from core.database import Database, now
from core.permissions import Actor


@pytest.fixture
def owner(app: Flask) -> Owner:
    return Owner(app)


def photo(owner: Owner) -> Attachment:
    site = owner.site
    with site.database.transaction() as session:
        home = Organisation(kind="member_ngo", country="KG")
        session.add(home)
    return attachments.receive(site.database, site.settings, Actor(None), picture(), home.id)


def make(owner: Owner, folder: Path, **options: bool) -> making.Made:
    return making.make(owner.settings, owner.site.database, folder, **options)


def test_an_archive_is_private_and_leaves_nothing_open_behind(owner: Owner, tmp_path: Path) -> None:
    (owner.settings.data / "reserve").write_bytes(b"\0" * 4096)
    made = make(owner, tmp_path / "backups")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert sorted(p.name for p in owner.settings.instance.iterdir()) == ["data", "keys"]
    names = [each.path for each in made.manifest.members]
    assert names[0] == "camove.sqlite"
    assert not [name for name in names if "search" in name or "reserve" in name or "keys" in name]


def test_what_a_killed_backup_left_open_goes_with_the_next(owner: Owner, tmp_path: Path) -> None:
    """It holds a copy of the database as it was: also what was erased since."""
    old, young = (owner.settings.instance / f".backup-{name}" for name in ("killed", "running"))
    for each in (old, young):
        each.mkdir(mode=0o700)
        (each / "camove.sqlite").write_bytes(b"all that was")
    day = 25 * 3600
    os.utime(old, (time.time() - day, time.time() - day))
    make(owner, tmp_path / "backups")
    assert [each.exists() for each in (old, young)] == [False, True]


def test_without_recipients_it_says_what_to_do(owner: Owner, tmp_path: Path) -> None:
    settings = replace(owner.settings, backup_recipients=())
    with pytest.raises(BackupProblem, match="camove backup key"):
        making.make(settings, owner.site.database, tmp_path)
    with pytest.raises(BackupProblem, match="age1"):
        making.make(replace(settings, backup_recipients=("age1wrong",)), owner.site.database, tmp_path)
    assert list(tmp_path.glob("*.age*")) == []


def test_a_lost_file_is_an_error_and_can_be_accepted(owner: Owner, tmp_path: Path) -> None:
    lost = photo(owner)
    for path in (owner.settings.data / "files").rglob(f"{lost.id.hex}.jpg"):
        path.unlink()
    with pytest.raises(BackupProblem, match="Files are missing"):
        make(owner, tmp_path)
    assert keeping.archives(tmp_path) == []
    made = make(owner, tmp_path, despite_missing=True)
    assert [Path(name).name for name in made.manifest.gone] == [f"{lost.id.hex}.jpg"]
    restoring.drill(owner.place(tmp_path / "other"), made.path, owner.identity)


def test_a_file_deleted_meanwhile_with_its_row_is_no_error(
    owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doomed, real = photo(owner), dumping.dump

    def dump_then_delete(database: Database, key: bytes, folder: Path) -> Dump:
        made = real(database, key, folder)
        with database.transaction() as session:
            session.delete(session.get_one(Attachment, doomed.id))
        for path in (owner.settings.data / "files").rglob(f"{doomed.id.hex}.*"):
            path.unlink()
        return made

    monkeypatch.setattr(dumping, "dump", dump_then_delete)
    made = make(owner, tmp_path)
    assert len(made.manifest.gone) >= 2


def test_a_broken_chain_is_not_backed_up_as_whole(owner: Owner, tmp_path: Path) -> None:
    photo(owner)
    with owner.site.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER core_audit_no_update")
        connection.exec_driver_sql("UPDATE core_audit SET action = 'x' WHERE sequence = 1")
    with pytest.raises(BackupProblem, match="The audit chain is broken: entry 1 was changed"):
        make(owner, tmp_path)


def test_a_site_with_data_is_only_replaced_when_asked(owner: Owner, tmp_path: Path) -> None:
    photo(owner)
    archive = make(owner, tmp_path / "backups").path
    place = owner.place(tmp_path / "other")
    restoring.restore(place, archive, owner.identity)
    with pytest.raises(BackupProblem, match="--replace"):
        restoring.restore(place, archive, owner.identity)
    before = hashes(place.settings.data / "files")
    done = restoring.restore(place, archive, owner.identity, replace=True)
    assert hashes(Path(done.aside[0]) / "files") == before == hashes(place.settings.data / "files")


def test_a_running_site_is_not_replaced(owner: Owner, tmp_path: Path) -> None:
    archive = make(owner, tmp_path / "backups").path
    place = owner.place(tmp_path / "other")
    restoring.restore(place, archive, owner.identity)
    running = Database(place.settings.database)
    with running.reading() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM core_audit")
        with pytest.raises(BackupProblem, match="Stop camove"):
            restoring.restore(place, archive, owner.identity, replace=True)
    running.close()
    assert (place.settings.data / sqlite.MEMBER).exists()


def test_others_cannot_open_it_and_newer_tables_are_refused(owner: Owner, tmp_path: Path) -> None:
    archive = make(owner, tmp_path / "backups").path
    place = owner.place(tmp_path / "other")
    with pytest.raises(BackupProblem, match="other recipients"):
        restoring.drill(place, archive, x25519.Identity.generate())
    with owner.site.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    newer = make(owner, tmp_path / "newer").path
    with pytest.raises(BackupProblem, match="newer release"):
        restoring.restore(place, newer, owner.identity)


def test_keys_go_apart_and_come_back(owner: Owner, tmp_path: Path) -> None:
    data = make(owner, tmp_path / "backups").path
    with pytest.raises(BackupProblem, match="elsewhere"):
        making.make_of_keys(owner.settings, data.parent)
    archive = making.make_of_keys(owner.settings, tmp_path / "safe").path
    fresh = replace(owner.settings, instance=tmp_path / "fresh")
    fresh.key("audit")
    place = restoring.Place(fresh, owner.place(tmp_path / "other").lineages)
    with pytest.raises(BackupProblem, match="other keys"):
        restoring.restore(place, data, owner.identity)
    restoring.restore_keys(fresh, archive, owner.identity)
    assert hashes(fresh.keys) == hashes(owner.settings.keys)
    assert stat.S_IMODE(fresh.keys.stat().st_mode) == 0o700
    restoring.restore(place, data, owner.identity)


def test_old_archives_go_and_the_newest_stays(tmp_path: Path) -> None:
    ages = (40, 31, 29, 1)
    for days in ages:
        stamp = (now() - timedelta(days=days)).strftime(keeping.STAMP)
        (tmp_path / f"camove-{stamp}.tar.age").touch()
    (tmp_path / "camove-of-somebody.tar.age").touch()
    assert len(keeping.prune(tmp_path, 30)) == 2
    assert len(keeping.archives(tmp_path)) == 2
    assert len(keeping.prune(tmp_path, 0)) == 1
    assert (tmp_path / "camove-of-somebody.tar.age").exists()


def test_commands(owner: Owner, tmp_path: Path) -> None:
    run = CliRunner()
    printed = run.invoke(backup, ["key"]).output
    identity = tmp_path / "identity"
    identity.write_text(printed)
    public = str(restoring.identity_of(identity).to_public())
    assert public in printed
    with owner.app.app_context():
        owner.site.settings = replace(owner.site.settings, backup_recipients=(public,))
        done = run.invoke(backup, [str(tmp_path / "here")])
        assert "opened again and compared" in done.output, done.output
        tried = run.invoke(backup, ["drill", "--identity", str(identity), str(tmp_path / "here")])
        assert "opens and is whole" in tried.output, tried.output


def test_an_older_pg_dump_is_refused_in_words() -> None:
    with pytest.raises(BackupProblem, match=r"pg_no_such_tool is missing"):
        postgres.tool("pg_no_such_tool", 0)
    with pytest.raises(BackupProblem, match="postgresql-client"):
        postgres.tool("pg_dump", 99)
