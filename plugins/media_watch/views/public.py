"""What everybody sees: releases, their files, the method; and the page where an outlet answers."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import (
    GuardFailed,
    best_label,
    csv_text,
    language,
    now,
    platform,
    public,
    reading,
    transaction,
)
from core.toolkit import atom as feeds
from plugins.media_watch import canonical
from plugins.media_watch.charts import intervals, over_time, shares
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.forms.work import ReplyForm
from plugins.media_watch.language import gettext
from plugins.media_watch.models import Notice, PersonNotice, Release
from plugins.media_watch.rating import LEVELS
from plugins.media_watch.services import announcing, notices, releases
from plugins.media_watch.views.blueprint import blueprint, page, refused

ADDRESS = "/releases/<any(RU,KG):country>/<period>/<int:number>"
COLUMNS = ("outlet", "name", "status", "group", "index", "low", "high", "n_eff", "share", "share_low", "share_high",
           "lenient", "strict", *LEVELS)  # fmt: skip


@blueprint.get("/releases")
@public
def public_releases() -> Response:
    """All public editions, a list for each country."""
    found = {each: releases.public(reading(), each) for each in CODEBOOK.codes("list")}
    return page("releases.html", found=found)


def _found(country: str, period: str, number: int) -> Release:
    return releases.public_one(reading(), country, period, min(number, 1 << 30)) or abort(404)


@blueprint.get(ADDRESS)
@public
def public_release(country: str, period: str, number: int) -> Response:
    """One edition: intervals first, what may be concluded, quotes and replies."""
    found = _found(country, period, number)
    if found.state == "withdrawn":
        return page("tombstone.html", 410, release=found)
    told = releases.told(found)
    changes: list[Any] = []
    if found.corrects is not None and found.corrects.state != "withdrawn":
        changes = canonical.changes(releases.told(found.corrects)["outlets"], told["outlets"])[:200]
    shown = {key: each for key, each in told["outlets"].items() if each["status"] != "hidden"}
    return page(
        "release.html", release=found, told=told, shown=shown, later=releases.later(reading(), found),
        plot=intervals(shown, told["pool"].get("reference", 0)), bars=shares(shown), changes=changes,
        people=_people(found),
        hidden=[each["name"] for each in told["outlets"].values() if each["status"] == "hidden"],
    )  # fmt: skip


def _people(found: Release) -> list[dict[str, Any]]:
    """The entries on people that live, their last day as a day."""
    living = notices.living(found, now().date())
    return [each | {"until": date.fromisoformat(each["until"])} for each in living]


@blueprint.get("/releases/<any(RU,KG):country>/outlets/<uuid:outlet_id>")
@public
def outlet_history(country: str, outlet_id: UUID) -> Response:
    """One outlet over the quarters: interval by interval, with findings and replies. Absent until it has a value."""
    found = releases.history(reading(), country, str(outlet_id)) or abort(404)
    plot = over_time([(release.round.period, entry) for release, entry in found])
    return page("history.html", found=found, plot=plot, country=country, name=found[-1][1]["name"])


@blueprint.get(f"{ADDRESS}/<any(json,csv):kind>")
@public
def release_file(country: str, period: str, number: int, kind: str) -> Response:
    """The whole edition as JSON with its hash, or its figures as CSV."""
    found = _found(country, period, number)
    if found.state == "withdrawn":
        abort(404)
    told = releases.told(found)
    name = f"camove-media-{country}-{period}-{number}.{kind}"
    if kind == "json":
        answer = FlaskResponse(
            canonical.sealed(told, notices.living(found, now().date())), mimetype="application/json"
        )
    else:
        answer = FlaskResponse(_csv(told), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(told: dict[str, Any]) -> str:
    rows = (_row(key, entry) for key, entry in sorted(told["outlets"].items()))
    return csv_text([COLUMNS, *rows])


def _row(key: str, entry: dict[str, Any]) -> list[Any]:
    levels = dict(zip(LEVELS, entry.get("shares", [""] * 4), strict=True))
    values = {**entry, **levels, "outlet": key}
    return [values.get(column, "") for column in COLUMNS]


@blueprint.get("/releases.atom")
@public
def atom() -> Response:
    """Releases for feed readers (RFC 4287)."""
    told = announcing.newest(reading(), 50)
    items = [
        feeds.Item(each.uid, best_label(each.title), each.url, each.published, best_label(each.summary))
        for each in told
    ]
    body = feeds.feed(
        items, name="media_watch", title=f"camove: {gettext('Media watch')}", base=platform.settings.base_url,
        home=url_for("media_watch.public_releases"), own=url_for("media_watch.atom"), language=language(),
    )  # fmt: skip
    return FlaskResponse(body, mimetype="application/atom+xml")


@blueprint.get("/method")
@public
def method() -> Response:
    """How the rating is made, in plain words, with the whole codebook."""
    return page("method.html", book=CODEBOOK)


@blueprint.route("/replies/<token>", methods=["GET", "POST"])
@public
def reply(token: str) -> Response:
    """What an outlet or a person is told before publication, and where to answer. Wrong and closed links are absent."""
    found = notices.notice(reading(), token) or abort(404)
    if request.method == "GET":
        return _reply(found, ReplyForm(formdata=None, reply=found.reply))
    form = ReplyForm()
    if not form.validate():
        return _reply(found, form, 422)
    try:
        with transaction() as session:
            mine = notices.notice(session, token) or abort(404)
            notices.reply(session, mine, form.reply.data or "")
    except GuardFailed as error:
        form.reply.errors = refused(error)
        return _reply(found, form, 422)
    return redirect(url_for("media_watch.reply", token=token, answered=1))


def _reply(found: Notice | PersonNotice, form: ReplyForm, status: int = 200) -> Response:
    answer = page(
        "reply.html", status, notice=found, finding=found.told(), form=form,
        answered=request.args.get("answered") == "1",
    )  # fmt: skip
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Cache-Control"] = "no-store"
    return answer
