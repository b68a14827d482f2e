"""It answers a hook that does not exist; pluggy alone would never say so."""

from typing import Any

from core.toolkit import Manifest, hookimpl


class MisspeltHook:
    manifest = Manifest("misspelt_hook", "Misspelt hook", "1", hook_api=1)

    @hookimpl
    def camove_nav_itmes(self, actor: Any) -> Any:
        return ()


plugin = MisspeltHook()
