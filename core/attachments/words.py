"""Why a file was not taken, in words that say what to do."""

from core.i18n import gettext, mark

PROBLEMS = {
    "missing": mark("Choose a file, or go back."),
    "empty": mark("This file is empty. Choose it again."),
    "too_large": mark("This file is too large. Choose one of at most %(limit)s megabytes."),
    "wrong_kind": mark(
        "This is not a photo (JPEG, PNG, WebP, HEIC) or a PDF. Choose another file, or photograph it."
    ),
    "heic": mark(
        "This photo is in a newer format that we cannot open. On the phone choose Settings, "
        "Camera, Formats, Most Compatible, and take it again; or take a screenshot of it and send that."
    ),
    "animated": mark(
        "This picture moves. Only still pictures can be kept: take a screenshot of it and send that."
    ),
    "two_in_one": mark(
        "Something else is hidden in this file, such as a short video or an archive. Switch off moving photos in "
        "the camera and take it again, or take a screenshot of it and send that."
    ),
    "unreadable": mark(
        "This file is damaged or too detailed to be opened. Choose another one, or photograph it again."
    ),
    "quota": mark(
        "Your organisation has no room left for files. Ask the administrator of the site for more."
    ),
    "disk_full": mark("The site has no room for files just now. Nothing was lost: try again later."),
    "unfinished": mark("The file has not arrived whole. Press Continue to send the rest."),
    "changed": mark("The file was changed on its way. Choose it again."),
}


def problem(code: str, limit: int = 0) -> str:
    """The words for a code of AttachmentProblem; `limit` in bytes."""
    return str(gettext(PROBLEMS[code], limit=limit // 2**20))
