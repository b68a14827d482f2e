"""Files sealed to the site's own key that can be read from anywhere: nothing of a large one is held, none lies open.

A random key of the file, sealed like any original, stands at its beginning; then come pieces of 64 KiB under
AES-256-GCM, each bound to its number and the last one to being the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015). To destroy what the file holds its first bytes suffice.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import local
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import vault
from core.attachments.sealing import open_here, seal_here
from core.settings import Settings

PIECE, TAG = 1 << 16, 16
SIZE_OF_LENGTH = 4


def seal_stream(settings: Settings, pieces: Iterable[bytes], target: IO[bytes]) -> tuple[str, int]:
    """Write a stream sealed into an empty file; gives the SHA-256 of what it holds, and its bytes."""
    key = AESGCM.generate_key(256)
    closed = seal_here(settings, key)
    target.write(len(closed).to_bytes(SIZE_OF_LENGTH, "big") + closed)
    cipher, digest, size = AESGCM(key), hashlib.sha256(), 0
    for number, (piece, last) in enumerate(_even(pieces)):
        digest.update(piece)
        size += len(piece)
        target.write(cipher.encrypt(_nonce(number, last=last), piece, None))
    return digest.hexdigest(), size


def _even(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The stream in pieces of one size; the last, which may be empty, is shorter than the others."""
    rest = bytearray()
    for piece in pieces:
        rest += piece
        whole = len(rest) // PIECE * PIECE
        for start in range(0, whole, PIECE):
            yield bytes(rest[start : start + PIECE]), False
        del rest[:whole]
    yield bytes(rest), True


def _nonce(number: int, *, last: bool) -> bytes:
    # The key is of this file alone, so a number never comes twice under it.
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


class Seekable(io.RawIOBase):
    """A sealed file as it was before. Each thread has a place of its own in it, as an engine with helpers needs.

    Raises vault.Damaged for a flipped bit, moved or missing pieces, or another key.
    """

    def __init__(self, settings: Settings, path: Path) -> None:
        """Open it: the key is unsealed and the last piece tried, so that one cut short is found at once."""
        self._file = path.open("rb")
        length = int.from_bytes(self._file.read(SIZE_OF_LENGTH), "big")
        self._begin = SIZE_OF_LENGTH + length
        try:
            self._cipher = AESGCM(open_here(settings, self._file.read(length)))
            body = os.fstat(self._file.fileno()).st_size - self._begin
            self._last, rest = divmod(body, PIECE + TAG)
            self.size = self._last * PIECE + rest - TAG
            self._here = local()
            self._piece(self._last)
        except vault.Damaged:
            self._file.close()
            raise

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Where this thread stands."""
        return getattr(self._here, "place", 0)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go there; gives the place."""
        self._here.place = offset + (0, self.tell(), self.size)[whence]
        return self.tell()

    def read(self, size: int | None = -1) -> bytes:
        """Up to that many bytes from the place of this thread on."""
        begin = self.tell()
        end = self.size if size is None or size < 0 else min(self.size, begin + size)
        if end <= begin:
            return b""
        first, last = begin // PIECE, (end - 1) // PIECE
        joined = b"".join(self._piece(number) for number in range(first, last + 1))
        self._here.place = end
        return joined[begin - first * PIECE : end - first * PIECE]

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as fit."""
        got = self.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)

    def close(self) -> None:
        """Let it go."""
        self._file.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        held: tuple[int, bytes] | None = getattr(self._here, "held", None)
        if held is None or held[0] != number:
            place = self._begin + number * (PIECE + TAG)
            sealed = os.pread(self._file.fileno(), PIECE + TAG, place)
            try:
                held = number, self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, None)
            except (InvalidTag, ValueError) as error:
                raise vault.Damaged("a sealed file was changed, cut or put together anew") from error
            self._here.held = held
        return held[1]


def destroy(path: Path) -> None:
    """Overwrite the key of a sealed file, so that its bytes say nothing wherever they linger, and remove it."""
    try:
        with path.open("rb+") as file:
            length = int.from_bytes(file.read(SIZE_OF_LENGTH), "big")
            file.seek(0)
            file.write(bytes(SIZE_OF_LENGTH + min(length, PIECE)))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)
