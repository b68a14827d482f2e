"""Files in a folder and in an S3 store: the same promises on both, and a slow store keeps nobody waiting."""

import hashlib
import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import store
from answers import picture
from gates.backing import Owner
from serving import free_port
from sqlalchemy import func, select

from core import attachments, testing
from core.attachments import Attachment, Upload, bucket, keeping, reconciling, shelves, uploads
from core.attachments.shelf import Lost, Shelf, ShelfUnavailable
from core.backup import making, restoring
from core.backup.problem import BackupProblem
from core.database import now
from core.doctor import boot, service
from core.platform import EXTENSION, Platform
from core.settings import Settings, SettingsError, load
from core.testing import Town

CONTENT = picture((300, 200))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with store.running() as found:
        yield found


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of each kind of place."""
    return {} if request.param == "folder" else store.bucket(request.getfixturevalue("address"))


def opened(migrated: Path, folder: Path, place: dict[str, Any]) -> Platform:
    shutil.copytree(migrated, folder)
    settings = Settings(instance=folder, testing=True, strict=True, search_engine="fts5", **place)
    found: Platform = testing.create_app(settings).extensions[EXTENSION]
    return found


@pytest.fixture
def site(migrated: Path, tmp_path: Path, place: dict[str, Any]) -> Iterator[Platform]:
    made = opened(migrated, tmp_path / "instance", place)
    yield made
    made.database.close()


@pytest.fixture
def town(site: Platform) -> Town:
    return Town(site)


@pytest.fixture
def home(town: Town) -> UUID:
    return town.organisation("Мост")


@pytest.fixture
def shelf(site: Platform) -> Shelf:
    return keeping.shelf(site.settings)


def receive(site: Platform, town: Town, home: UUID) -> Attachment:
    person = town.person(f"{time.monotonic_ns()}@example.org", home)
    return attachments.receive(site.database, site.settings, town.actor(person), CONTENT, home)


def rows(site: Platform, table: Any) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def findings(site: Platform) -> tuple[int, ...]:
    """Missing, changed, litter, young."""
    found = reconciling.compare(site.database, site.settings)
    return len(found.missing), len(found.changed), len(found.litter), len(found.young)


def test_a_shelf_keeps_replaces_lists_and_forgets(shelf: Shelf) -> None:
    shelf.put("5f/one.age", b"first")
    shelf.put("5f/one.age", b"second")
    shelf.put("empty", b"")
    assert (shelf.get("5f/one.age"), shelf.get("empty")) == (b"second", b"")
    assert {each.name: each.size for each in shelf.names()} == {"5f/one.age": 6, "empty": 0}
    assert all(abs((now() - each.changed).total_seconds()) < 60 for each in shelf.names())
    for _ in range(2):
        shelf.remove("5f/one.age")
    assert [each.name for each in shelf.names()] == ["empty"]
    with pytest.raises(FileNotFoundError):
        shelf.get("5f/one.age")


def test_rows_and_files_agree_and_every_loss_is_found(
    site: Platform, town: Town, home: UUID, shelf: Shelf
) -> None:
    first, second = (receive(site, town, home) for _ in range(2))
    assert findings(site) == (0, 0, 0, 0)
    assert service.files(site).well
    name, small = list(first.files())[1:]
    shelf.put(name, shelf.get(name)[:-1] + b"?")
    shelf.remove(small)
    shelf.put("aa/nobody.age", b"?")
    assert findings(site) == (1, 1, 0, 1)
    assert not service.files(site).well
    for variant in ("page", "thumbnail"):
        with pytest.raises(Lost):
            attachments.copy_of(first, site.settings, variant)
    assert hashlib.sha256(attachments.copy_of(second, site.settings)).hexdigest() == second.copy_sha256
    reconciling.tidy(site.database, site.settings, age=reconciling.LITTER_AGE * 0)
    assert not [each.name for each in shelf.names()]


def test_files_come_before_their_row_and_go_after_it(
    site: Platform, town: Town, home: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    kind = type(keeping.shelf(site.settings))
    for step in ("put", "remove"):
        real = getattr(kind, step)

        def watched(self: Any, *given: Any, _real: Any = real, _step: str = step) -> None:
            seen.append((_step, rows(site, Attachment)))
            _real(self, *given)

        monkeypatch.setattr(kind, step, watched)
    kept = receive(site, town, home)
    with site.database.transaction() as session:
        attachments.remove(session, session.get_one(Attachment, kept.id), site.settings)
    assert seen == [("put", 0)] * 3 + [("remove", 0)] * 3
    assert findings(site) == (0, 0, 0, 0)


def test_an_upload_arrives_in_pieces(site: Platform, town: Town, home: UUID) -> None:
    actor = town.actor(town.person("monitor@example.org", home))
    content, digest = CONTENT, hashlib.sha256(CONTENT).hexdigest()
    with site.database.transaction() as session:
        made = uploads.begin(session, site.settings, actor, home, len(content), digest)
    uploads.take_piece(site.database, site.settings, made, 0, content, digest)
    assert len(list(uploads.shelf(site.settings).names())) == 1
    with site.database.reading() as session:
        made = session.get_one(Upload, made.id)
        session.expunge(made)
    kept = uploads.finish(site.database, site.settings, actor, made)
    assert kept.sha256 == digest
    assert list(uploads.shelf(site.settings).names()) == []


def test_a_backup_holds_the_files_and_a_restore_brings_them(
    site: Platform, town: Town, home: UUID, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    receive(site, town, home)
    owner = Owner(testing.create_app(site.settings))
    archive = making.make(owner.settings, site.database, tmp_path / "backups").path
    there = owner.place(tmp_path / "other")
    if site.settings.s3_bucket:
        fresh = store.bucket(request.getfixturevalue("address"))
        there = replace(there, settings=replace(there.settings, **fresh))
    restoring.restore(there, archive, owner.identity)
    assert _all(keeping.shelf(there.settings)) == _all(keeping.shelf(site.settings)) != {}
    with pytest.raises(BackupProblem, match="--replace"):
        restoring.restore(there, archive, owner.identity)
    restoring.restore(there, archive, owner.identity, replace=True)
    assert _all(keeping.shelf(there.settings)) == _all(keeping.shelf(site.settings))


def _all(shelf: Shelf) -> dict[str, bytes]:
    return {each.name: shelf.get(each.name) for each in shelf.names()}


def test_files_move_from_the_folder_into_a_store_by_backup_and_restore(
    migrated: Path, tmp_path: Path, address: str
) -> None:
    site = opened(migrated, tmp_path / "instance", {})
    town = Town(site)
    kept = receive(site, town, town.organisation("Мост"))
    owner = Owner(testing.create_app(site.settings))
    archive = making.make(owner.settings, site.database, tmp_path / "backups").path
    before = _all(keeping.shelf(site.settings))
    with_store = replace(site.settings, **store.bucket(address))
    place = replace(owner.place(tmp_path / "other"), settings=with_store)
    for each in (site, owner.site):
        each.database.close()
    restoring.restore(place, archive, owner.identity, replace=True)
    assert _all(keeping.shelf(with_store)) == before
    assert set(before) == set(kept.files())
    assert not (with_store.data / "files").exists()


def _closed() -> dict[str, Any]:
    port = free_port()
    return {"s3_endpoint": f"http://127.0.0.1:{port}", "s3_bucket": "any"} | store.KEYS


def test_a_dead_store_gives_503_and_nothing_is_half_there(
    migrated: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = opened(migrated, tmp_path / "instance", _closed())
    town = Town(site)
    home = town.organisation("Мост")
    town.person("monitor@example.org", home)
    with caplog.at_level(logging.DEBUG):
        app = testing.create_app(site.settings)
        browser = town.browser(app, "monitor@example.org")
        token = {"X-CSRFToken": _token(browser)}
        about = {
            "organisation": str(home),
            "size": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
        }
        begun = browser.client.post("/ru/uploads/", data=about, headers=token).json
        assert begun is not None
        marks = token | {"X-Piece-SHA256": about["sha256"]}
        answer = browser.client.post(f"/ru/uploads/{begun['upload']}/0", data=CONTENT, headers=marks)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    with site.database.reading() as session:
        assert session.scalars(select(Upload)).one().pieces == []
    with pytest.raises(ShelfUnavailable):
        receive(site, town, home)
    assert rows(site, Attachment) == 0
    # Reading goes on where no file is wanted, and the doctor says it.
    assert browser.get("/ru/account/").status_code == 200
    assert store.KEYS["s3_secret_key"] not in caplog.text + repr(site.settings)
    site.database.close()


def _token(browser: testing.Browser) -> str:
    page = browser.get("/ru/account/").get_data(as_text=True)
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def test_a_deletion_stands_although_the_store_is_dead(
    migrated: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = opened(migrated, tmp_path / "instance", store.bucket(address))
    town = Town(site)
    kept = receive(site, town, town.organisation("Мост"))

    def dead(*_: Any) -> None:
        raise ShelfUnavailable("the S3 store does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(bucket.Bucket, "remove", dead)
        with site.database.transaction() as session:
            attachments.remove(session, session.get_one(Attachment, kept.id), site.settings)
    assert rows(site, Attachment) == 0
    assert findings(site) == (0, 0, 0, 3)
    site.database.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nETag: x\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n"


@pytest.mark.parametrize(("answer", "pause"), [(b"|", 60.0), (HEAD + b"|x", 0.1)], ids=["silent", "dripping"])
def test_a_slow_store_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes, pause: float
) -> None:
    monkeypatch.setattr(bucket, "READ_SECONDS", 0.5)
    monkeypatch.setattr(bucket, "WHOLE_SECONDS", 1.0)
    with store.bad(answer, pause) as settings:
        shelf = shelves.shelf(Settings(instance=tmp_path, **settings), shelves.FILES)
        begun = time.monotonic()
        with pytest.raises(ShelfUnavailable):
            shelf.get("aa/one.age")
        waited = time.monotonic() - begun
        with pytest.raises(ShelfUnavailable, match="a moment ago"):
            shelf.get("aa/one.age")
        again = time.monotonic() - begun - waited
    assert waited < 5
    assert again < 0.2


def test_a_store_that_refuses_us_is_told_by_its_code(tmp_path: Path, address: str) -> None:
    settings = Settings(instance=tmp_path, **store.bucket(address) | {"s3_bucket": "of-nobody"})
    shelf = shelves.shelf(settings, shelves.FILES)
    for act in (lambda: shelf.get("x"), lambda: shelf.put("x", b"y"), lambda: list(shelf.names())):
        with pytest.raises(ShelfUnavailable, match="NoSuchBucket"):
            act()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"s3_secret_key": ""}, "s3_secret_key"),
        ({"s3_endpoint": ""}, "s3_endpoint"),
        ({"s3_bucket": "", "s3_access_key": ""}, "s3_bucket, s3_access_key"),
        ({"s3_endpoint": "http://s3.example.org"}, "https://"),
        ({"s3_endpoint": "s3.example.org"}, "like https://"),
        ({"s3_endpoint": "https://a:b@s3.example.org"}, "like https://"),
    ],
)
def test_half_a_store_is_not_served(site: Platform, changes: dict[str, str], told: str) -> None:
    whole = {"s3_endpoint": "https://s3.example.org", "s3_bucket": "camove"} | store.KEYS
    assert list(bucket.problems(replace(site.settings, **whole))) == []
    half = replace(site, settings=replace(site.settings, **whole | changes))
    assert told in " ".join(boot.refusals(half))
    assert told in service.settings(half).advice
    # And until somebody mends it nothing is put into the folder in silence.
    assert isinstance(shelves.shelf(half.settings, shelves.FILES), bucket.Bucket)


def test_the_keys_of_a_store_stand_in_no_file(tmp_path: Path) -> None:
    (tmp_path / "camove.toml").write_text('s3_secret_key = "x"\n')
    with pytest.raises(SettingsError, match="CAMOVE_"):
        load(tmp_path, {})
    (tmp_path / "camove.toml").write_text('s3_bucket = "x"\n')
    assert load(tmp_path, {"CAMOVE_S3_SECRET_KEY": "y"}).s3_secret_key == "y"
