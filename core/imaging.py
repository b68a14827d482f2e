"""Re-encodes one picture from standard input to standard output, without its metadata; run in `core.confined`.

A picture from a stranger may be a bomb or an attack on the decoder, so the web process never decodes one.
The answer is JPEG files one after another, each after its length in four bytes, in the order of SIDES.
"""

import io
import sys
from contextlib import suppress

import pillow_heif
from PIL import Image, ImageCms, ImageOps

SIDES = (1280, 320)
"""Pixels on the longer side: the page's copy (about 150 KB, enough to read a stamp), and the thumbnail."""

PIXELS = 60_000_000
"""More is refused before it is decoded: the copies that the decoder makes of it would not fit into the child."""

DEEP = ("I", "I;16", "I;16B", "I;16L")
"""16 bits a pixel: to be scaled down, not cut off."""


def clean(original: bytes) -> tuple[bytes, ...]:
    """JPEGs of the picture, upright, on white, in sRGB, with no EXIF, GPS, colour profile or maker notes."""
    with Image.open(io.BytesIO(original), formats=("JPEG", "PNG", "WEBP", "HEIF")) as picture:
        # A JPEG is decoded at a fraction of its size: 200 megapixels of a phone need no more than 20.
        picture.draft("RGB", (2 * SIDES[0], 2 * SIDES[0]))
        if picture.width * picture.height > PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(_flat(picture))
    upright.thumbnail((SIDES[0], SIDES[0]))
    return tuple(_bare(upright, side) for side in SIDES)


def main() -> None:
    """Read one picture, write its copies."""
    Image.MAX_IMAGE_PIXELS = None  # `clean` has a limit of its own, after the draft.
    # The cage lets nobody begin a thread.
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    for copy in clean(sys.stdin.buffer.read()):
        sys.stdout.buffer.write(len(copy).to_bytes(4, "big") + copy)


def _flat(picture: Image.Image) -> Image.Image:
    """RGB as the eye sees it: what lies under transparency stays hidden, wide colours become plain ones."""
    orientation = picture.getexif().get(0x0112, 1)
    if picture.mode in DEEP:
        flat = picture.convert("F").point(lambda value: value / 256).convert("L").convert("RGB")
    elif picture.has_transparency_data:
        layer = picture.convert("RGBA")
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat = _plain_colours(picture)
    flat.getexif()[0x0112] = orientation
    return flat


def _plain_colours(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        # A broken profile is no reason to lose the picture.
        with suppress(ImageCms.PyCMSError, OSError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(
                picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if found is not None:
                return found
    return picture.convert("RGB")


def _bare(picture: Image.Image, side: int) -> bytes:
    small = picture.copy()
    small.thumbnail((side, side))
    # A new picture from the pixels alone cannot carry anything else over.
    bare = Image.frombytes("RGB", small.size, small.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=80, optimize=True, progressive=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
