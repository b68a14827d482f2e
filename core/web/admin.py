"""Administration: plugins with their state and errors, settings, and jobs."""

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from core import audit, outbox, preferences
from core.i18n import domain_of, gettext
from core.platform import platform
from core.web.errors import back_with
from core.web.forms import Form
from core.web.guard import current_actor, needs, reading, transaction

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@needs("core.plugins.view")
def index() -> str:
    """Where an administrator starts."""
    return render_template("admin/index.html", records=_records(), counts=outbox.counts(reading()))


@blueprint.get("/plugins")
@needs("core.plugins.view")
def plugins() -> str:
    """Every plugin that was found: state, reason, hooks, recent errors."""
    return render_template("admin/plugins.html", records=_records())


def _records() -> list[object]:
    return list(platform.plugins.records.values())


@blueprint.get("/settings")
@needs("core.settings.change")
def settings() -> str:
    """Values that may be changed while the site runs."""
    values = {name: preferences.get(reading(), each) for name, each in platform.preferences.items()}
    return render_template(
        "admin/settings.html", settings=platform.preferences, values=values, form=Form(), words=_words
    )


def _words(name: str, message: str) -> str:
    # A setting is labelled in the catalogue of the plugin that declared it.
    return str(domain_of(name.split(".", 1)[0]).gettext(message))


@blueprint.post("/settings")
@needs("core.settings.change", fresh=True)
def change_settings() -> Response:
    """Keep the changed values."""
    with transaction() as session:
        told = request.form.to_dict()
        changed = preferences.change(session, current_actor(), platform.preferences, told)
        platform.plugins.settings_changed(session, changed)
    return back_with(gettext("The settings were saved."), "admin.settings")


@blueprint.get("/jobs")
@needs("core.jobs.manage")
def jobs() -> str:
    """Work that waits or was parked after failing too often."""
    rows = select(outbox.QueuedJob).order_by(outbox.QueuedJob.parked.desc(), outbox.QueuedJob.due).limit(100)
    queued = list(reading().scalars(rows))
    return render_template(
        "admin/jobs.html",
        jobs=queued,
        counts=outbox.counts(reading()),
        form=Form(),
        most=outbox.ATTEMPTS,
    )


@blueprint.post("/jobs/<uuid:job_id>/retry")
@needs("core.jobs.manage")
def retry(job_id: UUID) -> Response:
    """Give a parked job another round."""
    with transaction() as session:
        if session.get(outbox.QueuedJob, job_id) is None:
            abort(404)
        outbox.retry(session, job_id)
        audit.record(session, current_actor(), "core.jobs.retry", job_id)
    return back_with(gettext("The job will be tried again."), "admin.jobs")


@blueprint.post("/jobs/<uuid:job_id>/drop")
@needs("core.jobs.manage")
def drop(job_id: UUID) -> Response:
    """Give up a job that waits or is parked; ask one that runs to end."""
    with transaction() as session:
        if session.get(outbox.QueuedJob, job_id) is None:
            abort(404)
        gone = outbox.cancel(session, job_id)
        audit.record(session, current_actor(), "core.jobs.drop", job_id)
    told = gettext("The job was dropped.") if gone else gettext("The job runs. It was asked to end.")
    return back_with(told, "admin.jobs")
