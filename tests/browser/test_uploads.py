"""A photo over a line that breaks: it goes on where it stopped, and arrives as it was."""

import hashlib
import io
import re
from uuid import UUID

import pytest
from browser.live import Live, Window, Windows, ru
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect
from sqlalchemy import select

from core.attachments import Attachment
from plugins.monitoring.models import Report

pytestmark = pytest.mark.browser

PIECES = re.compile(r"/uploads/[0-9a-f-]{36}/\d+$")


def large() -> FilePayload:
    """A photo of several pieces."""
    out = io.BytesIO()
    Image.effect_noise((1500, 900), 90).save(out, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": out.getvalue()}


def _evidence(window: Window) -> Page:
    """The page of the first photo of a fresh draft that has a source."""
    page = window.go("/ru/monitoring/reports/new")
    page.get_by_role("button", name=ru("Start the report")).click()
    page.wait_for_url("**/draft")
    draft = UUID(page.url.split("/")[-2])
    with window.live.site.database.transaction() as session:
        session.get_one(Report, draft).answers = {"sources": [{"kind": "worker"}]}
    page.goto(f"{page.url}/evidence/0")
    return page


def _kept(live: Live, photo: FilePayload) -> list[Attachment]:
    digest = hashlib.sha256(photo["buffer"]).hexdigest()
    with live.site.database.reading() as session:
        found = list(session.scalars(select(Attachment).where(Attachment.sha256 == digest)))
        session.expunge_all()
    return found


def _send(page: Page) -> None:
    page.get_by_label(ru("What does it show?")).fill("Вывеска")
    page.get_by_label(ru("Which source gave it?")).select_option(index=1)
    page.get_by_role("button", name=ru("Continue"), exact=True).click()
    page.wait_for_url("**/evidence/")


def test_a_photo_goes_on_after_the_line_was_cut(windows: Windows, live: Live) -> None:
    window, photo = windows.of("monitor"), large()
    page = _evidence(window)
    offsets: list[int] = []

    def cut(route: Route) -> None:
        offsets.append(int(route.request.url.rsplit("/", 1)[1]))
        if len(offsets) == 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(PIECES, cut)
    page.get_by_label(ru("Photo or PDF")).set_input_files(photo)
    status = page.locator(".sending [role=status]")
    expect(status).to_have_text(
        ru("The connection is lost. What was sent is kept; sending goes on by itself.")
    )
    expect(status).to_contain_text(
        ru("The file has arrived. It is added when you press the button below."), timeout=20_000
    )
    # The piece that was lost came again, none before it did.
    assert offsets[3] == offsets[2]
    assert len(offsets) == len(set(offsets)) + 1
    assert page.locator("progress").get_attribute("value") == "100"
    _send(page)
    [kept] = _kept(live, photo)
    assert kept.used_at is not None
    window.complaints[:] = [each for each in window.complaints if "ERR_CONNECTION_RESET" not in each]


def test_stopping_and_choosing_the_file_again_goes_on(windows: Windows, live: Live) -> None:
    window, photo = windows.of("verifier"), large()
    page = _evidence(window)
    offsets: list[int] = []

    def slow(route: Route) -> None:
        offsets.append(int(route.request.url.rsplit("/", 1)[1]))
        if len(offsets) == 3:
            page.get_by_role("button", name=ru("Stop sending")).dispatch_event("click")
        route.continue_()

    page.route(PIECES, slow)
    page.get_by_label(ru("Photo or PDF")).set_input_files(photo)
    expect(page.get_by_role("button", name=ru("Continue sending"))).to_be_focused()
    page.get_by_role("button", name=ru("Continue"), exact=True).click()
    expect(page.locator(".sending [role=status]")).to_have_text(ru("Wait until the file has been sent."))
    page.reload()
    page.get_by_label(ru("Photo or PDF")).set_input_files(photo)
    expect(page.locator(".sending [role=status]")).to_contain_text(
        ru("The file has arrived. It is added when you press the button below."), timeout=20_000
    )
    assert offsets.count(0) == 1, "it began anew"
    _send(page)
    assert len(_kept(live, photo)) == 1


def test_a_file_that_cannot_be_taken_is_refused_at_its_start(windows: Windows) -> None:
    page = _evidence(windows.of("monitor"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if PIECES.search(request.url) else None)
    wrong: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a" + bytes(10**6)}
    page.get_by_label(ru("Photo or PDF")).set_input_files(wrong)
    message = "This is not a photo (JPEG, PNG, WebP, HEIC) or a PDF. Choose another file, or photograph it."
    expect(page.locator(".sending [role=status]")).to_have_text(ru(message))
    assert len(asked) == 1


def test_without_script_the_field_sends_the_file(windows: Windows, live: Live) -> None:
    photo = large()
    page = _evidence(windows.of("monitor", script=False))
    page.get_by_label(ru("Photo or PDF")).set_input_files(photo)
    _send(page)
    assert len(_kept(live, photo)) == 1
