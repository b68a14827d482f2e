"""How these pages answer: 422 for a form with errors, waits in words, a way back that stays on this site."""

import math
from datetime import timedelta
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms.fields import Field

from core.accounts.throttle import TooSoon
from core.i18n import gettext, ngettext
from core.web.forms import Form


def form_page(template: str, form: Form, **values: object) -> ResponseReturnValue:
    """The page of a form, with everything typed; 422 when something has to be changed."""
    wrong = form.is_submitted() and bool(form.errors)
    return render_template(template, form=form, **values), 422 if wrong else 200


def object_to(field: Field, message: str) -> None:
    """Put an error found after validation at its field."""
    field.errors = [*field.errors, message]


def too_soon(
    template: str, form: Form, field: Field, error: TooSoon, **values: object
) -> ResponseReturnValue:
    """Tell how long to wait."""
    object_to(field, wait_text(error.wait))
    seconds = math.ceil(error.wait.total_seconds())
    return render_template(template, form=form, **values), 429, {"Retry-After": str(seconds)}


def wait_text(wait: timedelta) -> str:
    """A wait in words, rounded up."""
    seconds = math.ceil(wait.total_seconds())
    if seconds <= 90:
        text = ngettext(
            "Too many tries. Wait %(num)s second, then try again.",
            "Too many tries. Wait %(num)s seconds, then try again.",
            seconds,
        )
        return str(text)
    text = ngettext(
        "Too many tries. Wait %(num)s minute, then try again.",
        "Too many tries. Wait %(num)s minutes, then try again.",
        math.ceil(seconds / 60),
    )
    return str(text)


def local_path(target: str) -> str:
    """`target` if it is a path of this site, else empty: a link must not lead elsewhere after sign-in."""
    plain = target.isprintable() and "\\" not in target
    parts = urlsplit(target) if plain and target.startswith("/") and not target.startswith("//") else None
    return target if parts and not parts.scheme and not parts.netloc else ""


def next_path() -> str:
    """Where the visitor wanted to go."""
    return local_path(request.args.get("next", ""))


def onward() -> Response:
    """Go there, or to what waits."""
    return redirect(next_path() or url_for("pages.dashboard"))


def step(endpoint: str) -> Response:
    """Go to the next step, and keep in mind where to go in the end."""
    return redirect(url_for(endpoint, next=next_path() or None))


def done(message: str, endpoint: str, **values: object) -> Response:
    """Say what was done on the page that comes next."""
    flash(message, "success")
    return redirect(url_for(endpoint, **values))  # type: ignore[arg-type]


def refuse(message: str, endpoint: str, **values: object) -> Response:
    """Say what stands in the way on the page that comes next."""
    flash(message, "error")
    return redirect(url_for(endpoint, **values))  # type: ignore[arg-type]


def directory_words(code: str) -> str:
    """Why a change to people or organisations makes no sense."""
    known = {
        "oneself": gettext(
            "Ask another administrator: nobody changes their own roles or closes their own account."
        ),
        "own_organisation": gettext("Ask an administrator of another organisation to close yours."),
        "belongs": gettext(
            "This person belongs to the organisation already. Change the roles on their page."
        ),
        "closed": gettext("Choose an organisation that is not closed."),
        "account_closed": gettext("The account is closed. Invite the person again."),
        "nobody_second": gettext(
            "Nobody else could approve this. Make another colleague an administrator first, or ask one of the site."
        ),
        "same_person": gettext(
            "Somebody else has to approve it: the one who asks and the one who approves are two people."
        ),
        "content_changed": gettext("The account was changed meanwhile. Ask again."),
        "not_open": gettext("This request was decided, was cancelled or is too old."),
        "sample_site": gettext("This site holds sample data. Remove it before you add real organisations."),
        "name_missing": gettext("Enter the name in at least one language."),
    }
    return str(known.get(code) or gettext("This change is not possible."))
