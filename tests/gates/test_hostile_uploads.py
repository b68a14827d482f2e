"""Hostile uploads: each file gets what it deserves, no copy betrays anybody, and no crash leaves a loss."""

import hashlib
import io
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hostile import DOCUMENT, NAMES, OWNER, PICTURE, PLACE, Case, cases, exif, noise, pdf, saved
from network import Network
from PIL import Image
from sqlalchemy import Engine, event, select

from core.attachments import Attachment, AttachmentProblem, copy_of, keeping, receive, reconciling, uploads
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.testing import Town

GROWTH = 50
"""Megabytes by which the web process may grow while it takes the files in."""


@pytest.fixture
def site(any_app: Flask) -> Platform:
    found: Platform = any_app.extensions[EXTENSION]
    return found


@pytest.fixture
def place(site: Platform) -> UUID:
    return Town(site).organisation("Мост")


@pytest.fixture
def monitor(site: Platform, place: UUID) -> Actor:
    return Actor(person_id=Town(site).person("monitor@example.org", place))


def outcome(site: Platform, case: Case, place: UUID) -> tuple[str, Attachment | None]:
    """What became of a file: PICTURE, DOCUMENT or the code of its refusal."""
    try:
        kept = receive(site.database, site.settings, Actor(), case.content, place)
    except AttachmentProblem as problem:
        return problem.code, None
    return PICTURE if kept.shown else DOCUMENT, kept


