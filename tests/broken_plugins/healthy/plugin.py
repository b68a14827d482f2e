"""A plugin with nothing wrong: it must go on whatever its neighbour does."""

from collections.abc import Iterable

from flask import Blueprint

from core.toolkit import Actor, Manifest, NavItem, hookimpl, public

blueprint = Blueprint("healthy", __name__)


@blueprint.get("/")
@public
def index() -> str:
    return "alive and well"


class Healthy:
    manifest = Manifest("healthy", "Healthy", "1", hook_api=1)

    @hookimpl
    def camove_register_blueprint(self) -> Blueprint:
        return blueprint

    @hookimpl
    def camove_nav_items(self, actor: Actor) -> Iterable[NavItem]:
        yield NavItem("healthy.index", "Healthy link")


plugin = Healthy()
