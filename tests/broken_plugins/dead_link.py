"""It links to a page that does not exist."""

from typing import Any

from core.toolkit import Manifest, NavItem, Tile, hookimpl


class DeadLink:
    manifest = Manifest("dead_link", "Dead link", "1", hook_api=1)

    @hookimpl
    def camove_nav_items(self, actor: Any) -> Any:
        yield NavItem("dead_link.nowhere", "nowhere")

    @hookimpl
    def camove_panel_tiles(self, session: Any, actor: Any) -> Any:
        yield Tile(1, "nowhere", "dead_link.nowhere")


plugin = DeadLink()
