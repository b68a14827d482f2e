"""Its role grants a permission that nobody declared."""

from typing import Any

from core.toolkit import Manifest, Role, Scope, hookimpl


class ForeignRole:
    manifest = Manifest("foreign_role", "Foreign role", "1", hook_api=1)

    @hookimpl
    def camove_register_roles(self) -> Any:
        return (Role("foreign_role.king", "King", {"foreign_role.all.do": Scope.ALL}),)


plugin = ForeignRole()
