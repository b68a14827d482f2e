"""Checkpoints and witnesses: what a chain alone cannot show, others remember."""

import io
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core import audit, checkpoints, outbox
from core.checkpoints import Checkpoint, Checkpointer
from core.cli import build
from core.database import new_id, now
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.settings import Settings
from core.signed_notes import BadNote, Note, Signer, Verifier
from core.witnessing import Refused, cosign, own_signer

SITE = Signer("camove.example", bytes(range(32)))
NGO = Signer("ngo.example", bytes(32))


def fill(site: Platform, entries: int = 3) -> None:
    with site.database.transaction() as session:
        for _ in range(entries):
            audit.record(session, Actor(person_id=new_id()), "act", new_id())


def made(size: int, head: str = "ab" * 32, event: str = "") -> Note:
    return Note(Checkpoint(SITE.name, size, head, now(), event).text()).signed(SITE)


def test_the_signed_note_of_the_specification_is_read() -> None:
    # C2SP signed-note, "Example": its text, signature and verifier key.
    key = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
        "dngotpRZb6KE6RyyBwJnAM=\n"
    )
    note = Note.parse(f"{text}\n{line}")
    assert note.is_signed_by(key)
    assert str(note) == f"{text}\n{line}"
    assert not Note(text.replace("answer", "anSwer"), note.lines).is_signed_by(key)


@given(text=st.text("абвabc 123\n", min_size=1, max_size=60), seed=st.binary(min_size=32, max_size=32))
def test_a_note_survives_mail_and_no_other_text_or_key_is_taken_for_it(text: str, seed: bytes) -> None:
    text = text.strip("\n").replace("\n\n", "\n") + "\n"
    signer = Signer("имя.example", seed)
    note = Note(text).signed(signer)
    if text.strip():
        mailed = Note.parse("\r\n" + str(note).replace("\n", "\r\n") + "\r\n")
        assert mailed.is_signed_by(Verifier.parse(str(signer.verifier)))
    assert not note.is_signed_by(Signer("имя.example", bytes(31) + b"x").verifier)
    assert not Note("x" + note.text, note.lines).is_signed_by(signer.verifier)
    assert "seed" not in repr(signer)


