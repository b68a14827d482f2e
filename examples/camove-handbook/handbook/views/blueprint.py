"""The one blueprint, and what all its pages share."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from handbook.language import gettext
from handbook.lifecycle import ENTRY

blueprint = Blueprint("handbook", __name__)

OBSTACLES = {"text_missing": lambda: gettext("Write the text before you publish.")}


@blueprint.context_processor
def helpers() -> dict[str, Any]:
    """What the templates of this plugin may call."""
    return {"state_tag": state_tag, "say": gettext}


def state_tag(name: str) -> dict[str, str]:
    """The words and colour of a state."""
    state = ENTRY.state(name)
    return {"label": gettext(state.label), "tone": state.tone}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(f"handbook/{template}", **values), status)
