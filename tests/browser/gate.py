"""What must hold on every page, of whichever plugin: accessible, narrow, light in bytes."""

import gzip
from collections.abc import Iterable
from importlib.resources import files
from urllib.parse import urlsplit

from browser.live import PHONE
from playwright.sync_api import Page, Response, ViewportSize
from visits.visit import KILOBYTES

LANGUAGES = ("ru", "ky", "en")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that look at colours, which are most of axe's time: no language changes colours, no colour changes the rest."""

NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
HARD_KILOBYTES, SCRIPT_KILOBYTES, REQUESTS, TARGET = 100, 25, 12, 44

FACTS = """() => ({
  titles: document.querySelectorAll("h1").length,
  title: document.title.replace(/ ?- camove$/, "").trim(),
  language: document.documentElement.lang,
})"""
OVERFLOW = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 0.5 && !e.closest(".scroll"))
    .map((e) => e.outerHTML.slice(0, 120)).slice(-3)"""
COVERED = """() => {
  const main = document.querySelector("main")
  return !main || main.scrollHeight <= main.clientHeight + 1 ? [] : [...main.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().bottom > main.getBoundingClientRect().bottom + 1)
    .map((e) => e.outerHTML.slice(0, 120)).slice(0, 3)
}"""
SMALL = """(least) => [...document.querySelectorAll("button, .button, summary, header a, footer a, nav a, form a")]
  .filter((e) => !e.matches(".skip") && e.checkVisibility())
  .filter((e) => e.getBoundingClientRect().height < least - 0.5)
  .map((e) => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 120)}`)"""


def audit(page: Page, rules: list[str], without: Iterable[str] = ()) -> list[str]:
    """What axe-core objects to, in the colours that the page has now."""
    run = "options => axe.run(document, {...options, resultTypes: ['violations']})"
    left_out = {rule: {"enabled": False} for rule in without}
    found = page.evaluate(run, {"runOnly": rules, "rules": left_out})["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def audit_colours(page: Page) -> None:
    """Dark and light, in one language for all."""
    page.emulate_media(color_scheme="dark")
    assert not audit(page, COLOURS), "axe-core, dark"
    page.emulate_media(color_scheme="light")
    assert not audit(page, COLOURS), "axe-core, light"


def inspect(page: Page, language: str) -> None:
    """All that must hold on any page, whatever it is for."""
    seen = page.evaluate(FACTS)
    assert (seen["titles"], seen["language"]) == (1, language)
    assert seen["title"], "the page has no title of its own"
    assert not page.evaluate(SMALL, TARGET), "targets below 44 px"
    page.evaluate(AXE)
    # Scrolled to an error summary, the sticky way out lies over links of the header, as it may: one scrolls on.
    page.evaluate("scrollTo(0, 0)")
    assert not audit(page, RULES, COLOURS), "axe-core"
    if language == LANGUAGES[0]:
        audit_colours(page)
        page.set_viewport_size(WIDE)
        assert not page.evaluate(COVERED), "something lies over the footer"
    page.set_viewport_size(NARROW)
    assert not page.evaluate(OVERFLOW), "wider than 320 px"
    page.set_viewport_size(PHONE)


def weigh(responses: list[Response], kind: str) -> None:
    """The budgets of a first visit, as a compressing server would send it."""
    # A redirect has no body; what it leads to is weighed.
    bodies = [each for each in responses if not 300 <= each.status < 400]
    weights = {each.url: len(gzip.compress(each.body())) / 1024 for each in bodies}
    texts = {
        each.url: weights[each.url] for each in bodies if "image" not in each.headers.get("content-type", "")
    }
    scripts = sum(size for url, size in texts.items() if ".js" in urlsplit(url).path)
    assert sum(texts.values()) <= KILOBYTES[kind], texts
    assert sum(weights.values()) <= HARD_KILOBYTES
    assert scripts <= SCRIPT_KILOBYTES
    assert len(responses) <= REQUESTS
