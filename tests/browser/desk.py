"""What a person does in a window, in the words that stand on the pages."""

import io
import re
from collections.abc import Callable

from browser.live import Window, ready_button, ru
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from plugins.monitoring.taxonomy import TAXONOMY

Photograph = Callable[[Page, str], None]


def label(kind: str, code: str) -> str:
    return TAXONOMY.label(kind, code, "ru")


def named(message: str) -> re.Pattern[str]:
    """A field's label, with or without the word that it is optional."""
    return re.compile(rf"^\s*{re.escape(ru(message))}\s*(\(.*\))?\s*$")


class Desk:
    """One person's window, and their hands. Messages are msgids; `option` and `text` are words as shown."""

    def __init__(self, window: Window, photograph: Photograph) -> None:
        self.window, self.page, self._photograph = window, window.page, photograph

    def photograph(self, name: str) -> None:
        self._photograph(self.page, name)

    def open(self, path: str) -> None:
        self.window.go(path)

    def shows(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def titled(self, message: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(ru(message))

    def field(self, message: str) -> Locator:
        return self.page.get_by_label(named(message))

    def fill(self, message: str, value: str) -> None:
        self.field(message).fill(value)

    def choose(self, message: str, option: str) -> None:
        self.field(message).select_option(label=option)

    def tick(self, option: str) -> None:
        self.page.get_by_label(option, exact=True).check()

    def answer(self, question: str, reply: str) -> None:
        group = self.page.get_by_role("group", name=ru(question))
        group.get_by_label(ru(reply), exact=True).check()

    def press(self, message: str, picture: str = "") -> None:
        button = ready_button(self.page, ru(message))
        if picture:
            self.photograph(picture)
        button.click()

    def follow(self, message: str, picture: str = "") -> None:
        if picture:
            self.photograph(picture)
        self.page.get_by_role("main").get_by_role("link", name=ru(message)).first.click()

    def unfold(self, message: str) -> None:
        self.page.locator("summary", has_text=ru(message)).click()


def photo() -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "#6b705c").save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
