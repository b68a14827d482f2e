"""The ZIP of a dossier (S28): stock tools accept it, and no change of it, however small, passes for whole."""

import dataclasses
import hashlib
import io
import random
import shutil
import subprocess
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from machine import absent
from network import Network

from core.attachments.models import name_of
from core.toolkit import GuardFailed, approvals, sshsig
from plugins.monitoring.cli_dossiers import end_signing_key, verify_dossier
from plugins.monitoring.dossier import letter, manifest, parcel
from plugins.monitoring.dossier.manifest import Manifest
from plugins.monitoring.models import Dossier, SigningKey
from plugins.monitoring.services import bundles, dossiers, signing

BASE = "/ru/monitoring"
SEED = 7
FLIPS = 500


@pytest.fixture
def dossier_id(net: Network) -> UUID:
    return net.dossier(net.verified(photo=True), "approved")


@pytest.fixture
def packed(net: Network, dossier_id: UUID) -> bytes:
    return net.browser("coordinator").get(f"{BASE}/dossiers/{dossier_id}/dossier.zip").data


def whole(net: Network, content: bytes) -> bool:
    """Whether the site says so."""
    with net.app.app_context(), net.site.database.reading() as session:
        try:
            bundles.verify(session, io.BytesIO(content))
        except parcel.BadParcel:
            return False
    return True


def files(content: bytes) -> list[tuple[str, bytes]]:
    return list(parcel.read(io.BytesIO(content)))


def zipped(parts: list[tuple[str, bytes]]) -> bytes:
    return b"".join(parcel.write(parts))