def betrayals(site: Platform, kept: Attachment) -> list[str]:
    """What a copy tells beyond its pixels."""
    found = []
    for variant, side in (("page", 1280), ("thumbnail", 320)):
        copy = copy_of(kept, site.settings, variant)
        with Image.open(io.BytesIO(copy)) as shown:
            told = set(shown.info) - {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
            if told or shown.getexif() or OWNER in copy or PLACE in copy:
                found.append(f"{variant}: {sorted(told)}")
            if shown.format != "JPEG" or max(shown.size) > side:
                found.append(f"{variant} is {shown.format} of {shown.size}")
    return found


def peak() -> float:
    """Megabytes that this process has held at most since `forget_peak`."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def forget_peak() -> float:
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    return peak()


def test_each_file_gets_what_it_deserves_and_no_copy_betrays_anybody(
    site: Platform, place: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    given, wrong, shown = cases(site.settings.upload_limit), [], 0
    outcome(site, given[0], place)
    before = forget_peak()
    for case in given:
        found, kept = outcome(site, case, place)
        if found != case.expected:
            wrong.append(f"{case.title}: {found}, expected {case.expected}")
        if kept and kept.shown:
            shown += 1
            wrong += [f"{case.title}: {each}" for each in betrayals(site, kept)]
    growth = peak() - before
    with capsys.disabled():
        print(
            f"\nuploads: {len(given) - len(wrong)} of {len(given)} as expected, {shown} shown, +{growth:.0f} MB"
        )
    assert len(given) >= 58
    assert wrong == []
    assert growth <= GROWTH
    assert hoard(site, (OWNER, PLACE)) == []


def hoard(site: Platform, canaries: tuple[bytes, ...]) -> list[str]:
    """The files of the installation that hold a canary."""
    files = [each for each in site.settings.instance.rglob("*") if each.is_file()]
    return [str(each) for each in files if any(canary in each.read_bytes() for canary in canaries)]


@pytest.mark.parametrize("name", NAMES, ids=[str(n) for n in range(len(NAMES))])
def test_a_name_leaves_no_trace(net: Network, name: str) -> None:
    draft = net.draft()
    page, browser = f"/ru/monitoring/reports/{draft}/draft/evidence/0", net.browser("monitor")
    sent = (io.BytesIO(saved(noise((40, 30)), "PNG")), name)
    answer = browser.post(page, photo=sent, title="Вывеска", source="0")
    plain = name.strip(". \r\n").encode()
    assert len(plain) < 5 or hoard(net.site, (plain,)) == []
    if answer.status_code in (400, 422):
        # A name that breaks the form itself: nothing of it was kept.
        assert net.count(Attachment) == 0
        return
    with net.site.database.reading() as session:
        kept = session.scalars(select(Attachment)).one()
        session.expunge(kept)
    got = browser.get(f"/ru/monitoring/reports/{draft}/draft/photo/{kept.id}")
    assert got.headers["Content-Disposition"] == "attachment; filename=photo.jpg"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    paths = [each.name for each in (net.site.settings.data / "files").rglob("*") if each.is_file()]
    assert sorted(paths) == sorted(each.rpartition("/")[2] for each in kept.files())


class Death:
    """Kills this process with SIGKILL at its n-th step: a sync, a rename, a removal or a commit."""

    def __init__(self, engine: Engine, at: int) -> None:
        self.left = at
        for owner, name in ((os, "fsync"), (os, "replace"), (Path, "unlink")):
            setattr(owner, name, self._counted(getattr(owner, name)))
        event.listen(engine, "commit", lambda _: self.step())

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any, **named: Any) -> Any:
            self.step()
            return real(*given, **named)

        return act

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed(site: Platform, at: int, act: Callable[[], object]) -> bool:
    """Do `act` in a child that dies at its step `at`; False if it came to its end."""
    site.database.close()
    child = os.fork()
    if not child:
        try:
            Death(site.database.engine, at)
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed instead of dying"
    return os.WIFSIGNALED(status)


def deaths(site: Platform, act: Callable[[], object]) -> Iterator[int]:
    """Die at each step in turn, until one run comes to its end."""
    at = 0
    while killed(site, at, act):
        yield at
        at += 1


def settled(site: Platform) -> reconciling.Findings:
    """What is lost after a crash (nothing may be), and after the litter is gone (neither)."""
    found = reconciling.compare(site.database, site.settings, timedelta())
    assert (found.missing, found.changed) == ([], [])
    reconciling.tidy(site.database, site.settings, timedelta())
    after = reconciling.compare(site.database, site.settings, timedelta())
    assert (after.missing, after.changed, after.litter, after.young) == ([], [], [], [])
    return found


def test_a_kill_at_any_step_of_receiving_loses_nothing(
    site: Platform, place: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    content = saved(noise(), "JPEG", exif=exif())
    count = litter = 0
    for _ in deaths(site, lambda: receive(site.database, site.settings, Actor(), content, place)):
        litter += bool(settled(site).litter)
        count += 1
    with capsys.disabled():
        print(f"\nuploads: killed at {count} steps of receiving, litter after {litter}, lost 0, left over 0")
    assert count > 9
    assert litter > 3, "no step leaves litter: this test shows nothing"


def test_a_kill_at_any_step_of_removing_loses_nothing(site: Platform, place: UUID) -> None:
    def act() -> None:
        with site.database.transaction() as session:
            keeping.remove(session, session.scalars(select(Attachment)).one(), site.settings)

    kept = receive(site.database, site.settings, Actor(), saved(noise(), "JPEG"), place)
    assert sum(1 for _ in _each_death(site, act)) > 3
    assert not (site.settings.data / "files" / next(iter(kept.files()))).exists()


def _each_death(site: Platform, act: Callable[[], None]) -> Iterator[int]:
    """Removal cannot be tried again once its row is gone: a new file stands in for each further step."""
    at = 0
    while True:
        with site.database.reading() as session:
            gone, places = session.scalar(select(Attachment.id)) is None, Town(site)
        if gone:
            receive(
                site.database, site.settings, Actor(), saved(noise(), "JPEG"), places.organisation("Нева")
            )
        if not killed(site, at, act):
            settled(site)
            return
        found = reconciling.compare(site.database, site.settings, timedelta())
        assert (found.missing, found.changed) == ([], [])
        yield at
        at += 1


def test_an_upload_goes_on_after_a_kill_at_any_step(
    site: Platform, place: UUID, monitor: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    at = 0
    while True:
        content = pdf(b"/Padding(" + b"x" * (2 * uploads.PIECE + at) + b")")
        died = killed(site, at, lambda whole=content: send(site, monitor, place, whole))  # type: ignore[misc]
        found = reconciling.compare(site.database, site.settings, timedelta())
        assert (found.missing, found.changed) == ([], [])
        send(site, monitor, place, content)
        with site.database.reading() as session:
            rows = select(Attachment).where(Attachment.sha256 == hashlib.sha256(content).hexdigest())
            assert len(session.scalars(rows).all()) == 1
        if not died:
            break
        at += 1
    with capsys.disabled():
        print(
            f"\nuploads: killed at {at} steps of an upload in pieces, {at + 1} of {at + 1} files whole in the end"
        )
    assert at > 12
    settled(site)


def send(site: Platform, actor: Actor, place: UUID, content: bytes) -> None:
    """What the script in the browser does, from wherever the upload stands."""
    digest = hashlib.sha256(content).hexdigest()
    with site.database.transaction() as session:
        mine = uploads.begin(session, site.settings, actor, place, len(content), digest)
    while mine.received < len(content):
        piece = content[mine.received : mine.received + uploads.PIECE]
        uploads.take_piece(
            site.database, site.settings, mine, mine.received, piece, hashlib.sha256(piece).hexdigest()
        )
        with site.database.reading() as session:
            mine = session.get_one(uploads.Upload, mine.id)
            session.expunge(mine)
    uploads.finish(site.database, site.settings, actor, mine)
