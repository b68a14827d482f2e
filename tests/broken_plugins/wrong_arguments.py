"""It asks for an argument that the hook does not give."""

from typing import Any

from core.toolkit import Manifest, hookimpl


class WrongArguments:
    manifest = Manifest("wrong_arguments", "Wrong arguments", "1", hook_api=1)

    @hookimpl
    def camove_nav_items(self, visitor: Any) -> Any:
        return ()


plugin = WrongArguments()
