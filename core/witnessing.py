"""What a witness does: another organisation, on its own machine, signs only what continues what it signed before."""

import json
import secrets
from pathlib import Path

from core.attachments.folder import FileStore
from core.checkpoints import RESTORED, Checkpoint
from core.settings import write_once
from core.signed_notes import BadNote, Note, Signer, Verifier


class Refused(ValueError):
    """The checkpoint contradicts one that was signed before; the message says how."""


def own_signer(name: str, key: Path) -> Signer:
    """The witness's key, made at first use in a file that nobody else reads."""
    if not key.exists():
        write_once(key, secrets.token_bytes(32))
    return Signer(name, key.read_bytes())


def cosign(note: Note, site: Verifier, witness: Signer, memory: Path) -> Note:
    """Add the witness's signature and remember the checkpoint in `memory`. Raises BadNote or Refused."""
    if not note.is_signed_by(site):
        raise BadNote(f"this note is not signed by {site.name}")
    told = Checkpoint.parse(note.text)
    if told.origin != site.name:
        raise BadNote(f"this note speaks for {told.origin}, not for {site.name}")
    seen = _seen(memory)
    if told.origin in seen:
        _compare(Checkpoint.parse(seen[told.origin]), told)
    _remember(memory, seen | {told.origin: note.text})
    return note.signed(witness)


def _compare(before: Checkpoint, told: Checkpoint) -> None:
    if told.size == before.size and told.head != before.head:
        raise Refused(f"two different chains of {told.size} entries were shown: do not sign, ask why")
    if told.size < before.size and told.event != RESTORED:
        raise Refused(f"the chain has shrunk from {before.size} to {told.size} entries: do not sign, ask why")


def _seen(memory: Path) -> dict[str, str]:
    return dict(json.loads(memory.read_text("utf-8"))) if memory.exists() else {}


def _remember(memory: Path, seen: dict[str, str]) -> None:
    FileStore(memory.parent).put(memory.name, json.dumps(seen, ensure_ascii=False).encode())
