"""Takes the pictures of the README and the guides from a fresh site with sample data: `make screenshots` (Chromium)."""

import io
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from core.accounts import credentials, sample
from core.accounts.models import Person
from core.platform import EXTENSION, Platform
from core.testing import make_app
from core.worker import Worker

FOLDER = Path(__file__).with_name("screenshots")
PASSWORD = "тихая гора над озером"  # noqa: S105 - of invented people on a site that lives for a minute
PHONE, DESK = (360, 960), (1280, 720)
COLOURS = 128


def main() -> None:
    """Make the site, walk through it, keep the pictures."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium was not found. Install it, or name its file: CHROMIUM=… make screenshots")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = _site(Path(folder) / "instance")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _walk(browser, f"http://127.0.0.1:{server.port}", app)
        browser.close()
        server.shutdown()


def _site(folder: Path) -> Flask:
    app = make_app(folder)
    site: Platform = app.extensions[EXTENSION]
    with app.app_context():
        with site.database.transaction() as session:
            secret = credentials.new_secret()
            cast = sample.add(session, site.settings, site.register, PASSWORD, secret)
            site.plugins.sample_data(session, cast)
        Worker(site.database, site.jobs).drain()
    return app


def _walk(browser: Browser, base: str, app: Flask) -> None:
    with _context(browser, PHONE) as visitor:
        page = visitor.new_page()
        page.goto(f"{base}/ru/")
        _keep(page, "home")
        page.goto(f"{base}/ru/account/cannot-get-in")
        _keep(page, "cannot-get-in", scrolled=True)
    with _context(browser, PHONE) as monitor:
        page = _signed_in(monitor, base, app, "monitor")
        page.goto(f"{base}/ru/monitoring/reports?state=verified")
        page.locator("main table a").first.click()
        _keep(page, "report")
        _keep_for_the_guides(page, base)
    with _context(browser, DESK) as coordinator:
        page = _signed_in(coordinator, base, app, "coordinator")
        page.goto(f"{base}/ru/work")
        _keep(page, "dashboard")


def _keep_for_the_guides(page: Page, base: str) -> None:
    page.goto(f"{base}/ru/monitoring/reports?state=submitted")
    page.locator("main table a").first.click()
    page.locator(".contacts a:not([href$='/open'])").first.click()
    _keep(page, "contact", scrolled=True)
    _send_photo(page, base)
    _keep(page, "upload", scrolled=True)
    _make_sheet(page, base)
    _keep(page, "sheet", scrolled=True)


def _send_photo(page: Page, base: str) -> None:
    page.goto(f"{base}/ru/monitoring/reports?state=draft")
    page.locator("main table a").first.click()
    page.goto(f"{page.url.rstrip('/')}/evidence/0")
    picture = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(picture, "JPEG")
    photo = {"name": "prohodnaya.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    page.locator("[name=upload]:not([value=''])").wait_for(state="attached")


def _make_sheet(page: Page, base: str) -> None:
    page.goto(f"{base}/ru/account/confirm?next=/ru/vault/")
    page.fill("main input[type=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/ru/vault/*/")
    page.goto(f"{page.url}new-sheet")
    page.click("main form button")
    page.locator("ol.sheet").wait_for()


def _context(browser: Browser, size: tuple[int, int]) -> BrowserContext:
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=1.5, locale="ru"
    )


def _signed_in(context: BrowserContext, base: str, app: Flask, key: str) -> Page:
    page = context.new_page()
    page.goto(f"{base}/ru/account/sign-in")
    page.fill("input[name=email]", sample.email(key))
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=code]", _code(app, key))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{base}/ru/work")
    return page


def _code(app: Flask, key: str) -> str:
    site: Platform = app.extensions[EXTENSION]
    with site.database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == sample.email(key))).one()
        return str(credentials.totp(site.settings, person).now())


def _keep(page: Page, name: str, *, scrolled: bool = False) -> None:
    """Few colours make a small file, and the pages have few. Scrolled, the picture begins at the page's own header."""
    if scrolled:
        page.evaluate("document.querySelector('main :is(.back, .caption, h1)').scrollIntoView()")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
