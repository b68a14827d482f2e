"""It declares a permission of core as its own."""

from typing import Any

from core.toolkit import Manifest, Permission, hookimpl


class UnprefixedPermission:
    manifest = Manifest("unprefixed_permission", "Unprefixed permission", "1", hook_api=1)

    @hookimpl
    def camove_register_permissions(self) -> Any:
        return (Permission("core.people.view", "See everybody"),)


plugin = UnprefixedPermission()
