"""Encryption on the way: what is written leaves as age, what is read arrives as plain bytes; never whole files."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from pyrage import RecipientError, decrypt_io, encrypt_io, x25519

from core.backup.problem import BackupProblem

CHUNK = 1 << 20


def recipients_of(texts: Sequence[str]) -> list[x25519.Recipient]:
    """The public keys that may open an archive. Raises BackupProblem if there are none, or one is misspelt."""
    if not texts:
        raise BackupProblem(
            "Nobody could open a backup: the setting backup_recipients is empty. Run camove backup key on a "
            "computer of yours, keep what it prints there, and put the line age1… into instance/camove.toml."
        )
    try:
        return [x25519.Recipient.from_str(text) for text in texts]
    except RecipientError as error:
        raise BackupProblem("The setting backup_recipients must hold age public keys (age1…).") from error


@contextmanager
def encrypting(target: BinaryIO, recipients: Sequence[x25519.Recipient]) -> Iterator[BinaryIO]:
    """A stream whose bytes reach `target` encrypted."""
    source, sink = os.pipe()

    def pump() -> None:
        with os.fdopen(source, "rb") as reader:
            encrypt_io(reader, target, list(recipients))

    with _beside(pump), os.fdopen(sink, "wb") as writer:
        yield writer


@contextmanager
def decrypting(archive: BinaryIO, identities: Sequence[x25519.Identity]) -> Iterator[BinaryIO]:
    """The plain bytes of an archive. Raises BackupProblem if it is damaged or meant for somebody else."""
    source, sink = os.pipe()

    def pump() -> None:
        with os.fdopen(sink, "wb") as writer:
            decrypt_io(archive, writer, list(identities))

    with _beside(pump), os.fdopen(source, "rb") as reader:
        yield reader
        # The last piece proves that nothing was cut off, so it must have been read.
        while reader.read(CHUNK):
            pass


@contextmanager
def _beside(pump: Callable[[], None]) -> Iterator[None]:
    """Run `pump` in a thread; its failure is the cause, whatever the other end of the pipe then says."""
    failures: list[Exception] = []

    def run() -> None:
        try:
            pump()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run, name="camove-age", daemon=True)
    thread.start()
    try:
        yield
    except Exception:
        thread.join()
        # A pipe that broke is the consequence of what happened here; everything else is its cause.
        causes = [each for each in failures if "broken pipe" not in str(each).lower()]
        if causes:
            raise _problem(causes[0]) from None
        raise
    finally:
        thread.join()
    if failures:
        raise _problem(failures[0])


def _problem(error: Exception) -> Exception:
    """A sentence for what age reports; a full disk stays what it is."""
    if isinstance(error, OSError) and error.errno:
        return error
    if "No matching keys" in str(error):
        return BackupProblem("This identity does not open the archive: it was made for other recipients.")
    return BackupProblem("The archive is damaged or cut off. Use another archive.")
