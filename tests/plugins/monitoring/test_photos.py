"""Photos of a draft: refused with a reason, shown clean, kept sealed, never given to another source."""

import hashlib
import io
import re
from uuid import uuid4

import pillow_heif
import pytest
from answers import picture
from network import Network
from PIL import Image
from pyrage import decrypt, x25519
from sqlalchemy import select

from core.attachments import Attachment

BASE = "/ru/monitoring/reports"

FILES = [
    (b"", "empty"),
    (b"GIF89a" + b"\0" * 99, "wrong kind"),
    (b"%PDF-1.7 not a photo", "broken"),
    ("это текст, а не фото".encode(), "wrong kind"),
    (b"\xff\xd8\xff\xe0" + b"broken" * 50, "unreadable"),
]


@pytest.mark.parametrize(("content", "why"), FILES, ids=[f"{n}-{why}" for n, (_, why) in enumerate(FILES)])
def test_a_file_that_is_no_photo_is_refused_with_its_reason(net: Network, content: bytes, why: str) -> None:
    report_id = net.draft()
    values = {"photo": (io.BytesIO(content), "photo.jpg"), "title": "Вывеска у ворот", "source": "0"}
    answer = net.browser("monitor").post(f"{BASE}/{report_id}/draft/evidence/0", **values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    words = {"empty": "пуст", "wrong kind": "JPEG", "unreadable": "откры", "broken": "повреждён"}
    summary = re.search(r'<div class="error-summary".*?</div>', page, re.DOTALL)
    assert summary is not None
    assert words[why] in summary[0]
    assert 'value="Вывеска у ворот"' in page
    assert net.count(Attachment) == 0


def test_a_file_that_is_too_large_is_refused_with_its_reason(net: Network) -> None:
    report_id = net.draft()
    page = f"{BASE}/{report_id}/draft/evidence/0"
    limit = net.site.settings.upload_limit
    for size, status in ((limit + 1, 422), (limit + 2 * 1024 * 1024, 413)):
        content = picture()[:-2] + b"\0" * size
        values = {"photo": (io.BytesIO(content), "big.jpg"), "title": "Вывеска", "source": "0"}
        answer = net.browser("monitor").post(page, **values)
        assert answer.status_code == status
        assert re.search("велик|больш", answer.get_data(as_text=True))
        # The test client leaves its own temporary file open.
        answer.request.environ["wsgi.input"].close()
    assert net.count(Attachment) == 0


def test_a_photo_is_shown_clean_and_kept_sealed(net: Network) -> None:
    report_id = net.draft(photo=True)
    with net.site.database.reading() as session:
        kept = session.scalars(select(Attachment.id)).one()
    monitor = net.browser("monitor")
    shown = monitor.get(f"{BASE}/{report_id}/draft/photo/{kept}")
    assert shown.status_code == 200
    assert not Image.open(io.BytesIO(shown.data)).getexif()
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Content-Disposition"].startswith("attachment")
    shown.close()
    folder = net.site.settings.data / "files"
    files = {path.suffix: path for path in folder.rglob("*.*")}
    sealed = files[".age"].read_bytes()
    assert "тайное место".encode() not in sealed
    key = x25519.Identity.from_str((net.site.settings.keys / "attachments.age").read_text())
    assert decrypt(sealed, [key]) == picture()
    other = net.draft("other")
    assert monitor.get(f"{BASE}/{report_id}/draft/photo/{uuid4()}").status_code == 404
    assert net.browser("other").get(f"{BASE}/{other}/draft/photo/{kept}").status_code == 404


def test_a_photo_never_passes_to_another_source_when_its_own_is_removed(net: Network) -> None:
    report_id = net.draft(photo=True)
    page = f"{BASE}/{report_id}/draft/sources/0"
    assert net.browser("monitor").post(f"{page}/remove", page).status_code == 302
    answers = net.report(report_id).answers
    assert answers is not None
    assert answers["evidence"][0]["source"] == ""
    answer = net.browser("monitor").post(f"{BASE}/{report_id}/draft/check")
    assert answer.status_code == 422
    assert f"/{report_id}/draft/evidence/" in answer.get_data(as_text=True)


def heic() -> bytes:
    """A photo as an iPhone keeps it: HEVC, lying on its side, with the place where it was taken."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x010E] = 6, "тайное место"
    exif.get_ifd(0x8825)[0x0002] = (55.0, 45.0, 0.0)
    pillow_heif.from_pillow(Image.new("RGB", (640, 480), "#0b5d57")).save(out, exif=exif.tobytes())
    return out.getvalue()


def test_a_photo_of_an_iphone_is_kept_sealed_and_shown_as_a_clean_copy(net: Network) -> None:
    report_id, content = net.draft(), heic()
    assert content[4:12] == b"ftypheic"
    values = {"photo": (io.BytesIO(content), "IMG_0001.HEIC"), "title": "Табель", "source": "0"}
    sent = net.browser("monitor").post(f"{BASE}/{report_id}/draft/evidence/0", **values)
    assert sent.status_code == 302
    with net.site.database.reading() as session:
        kept = session.scalars(select(Attachment)).one()
        assert (kept.kind, kept.sha256) == ("image/heic", hashlib.sha256(content).hexdigest())
        where = f"{BASE}/{report_id}/draft/photo/{kept.id}"
    shown = net.browser("monitor").get(where).data
    with Image.open(io.BytesIO(shown)) as copy:
        assert copy.format == "JPEG"
        assert copy.height > copy.width, "the turn of the telephone was lost"
        assert not copy.getexif()
    assert "тайное место".encode() not in shown
