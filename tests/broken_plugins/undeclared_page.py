"""One of its pages declares no permission."""

from typing import Any

from flask import Blueprint

from core.toolkit import Manifest, hookimpl

blueprint = Blueprint("undeclared_page", __name__)


@blueprint.get("/")
def index() -> str:
    return "open to all by mistake"


class UndeclaredPage:
    manifest = Manifest("undeclared_page", "Undeclared page", "1", hook_api=1)

    @hookimpl
    def camove_register_blueprint(self) -> Any:
        return blueprint


plugin = UndeclaredPage()
