"""A whole quarter in real windows: twelve feeds of a local server become a release, its reply and its correction.

Every kind of page is walked through; most of 276 codes go through the services, 30 are typed on a keyboard.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from browser.desk import Photograph
from browser.live import Live, Windows
from newsroom import (
    AUTHOR,
    BROKEN,
    BUSY,
    GONE,
    LABELLED,
    LARGE,
    NAMES,
    OUTLETS,
    PERIOD,
    START,
    Newsroom,
    Press,
    code_for,
    network,
    outlet_id,
)
from playwright.sync_api import Browser, Page, expect
from serving import free_port
from sqlalchemy import select

from core import testing
from core.i18n import domain_of
from core.platform import EXTENSION
from plugins.media_watch import canonical, opml
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.models import Article, Assignment, Decision, Item
from plugins.media_watch.opml import Listed

pytestmark = pytest.mark.browser
DESK = re.compile(r"/ru/media_watch/desk/[0-9a-f-]{36}$")
RELEASES = f"/ru/media_watch/releases/RU/{PERIOD}"
TYPED = 30


def ru(message: str, **values: object) -> str:
    text = domain_of("media_watch").text("ru", message)
    assert text != message, f"no Russian for {message!r}"
    return text % values if values else text


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    app = testing.make_app(tmp_path / "instance", base_url=f"http://127.0.0.1:{free_port()}")
    return Newsroom.settle(app)


@pytest.fixture
def windows(room: Newsroom, chrome: Browser) -> Iterator[Windows]:
    site = room.app.extensions[EXTENSION]
    live = Live(room.app, site, site.settings.base_url, dict(room.people))
    live.serve()
    opened = Windows(live, chrome)
    yield opened
    opened.close()
    live.kill()
    site.database.close()


@pytest.fixture
def story(room: Newsroom, windows: Windows, photograph: Photograph) -> "Story":
    return Story(room, windows, photograph)


class Story:
    """The people of a quarter, their windows, and the steps that each of them takes."""

    def __init__(self, room: Newsroom, windows: Windows, photograph: Photograph) -> None:
        self.room, self.windows, self.photograph = room, windows, photograph

    def window(self, who: str, path: str) -> Page:
        return self.windows.of(who).go(path)

    def press(self, page: Page, message: str, picture: str = "") -> None:
        if picture:
            self.photograph(page, picture)
        page.get_by_role("button", name=ru(message), exact=True).click()

    def bring_in_and_poll(self, folder: Path) -> None:
        listed = [
            Listed(NAMES[each], f"http://{each}.example/rss", f"http://{each}.example") for each in OUTLETS
        ]
        editor = self.window("mw_editor", "/ru/media_watch/sources")
        editor.locator("summary", has_text=ru("Bring in a list of feeds (OPML)")).click()
        file = {"name": "press.opml", "mimeType": "text/xml", "buffer": opml.write("x", listed)}
        editor.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        self.press(editor, "Look at the list first")
        expect(editor.get_by_text(ru("New"), exact=True)).to_have_count(len(OUTLETS))
        self.press(editor, "Bring in the new feeds", "list")
        press = Press()
        with network(folder, press) as lab:
            for hours, edited in ((0, False), (1, False), (3, False), (24, True)):
                press.edited, press.busy = edited, hours == 0
                self.room.due(START)
                self.room.poll(lab, START + timedelta(hours=hours))
            assert lab.canary.connections == 0
        self._health(editor)
        self._articles(editor)

    def _health(self, editor: Page) -> None:
        editor.goto(editor.url)
        self.photograph(editor, "health")
        said = {
            GONE: ru("Gone for good (410)"),
            LABELLED: "cp1251",
            BROKEN: "SAXParseException",
            BUSY: ru("Well"),
        }
        for key, words in said.items():
            editor.get_by_role("link", name=NAMES[key], exact=True).click()
            expect(editor.locator("main")).to_contain_text(words)
            if key == BROKEN:
                self.photograph(editor, "feed")
            editor.go_back()

    def _articles(self, editor: Page) -> None:
        """The byline of all articles is confirmed at once; the edited one shows what it said before."""
        for key in LARGE:
            editor.goto(
                f"{self.windows.live.base}/ru/media_watch/articles?outlet="
                f"{self.room.read(lambda s, key=key: outlet_id(s, key))}&topic=topic"
            )
            editor.locator("main table a").first.click()
            editor.get_by_label(ru("Also all articles of the outlet with exactly this byline")).check()
            self.press(editor, "Confirm the author", "article" if key == "o1" else "")
            expect(editor.locator("main")).to_contain_text(AUTHOR)
        edited = self.room.read(
            lambda s: s.scalars(select(Article.id).where(Article.revision == 2).limit(1)).one()
        )
        editor.goto(f"{self.windows.live.base}/ru/media_watch/articles/{edited}")
        expect(editor.locator(".timeline li")).to_have_count(2)

    def train(self) -> None:
        coder = self.window("mw_c1", "/ru/media_watch/desk")
        levels = CODEBOOK.codes("level")
        for each in VIGNETTES:
            coder.locator(f"#v{each.number}-{levels[each.level]}").check()
        self.press(coder, "Compare with the known codes", "training")
        expect(coder.locator("main")).to_contain_text(
            ru("No article waits for you. You are told when a round begins.")
        )
        self.room.train("mw_c2", "mw_c3", "mw_c4")

    def draw(self) -> Page:
        page = self.window("mw_coordinator", "/ru/media_watch/rounds")
        page.fill("[name=period]", PERIOD)
        page.fill("[name=check]", "10")
        self.press(page, "Open", "rounds")
        self.press(page, "Draw the sample and start coding", "round-open")
        expect(page.locator("main")).to_contain_text(ru("Frame"))
        return page

    def code_by_keyboard(self) -> None:
        """Thirty articles without a mouse; the browser dies between two keys of the first."""
        window = self.windows.of("mw_c1")
        page = window.go("/ru/media_watch/desk")
        expect(page).to_have_url(DESK)
        page.keyboard.press("Alt+KeyY")
        expect(page.locator("[name=relevant][value=yes]")).to_be_checked()
        self._typed(page, "как саранча", 5)
        expect(page.locator("[data-desk] [role=status]")).to_have_text(ru("Kept"))
        self._kept(page, "как саранча")
        self.photograph(page, "desk")
        window.context.close()
        self.windows.open.remove(window)
        page = self.window("mw_c1", "/ru/media_watch/desk")
        expect(page.locator("[name=codes-0-quote]")).to_have_value("как саранча")
        for number in range(TYPED):
            expect(page.get_by_role("heading", level=1)).to_contain_text(str(number + 1))
            page.wait_for_load_state("load")
            here = page.url
            self._code(page, UUID(here.rsplit("/", 1)[1]))
            page.keyboard.press("Control+Enter")
            expect(page).not_to_have_url(here)
        done = self.room.read(lambda s: s.scalars(_done("mw_c1", self.room)).all())
        assert len(done) == TYPED
        assert self._differing(done) == []

    def _kept(self, page: Page, words: str) -> None:
        """The server has it: nothing waits in the browser."""
        code = UUID(page.url.rsplit("/", 1)[1])
        for _ in range(100):
            kept = self.room.read(lambda s: s.get_one(Assignment, code).answer)
            if kept.get("codes", [{}])[0].get("quote") == words:
                return
            page.wait_for_timeout(50)
        raise AssertionError(f"not kept: {kept}")

    def _typed(self, page: Page, words: str, tabs: int) -> None:
        for _ in range(tabs):
            page.keyboard.press("Tab")
        page.keyboard.type(words)

    def _code(self, page: Page, code: UUID) -> None:
        wanted = self._wanted(code)
        page.keyboard.press("Alt+KeyY")
        row = wanted["codes"][0]
        for name in ("group", "category", "stance"):
            self._choose(page, name, row[name])
            page.keyboard.press("Tab")
        if row["category"]:
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Control+KeyA")
            page.keyboard.type(row["quote"])

    def _wanted(self, code: UUID) -> Any:
        def ask(session: Any) -> Any:
            return code_for(session.get_one(Assignment, code).item, second=False)

        return self.room.read(ask)

    def _choose(self, page: Page, name: str, value: str) -> None:
        field = page.locator(f"[name=codes-0-{name}]")
        expect(field).to_be_focused()
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def _differing(self, done: list[UUID]) -> list[Any]:
        """The codes that are not what was meant: group, category, voice and words of each."""

        def ask(session: Any) -> list[Any]:
            rows = [session.get_one(Assignment, each) for each in done]
            pairs = [
                (each.answer["codes"][0], code_for(each.item, second=False)["codes"][0]) for each in rows
            ]
            return [
                (found, meant)
                for found, meant in pairs
                if any(found[k] != meant[k] for k in ("group", "category", "stance"))
                or (meant["category"] and found["quote"] != meant["quote"])
            ]

        return list(self.room.read(ask))

    def decide(self, page: Page, category: str, picture: str) -> None:
        page.goto(f"{self.windows.live.base}/ru/media_watch/decisions")
        self.photograph(page, f"{picture}-list")
        page.locator("main table a").first.click()
        page.locator("[name=relevant][value=yes]").check()
        page.select_option("[name=codes-0-group]", "MIG")
        page.select_option("[name=codes-0-category]", category)
        page.select_option("[name=codes-0-stance]", "A")
        page.fill("[name=codes-0-quote]", "как саранча")
        self.press(page, "Decide")
        expect(page.locator("main")).to_contain_text(ru("Write the reason."))
        page.fill("[name=reason]", "Образ саранчи.")
        self.press(page, "Decide", picture)
        expect(page.locator("main")).to_contain_text(ru("Nothing waits for a decision of yours."))

    def tell(self, page: Page, picture: str) -> dict[str, str]:
        """Press the button; gives what the page shows once: name -> link."""
        self.press(page, "Tell the outlets")
        expect(page.locator("main")).to_contain_text(ru("Links of the notices, shown this once"))
        self.photograph(page, picture)
        names = page.locator(".copy .label").all_inner_texts()
        return dict(zip(names, page.locator(".copy .copy-value").all_inner_texts(), strict=True))

    def reply(self, link: str, words: str, picture: str) -> None:
        page = self.window("", link.replace(self.windows.live.base, ""))
        page.fill("[name=reply]", words)
        self.press(page, "Send the reply", picture)
        expect(page.locator("main")).to_contain_text(
            ru("Your reply was received. It will be printed in full beside the finding.")
        )

    def sign_and_publish(self, page: Page, picture: str) -> None:
        self.room.wait()
        page.goto(page.url)
        self.press(page, "Freeze for signing")
        expect(page.get_by_role("button", name=ru("Publish"), exact=True)).to_have_count(0)
        for who in ("mw_sign1", "mw_sign2"):
            signer = self.window(who, page.url.replace(self.windows.live.base, ""))
            self.press(signer, "Sign for the association", f"{picture}-{who}")
            expect(signer.locator("main")).to_contain_text("/ 2")
        page.goto(page.url)
        self.press(page, "Publish", picture)


def _done(who: str, room: Newsroom) -> Any:
    mine = select(Assignment.id).where(Assignment.coder_id == room.people[who])
    return mine.where(Assignment.done_at.is_not(None))


def test_a_quarter_goes_from_feeds_to_a_corrected_release(story: Story, tmp_path: Path) -> None:
    room = story.room
    story.bring_in_and_poll(tmp_path)
    story.train()
    page = story.draw()
    story.code_by_keyboard()
    room.code()
    judge = story.window("mw_judge", "/ru/media_watch/decisions")
    story.decide(judge, "S4", "decision")
    page.goto(page.url)
    story.press(page, "Close the coding")
    story.press(page, "Prepare a release", "round-coded")
    links = story.tell(page, "links")
    person = f"{AUTHOR} ({NAMES['o1']})"
    assert set(links) == {NAMES[each] for each in LARGE} | {person}
    story.reply(links[NAMES["o1"]], "Редакция не согласна.", "reply")
    story.reply(links[person], "Я цитировал.", "reply-person")
    story.sign_and_publish(page, "publish")
    visitor = story.window("", f"{RELEASES}/1")
    for words in ("Редакция не согласна.", "Я цитировал.", ru("What may not be concluded")):
        expect(visitor.locator("main")).to_contain_text(words)
    story.photograph(visitor, "release")
    first = visitor.request.get(f"{story.windows.live.base}{RELEASES}/1/json").body()
    assert set(canonical.verify(first)["frame"]["names"].values()) == set(NAMES.values()) - {
        NAMES[each] for each in ("o5", "o9", "o10")
    }
    _correct(story, page, judge)
    again = visitor.request.get(f"{story.windows.live.base}{RELEASES}/1/json").body()
    assert canonical.verify(again) == canonical.verify(first), "a correction never changes an old release"
    visitor.goto(visitor.url)
    expect(visitor.locator("main")).to_contain_text(ru("A later release has replaced this one."))
    visitor.get_by_role("link", name=ru("To the later release")).click()
    expect(visitor.locator("main")).to_contain_text("Одна статья перечитана.")
    story.photograph(visitor, "correction")


def _correct(story: Story, page: Page, judge: Page) -> None:
    """An outlet objects; the article is decided again, and a second edition says so."""
    address = story.room.read(
        lambda s: s.get_one(Item, s.scalars(select(Decision.item_id)).one()).article.url
    )
    page.goto(page.url)
    page.locator("summary", has_text=ru("Have an article decided again, as when an outlet objects")).click()
    page.fill("#address", address)
    page.fill("#reason-review", "Издание возразило.")
    story.press(page, "Give it to an adjudicator")
    story.decide(judge, "L2", "again")
    page.goto(page.url)
    page.locator("summary", has_text=ru("Prepare a correction")).click()
    page.fill("#reason-prepare", "Одна статья перечитана.")
    story.press(page, "Prepare the correction")
    assert story.tell(page, "links-again")
    story.sign_and_publish(page, "publish-again")
