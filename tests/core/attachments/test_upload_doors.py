"""Uploads in pieces as a browser sees them: resumed, repeated, refused, and nobody else's."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from hostile import noise, saved
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core import cli, disk
from core.attachments import Attachment, Upload, quotas, reconciling, result, uploads
from core.database import now
from core.platform import Platform
from core.preferences import Preference
from core.testing import Browser, Town

BASE = "/ru/uploads/"
CONTENT = saved(noise((700, 500)), "PNG")
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Sender:
    """One person's browser, and what the script in it does."""

    def __init__(self, app: Flask, town: Town, email: str, place: UUID) -> None:
        self.person, self.place = town.person(email, place), place
        self.browser: Browser = town.browser(app, email)
        self.token = {"X-CSRFToken": self._token()}

    def _token(self) -> str:
        page = self.browser.get("/ru/account/").get_data(as_text=True)
        return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    def begin(self, **changes: Any) -> TestResponse:
        about = {"organisation": str(self.place), "size": str(len(CONTENT)), "sha256": DIGEST} | changes
        return self.browser.client.post(BASE, data=about, headers=self.token)

    def piece(self, upload: str, offset: int, content: bytes = b"", digest: str = "") -> TestResponse:
        body = content or CONTENT[offset : offset + uploads.PIECE]
        marks = {"X-Piece-SHA256": digest or hashlib.sha256(body).hexdigest()}
        kind = "application/octet-stream"
        return self.browser.client.post(
            f"{BASE}{upload}/{offset}", data=body, content_type=kind, headers=self.token | marks
        )

    def finish(self, upload: str) -> TestResponse:
        return self.browser.client.post(f"{BASE}{upload}/finish", headers=self.token)

    def whole(self) -> str:
        """Send all of it; gives the upload's id."""
        told = self.begin().json
        assert told is not None
        while told["received"] < len(CONTENT):
            told |= self.piece(told["upload"], told["received"]).json or {}
        assert self.finish(told["upload"]).status_code == 200
        return str(told["upload"])


@pytest.fixture
def sender(app: Flask, town: Town) -> Sender:
    return Sender(app, town, "monitor@example.org", town.organisation("Мост"))


@pytest.fixture
def other(app: Flask, town: Town, sender: Sender) -> Iterator[Sender]:
    yield Sender(app, town, "other@example.org", sender.place)


def count(site: Platform, table: Any) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_in_pieces_arrives_whole_and_is_used_once(site: Platform, town: Town, sender: Sender) -> None:
    assert len(CONTENT) > 3 * uploads.PIECE
    upload = sender.whole()
    with site.database.transaction() as session:
        actor = town.actor(sender.person)
        made = result(session, actor, UUID(upload), sender.place)
        assert made is not None
        assert (made.sha256, made.size) == (DIGEST, len(CONTENT))
        assert result(session, actor, UUID(upload), uuid4()) is None
        made.used_at = now()
    with site.database.reading() as session:
        assert result(session, actor, UUID(upload), sender.place) is None
    assert not list((site.settings.data / "uploads").iterdir())


def test_the_same_file_goes_on_where_it_stopped(site: Platform, sender: Sender) -> None:
    first = sender.begin().json
    assert first is not None
    sender.piece(first["upload"], 0)
    again = sender.begin().json
    assert again == first | {"received": uploads.PIECE}
    shown = sender.browser.get(BASE + first["upload"]).json
    assert shown == again
    assert count(site, Upload) == 1


def test_repeats_change_nothing_and_a_wrong_offset_is_told_the_right_one(sender: Sender) -> None:
    told = sender.begin().json
    assert told is not None
    upload = told["upload"]
    for _ in range(2):
        assert sender.piece(upload, 0).json == {"received": uploads.PIECE}
    gap = sender.piece(upload, 2 * uploads.PIECE)
    assert (gap.status_code, gap.json) == (409, {"received": uploads.PIECE})
    another = sender.piece(upload, 0, b"other bytes")
    assert (another.status_code, another.json) == (409, {"received": uploads.PIECE})
    past = sender.piece(upload, uploads.PIECE, bytes(uploads.PIECE + 1))
    assert past.status_code == 413


def test_finishing_twice_makes_one_file(site: Platform, sender: Sender) -> None:
    upload = sender.whole()
    assert sender.finish(upload).status_code == 200
    assert sender.begin().json == {
        "upload": upload,
        "received": len(CONTENT),
        "size": len(CONTENT),
        "piece": uploads.PIECE,
    }
    assert count(site, Attachment) == 1


