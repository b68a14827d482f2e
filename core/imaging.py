"""Re-encodes one picture from standard input to standard output, without its metadata; run as a limited child.

A picture from a stranger may be a bomb or an attack on the decoder, so the web process never decodes one.
"""

import io
import resource
import sys

from PIL import Image, ImageOps

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 10
LONGEST = 1280
"""Pixels on the longer side of the working copy: about 150 KB, enough to read a stamp."""


def clean(original: bytes) -> bytes:
    """A JPEG of the picture, upright, at most LONGEST pixels a side, with no EXIF, GPS or maker notes."""
    with Image.open(io.BytesIO(original), formats=("JPEG", "PNG", "WEBP")) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST, LONGEST))
    # A new picture from the pixels alone cannot carry anything else over.
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=80, optimize=True, progressive=True)
    return out.getvalue()


def main() -> None:
    """Lower our own limits, then work; any failure ends the child with a code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    Image.MAX_IMAGE_PIXELS = 80_000_000
    sys.stdout.buffer.write(clean(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
