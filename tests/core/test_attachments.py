"""A photo: the original sealed as received, and a copy that betrays nobody."""

import hashlib
import io
import os
from uuid import UUID

import pytest
from flask import Flask
from PIL import ExifTags, Image
from pyrage import decrypt, x25519

from core import attachments
from core.attachments import Attachment, AttachmentProblem
from core.permissions import Actor
from core.platform import Platform
from core.testing import Town

SECRET = b"Nikon of Aibek Usenov"


def photo(form: str = "JPEG", size: tuple[int, int] = (1600, 900)) -> bytes:
    """A picture that says where and with what it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET.decode()
    exif[ExifTags.Base.Orientation] = 6
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (42.0, 52.0, 30.0)
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, form, exif=exif)
    return out.getvalue()


def store(site: Platform, content: bytes, organisation_id: UUID) -> Attachment:
    with site.database.transaction() as session:
        return attachments.store(session, Actor(), site.settings, content, organisation_id)


@pytest.fixture
def office(town: Town) -> UUID:
    return town.organisation("Мост")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_copy_carries_no_metadata(site: Platform, office: UUID, form: str) -> None:
    original = photo(form)
    assert SECRET in original
    kept = store(site, original, office)
    copy = attachments.copy_of(kept, site.settings)
    assert SECRET not in copy
    with Image.open(io.BytesIO(copy)) as shown:
        assert (shown.format, dict(shown.getexif()), shown.getexif().get_ifd(ExifTags.IFD.GPSInfo)) == (
            "JPEG",
            {},
            {},
        )
        # Turned upright by what the orientation said, and smaller.
        assert shown.size == (720, 1280)
        assert not {"exif", "comment", "xmp", "icc_profile"} & shown.info.keys()
    assert (kept.copy_size, kept.copy_sha256) == (len(copy), hashlib.sha256(copy).hexdigest())


def test_the_original_comes_back_with_the_key_only(site: Platform, office: UUID) -> None:
    original = photo()
    kept = store(site, original, office)
    [sealed] = site.settings.data.rglob("*.age")
    identity = x25519.Identity.from_str((site.settings.keys / "attachments.age").read_text())
    assert decrypt(sealed.read_bytes(), [identity]) == original
    assert (kept.sha256, kept.size) == (hashlib.sha256(original).hexdigest(), len(original))
    with pytest.raises(Exception, match="No matching keys"):
        decrypt(sealed.read_bytes(), [x25519.Identity.generate()])


def test_no_plaintext_of_the_original_lies_on_the_disk(site: Platform, office: UUID) -> None:
    original = photo()
    store(site, original, office)
    piece = original[len(original) // 2 : len(original) // 2 + 32]
    for path in site.settings.instance.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert SECRET not in content, path
            assert piece not in content, path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 hello", "unreadable"),
        (b"just words", "wrong_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "wrong_kind"),
        (b"GIF89a" + bytes(100), "wrong_kind"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "unreadable"),
        (photo()[:5000], "unreadable"),
    ],
    ids=["empty", "pdf", "text", "svg", "gif", "hollow", "truncated"],
)
def test_what_is_not_a_whole_picture_is_refused(
    site: Platform, office: UUID, content: bytes, code: str
) -> None:
    with pytest.raises(AttachmentProblem) as refused:
        store(site, content, office)
    assert refused.value.code == code
    assert not list((site.settings.data).rglob("*.age"))


def test_a_file_over_the_limit_is_refused(site: Platform, office: UUID) -> None:
    with pytest.raises(AttachmentProblem) as refused:
        store(site, photo()[:100] + os.urandom(site.settings.upload_limit), office)
    assert refused.value.code == "too_large"


def test_a_bomb_is_refused(site: Platform, office: UUID) -> None:
    out = io.BytesIO()
    Image.new("1", (20000, 20000)).save(out, "PNG")
    with pytest.raises(AttachmentProblem) as refused:
        store(site, out.getvalue(), office)
    assert refused.value.code == "unreadable"


def test_removed_means_gone(site: Platform, office: UUID) -> None:
    kept = store(site, photo(), office)
    with site.database.transaction() as session:
        attachments.remove(session, session.get_one(Attachment, kept.id), site.settings)
    assert [path for path in (site.settings.data / "files").rglob("*") if path.is_file()] == []


def test_it_is_sent_so_that_no_browser_runs_it(app: Flask, site: Platform, office: UUID) -> None:
    kept = store(site, photo(), office)
    with app.test_request_context("/en/"):
        answer = attachments.send(kept, site.settings)
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Content-Disposition"] == "attachment; filename=photo.jpg"
        answer.close()