@pytest.mark.parametrize(
    "key",
    ["", "name", "a+b+c", "a+00000000+" + "A" * 44, "+".join(str(SITE.verifier).split("+")[:2]) + "+QQ=="],
)
def test_a_damaged_key_is_refused(key: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(key)


def test_a_witness_signs_what_continues_and_nothing_else(tmp_path: Path) -> None:
    seen, site = tmp_path / "seen.json", SITE.verifier
    both = cosign(made(10), site, NGO, seen)
    assert both.is_signed_by(site)
    assert both.is_signed_by(NGO.verifier)
    cosign(made(12, "cd" * 32), site, NGO, seen)
    for bad in (made(11), made(12, "ef" * 32)):
        with pytest.raises(Refused):
            cosign(bad, site, NGO, seen)
    cosign(made(8, event="restored"), site, NGO, seen)
    foreign = Note(Checkpoint("other.example", 99, "ab" * 32, now()).text()).signed(SITE)
    for stranger in (foreign, Note(made(20).text).signed(NGO)):
        with pytest.raises(BadNote):
            cosign(stranger, site, NGO, seen)
    cosign(made(9), site, NGO, seen)


def test_cut_tail_and_rewritten_chain_contradict_the_checkpoint(site: Platform) -> None:
    fill(site, 4)
    settings, database = site.settings, site.database
    with database.reading() as session:
        kept = checkpoints.make(session, settings)
        assert kept is not None
        size = Checkpoint.parse(kept.text).size
        assert checkpoints.verify(session, settings) == []
        longer = Note(Checkpoint(settings_host(settings), size + 3, "ab" * 32, now()).text())
        other = Note(Checkpoint(settings_host(settings), size - 1, "ab" * 32, now()).text())
        own = checkpoints.signer(settings)
        assert "cut off" in checkpoints.verify(session, settings, [longer.signed(own)])[0]
        assert "written anew" in checkpoints.verify(session, settings, [other.signed(own)])[0]
        assert "not signed" in checkpoints.verify(session, settings, [longer.signed(NGO)])[0]


def settings_host(settings: Settings) -> str:
    return checkpoints.signer(settings).name


def test_a_restore_is_stated_and_the_lost_tail_is_then_no_alarm(site: Platform) -> None:
    fill(site)
    own = checkpoints.signer(site.settings)
    with site.database.reading() as session:
        now_there = checkpoints.make(session, site.settings)
        assert now_there is not None
        size = Checkpoint.parse(now_there.text).size
        checkpoints.keep(
            site.settings, Note(Checkpoint(own.name, size + 5, "ab" * 32, now()).text()).signed(own)
        )
        assert len(checkpoints.verify(session, site.settings)) == 1
        checkpoints.note_restore(session, site.settings)
        assert checkpoints.verify(session, site.settings) == []


def test_a_damaged_file_of_checkpoints_is_a_sentence(site: Platform) -> None:
    fill(site)
    with site.database.reading() as session:
        checkpoints.make(session, site.settings)
        file = checkpoints.path(site.settings)
        whole = file.read_text("utf-8")
        for broken in (whole[:-20], whole + "{}\n", whole + "\x00\n", whole.replace("time ", "tame ")):
            file.write_text(broken, "utf-8")
            assert len(checkpoints.verify(session, site.settings)) == 1


def test_it_is_made_when_due_and_mailed_to_the_witnesses(
    site: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"mail_url": "smtp://127.0.0.1:1", "audit_witness_mail": ("one@x.org", "two@x.org")}
    settings = Settings(**{**vars(site.settings), **values})
    fill(site)
    look, mail = Checkpointer(settings).jobs()

    def count() -> tuple[int, int]:
        with site.database.reading() as session:
            return len(list(checkpoints.kept(settings))), outbox.counts(session)["waiting"]

    before = count()[1]
    look.run(site.database, [{}])
    assert count() == (1, before + 2)
    fill(site)
    look.run(site.database, [{}])
    assert count() == (1, before + 2), "neither 15 minutes nor 500 entries have passed"
    monkeypatch.setattr(checkpoints, "now", lambda: now() + timedelta(minutes=16))
    look.run(site.database, [{}])
    assert count() == (2, before + 4)
    look.run(site.database, [{}])
    assert count() == (2, before + 4), "nothing new to sign"
    monkeypatch.setattr(checkpoints, "ENTRIES", 3)
    monkeypatch.setattr(checkpoints, "now", now)
    fill(site)
    look.run(site.database, [{}])
    assert count()[0] == 3

    sent: list[EmailMessage] = []
    monkeypatch.setattr("core.notifications.Mailer.deliver", lambda _self, message: sent.append(message))
    note = str(next(checkpoints.kept(settings)))
    mail.run(site.database, [{"to": "one@x.org", "note": note}])
    assert Note.parse(sent[0].get_content()).is_signed_by(checkpoints.signer(settings).verifier)


def test_the_commands_lead_a_checkpoint_to_a_witness_and_back(app: Flask, tmp_path: Path) -> None:
    site: Platform = app.extensions[EXTENSION]
    fill(site)

    def camove(*words: Any, text: str = "") -> Any:
        with app.app_context():
            return CliRunner().invoke(build(app), [str(word) for word in words], input=text)

    key = camove("audit", "key").output.strip()
    note = tmp_path / "note.txt"
    note.write_text(camove("audit", "checkpoint").output, "utf-8")
    witness = (
        "--site",
        key,
        "--name",
        "ngo.example",
        "--key",
        tmp_path / "w.key",
        "--seen",
        tmp_path / "seen",
    )
    answer = camove("audit", "cosign", note, *witness)
    assert answer.exit_code == 0, answer.output
    signed = tmp_path / "signed.txt"
    signed.write_text(answer.stdout, "utf-8")
    refused = camove("audit", "witnessed", signed)
    assert refused.exit_code == 1
    assert "audit_witnesses" in refused.output
    known = str(own_signer("ngo.example", tmp_path / "w.key").verifier)
    object.__setattr__(site.settings, "audit_witnesses", (known,))
    taken = camove("audit", "witnessed", signed)
    assert (taken.exit_code, taken.output) == (0, "kept, witnessed by ngo.example\n")
    assert camove("audit", "verify", "--note", signed).exit_code == 0
    broken = camove("audit", "cosign", "-", *witness, text="nonsense")
    assert broken.exit_code == 1
    assert "signed note" in broken.output


def test_reading_a_note_never_fails_otherwise() -> None:
    for junk in ("", "\n", "a\n\n— \n", "a\n\n— x !!!\n", "\x00", "— a b"):
        try:
            note = Note.parse(io.StringIO(junk).read())
        except BadNote:
            continue
        assert not note.is_signed_by(SITE.verifier)
