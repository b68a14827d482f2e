"""Its answers never end."""

from itertools import repeat
from typing import Any

from core.toolkit import Manifest, NavItem, hookimpl


class EndlessGenerator:
    manifest = Manifest("endless_generator", "Endless generator", "1", hook_api=1)

    @hookimpl
    def camove_nav_items(self, actor: Any) -> Any:
        return repeat(NavItem("pages.home", "again"))


plugin = EndlessGenerator()
