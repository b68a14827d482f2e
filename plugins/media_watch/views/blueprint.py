"""The one blueprint, and what all its pages share."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, language, platform
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.language import gettext
from plugins.media_watch.words import feed_error, gate, problem

blueprint = Blueprint("media_watch", __name__)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates of this plugin may call."""
    return {
        "label": lambda kind, code: CODEBOOK.label(kind, code, language()),
        "meaning": lambda code: CODEBOOK.meaning(code, language()),
        "state_tag": state_tag,
        "problem": problem,
        "gate_words": gate,
        "feed_error": feed_error,
    }


def state_tag(machine: str, name: str) -> dict[str, str]:
    """The words and colour of a state."""
    state = platform.machines[machine].state(name)
    return {"label": gettext(state.label), "tone": state.tone}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(f"media_watch/{template}", **values), status)


def refused(error: GuardFailed) -> list[str]:
    """Why a step was refused, in words, each once."""
    return [problem(code) for code in dict.fromkeys(error.codes)]


def seen_revision() -> int:
    """The revision that the form was made from."""
    return request.form.get("revision", 0, int)
