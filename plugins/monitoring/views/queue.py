"""The coordinators' queue."""

from flask import request
from werkzeug.wrappers import Response

from core.toolkit import current_actor, language, needs, reading
from plugins.monitoring import rights, waiting
from plugins.monitoring.forms.figures import QueueForm
from plugins.monitoring.language import gettext
from plugins.monitoring.services import queue as queued
from plugins.monitoring.taxonomy import TAXONOMY
from plugins.monitoring.views.blueprint import blueprint, page


@blueprint.get("/queue")
@needs(rights.REPORT_TRIAGE)
def queue() -> Response:
    """All that waits, danger first, then the oldest."""
    form = QueueForm(request.args)
    anything = [("", gettext("All"))]
    form.region.choices = anything + TAXONOMY.labels("region", language())
    form.sector.choices = anything + TAXONOMY.labels("sector", language())
    found = queued.queue(
        reading(),
        current_actor(),
        waiting.TRIAGE_DAYS,
        region=form.region.data or "",
        sector=form.sector.data or "",
        late=bool(form.late.data),
    )
    return page("queue.html", found=found, filters=form, most=queued.MOST_SHOWN)
