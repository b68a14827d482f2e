"""The body of an answer, read and unpacked in pieces, so that a bomb never stands in memory."""

import zlib

from urllib3.response import HTTPResponse

from core.fetching.problems import FetchFailed
from core.fetching.wire import Allowance, Overrun

PIECE = 64 * 1024
GZIP = zlib.MAX_WBITS | 16


def read(answer: HTTPResponse, allowance: Allowance, raw_limit: int, limit: int) -> bytes:
    """At most `raw_limit` bytes from the wire and `limit` unpacked; gzip or identity.

    Raises Overrun `too_large`, FetchFailed `encoding`.
    """
    coding = ", ".join(answer.headers.getlist("content-encoding")).strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchFailed("encoding")
    if (answer.length_remaining or 0) > raw_limit:
        raise Overrun("too_large")
    allowance.bytes_left += raw_limit
    unpacker = Unpacker(limit) if "gzip" in coding else None
    out = bytearray()
    while piece := answer.read(PIECE, decode_content=False):
        out += unpacker.feed(piece) if unpacker else piece
        if len(out) > limit:
            raise Overrun("too_large")
    if unpacker and not unpacker.finished:
        raise FetchFailed("broken")
    return bytes(out)


class Unpacker:
    """Gunzips piece by piece, never making more than `limit` bytes; members may follow one another (RFC 1952)."""

    def __init__(self, limit: int) -> None:
        """Begin at the first member."""
        self._left = limit
        self._begun = False
        self._stream = zlib.decompressobj(GZIP)

    @property
    def finished(self) -> bool:
        """Whether the last member came whole; nothing at all is whole too (304, 204)."""
        return self._stream.eof or not self._begun

    def feed(self, piece: bytes) -> bytes:
        """What this piece unpacks to. Raises Overrun, FetchFailed."""
        out = bytearray()
        self._begun = True
        while piece:
            if self._stream.eof:
                if not piece.startswith(b"\x1f\x8b"):
                    break  # padding after the last member
                self._stream = zlib.decompressobj(GZIP)
            out += self._inflate(piece)
            piece = self._stream.unused_data
        return bytes(out)

    def _inflate(self, piece: bytes) -> bytes:
        try:
            out = self._stream.decompress(piece, self._left + 1)
        except zlib.error:
            raise FetchFailed("encoding") from None
        self._left -= len(out)
        if self._left < 0 or self._stream.unconsumed_tail:
            raise Overrun("too_large")
        return out
