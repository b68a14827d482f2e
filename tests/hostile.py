"""Files as attackers, old phones and bad lines send them, made in code; each with what must become of it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

OWNER, PLACE = b"CANARY-OWNER-Aibek-Usenov", b"CANARY-PLACE-42.8746N-74.5698E"
"""What must never be found in a copy."""

HTML = b"<html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
PICTURE, DOCUMENT = "picture", "document"
"""What a file that is taken becomes: cleaned copies, or a sealed download. Else the code of its refusal."""


@dataclass(frozen=True)
class Case:
    """A file, the name under which it is sent, and what must become of it."""

    title: str
    content: bytes
    expected: str
    name: str = "photo.jpg"


def noise(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    return Image.effect_noise(size, 40).convert(mode)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    """Owner and place in the fields that cameras and people fill in."""
    made = Image.Exif()
    made[ExifTags.Base.Artist] = made[ExifTags.Base.Copyright] = OWNER.decode()
    made[ExifTags.Base.ImageDescription] = PLACE.decode()
    made[ExifTags.Base.Orientation] = 6
    gps = made.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSAreaInformation] = PLACE
    gps[ExifTags.GPS.GPSLatitude] = (42.0, 52.0, 30.0)
    return made


def xmp() -> bytes:
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><owner>' + OWNER + b"</owner></x:xmpmeta>"


def zipped(name: str = "run.exe") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"MZ" + bytes(50))
    return out.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that claims a size and holds `body` as its pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    )


def pdf(body: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    """A small PDF with a catalogue, a page and `body`."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + body + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n" + end
    )


def jpeg_segment(marker: int, body: bytes, into: bytes = b"") -> bytes:
    """A JPEG with one more segment after its start."""
    whole = into or saved(noise(), "JPEG")
    return whole[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + whole[2:]


def avif() -> bytes:
    return b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(200)


def box(name: bytes, body: bytes = b"") -> bytes:
    """One box of the container that HEIC and films have in common."""
    return struct.pack(">I", len(body) + 8) + name + body


HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(99)) + box(b"mdat", bytes(99))
"""The boxes of a photo, and nothing in them that could be decoded."""


def wide_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def moving(form: str) -> bytes:
    return saved(noise(), form, save_all=True, append_images=[noise(), noise()], duration=100)


def captions() -> PngImagePlugin.PngInfo:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", OWNER.decode())
    told.add_itxt("Location", PLACE.decode(), zip=True)
    return told


def _sound() -> Iterator[Case]:
    """Pictures that people really have; none of their metadata may survive."""
    for form in ("JPEG", "PNG", "WEBP"):
        yield Case(f"{form} with owner and place", saved(noise(), form, exif=exif()), PICTURE)
        yield Case(f"{form} with a colour profile", saved(noise(), form, icc_profile=srgb_profile()), PICTURE)
    yield Case("JPEG with XMP", jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()), PICTURE)
    yield Case("JPEG with a comment", jpeg_segment(0xFE, OWNER), PICTURE)
    yield Case("JPEG with IPTC", jpeg_segment(0xED, b"Photoshop 3.0\0" + OWNER), PICTURE)
    yield Case("JPEG with maker notes", jpeg_segment(0xEB, PLACE * 20), PICTURE)
    yield Case(
        "JPEG with a thumbnail in its metadata", jpeg_segment(0xE2, saved(noise((40, 30)), "JPEG")), PICTURE
    )
    yield Case("PNG with captions", saved(noise(), "PNG", pnginfo=captions()), PICTURE, "photo.png")
    yield Case("WebP with XMP", saved(noise(), "WEBP", xmp=xmp()), PICTURE, "photo.webp")
    yield Case("progressive JPEG", saved(noise(), "JPEG", progressive=True, exif=exif()), PICTURE)
    yield Case("CMYK JPEG", saved(noise(mode="CMYK"), "JPEG", exif=exif()), PICTURE)
    yield Case("grey JPEG", saved(noise(mode="L"), "JPEG", exif=exif()), PICTURE)
    yield Case("PNG of 16 bits", saved(Image.new("I;16", (64, 64), 40_000), "PNG"), PICTURE)
    yield Case("PNG of a palette", saved(noise().convert("P"), "PNG"), PICTURE)
    yield Case("PNG of one bit", saved(noise(mode="1"), "PNG"), PICTURE)
    yield Case("PNG with transparency", saved(noise(mode="RGBA"), "PNG"), PICTURE)
    yield Case("JPEG with a broken profile", saved(noise(), "JPEG", icc_profile=b"broken" * 99), PICTURE)
    yield Case("JPEG with a foreign profile", saved(noise(), "JPEG", icc_profile=wide_profile()), PICTURE)
    yield Case("one pixel", saved(noise((1, 1)), "PNG"), PICTURE)
    yield Case("very long", saved(noise((9000, 2)), "PNG"), PICTURE)
    yield Case("JPEG padded with zeros", saved(noise(), "JPEG") + bytes(3000), PICTURE)
    samsung = saved(noise(), "JPEG", exif=exif()) + b"\0\0\1\x0aImage_UTC_Data" + OWNER + b"SEFT"
    yield Case("JPEG with Samsung's block", samsung, PICTURE)
    further = jpeg_segment(0xE2, b"MPF\0" + bytes(40)) + saved(noise((40, 30)), "JPEG", exif=exif())
    yield Case("JPEG with a further picture", further, PICTURE)