def test_any_zip_program_opens_it_and_it_is_whole(net: Network, packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        found = Manifest.parse(opened.read(manifest.NAME).decode())
        for each in found.files:
            content = opened.read(each.path)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (each.size, each.sha256)
    assert names == ["manifest.json", "manifest.json.sig", "dossier.pdf", "README.txt", "annexes/01.jpg"]
    assert (found.organisation, found.version) == ("most", 1)
    assert len(found.approvals) == 1
    assert "@example.org" not in found.text()
    assert whole(net, packed)


def test_the_same_dossier_is_the_same_bytes(net: Network, dossier_id: UUID, packed: bytes) -> None:
    answer = net.browser("lawyer").get(f"{BASE}/dossiers/{dossier_id}/dossier.zip")
    assert answer.data == packed
    assert int(answer.headers["Content-Length"]) == len(packed)


def test_openssh_accepts_the_signature(net: Network, packed: bytes, tmp_path: Path) -> None:
    keygen = shutil.which("ssh-keygen")
    if not keygen:
        absent("ssh-keygen")
    assert keygen
    parts = dict(files(packed))
    (tmp_path / "sig").write_bytes(parts[manifest.SIGNATURE])
    with net.app.app_context(), net.site.database.reading() as session:
        key = signing.published(session)[0]
        line, who = signing.signer_line(key), signing.principal(key.organisation_id)
        mark = signing.fingerprint(key)
    (tmp_path / "signers").write_text(f"{line}\n")
    command = [keygen, "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", who, "-n", manifest.PURPOSE]
    said = [
        subprocess.run([*command, "-s", str(tmp_path / "sig")], input=text, capture_output=True, check=False)
        for text in (parts[manifest.NAME], parts[manifest.NAME].replace(b'"version":1', b'"version":2'))
    ]
    assert [each.returncode == 0 for each in said] == [True, False], said[0].stderr
    shown = net.browser().get(f"{BASE}/keys").get_data(as_text=True)
    assert line.split()[-1] in shown
    assert mark in shown
    assert who in parts[manifest.HELP].decode()


def test_no_flipped_byte_passes(net: Network, packed: bytes) -> None:
    chance, refused = random.Random(SEED), 0
    for _ in range(FLIPS):
        place = chance.randrange(len(packed))
        changed = bytearray(packed)
        changed[place] ^= 1 << chance.randrange(8)
        refused += not whole(net, bytes(changed))
    ends = [packed[:-1], packed + b"\0", b"\0" + packed, b"", packed[: len(packed) // 2]]
    refused_ends = sum(not whole(net, each) for each in ends)
    print(f"S28: {refused} of {FLIPS} flipped bytes refused, {refused_ends} of {len(ends)} ends, seed {SEED}")
    assert (refused, refused_ends) == (FLIPS, len(ends))


def test_no_rearrangement_passes(net: Network, packed: bytes) -> None:
    parts = files(packed)
    found = Manifest.parse(parts[0][1].decode())
    other = parts[-1][1] + b"\0"
    repeated = dataclasses.replace(
        found, files=(*found.files[:-1], manifest.File.of(found.files[-1].path, other))
    )
    text = repeated.text().encode()
    mine = sshsig.sign(bytes(32), manifest.PURPOSE, parts[0][1]).encode()
    resigned = sshsig.sign(bytes(32), manifest.PURPOSE, text).encode()
    elsewhere = sshsig.sign(bytes(32), "git", parts[0][1]).encode()
    cases = {
        "added": [*parts, ("annexes/02.jpg", b"x")],
        "dropped": parts[:-1],
        "doubled": [*parts, parts[-1]],
        "reordered": [*parts[:2], parts[3], parts[2], *parts[4:]],
        "signature first": [parts[1], parts[0], *parts[2:]],
        "renamed": [*parts[:-1], ("annexes/99.jpg", parts[-1][1])],
        "another photo": [*parts[:-1], (parts[-1][0], other)],
        "another photo, manifest too": [(parts[0][0], text), *parts[1:-1], (parts[-1][0], other)],
        "signed by a stranger": [parts[0], (parts[1][0], mine), *parts[2:]],
        "changed and signed by a stranger": [
            (parts[0][0], text),
            (parts[1][0], resigned),
            *parts[2:-1],
            (parts[-1][0], other),
        ],
        "signed for another purpose": [parts[0], (parts[1][0], elsewhere), *parts[2:]],
        "manifest with spaces": [(parts[0][0], parts[0][1].replace(b",", b", ", 1)), *parts[1:]],
        "no signature": [parts[0], *parts[2:]],
        "nothing": [],
    }
    passed = [name for name, case in cases.items() if whole(net, zipped(case))]
    assert passed == []
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(name, content)
    assert not whole(net, again.getvalue()), "packed anew"
    assert whole(net, zipped(parts)), "the cases themselves are fair"


def test_hostile_archives_are_refused_quickly(net: Network, packed: bytes) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", b"0" * 20_000_000)
    huge = bytearray(packed)
    huge[18:26] = b"\xff" * 8
    deep = zipped([("manifest.json", b"[" * 200_000), ("manifest.json.sig", b"x")])
    for case in (bomb.getvalue(), bytes(huge), deep, b"PK\x03\x04" * 1000, b"PK\x05\x06" + b"\0" * 18):
        assert not whole(net, case)


def test_the_public_page_says_whether_and_whose(net: Network, packed: bytes) -> None:
    visitor, page = net.browser(), f"{BASE}/verify"
    good = visitor.post(page, file=(io.BytesIO(packed), "x.zip")).get_data(as_text=True)
    assert "Обращение целое" in good
    assert "most" in good
    bad = visitor.post(page, file=(io.BytesIO(packed + b"x"), "x.zip")).get_data(as_text=True)
    assert "Обращение целое" not in bad
    assert "не целое обращение" in bad
    assert visitor.post(page).status_code == 422


def test_the_command_says_the_same(net: Network, packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "good.zip").write_bytes(packed)
    (tmp_path / "bad.zip").write_bytes(packed[:-1] + b"x")
    with net.app.app_context():
        good = CliRunner().invoke(verify_dossier, [str(tmp_path / "good.zip")])
        bad = CliRunner().invoke(verify_dossier, [str(tmp_path / "bad.zip")])
    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "signed by most, key SHA256:" in good.output


def test_a_key_that_ended_vouches_only_for_what_we_remember(net: Network, packed: bytes) -> None:
    parts, home = files(packed), net.organisations["most"]
    with net.app.app_context():
        with net.site.database.reading() as session:
            stolen = signing.current(session, home)
            forged = dataclasses.replace(Manifest.parse(parts[0][1].decode()), reference="RP-FORGED").text()
            signature = signing.sign(stolen, forged)
        fake = zipped([(parts[0][0], forged.encode()), (parts[1][0], signature.encode()), *parts[2:]])
        assert whole(net, fake), "while the key is in use nothing tells them apart"
        assert CliRunner().invoke(end_signing_key, [str(home)]).exit_code == 0
        assert CliRunner().invoke(end_signing_key, [str(home)]).exit_code == 1
    assert (whole(net, packed), whole(net, fake)) == (True, False)
    second = net.dossier(net.verified(), "approved")
    assert whole(net, net.browser("coordinator").get(f"{BASE}/dossiers/{second}/dossier.zip").data)
    assert net.count(SigningKey) == 2


def test_a_lost_key_is_followed_by_another(net: Network, packed: bytes) -> None:
    for file in net.site.settings.keys.glob("sign-*.key"):
        file.unlink()
    net.dossier(net.verified(), "approved")
    assert net.count(SigningKey) == 2
    assert net.count(SigningKey, SigningKey.ended_at.is_(None)) == 1
    assert whole(net, packed)


def test_a_photo_that_changed_on_the_disk_does_not_leave(net: Network, dossier_id: UUID) -> None:
    report = net.report(net.letter(dossier_id).report_id)
    photo = net.site.settings.data / "files" / name_of(report.evidence[0].attachment_id, "jpg")
    browser, page = net.browser("coordinator"), f"{BASE}/dossiers/{dossier_id}/dossier.zip"
    photo.write_bytes(photo.read_bytes() + b"x")
    assert browser.get(page).status_code == 409
    photo.unlink()
    assert browser.get(page).status_code == 409


def test_a_draft_has_no_zip(net: Network) -> None:
    draft = net.dossier(net.verified())
    assert net.browser("coordinator").get(f"{BASE}/dossiers/{draft}/dossier.zip").status_code == 409
    with net.app.app_context(), net.site.database.reading() as session, pytest.raises(GuardFailed):
        bundles.pack(session.get_one(Dossier, draft))


def test_an_approval_binds_the_hashes_of_the_annexes(net: Network) -> None:
    draft = net.dossier(net.verified(photo=True))
    with net.app.app_context(), net.site.database.transaction() as session:
        mine = session.get_one(Dossier, draft)
        proposal = approvals.waiting(session, "monitoring.dossier", draft)
        assert proposal is not None
        before = dossiers.content(session, mine)
        mine.report.evidence[0].attachment.copy_sha256 = "0" * 64
        after = dossiers.content(session, mine)
        assert proposal.content_hash == approvals.fingerprint(before) != approvals.fingerprint(after)
        assert dossiers.is_stale(session, mine)
    assert letter.canonical({"annexes": []}) != letter.canonical({"annexes": [{"sha256": "0"}]})


def test_what_is_written_into_every_zip_never_changes() -> None:
    digest = hashlib.sha256(manifest.HELP_TEXT.encode()).hexdigest()
    assert digest == HELP_DIGEST, "old dossiers could not be packed again: begin a new format instead"


HELP_DIGEST = "1a1fabb132d445b235887696b6234ad2485ec779ec93050f87c411d93160b35c"
