"""It registers one address twice; Flask would let the first win in silence."""

from typing import Any

from flask import Blueprint

from core.toolkit import Manifest, hookimpl, public

blueprint = Blueprint("duplicate_route", __name__)


@blueprint.get("/list")
@public
def first() -> str:
    return "first"


@blueprint.get("/list/")
@public
def second() -> str:
    return "second"


class DuplicateRoute:
    manifest = Manifest("duplicate_route", "Duplicate route", "1", hook_api=1)

    @hookimpl
    def camove_register_blueprint(self) -> Any:
        return blueprint


plugin = DuplicateRoute()
