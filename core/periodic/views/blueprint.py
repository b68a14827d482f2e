"""The one blueprint, and how a report is shown wherever it is."""

import json
from typing import Any

from flask import Blueprint

from core.i18n import best, gettext, language
from core.periodic import services, telling
from core.periodic.drawing import SUMMARY
from core.periodic.lifecycle import PERIODIC
from core.periodic.models import PeriodicReport
from core.periodic.telling import Edition
from core.web.guard import reading

blueprint = Blueprint("periodic", __name__, url_prefix="/reports")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates may call."""
    return {
        "best": best, "state_of": lambda each: PERIODIC.state(each.state), "words": gettext,
        "period_in_words": telling.period_in_words, "title_of": title_of,
    }  # fmt: skip


def edition_of(report: PeriodicReport) -> Edition:
    """The report in the visitor's language."""
    return telling.told(services.composed(reading(), report), language(), SUMMARY)


def title_of(report: PeriodicReport) -> str:
    """Its title in the visitor's language: of what was published, the published one."""
    return best(json.loads(report.content)["title"] if report.content else report.title)
