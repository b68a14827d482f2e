"""The few addresses without a language: where visitors start, and what machines ask."""

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from core.i18n import preferred_language
from core.platform import platform
from core.web.guard import current_actor, public
from core.web.pattern import pattern_forms
from core.web.readiness import readiness

blueprint = Blueprint("root", __name__)
pattern = Blueprint("pattern", __name__)


@blueprint.get("/")
@public
def choose_language() -> BaseResponse:
    """Lead to the language of the person or of the browser; every other address names its own."""
    actor = current_actor()
    chosen = preferred_language(actor.locale if actor.signed_in else "")
    response = redirect(url_for("pages.home", lang=chosen))
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@blueprint.get("/offline-worker.js")
@public
def offline_worker() -> Response:
    """The service worker; it stands at the root because it may only answer for addresses below its own."""
    answer = current_app.send_static_file("offline-worker.js")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/health/live")
@public
def live() -> Response:
    """Whether the process answers; nothing else is asked."""
    return jsonify(status="ok")


@blueprint.get("/health")
@blueprint.get("/health/ready")
@public
def health() -> tuple[Response, int]:
    """Whether the site can work: which checks hold, and the states of plugins, without reasons."""
    checks = readiness(platform)
    good = all(checks.values())
    states = {record.name: str(record.state) for record in platform.plugins.records.values()}
    return jsonify(status="ok" if good else "not ready", checks=checks, plugins=states), 200 if good else 503


@pattern.get("/ui")
@public
def show() -> str:
    """The living pattern page: every macro in each state. Mounted in development only."""
    return render_template("pattern.html", **pattern_forms())
