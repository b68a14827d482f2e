"""The public list for anybody: the page, an entry, files for machines, a badge, a dispute. Off, it says why."""

from datetime import date
from functools import wraps
from typing import Any, Protocol

from flask import jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from core.toolkit import GuardFailed, csv_text, long_date, platform, public, reading, transaction
from plugins.monitoring.forms.listing import DisputeForm, FindForm
from plugins.monitoring.language import gettext
from plugins.monitoring.publication import limits
from plugins.monitoring.publication.badge import badge
from plugins.monitoring.publication.gates import RULES
from plugins.monitoring.publication.words import CORRECTIONS, DECISIONS, STATE_REGISTER, STATES
from plugins.monitoring.services import disputes
from plugins.monitoring.services import published as service
from plugins.monitoring.services.published import Entry
from plugins.monitoring.views.blueprint import blueprint, page


class View(Protocol):
    """A view function."""

    def __call__(self, **values: Any) -> Response:
        """Answer."""


def when_on(view: Any) -> View:
    """The page exists only where the list is switched on; elsewhere a plain page says why it is not there."""

    @wraps(view)
    def guarded(**values: Any) -> Response:
        if not limits.is_on(reading()):
            return page("published_off.html", 404)
        answer: Response = view(**values)
        return answer

    return guarded


@blueprint.context_processor
def words_of_list() -> dict[str, Any]:
    """What the templates of the public list may call."""
    return {
        "standing": lambda state: str(STATES.get(state, STATES[""])),
        "decision_kind": lambda kind: str(DECISIONS.get(kind, kind)),
        "corrected": lambda kind: str(CORRECTIONS.get(kind, kind)),
        "told_quarter": told_quarter,
        "told_day": lambda text: long_date(date.fromisoformat(text)),
        "rules_version": RULES,
        "state_register": STATE_REGISTER,
    }


def told_quarter(code: str) -> str:
    """A quarter in words."""
    year, _, number = code.partition("-Q")
    return str(gettext("quarter %(number)s of %(year)s", number=number, year=year))


@blueprint.get("/published")
@public
@when_on
def published() -> Response:
    """The list, or what a name or a number finds in it."""
    form = FindForm(request.args)
    name = (form.name.data or "")[:200]
    return page("published.html", filters=form, name=name, found=service.entries(reading(), name=name))


@blueprint.get("/published/<reference>")
@public
@when_on
def published_entry(reference: str) -> Response:
    """One entry, with the employer's reply beside it."""
    found = service.entry_of(reading(), reference)
    return _gone() if found is None else page("published_entry.html", entry=found, badge=_badge_code(found))


def _gone() -> Response:
    return page("published_gone.html", 404)


def _badge_code(found: Entry) -> str:
    """What a partner copies into its own page."""
    image = _outside("monitoring.published_badge", reference=found.reference)
    target = _outside("monitoring.published_entry", reference=found.reference)
    return (
        f'<a href="{target}"><img src="{image}" width="420" height="44" alt="camove {found.reference}"></a>'
    )


def _outside(endpoint: str, reference: str) -> str:
    return f"{platform.settings.base_url}{url_for(endpoint, reference=reference)}"


@blueprint.get("/published.json")
@public
@when_on
def published_json() -> Response:
    """The list for machines."""
    found = [
        service.machine_readable(each)
        | {"address": _outside("monitoring.published_entry", reference=each.reference)}
        for each in service.entries(reading(), name=request.args.get("name", ""))
    ]
    return jsonify(rules=RULES, wording=str(STATES["published"]), entries=found)


@blueprint.get("/published.csv")
@public
@when_on
def published_csv() -> Response:
    """The list as a table; what a program would run as a formula is made harmless."""
    text = csv_text(
        service.table(service.entries(reading(), name=request.args.get("name", ""))),
        semicolons="semicolons" in request.args,
    )
    answer = make_response(text)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="published.csv"'
    return answer


@blueprint.get("/published/sitemap.xml")
@public
@when_on
def published_sitemap() -> Response:
    """The addresses of what is public now, for search engines: the list itself, then its entries."""
    found = service.entries(reading())
    days = {
        url_for("monitoring.published_entry", reference=e.reference): e.versions[-1].date() for e in found
    }
    lines = [f"<url><loc>{platform.settings.base_url}{url_for('monitoring.published')}</loc></url>"]
    lines += [
        f"<url><loc>{platform.settings.base_url}{path}</loc><lastmod>{day.isoformat()}</lastmod></url>"
        for path, day in days.items()
    ]
    answer = make_response(
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(lines)
        + "</urlset>\n"
    )
    answer.headers["Content-Type"] = "application/xml; charset=utf-8"
    return answer


def _since(found: Entry) -> str:
    day = long_date(found.published_at)
    return str(gettext("since %(day)s · camove %(reference)s", day=day, reference=found.reference))


@blueprint.get("/published/<reference>/badge.svg")
@public
@when_on
def published_badge(reference: str) -> Response:
    """How an entry stands, as a picture for other sites; for what is not public, a picture that says nothing."""
    found = service.entry_of(reading(), reference)
    line = _since(found) if found else "camove"
    state = found.state if found else ""
    tone = {"renewal": "published", "": "none"}.get(state, state)
    answer = make_response(badge(str(STATES[state]), line, tone), 200 if found else 404)
    answer.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # The one answer that other sites may show.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@blueprint.get("/published/corrections")
@public
@when_on
def published_corrections() -> Response:
    """What the network took back or mended: numbers and days, no names."""
    return page("published_corrections.html", rows_of=service.corrections(reading()))


@blueprint.route("/published/<reference>/dispute", methods=["GET", "POST"])
@public
@when_on
def published_dispute(reference: str) -> Response:
    """Anybody may write against an entry; what they write is not shown."""
    found = service.entry_of(reading(), reference)
    if found is None:
        return _gone()
    form = DisputeForm()
    if request.method == "GET" or not form.validate():
        sent = request.args.get("sent") == "1"
        return page("published_dispute.html", 422 if form.errors else 200, entry=found, form=form, sent=sent)
    try:
        with transaction() as session:
            mine = service.listing_of(session, reference)
            if mine is None:
                return _gone()
            disputes.take(session, mine, form.text.data.strip(), documented=form.documented.data)
    except (disputes.Full, GuardFailed):
        return page("published_dispute.html", 429, entry=found, form=form, full=True)
    return redirect(url_for("monitoring.published_dispute", reference=reference, sent=1))
