"""Gate 2: what is sealed stands nowhere in clear: data folder, log, temporary files, letters, backup, dossier."""

import io
import logging
import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from answers import ANSWERS, SOUND_INN, fields
from cluster import binaries
from flask import Flask
from gates.backing import Owner, parts
from gates.canaries import Canary, files, line, sweep, traces, words
from network import Network
from PIL import Image
from pypdf import PdfReader
from serving import free_port
from sqlalchemy import select, text

from core import vault
from core.backup import making
from core.database import new_id
from core.notifications import Mailer
from core.testing import PASSWORD, Browser, Town, drain
from core.vault.models import DataKey, SealedField
from plugins.monitoring.services import consents, custody, findings, identities, triage
from plugins.monitoring.services.drafts import items_of

SEED = int(os.environ.get("CAMOVE_GATE_SEED", "2"))
BASE = "/ru/monitoring/reports"
PLACES = (*identities.FIELDS, "search", "EXIF", "file name", "why")
CONTROL = "kzwqxvbnmpjhgfdt"
"""An ordinary word in an ordinary field: the sweep must find it, or it looks in the wrong place."""


@dataclass
class Scene:
    """A network whose monitor writes canaries into everything that is sealed, through the real pages."""

    net: Network
    temporary: Path
    log: io.StringIO
    canaries: list[Canary]
    browsers: dict[str, Browser] = field(default_factory=dict)
    report: UUID = field(default_factory=new_id)
    source: UUID = field(default_factory=new_id)
    letters: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """What the mail server receives."""
        self.letters.append(envelope.content)
        return "250 kept"

    def of(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = self.net.browser(who)
        return self.browsers[who]

    def contact(self, step: str = "") -> str:
        return f"{BASE}/{self.report}/contact/{self.source}{step}"

    def typed(self) -> dict[str, str]:
        return {name: line(self.canaries, name) for name in identities.FIELDS}

    def write(self) -> None:
        """A draft with sources, a photo and a contact; then it is sent."""
        monitor, facts = self.of("monitor"), {**ANSWERS["allegations"][0], "facts": f"Не платят. {CONTROL}"}
        self.report = self.net.draft(sources=[], allegations=[facts])
        draft = f"{BASE}/{self.report}/draft"
        for position, each in enumerate(ANSWERS["sources"]):
            assert monitor.post(f"{draft}/sources/{position}", **fields(each)).status_code == 302
        answers = self.net.report(self.report)
        self.source = UUID(items_of(answers, "sources")[0]["id"])
        photo = (io.BytesIO(_photo(line(self.canaries, "EXIF"))), f"{line(self.canaries, 'file name')}.jpg")
        sent = monitor.post(f"{draft}/evidence/0", photo=photo, title="Табель", source="0")
        assert sent.status_code == 302
        assert monitor.post(self.contact(), **self.typed()).status_code == 302
        assert monitor.post(f"{draft}/check").status_code == 302
        assert self.net.report(self.report).state == "submitted"

    def read(self) -> None:
        """One asks, the custodian agrees, opens and searches; what they see proves that the canaries are there."""
        custodian, closed = self.of("custodian"), self.contact("/open")
        custodian.post("/ru/account/confirm", **{"confirm-password": PASSWORD})
        why = line(self.canaries, "why")
        assert self.of("monitor").post(self.contact("/ask"), closed, reason=why).status_code == 302
        assert why in custodian.get(closed).get_data(as_text=True)
        with self.net.site.database.reading() as session:
            request = custody.of_source(session, self.source)[0].id
        agreed = custodian.post(self.contact(f"/requests/{request}/grant"), closed)
        assert agreed.status_code == 302
        opened = custodian.get(self.contact("/open")).get_data(as_text=True)
        assert all(each in opened for each in self.typed().values())
        found = custodian.post("/ru/monitoring/contacts", text=self.typed()["name"].split()[0])
        assert self.contact("/open") in found.get_data(as_text=True)
        nothing = custodian.post("/ru/monitoring/contacts", text=line(self.canaries, "search"))
        assert nothing.status_code == 200

    def err(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
        """Pages of refusals and of a failure while a canary is being sealed."""
        monitor, pages = self.of("monitor"), []
        with monkeypatch.context() as patch:
            patch.setitem(self.net.app.config, "PROPAGATE_EXCEPTIONS", False)
            patch.setattr(vault, "seal", _fail)
            failed = monitor.post(self.contact(), **self.typed())
        assert failed.status_code == 500
        pages.append(("error page", failed.data))
        forged = monitor.client.post(self.contact(), data=self.typed())
        assert forged.status_code == 400
        pages.append(("refusal", forged.data))
        return pages

    def dossier(self) -> bytes:
        """Take the report through verification and write the letter."""
        act = self.net.act
        act("coordinator", self.report, triage.move, "take")
        self.net.link(self.report, SOUND_INN)
        named = self.net.people["first"], self.net.people["second"]
        act("coordinator", self.report, triage.name_verifiers, *named)
        act("coordinator", self.report, triage.move, "verify")
        act("first", self.report, findings.judge, {0: ("verified", "Сверено.")})
        act("second", self.report, findings.confirm)
        letter = self.net.dossier(self.report)
        answer = self.of("lawyer").get(f"/ru/monitoring/dossiers/{letter}/dossier.pdf")
        assert answer.status_code == 200
        return bytes(answer.data)

    def work(self) -> None:
        """Run everything that waits; the letters go to a real mail server."""
        port = free_port()
        server, site = Controller(self, hostname="127.0.0.1", port=port), self.net.site
        server.start()
        settings = replace(site.settings, mail_url=f"smtp://127.0.0.1:{port}")
        site.jobs["core.mail"] = Mailer(settings).job()
        drain(self.net.app)
        server.stop()
        assert self.letters


def _fail(*_given: object) -> None:
    raise RuntimeError("the disk is full")


def _photo(exif: str) -> bytes:
    made, out = Image.Exif(), io.BytesIO()
    made[0x010E] = exif.split()[0]
    # The comment's bytes are kept as they are; a description would lose its Cyrillic.
    made.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + exif.encode()
    Image.new("RGB", (64, 48), "#0b5d57").save(out, "JPEG", exif=made)
    assert exif.encode() in out.getvalue()
    return out.getvalue()


@pytest.fixture
def scene(any_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    net, log = Network.settle(any_app), io.StringIO()
    holders = [net.people["org_admin"], net.people["custodian"]]
    Town(net.site).vault(net.organisations["most"], *holders)
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield Scene(net, temporary, log, words(random.Random(SEED), PLACES))
    root.removeHandler(handler)
    root.setLevel(level)
    for person in holders:
        vault.keyring.forget_person(person)


def _unpacked(raw: bytes) -> bytes:
    """A dump of PostgreSQL as SQL; anything else as it is."""
    folder = binaries()
    if not raw.startswith(b"PGDMP") or folder is None:
        return raw
    return subprocess.run(
        [folder / "pg_restore", "-f", "-"], input=raw, capture_output=True, check=True
    ).stdout


def _disk(scene: Scene) -> Iterator[tuple[str, bytes]]:
    """The data folder with database, log and index; for PostgreSQL the files of the database and of the log too."""
    yield from files(scene.net.site.settings.instance)
    yield from _cluster(scene, ("base", "pg_wal"))


def _cluster(scene: Scene, parts_of: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    database = scene.net.site.database
    if database.is_sqlite:
        return
    with database.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        mine = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    for part in parts_of:
        # Other tests have databases of their own in this cluster; ours is one folder.
        yield from files(folder / (f"base/{mine}" if part == "base" else part))


def test_no_sealed_word_is_left_in_clear(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = Owner(scene.net.app)
    scene.write()
    scene.read()
    pages = scene.err(monkeypatch)
    pdf = scene.dossier()
    scene.work()
    making.make(owner.settings, scene.net.site.database, tmp_path / "backups")
    archive = next(path for path in (tmp_path / "backups").rglob("*") if path.is_file())
    letter = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    told = capsys.readouterr()
    elsewhere = [
        *pages, ("dossier", pdf), ("dossier as text", letter.encode()), ("log", scene.log.getvalue().encode()),
        ("standard output", told.out.encode()), ("standard error", told.err.encode()),
        ("backup as stored", archive.read_bytes()),
        *((f"backup: {name}", _unpacked(raw)) for name, raw in parts(archive, owner.identity).items()),
        *((f"letter {number}", raw) for number, raw in enumerate(scene.letters)), *files(scene.temporary),
    ]  # fmt: skip
    everything = [*_disk(scene), *elsewhere]
    control = sweep([Canary("control", CONTROL)], everything)
    result = sweep(scene.canaries, everything)
    kind = "SQLite" if scene.net.site.database.is_sqlite else "PostgreSQL"
    with capsys.disabled():
        print(
            f"\ngate 2: {kind}, {len(result.found)} of {len(scene.canaries)} canaries found in {result.needles} "
            f"spellings over {result.blobs} files and pages, {result.size / 1e6:.0f} MB; "
            f"the control word in {len(control.found)}; seed {SEED}"
        )
    assert any("instance" in hit for hit in control.found)
    assert any("backup: " in hit for hit in control.found)
    assert "dossier as text: control in UTF-8" in control.found
    assert "request" in scene.log.getvalue()
    assert not result.found


@pytest.mark.parametrize("way", ["erase", "take back"])
def test_what_was_erased_is_gone_with_its_key(
    scene: Scene, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    scene.write()
    with scene.net.site.database.reading() as session:
        secrets = {f"data key {row.id}": row.wrapped for row in session.scalars(select(DataKey))}
        secrets |= {f"field {row.name}": row.body for row in session.scalars(select(SealedField))}
    assert len(secrets) == 1 + len(identities.FIELDS)
    before = traces(_as_stored(scene, secrets), _stored(scene))
    if way == "erase":
        assert scene.of("monitor").post(scene.contact("/erase")).status_code == 302
    else:
        scene.net.act("monitor", scene.report, consents.withdraw, scene.source, consents.uses())
    drain(scene.net.app)
    after = traces(_as_stored(scene, secrets), _stored(scene))
    kind = "SQLite" if scene.net.site.database.is_sqlite else "PostgreSQL without its own log"
    with capsys.disabled():
        print(
            f"\ngate 2: {kind}, {len(secrets)} sealed texts and keys on the disk before the erasure "
            f"in {len(before)} places, after it in {len(after)}"
        )
    assert {hit.split(": ", 1)[1] for hit in before} == set(secrets)
    assert not after
    assert not sweep(scene.canaries, _disk(scene)).found


def _stored(scene: Scene) -> list[tuple[str, bytes]]:
    return [*files(scene.net.site.settings.instance), *_cluster(scene, ("base",))]


def _as_stored(scene: Scene, secrets: dict[str, bytes]) -> dict[str, bytes]:
    """A part that surely lies on one page of the database."""
    return {name: raw[24:72] for name, raw in secrets.items()}
