"""Its navigation and its tiles raise while a page is made."""

from typing import Any

from core.toolkit import Manifest, NavItem, hookimpl


class RaisesAtRender:
    manifest = Manifest("raises_at_render", "Raises at render", "1", hook_api=1)

    @hookimpl
    def camove_nav_items(self, actor: Any) -> Any:
        yield NavItem("pages.home", "half an answer")
        raise ZeroDivisionError("Aibek Usenov, +996 555 123456")

    @hookimpl
    def camove_panel_tiles(self, session: Any, actor: Any) -> Any:
        raise ZeroDivisionError("no tiles")


plugin = RaisesAtRender()
