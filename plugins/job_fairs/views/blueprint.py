"""The one blueprint, and what all its pages share."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, best_label, current_actor, language, platform
from plugins.job_fairs import occupations, rights, words
from plugins.job_fairs.language import gettext
from plugins.job_fairs.models import Fair
from plugins.job_fairs.printing import clock
from plugins.job_fairs.regions import NEIGHBOURS, places, regions
from plugins.job_fairs.services import fairs
from plugins.job_fairs.words import obstacle

blueprint = Blueprint("job_fairs", __name__)

WORDS: dict[str, dict[str, Any]] = {
    "reason": words.REASONS, "channel": words.CHANNELS, "sex": words.SEXES, "stay": words.GROUPS,
    "choice": words.CHOICES, "end": words.ENDS, "wave": words.WAVES, "status": words.STATUSES,
    "source": words.SOURCES, "contract": words.CONTRACTS, "wage": words.WAGES, "step": words.STEPS,
    "band": words.BANDS, "grouped_sex": words.GROUPED_SEXES, "schedule": words.SCHEDULES, "sign": words.SIGNS,
    "registered": words.REGISTERED, "education": words.EDUCATIONS, "returned": words.RETURNED,
    "message": words.MESSAGES,
}  # fmt: skip


def said(kind: str, code: str) -> str:
    """A code in words; one that has none stands as it is."""
    return str(WORDS[kind].get(code, code))


@blueprint.context_processor
def helpers() -> dict[str, Any]:
    """What the templates of this plugin may call."""
    return {
        "clock": clock, "state_tag": state_tag, "best": best_label, "obstacle": obstacle,
        "word": said, "region": region, "place": place, "share": share,
        "occupation": lambda code: occupations.occupations()[code].title(language()),
        "border": lambda fair: fair.region in NEIGHBOURS,
    }  # fmt: skip


def share(number: int, of: int) -> str:
    """A number with what it is a share of: 12 / 20 (60 %)."""
    return f"{number} / {of}" + (f" ({100 * number // of} %)" if of else "")


def region(code: str) -> str:
    """The name of a region."""
    return best_label(regions()[code]) if code in regions() else code


def place(soate: str) -> str:
    """The name of a raion or town."""
    return best_label(places()[soate]) if soate in places() else soate


def state_tag(machine: str, name: str) -> dict[str, str]:
    """The words and colour of a state."""
    state = platform.machines[machine].state(name)
    return {"label": gettext(state.label), "tone": state.tone}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(f"job_fairs/{template}", **values), status)


def refused(error: GuardFailed) -> list[str]:
    """Why a move was refused, in words, each once."""
    return [obstacle(code) for code in dict.fromkeys(error.codes)]


def seen_revision() -> int:
    """The revision that the form was made from."""
    return request.form.get("revision", 0, int)


def of_actor(session: Session, fair_id: UUID, permission: str = rights.FAIR_VIEW) -> Fair:
    """The fair, for whoever asks."""
    return fairs.find(session, current_actor(), fair_id, permission)


def times(fair: Fair) -> list[str]:
    """The beginnings of all slots, and the end."""
    return [clock(fair.begins(slot), zone=False) for slot in range(fair.slots + 1)]
