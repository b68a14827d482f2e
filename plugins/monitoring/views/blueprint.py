"""The one blueprint, and what all its pages share."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, language, platform
from plugins.monitoring.language import gettext
from plugins.monitoring.taxonomy import TAXONOMY
from plugins.monitoring.words import NAME_SOURCES, RELATION_KINDS, obstacle

blueprint = Blueprint("monitoring", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates of this plugin may call."""
    return {"label": _label, "obstacle": obstacle, "state_tag": state_tag, **_of_register()}


def _of_register() -> dict[str, Any]:
    return {
        "name_source": lambda code: NAME_SOURCES.get(code, code),
        "relation_kind": lambda code: RELATION_KINDS.get(code, code),
    }


def _label(kind: str, code: str) -> str:
    return TAXONOMY.label(kind, code, language()) if code else ""


def state_tag(machine: str, name: str) -> dict[str, str]:
    """The words and colour of a state."""
    state = platform.machines[machine].state(name)
    return {"label": gettext(state.label), "tone": state.tone}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(f"monitoring/{template}", **values), status)


def refused(error: GuardFailed) -> list[str]:
    """Why a move was refused, in words, each once."""
    return [obstacle(code) for code in dict.fromkeys(error.codes)]