def _documents() -> Iterator[Case]:
    yield Case("PDF", pdf(), DOCUMENT, "contract.pdf")
    yield Case("PDF with JavaScript", pdf(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), DOCUMENT)
    yield Case("PDF that launches a program", pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), DOCUMENT)
    yield Case("PDF without its end", pdf(end=b""), "unreadable")
    yield Case("PDF with a page of the web before it", HTML + pdf(), "wrong_kind")
    yield Case("PDF after junk", b"junk\n" + pdf(), "wrong_kind")
    yield Case("PDF with an archive after it", pdf() + zipped(), "two_in_one")
    yield Case("PDF with an archive inside", pdf(end=zipped() + b"%%EOF"), "two_in_one")
    yield Case("PDF with a page of the web in its head", pdf(b"/X(" + HTML + b")"), "two_in_one")
    yield Case("PDF with a page of the web after it", pdf() + HTML, "two_in_one")
    yield Case("PDF of no known version", b"%PDF-9" + pdf()[6:], "wrong_kind")


def _other_kinds() -> Iterator[Case]:
    yield Case("nothing", b"", "empty")
    yield Case("one byte", b"\xff", "wrong_kind")
    yield Case("words", "просто слова".encode(), "wrong_kind")
    yield Case("HTML named .jpg", HTML, "wrong_kind")
    yield Case("SVG", SVG, "wrong_kind", "photo.svg")
    yield Case("SVG behind an XML head", b'<?xml version="1.0"?>' + SVG, "wrong_kind", "photo.png")
    yield Case("ZIP named .png", zipped(), "wrong_kind", "photo.png")
    yield Case("DOCX named .jpg", zipped("word/document.xml"), "wrong_kind")
    yield Case("GIF", saved(noise(), "GIF"), "wrong_kind", "photo.gif")
    yield Case("moving GIF", moving("GIF"), "wrong_kind", "photo.gif")
    yield Case("BMP", saved(noise(), "BMP"), "wrong_kind", "photo.bmp")
    yield Case("TIFF", saved(noise(), "TIFF"), "wrong_kind", "photo.tif")
    yield Case("program of Windows", b"MZ" + bytes(500), "wrong_kind", "photo.jpg.exe")
    yield Case("program of Linux", b"\x7fELF" + bytes(500), "wrong_kind")
    yield Case("shell script", b"#!/bin/sh\nrm -rf /\n", "wrong_kind", "photo.sh")
    yield Case("PostScript", b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n", "wrong_kind")
    yield Case("ImageMagick's script", b"push graphic-context\nfill 'url(https://x/|id)'\n", "wrong_kind")
    yield Case("AVIF", avif(), "heic", "IMG_0001.AVIF")
    yield Case("HEIC that is cut off", HEIC[:-20], "unreadable", "IMG_0001.HEIC")
    yield Case("HEIC without a picture", HEIC, "unreadable", "IMG_0001.HEIC")
    yield Case("HEIC that moves", HEIC + box(b"moov"), "animated", "IMG_0001.HEIC")


def _two_in_one() -> Iterator[Case]:
    whole = {form: saved(noise(), form) for form in ("JPEG", "PNG", "WEBP")}
    for form, content in whole.items():
        yield Case(f"{form} and HTML after it", content + HTML, "two_in_one")
        yield Case(f"{form} and an archive after it", content + zipped(), "two_in_one")
        yield Case(f"{form} and noise after it", content + b"\x01" * 100, "two_in_one")
    for what, more in (
        ("HTML", HTML),
        ("an archive", zipped()),
        ("a box of no photo", box(b"evil", b"x" * 99)),
    ):
        yield Case(f"HEIC and {what} after it", HEIC + more, "two_in_one")
    yield Case("JPEG with a web page in its comment", jpeg_segment(0xFE, HTML), "two_in_one")
    yield Case("JPEG with SVG in its comment", jpeg_segment(0xFE, SVG), "two_in_one")
    yield Case(
        "JPEG with PHP in its comment", jpeg_segment(0xFE, b"<?php system($_GET[0]); ?>"), "two_in_one"
    )
    yield Case("JPEG with an archive in its comment", jpeg_segment(0xFE, zipped()), "two_in_one")
    yield Case("JPEG with a PDF after it", whole["JPEG"] + pdf(), "two_in_one")
    yield Case("JPEG with a film after it", whole["JPEG"] + b"\0\0\0\x18ftypmp42" + bytes(99), "two_in_one")
    samsung = whole["JPEG"] + zipped() + b"SEFT"
    yield Case("an archive under Samsung's mark", samsung, "two_in_one")
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", HTML.decode())
    yield Case("PNG with a web page in its caption", saved(noise(), "PNG", pnginfo=told), "two_in_one")


def _broken() -> Iterator[Case]:
    for form in ("JPEG", "PNG", "WEBP"):
        yield Case(f"{form} cut in half", (whole := saved(noise(), form))[: len(whole) // 2], "unreadable")
    yield Case("JPEG of a head alone", b"\xff\xd8\xff\xe0" + bytes(100), "unreadable")
    yield Case("JPEG without scans", b"\xff\xd8\xff\xfe\0\x04ab\xff\xd9", "unreadable")
    yield Case(
        "PNG with a false length", png_header(10, 10)[:33] + b"\xff" * 4 + b"IDAT" + bytes(50), "unreadable"
    )
    yield Case("PNG without pixels", png_header(10, 10), "unreadable")
    yield Case("moving PNG", moving("PNG"), "animated")
    yield Case("moving WebP", moving("WEBP"), "animated")
    yield Case(
        "bomb: 900 megapixels claimed", png_header(30_000, 30_000, zlib.compress(bytes(1000))), "unreadable"
    )
    yield Case("bomb: 400 megapixels", saved(Image.new("1", (20_000, 20_000)), "PNG"), "unreadable")
    yield Case("bomb: 2 gigapixels claimed", png_header(2**31 - 1, 1, b""), "unreadable")
    flood = zlib.compress(bytes(200 * 2**20), 9)
    yield Case("bomb: 200 MB in a caption", _with_text(flood), "unreadable")
    yield Case("bomb: 200 MB in a profile", _with_profile(flood), "unreadable")


def _with_text(flood: bytes) -> bytes:
    whole = saved(noise((8, 8)), "PNG")
    return whole[:33] + png_chunk(b"zTXt", b"Comment\0\0" + flood) + whole[33:]


def _with_profile(flood: bytes) -> bytes:
    whole = saved(noise((8, 8)), "PNG")
    return whole[:33] + png_chunk(b"iCCP", b"profile\0\0" + flood) + whole[33:]


NAMES = (
    "../../etc/passwd.jpg", "..\\..\\windows\\win.ini.jpg", "/etc/shadow", "C:\\autorun.inf", "a\0.jpg",
    "photo\u202egpj.exe", "photo.jpg.exe", "photo.php.jpg", ".htaccess", "con.jpg", "a" * 5000 + ".jpg",
    "\r\nSet-Cookie: a=b.jpg", '"><script>alert(1)</script>.jpg', "фото с паспортом Айбека.jpg", "-rf.jpg", "|id.jpg",
    "%2e%2e%2fphoto.jpg", "photo.jpg\u200b", ".", " ",
)  # fmt: skip
"""Names that are to leave no trace: not in a path, not in a header, not in a row."""


def cases(limit: int) -> list[Case]:
    """All files; `limit` is the size that a site takes."""
    makers: tuple[Callable[[], Iterator[Case]], ...] = (
        _sound,
        _documents,
        _other_kinds,
        _two_in_one,
        _broken,
    )
    over = saved(noise(), "JPEG") + bytes(limit)
    return [each for make in makers for each in make()] + [Case("over the limit", over, "too_large")]
