"""Pages for what went wrong: plain words in the visitor's language, never a code's own message."""

import logging
from collections.abc import Callable

from flask import Flask, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from core import audit
from core.accounts.directory import person_names
from core.i18n import domain_of, gettext
from core.permissions import Denied
from core.platform import platform
from core.rest import addresses, problems
from core.web.filters import moment
from core.web.guard import current_actor, reading
from core.workflow import Conflict, Passage

log = logging.getLogger("camove")


def words(status: int) -> tuple[str, str]:
    """The title and the advice for a status."""
    known: dict[int, Callable[[], tuple[str, str]]] = {
        400: lambda: (
            gettext("This form could not be read"),
            gettext("Go back, check what you typed, and send it again."),
        ),
        403: lambda: (
            gettext("You cannot open this page"),
            gettext("Your role does not include it. Ask the administrator of your organisation."),
        ),
        404: lambda: (
            gettext("Page not found"),
            gettext("Check the address, or start again from the home page."),
        ),
        405: lambda: (
            gettext("This page cannot be used that way"),
            gettext("Go back and use the button on the page."),
        ),
        409: lambda: (
            gettext("Somebody else changed this meanwhile"),
            gettext("Nothing of theirs was overwritten. Go back, look at the changes, and try again."),
        ),
        413: lambda: (
            gettext("The file is too large"),
            gettext("Go back and choose a smaller file. What you typed was not sent."),
        ),
        429: lambda: (gettext("Too many tries"), gettext("Wait a few minutes and try again.")),
        503: lambda: (
            gettext("The site is busy"),
            gettext("Nothing was lost. Wait a minute and try again."),
        ),
        507: lambda: (
            gettext("The site has no room left"),
            gettext(
                "Nothing that was saved is lost, and pages can be read. New things can be saved once the "
                "administrator has made room."
            ),
        ),
    }
    return known.get(status, known[404] if status < 500 else _our_side)()


def _our_side() -> tuple[str, str]:
    return (
        gettext("Something went wrong on our side"),
        gettext("Nothing that was saved is lost. Try again; if it happens again, tell us the number below."),
    )


def page(status: int, text: str = "", template: str = "errors/page.html", **values: object) -> Response:
    """The error page of a status, with the number of the request."""
    # The frame must not ask a database that has just failed.
    g.error_page = status >= 500
    title, advice = words(status)
    if addresses.is_ours():
        wait = {"Retry-After": "60"} if status in (429, 503, 507) else None
        return problems.answer(status, detail=text or advice, headers=wait)
    body = render_template(
        template,
        status=status,
        title=title,
        text=text or advice,
        request_id=g.get("request_id", ""),
        **values,
    )
    response = make_response(body, status)
    if status in (429, 503, 507):
        response.headers["Retry-After"] = "60"
    return response


def install(app: Flask) -> None:
    """Answer every failure with a page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Denied, _denied)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(Exception, failed)


def _http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # Without a host name that is ours no link can be made, so no page either.
        text = gettext("This site is not known under this name.")
        if addresses.is_ours():
            return problems.answer(400, detail=text)
        return Response(text, 400, mimetype="text/plain")
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    if addresses.is_ours():
        return problems.of_http(error)
    return page(error.code or 500)


def _expired(_error: CSRFError) -> Response:
    # Losing what was typed would be worse than asking once more: the browser keeps it behind "back".
    title = gettext(
        "This form was open for too long. Go back in the browser, reload the page, and send it again."
    )
    return page(400, title)


def _denied(error: Denied) -> Response:
    """Refuse, and leave a trace; a record of others does not even exist."""
    actor = current_actor()
    with platform.database.transaction() as session:
        audit.record(
            session, actor, f"denied:{error.permission}", error.subject.object_id if error.subject else None
        )
    if error.reason:
        return page(403, error.reason)
    return page(403 if error.subject is None else 404)


def _conflict(error: Conflict) -> Response:
    """Tell who did what meanwhile, as far as the history of the record says."""
    people = {each.person_id for each in error.passages if each.person_id}
    names = person_names(reading(), people) if people else {}
    events = [
        {
            "when": moment(each.at),
            "title": _state_words(each),
            "text": each.reason,
            "by": names.get(each.person_id, "") if each.person_id else "",
        }
        for each in error.passages
    ]
    return page(409, template="errors/conflict.html", events=events)


def _state_words(passage: Passage) -> str:
    machine = platform.machines.get(passage.kind)
    if machine is None:
        return passage.target
    return str(domain_of(passage.kind.split(".", 1)[0]).gettext(machine.state(passage.target).label))


def failed(error: Exception) -> Response:
    """Our own mistake: a page that says so, and a line in the log."""
    record = platform.plugins.records.get(addresses.owner() or request.blueprint or "")
    if record:
        # A page fails for its visitor alone; if it counted, a visitor could switch the plugin off.
        record.note(f"page {request.endpoint}", error, counts=False)
    log.error("a request failed: %s", type(error).__name__, exc_info=error)
    return page(500)


def back_with(message: str, endpoint: str, category: str = "info", **values: object) -> Response:
    """Go to a page and say something there."""
    flash(message, category)
    return redirect(url_for(endpoint, **values))  # type: ignore[return-value, arg-type]
