"""It cannot say whether an act is allowed."""

from typing import Any

from core.toolkit import Manifest, hookimpl


class RaisesInGuard:
    manifest = Manifest("raises_in_guard", "Raises in a guard", "1", hook_api=1)

    @hookimpl
    def camove_guard_access(self, session: Any, actor: Any, permission: Any, target: Any) -> Any:
        raise TimeoutError("who knows")


plugin = RaisesInGuard()
