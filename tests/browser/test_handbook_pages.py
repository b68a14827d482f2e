"""The pages of the example plugin stand before the same judge as ours: it is what a stranger would copy."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from browser.gate import LANGUAGES, inspect, weigh
from browser.live import Live, Windows, answers_to, served
from playwright.sync_api import Browser

import core
from core.database import Base

pytestmark = pytest.mark.browser
EXAMPLE = Path(core.__file__).parent.parent / "examples" / "camove-handbook"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site with the handbook alone, read from its folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLE))
        plugin = import_module("handbook.plugin").plugin
        with served(tmp_path_factory.mktemp("book") / "instance", plugins=[plugin]) as site:
            yield site
    for table in [table for table in Base.metadata.sorted_tables if table.name.startswith("handbook_")]:
        Base.metadata.remove(table)  # The sites of other tests in this process have no such plugin.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_the_handbook_are_as_good_as_ours(book: Live, chrome: Browser, language: str) -> None:
    windows = Windows(book, chrome)
    writer, lawyer = (windows.of(each, language=language) for each in ("kg_coordinator", "lawyer"))
    own = writer.go(f"/{language}/handbook/work").locator("tbody a").first.get_attribute("href")
    assert own is not None
    lists = ("", "chapters/pay-not-paid", "chapters/papers-checked", "chapters/pay-not-paid/1")
    paths = [f"/{language}/handbook/{each}" for each in (*lists, "work", "work/new", "copies")]
    paths.append(own)
    for window in (writer, lawyer):
        for path in paths if window is writer else paths[-1:]:
            window.page.goto("about:blank")
            with answers_to(window.page) as responses:
                window.go(path)
            assert responses[0].status == 200, path
            weigh(responses, "list")
            inspect(window.page, language)
    windows.close()
