"""Signatures that OpenSSH accepts, and nothing else that passes for one."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from machine import absent

from core import sshsig

SEED, PURPOSE, MESSAGE = bytes(range(32)), "camove-test", "Опись\n".encode()


def openssh() -> str:
    found = shutil.which("ssh-keygen")
    if not found:
        absent("ssh-keygen")
    assert found
    return found


def accepted(folder: Path, signature: str, message: bytes, purpose: str = PURPOSE) -> bool:
    """What the stock tool says."""
    (folder / "sig").write_text(signature)
    line = sshsig.public_line(sshsig.public_key(SEED))
    (folder / "signers").write_text(f'most@camove namespaces="{PURPOSE}" {line}\n')
    command = [openssh(), "-Y", "verify", "-f", str(folder / "signers"), "-I", "most@camove", "-n", purpose]
    ran = subprocess.run(
        [*command, "-s", str(folder / "sig")], input=message, capture_output=True, check=False
    )
    return ran.returncode == 0


def test_openssh_accepts_what_we_sign_and_refuses_what_was_changed(tmp_path: Path) -> None:
    signature = sshsig.sign(SEED, PURPOSE, MESSAGE)
    assert accepted(tmp_path, signature, MESSAGE)
    assert not accepted(tmp_path, signature, MESSAGE + b" ")
    assert not accepted(tmp_path, signature, MESSAGE, "camove-other")


def test_openssh_shows_the_same_fingerprint(tmp_path: Path) -> None:
    public = sshsig.public_key(SEED)
    (tmp_path / "key.pub").write_text(f"{sshsig.public_line(public)} most\n")
    shown = subprocess.run(
        [openssh(), "-l", "-f", str(tmp_path / "key.pub")], capture_output=True, text=True, check=True
    )
    assert sshsig.fingerprint(public) in shown.stdout


def test_we_accept_what_openssh_signs(tmp_path: Path) -> None:
    subprocess.run(
        [openssh(), "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True, timeout=30
    )
    (tmp_path / "message").write_bytes(MESSAGE)
    subprocess.run(
        [
            openssh(),
            "-q",
            "-Y",
            "sign",
            "-f",
            str(tmp_path / "key"),
            "-n",
            PURPOSE,
            str(tmp_path / "message"),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    public = sshsig.verify((tmp_path / "message.sig").read_text(), PURPOSE, MESSAGE)
    assert sshsig.public_line(public) in (tmp_path / "key.pub").read_text()


def test_a_signature_is_read_strictly() -> None:
    signature, chance = sshsig.sign(SEED, PURPOSE, MESSAGE), random.Random(7)
    assert sshsig.verify(signature, PURPOSE, MESSAGE) == sshsig.public_key(SEED)
    for other in ("", "x", signature + "\n", signature.replace("\n", "\r\n"), signature.upper()):
        with pytest.raises(sshsig.BadSignature):
            sshsig.verify(other, PURPOSE, MESSAGE)
    with pytest.raises(sshsig.BadSignature):
        sshsig.verify(signature, "camove-other", MESSAGE)
    for _ in range(300):
        place = chance.randrange(len(signature))
        changed = chr(ord(signature[place]) ^ 1 << chance.randrange(7))
        with pytest.raises(sshsig.BadSignature):
            sshsig.verify(signature[:place] + changed + signature[place + 1 :], PURPOSE, MESSAGE)
