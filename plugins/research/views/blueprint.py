"""The one blueprint, and what all its pages share."""

from typing import Any

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, language, platform
from plugins.research import words
from plugins.research.dictionary import best
from plugins.research.language import gettext

blueprint = Blueprint("research", __name__)


@blueprint.context_processor
def said() -> dict[str, Any]:
    """What the templates of this plugin may call."""
    return {
        "obstacle": words.obstacle,
        "state_tag": state_tag,
        "say": lambda kind, code: str(getattr(words, kind).get(code, code)),
        "file_problem": words.problem,
        "best": lambda labels: best(labels or {}, language()),
    }


def state_tag(machine: str, name: str) -> dict[str, str]:
    """The words and colour of a state."""
    state = platform.machines[machine].state(name)
    return {"label": gettext(state.label), "tone": state.tone}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(f"research/{template}", **values), status)


def refused(error: GuardFailed) -> list[str]:
    """Why a move was refused, in words, each once."""
    return [words.obstacle(code) for code in dict.fromkeys(error.codes)]


def document(content: str | bytes, kind: str, name: str = "") -> Response:
    """A document that no browser runs."""
    response = make_response(content)
    response.headers["Content-Type"] = kind if isinstance(content, bytes) else f"{kind}; charset=utf-8"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
