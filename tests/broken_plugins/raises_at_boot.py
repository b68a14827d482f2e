"""Its declarations raise, after some of them were given."""

from typing import Any

from core.toolkit import Manifest, Permission, hookimpl


class RaisesAtBoot:
    manifest = Manifest("raises_at_boot", "Raises at boot", "1", hook_api=1)

    @hookimpl
    def camove_register_permissions(self) -> Any:
        yield Permission("raises_at_boot.thing.view", "See")
        raise KeyError("the file of permissions is gone")


plugin = RaisesAtBoot()
