"""The one blueprint, and what all its pages share."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, language, now
from handbook.language import gettext
from handbook.lifecycle import EDITION
from handbook.models import Edition
from handbook.prose import blocks
from handbook.words import obstacle

blueprint = Blueprint("handbook", __name__)


@blueprint.context_processor
def helpers() -> dict[str, Any]:
    """What the templates of this plugin may call."""
    return {
        "state_tag": state_tag, "say": gettext, "blocks": blocks, "spoken": spoken, "overdue": overdue,
        "visitor_language": language,
    }  # fmt: skip


def state_tag(name: str) -> dict[str, str]:
    """The words and colour of a state."""
    state = EDITION.state(name)
    return {"label": gettext(state.label), "tone": state.tone}


def spoken(edition: Edition) -> Mapping[str, str]:
    """The text in the visitor's language, else in Russian; `code` says in which it is."""
    code = next((each for each in (language(), "ru") if edition.texts.get(each, {}).get("body")), "ru")
    return {"title": "", "body": "", "changed": "", **edition.texts.get(code, {}), "code": code}


def overdue(edition: Edition) -> bool:
    """Whether the day has passed by which somebody had to look at it again."""
    return edition.review_by is not None and edition.review_by < now().date()


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(f"handbook/{template}", **values), status)


def refused(error: GuardFailed) -> list[str]:
    """Why a step was refused, in words, each once."""
    return [obstacle(code) for code in dict.fromkeys(error.codes)]


def seen_revision() -> int:
    """The revision that the form was made from."""
    return request.form.get("revision", 0, int)
