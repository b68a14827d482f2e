"""Takes the pictures of the README and the guides from a fresh site with sample data: `make screenshots` (Chromium)."""

import io
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from pictures import PICTURES, Picture
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from core.accounts import actors, credentials, sample
from core.accounts.models import Person
from core.periodic import sample as periodic_sample
from core.platform import EXTENSION, Platform
from core.testing import make_app
from core.worker import Worker
from plugins.media_watch.models import Notice, Release
from plugins.media_watch.services import notices
from plugins.monitoring.models import Dossier
from plugins.monitoring.services import sharing

FOLDER = Path(__file__).with_name("screenshots")
PASSWORD = "тихая гора над озером"  # noqa: S105 - of invented people on a site that lives for a minute
SCALE, COLOURS = 1.5, 64
UP = "(at) => scrollTo(0, document.querySelector(at).getBoundingClientRect().top + scrollY - 16)"


def main() -> None:
    """Make the site, walk through it, keep the pictures: of all guides, or of those that are named."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium was not found. Install it, or name its file: CHROMIUM=… make screenshots")
    guides = sys.argv[1:]
    wanted = [each for each in PICTURES if not guides or each.guide in guides]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = _site(Path(folder) / "instance")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _walk(browser, f"http://127.0.0.1:{server.port}", app, wanted)
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
        periodic_sample.add(site.database, cast)
        Worker(site.database, site.jobs).drain()
    return app


def _walk(browser: Browser, base: str, app: Flask, wanted: Sequence[Picture]) -> None:
    """Each person signs in once, since a code of the second step works once."""
    for person in dict.fromkeys(each.person for each in wanted):
        with _context(browser) as window:
            page = _signed_in(window, base, app, person) if person else window.new_page()
            mine = [each for each in wanted if each.person == person]
            for picture, language in ((p, code) for p in mine for code in p.languages):
                _open(page, f"{base}/{language}/", picture, app)
                _keep(page, picture, language)


def _open(page: Page, site: str, picture: Picture, app: Flask) -> None:
    width, height = picture.size
    page.set_viewport_size({"width": width, "height": height})
    if picture.confirmed:
        _confirm(page, site)
    links = {"link": _link, "notice": _notice}
    path = f"{picture.path}/{links[picture.scene](app)}" if picture.scene in links else picture.path
    page.goto(site + path)
    for step in picture.steps:
        if step.startswith("+"):
            page.goto(page.url.split("?")[0] + step[1:])
        else:
            page.locator(step).first.click()
            page.wait_for_load_state()
    if picture.scene == "photo":
        _send_photo(page)


def _send_photo(page: Page) -> None:
    picture = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(picture, "JPEG")
    photo = {"name": "prohodnaya.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.locator("input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    page.locator("[name=upload]:not([value=''])").wait_for(state="attached")


def _confirm(page: Page, site: str) -> None:
    page.goto(f"{site}account/confirm?next={urlsplit(site).path}work")
    page.fill("main input[type=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/work")


def _link(app: Flask) -> str:
    """What an office is given: the token of a link to a registered dossier."""
    site: Platform = app.extensions[EXTENSION]
    with app.app_context(), site.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.email == sample.email("coordinator"))).one()
        dossier = session.scalars(select(Dossier).where(Dossier.state == "registered")).first()
        if dossier is None:
            raise LookupError("the sample has no registered dossier")
        return sharing.open_link(session, actors.load(session, site.register, person), dossier, "ГИТ")


def _notice(app: Flask) -> str:
    """The token of a notice to an outlet that may still reply."""
    site: Platform = app.extensions[EXTENSION]
    with site.database.transaction() as session:
        told = session.scalars(select(Notice).order_by(Notice.id)).first()
        waiting = session.scalars(select(Release).where(Release.state == "noticed")).first()
        if told is None or waiting is None:
            raise LookupError("the sample has no notice")
        if not any(each.outlet_id == told.outlet_id for each in waiting.notices):
            session.add(
                Notice(release=waiting, outlet_id=told.outlet_id, finding=told.finding, until=told.until)
            )
        mine = next(each for each in waiting.notices if each.outlet_id == told.outlet_id)
        mine.token_hash = notices.hashed("a-picture")
    return "a-picture"


def _context(browser: Browser) -> BrowserContext:
    return browser.new_context(device_scale_factor=SCALE, locale="ru")


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


def _keep(page: Page, picture: Picture, language: str) -> None:
    """Few colours make a small file, and the pages have few."""
    page.wait_for_load_state("networkidle")  # forms fetch what they need without a network, and then say so
    if picture.begin:
        page.evaluate(UP, picture.begin)
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    shot = shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = FOLDER / picture.file(language)
    target.parent.mkdir(exist_ok=True)
    shot.save(target, optimize=True)


if __name__ == "__main__":
    main()
