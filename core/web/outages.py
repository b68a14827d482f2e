"""When nothing can be stored: a full disk, a locked or absent database. Nothing typed is lost, and pages are read."""

import errno
import logging

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from core import reserve
from core.attachments.shelf import Lost, ShelfUnavailable
from core.i18n import gettext
from core.platform import platform
from core.web import errors

log = logging.getLogger("camove")
FULL, BUSY = 507, 503
FAILING = frozenset({errno.EIO, errno.EROFS, errno.EFBIG})
"""What a disk says that is not full but takes nothing more: it fails, or the system made it read-only after that."""

SECRET = ("password", "code", "proof", "sheet")
"""Parts of names of fields that a page never carries on: with one of them the form is not offered again."""

SECRET_NAMES = frozenset({"new", "again", "first", "second", "answer"})
"""And whole names: a new password (`NewPassword`), groups of a recovery sheet, the answer of a security key."""


def install(app: Flask) -> None:
    """Answer what the database or the disk refuses."""
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    app.register_error_handler(OSError, _system)


def _database(error: DBAPIError) -> Response:
    full = reserve.is_full(error.orig)
    log.error("the database does not %s (%s)", "store" if full else "answer", type(error.orig).__name__)
    return _page(FULL if full else BUSY)


def _system(error: OSError) -> Response:
    if isinstance(error, ShelfUnavailable):
        log.error("files cannot be reached: %s", error)
        return _page(BUSY)
    if isinstance(error, Lost):
        log.error("a file is missing or changed: see camove files reconcile")
        return errors.page(
            404, gettext("This file is missing or damaged. Tell the administrator: a backup may hold it.")
        )
    if error.errno in FAILING:
        log.error("the disk takes nothing more (%s)", errno.errorcode[error.errno])
        return _page(BUSY)
    if not reserve.is_full(error):
        return errors.failed(error)
    reserve.give_back(platform.settings.data)
    log.error("the disk is full")
    return _page(FULL)


def _page(status: int) -> Response:
    """The page of that status; a form that was sent is on it, to be sent again from there."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    if request.method != "POST" or any(map(is_secret, request.form)):
        return errors.page(status)
    return errors.page(
        status,
        template="errors/again.html",
        held=fields,
        action=request.full_path.rstrip("?"),
        files=any(request.files.values()),
    )


def is_secret(name: str) -> bool:
    """Whether what is typed into a field of that name must not stand in a page."""
    return name in SECRET_NAMES or any(word in name.lower() for word in SECRET)
