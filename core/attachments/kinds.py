"""What a file is, judged by its content alone: whole, of a kind that we take, and of that kind only.

A polyglot is two files in one, such as a picture that is also a web page. So a file must start and end as its kind
does, and nothing else may hide in it. Phones do write more after a picture, and what they write is let through:
further pictures (CIPA DC-007, "MPF"), Samsung's own block, and padding with zeros.
"""

import re

import filetype

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
HEIC = "image/heic"
KINDS = {JPEG: "jpg", PNG: "png", WEBP: "webp", HEIC: "heic", PDF: "pdf"}
"""What is taken, and the ending of a name that we give."""

HEAD = 64
"""Bytes that tell the kind."""

ZIP_TAIL = 65_557
"""A ZIP archive's directory ends within so many bytes of the end (APPNOTE 4.3.16)."""

ACTIVE = re.compile(
    rb"<script|<html[\s>]|<!doctype\s+html|<\?php\s|<svg\s[^>]{0,300}?(?:xmlns|on[a-z]+\s*=)", re.IGNORECASE
)
END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
SAMSUNG_END, FURTHER_PICTURES = b"SEFT", b"MPF\x00"
PDF_START = re.compile(rb"%PDF-[12]\.\d")


class AttachmentProblem(ValueError):
    """The file is refused; `code` says why.

    Of the content: empty, wrong_kind, heic, animated, unreadable, two_in_one. Of the room: too_large, quota,
    disk_full. Of an upload: unfinished, changed.
    """

    def __init__(self, code: str) -> None:
        """Keep the code for the page to translate."""
        super().__init__(code)
        self.code = code


def kind_of(content: bytes) -> str:
    """The kind of a whole file that may be taken. Raises AttachmentProblem; a picture must still pass the decoder."""
    kind = first_look(content)
    if kind == PDF:
        _check_pdf(content)
    else:
        _check_picture(content, ENDS[kind](content), kind)
    if _holds_archive(content):
        raise AttachmentProblem("two_in_one")
    return kind


def first_look(head: bytes) -> str:
    """The kind that the first bytes claim: enough to refuse a long upload at its start. Raises AttachmentProblem."""
    if not head:
        raise AttachmentProblem("empty")
    guess = filetype.guess(head[:4096])
    kind = guess.mime if guess else ""
    if kind in ("image/heif", "image/avif"):
        raise AttachmentProblem("heic")
    if kind == "image/apng":
        raise AttachmentProblem("animated")
    if kind not in KINDS or (kind == PDF and not PDF_START.match(head)):
        raise AttachmentProblem("wrong_kind")
    return kind


def _check_pdf(content: bytes) -> None:
    if not content[-ZIP_TAIL:].rstrip(b"\r\n\t \0").endswith(b"%%EOF"):
        # Nothing may follow the end, and a file that was cut off has none.
        raise AttachmentProblem("two_in_one" if b"%%EOF" in content else "unreadable")
    if ACTIVE.search(content[:1024]):
        raise AttachmentProblem("two_in_one")


def _check_picture(content: bytes, end: int, kind: str) -> None:
    if ACTIVE.search(content) or not _harmless(content, content[end:], kind):
        raise AttachmentProblem("two_in_one")


def _harmless(content: bytes, rest: bytes, kind: str) -> bool:
    """Whether what follows a picture is what phones write there."""
    if not rest.strip(b"\0"):
        return True
    if kind != JPEG:
        return False
    further = rest.lstrip(b"\0").startswith(b"\xff\xd8\xff") and FURTHER_PICTURES in content[:ZIP_TAIL]
    return further or rest.endswith(SAMSUNG_END)


def _holds_archive(content: bytes) -> bool:
    return b"PK\x05\x06" in content[-ZIP_TAIL:] and b"PK\x03\x04" in content


def _jpeg_end(content: bytes) -> int:
    """Where the first picture of a JPEG ends (ITU T.81, B.1): its segments are walked, its scans skipped."""
    at = 2
    while True:
        found = END_OF_SCAN.search(content, at)
        if found is None:
            raise AttachmentProblem("unreadable")
        at, marker = found.end(), content[found.start() + 1]
        if marker == 0xD9:
            return at
        if marker != 0x01:
            # The length counts itself; what lies inside is skipped, so that a thumbnail's end does not count.
            at += int.from_bytes(content[at : at + 2], "big")


def _png_end(content: bytes) -> int:
    """Where the chunks of a PNG end. One that moves is refused: the copy would show its first picture only."""
    at = 8
    while at + 12 <= len(content):
        name = content[at + 4 : at + 8]
        if name == b"acTL":
            raise AttachmentProblem("animated")
        at += 12 + int.from_bytes(content[at : at + 4], "big")
        if name == b"IEND" and at <= len(content):
            return at
    raise AttachmentProblem("unreadable")


def _webp_end(content: bytes) -> int:
    """Where a WebP ends by its own account (RFC 9649)."""
    size = int.from_bytes(content[4:8], "little") + 8
    if size > len(content):
        raise AttachmentProblem("unreadable")
    if content[12:16] == b"VP8X" and content[20] & 0x02:
        raise AttachmentProblem("animated")
    return size + size % 2 if size < len(content) else size


def _heic_end(content: bytes) -> int:
    """Where the boxes of an HEIC end (ISO/IEC 14496-12, 4.2). One that moves is refused, and a box of no photo."""
    at = 0
    seen: set[bytes] = set()
    while at + 8 <= len(content):
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        if name not in BOXES:
            raise AttachmentProblem("animated" if name == b"moov" else "two_in_one")
        if size < 8 or at + size > len(content):
            raise AttachmentProblem("unreadable")
        at, seen = at + size, seen | {name}
    if not {b"ftyp", b"meta"} <= seen:
        raise AttachmentProblem("unreadable")
    return at


BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip", b"idat"})
"""The outermost boxes of a still picture."""

ENDS = {JPEG: _jpeg_end, PNG: _png_end, WEBP: _webp_end, HEIC: _heic_end}