def test_a_damaged_piece_and_an_unfinished_file_are_refused(sender: Sender) -> None:
    told = sender.begin().json
    assert told is not None
    wrong = sender.piece(told["upload"], 0, digest="0" * 64)
    assert (wrong.status_code, (wrong.json or {})["code"]) == (422, "changed")
    early = sender.finish(told["upload"])
    assert (early.status_code, (early.json or {})["code"]) == (422, "unfinished")


def test_another_file_than_the_one_announced_is_refused_and_gone(site: Platform, sender: Sender) -> None:
    told = sender.begin(sha256="1" * 64, size="64").json
    assert told is not None
    sender.piece(told["upload"], 0, CONTENT[:64])
    answer = sender.finish(told["upload"])
    assert (answer.status_code, (answer.json or {})["code"]) == (422, "changed")
    assert count(site, Upload) == 0
    assert not list((site.settings.data / "uploads").iterdir())


def test_what_we_do_not_take_is_refused_at_its_first_piece(sender: Sender) -> None:
    told = sender.begin().json
    assert told is not None
    answer = sender.piece(told["upload"], 0, b"GIF89a" + bytes(100))
    assert (answer.status_code, (answer.json or {})["code"]) == (422, "wrong_kind")


def test_to_anybody_else_an_upload_does_not_exist(sender: Sender, other: Sender) -> None:
    told = sender.begin().json
    assert told is not None
    upload = told["upload"]
    answers = (other.browser.get(BASE + upload), other.piece(upload, 0), other.finish(upload))
    assert [each.status_code for each in answers] == [404, 404, 404]
    mine = other.begin().json
    assert mine is not None
    assert mine["upload"] != upload


def test_no_piece_lies_open_on_the_disk(site: Platform, sender: Sender) -> None:
    told = sender.begin().json
    assert told is not None
    sender.piece(told["upload"], 0)
    middle = CONTENT[5000:5064]
    files = [each for each in site.settings.instance.rglob("*") if each.is_file()]
    assert any(each.parent.name == "uploads" for each in files)
    assert not [each for each in files if middle in each.read_bytes()]


def test_a_token_is_needed(sender: Sender) -> None:
    sender.token = {}
    assert sender.begin().status_code == 400


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"size": "0"}, 422, "empty"),
        ({"size": "-1"}, 422, "empty"),
        ({"size": f"-{10**30}"}, 422, "empty"),
        ({"size": str(2**40)}, 413, "too_large"),
        ({"size": "many"}, 422, "unreadable"),
        ({"sha256": "abc"}, 422, "unreadable"),
        ({"organisation": "mine"}, 422, "unreadable"),
    ],
)
def test_what_is_announced_wrongly_is_refused(
    sender: Sender, changes: dict[str, str], status: int, code: str
) -> None:
    answer = sender.begin(**changes)
    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)


def test_nobody_fills_another_organisation(town: Town, sender: Sender) -> None:
    assert sender.begin(organisation=str(town.organisation("Нева"))).status_code == 404


def test_an_organisation_has_its_measure_uploads_on_their_way_counted(
    site: Platform, sender: Sender, other: Sender
) -> None:
    with site.database.transaction() as session:
        session.add(Preference(name=quotas.QUOTA.name, value="1"))
    size = str(600 * 1024)
    assert sender.begin(size=size).status_code == 200
    full = other.begin(size=size)
    assert (full.status_code, (full.json or {})["code"]) == (422, "quota")


def test_less_than_nothing_makes_no_room(site: Platform, sender: Sender, other: Sender) -> None:
    """An upload of minus a gigabyte would lend its organisation that much, for two days."""
    with site.database.transaction() as session:
        session.add(Preference(name=quotas.QUOTA.name, value="1"))
    sender.begin(size=str(-(10**9)))
    assert other.begin(size=str(2 * 2**20)).status_code == 422


def test_crumbs_are_refused(site: Platform, sender: Sender) -> None:
    """A file in pieces of one byte would fill the disk with thousands of files and pass the quota."""
    told = sender.begin().json or {}
    assert sender.piece(told["upload"], 0, CONTENT[:300]).status_code == 422
    assert sender.piece(told["upload"], 0, CONTENT[: uploads.PIECE]).status_code == 200


