"""A live site and a real Chromium, made once; what is missing on a bare machine is skipped."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.live import Live, Windows, chromium, served
from machine import absent
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

expect.set_options(timeout=15_000)  # Milliseconds: two busy cores say nothing about the pages.


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("live") / "instance") as site:
        yield site


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chrome(playwright: Playwright) -> Iterator[Browser]:
    found = chromium(playwright)
    if found is None:
        absent("Chromium")
    yield found
    found.close()


@pytest.fixture
def windows(live: Live, chrome: Browser) -> Iterator[Windows]:
    """Windows of this test alone; closing them fails the test for outside requests and console errors."""
    opened = Windows(live, chrome)
    yield opened
    opened.close()


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a step in the folder CAMOVE_SCREENSHOTS, if that is set."""
    folder = os.environ.get("CAMOVE_SCREENSHOTS", "")
    numbers = iter(range(1, 1000))

    def take(page: Page, name: str) -> None:
        if folder:
            place = Path(folder) / str(request.node.name)
            place.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=place / f"{next(numbers):02}-{name}.png", full_page=True)

    return take
