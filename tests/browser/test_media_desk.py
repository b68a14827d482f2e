"""A coder at the desk: the keyboard alone, and a browser that dies between two keys."""

import re
from uuid import UUID

from browser.desk import Photograph
from browser.live import Live, Windows
from playwright.sync_api import expect
from sqlalchemy import select

from plugins.media_watch.models import Assignment

DESK = re.compile(r"/ru/media_watch/desk/[0-9a-f-]{36}$")
TYPED = "как саранча"


def test_articles_are_coded_with_the_keyboard_alone_and_no_key_is_lost(
    live: Live, windows: Windows, photograph: Photograph
) -> None:
    window = windows.of("coder_kg")
    page = window.go("/ru/media_watch/desk")
    expect(page).to_have_url(DESK)
    first = page.url
    page.keyboard.press("Alt+KeyY")
    expect(page.locator("[name=relevant][value=yes]")).to_be_checked()
    page.locator("[name=codes-0-quote]").focus()
    page.keyboard.type(TYPED)
    expect(page.locator("[data-desk] [role=status]")).not_to_be_empty()
    page.wait_for_timeout(1500)  # the last key is on its way; a slow machine needs a moment to take it
    photograph(page, "desk")
    # The process of the page dies; nothing can be said good-bye to.
    window.context.close()
    windows.open.remove(window)

    page = windows.of("coder_kg").go("/ru/media_watch/desk")
    expect(page).to_have_url(first)
    expect(page.locator("[name=relevant][value=yes]")).to_be_checked()
    expect(page.locator("[name=codes-0-quote]")).to_have_value(TYPED)
    for key, choice in (("group", "RUS"), ("category", "S4"), ("stance", "A")):
        field = page.locator(f"[name=codes-0-{key}]")
        field.focus()
        while field.input_value() != choice:
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(first)
    for _ in range(3):
        if not DESK.search(page.url):
            break
        here = page.url
        page.wait_for_load_state("load")
        page.keyboard.press("Alt+KeyN")
        expect(page.locator("[name=relevant][value=no]")).to_be_checked()
        page.keyboard.press("Control+Enter")
        expect(page).not_to_have_url(here)
    with live.site.database.reading() as session:
        rows = select(Assignment).where(Assignment.coder_id == live.people["coder_kg"])
        kept = [
            each.answer
            for each in session.scalars(rows.where(Assignment.id == UUID(first.rsplit("/", 1)[1])))
        ]
    assert [(each["relevant"], each["codes"][0]["quote"]) for each in kept] == [("yes", TYPED)]
