"""It would stand around the answers of others."""

from typing import Any

from core.toolkit import Manifest, hookimpl


class HookWrapper:
    manifest = Manifest("hook_wrapper", "Hook wrapper", "1", hook_api=1)

    @hookimpl(wrapper=True)
    def camove_nav_items(self, actor: Any) -> Any:
        yield
        return []


plugin = HookWrapper()
