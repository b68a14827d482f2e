"""Its blueprint bears another's name, and with it would take over another's pages."""

from typing import Any

from flask import Blueprint

from core.toolkit import Manifest, hookimpl


class ForeignBlueprint:
    manifest = Manifest("foreign_blueprint", "Foreign blueprint", "1", hook_api=1)

    @hookimpl
    def camove_register_blueprint(self) -> Any:
        return Blueprint("account", __name__)


plugin = ForeignBlueprint()