def test_a_disk_that_is_nearly_full_takes_nothing_in(monkeypatch: pytest.MonkeyPatch, sender: Sender) -> None:
    monkeypatch.setattr(disk, "free_share", lambda _path: 0.04)
    answer = sender.begin()
    assert (answer.status_code, (answer.json or {})["code"]) == (507, "disk_full")


def test_a_person_has_few_uploads_at_once(site: Platform, sender: Sender) -> None:
    for n in range(uploads.MOST_OPEN + 3):
        assert sender.begin(size=str(100 + n)).status_code == 200
    assert count(site, Upload) == uploads.MOST_OPEN


def test_what_nobody_went_on_with_is_removed(site: Platform, sender: Sender) -> None:
    told = sender.begin().json
    assert told is not None
    sender.piece(told["upload"], 0)
    reconciling.tidy(site.database, site.settings)
    assert count(site, Upload) == 1
    with site.database.transaction() as session:
        session.get_one(Upload, UUID(told["upload"])).changed_at = now() - timedelta(hours=49)
    reconciling.tidy(site.database, site.settings)
    assert count(site, Upload) == 0
    assert not list((site.settings.data / "uploads").iterdir())


def test_a_file_that_no_record_came_to_use_is_removed_after_a_day(site: Platform, sender: Sender) -> None:
    sender.whole()
    reconciling.tidy(site.database, site.settings)
    with site.database.transaction() as session:
        kept = session.scalars(select(Attachment)).one()
        kept.created_at = now() - timedelta(hours=25)
    reconciling.tidy(site.database, site.settings)
    assert count(site, Attachment) == 0
    assert reconciling.compare(site.database, site.settings, timedelta()).litter == []


def test_the_command_tells_both_sides_and_mends_what_can_be_mended(
    app: Flask, site: Platform, sender: Sender
) -> None:
    sender.whole()
    folder = site.settings.data / "files"
    (folder / "stray").write_bytes(b"x")
    with app.app_context():
        ask = ["files", "reconcile", "--hours", "0"]
        found = CliRunner().invoke(cli.build(app), ask)
        assert (found.exit_code, "1 files without a row\n  stray" in found.output) == (1, True)
        copy = next(folder.rglob("*.small.jpg"))
        copy.write_bytes(b"changed")
        next(each for each in folder.rglob("*.age")).unlink()
        found = CliRunner().invoke(cli.build(app), ask)
        assert "1 files missing" in found.output
        assert "1 files changed" in found.output
        (folder / "stray").unlink()
        assert CliRunner().invoke(cli.build(app), ask).exit_code == 1


def test_a_data_file_comes_in_larger_pieces_and_stays_as_it_is(
    site: Platform, town: Town, sender: Sender, other: Sender
) -> None:
    content = b"a,b\n" + b"1,2\n" * 200_000
    parts = [content[at : at + uploads.DATA_PIECE] for at in range(0, len(content), uploads.DATA_PIECE)]
    digest = hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in parts)).hexdigest()
    told = sender.begin(size=str(len(content)), sha256=digest, purpose="data").json
    assert told is not None
    assert told["piece"] == uploads.DATA_PIECE
    assert sender.finish(told["upload"]).status_code == 422
    for number, each in enumerate(parts):
        sender.piece(told["upload"], number * uploads.DATA_PIECE, each)
    assert sender.finish(told["upload"]).status_code == 200
    assert other.finish(told["upload"]).status_code == 404
    with site.database.reading() as session:
        mine, theirs = town.actor(sender.person), town.actor(other.person)
        upload = uploads.data_upload(session, mine, UUID(told["upload"]), sender.place)
        assert upload is not None
        assert b"".join(uploads.pieces_of(site.settings, upload)) == content
        assert uploads.data_upload(session, theirs, UUID(told["upload"]), sender.place) is None
        assert result(session, mine, UUID(told["upload"]), sender.place) is None
    assert count(site, Attachment) == 0


def test_a_data_file_that_is_not_the_one_announced_is_refused(sender: Sender) -> None:
    told = sender.begin(size="4", sha256="00" * 32, purpose="data").json
    assert told is not None
    sender.piece(told["upload"], 0, b"a,b\n")
    assert sender.finish(told["upload"]).json == {"code": "changed"} | {
        "problem": (sender.finish(told["upload"]).json or {})["problem"]
    }
