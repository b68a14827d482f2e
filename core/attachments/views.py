"""The doors of an upload: begin, send pieces, ask how far it is, finish. They answer JSON to our own script."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from core.attachments import uploads
from core.attachments.kinds import AttachmentProblem
from core.attachments.models import Upload
from core.attachments.words import problem
from core.platform import platform
from core.web.guard import SIGNED_IN, current_actor, needs, reading, transaction

blueprint = Blueprint("uploads", __name__, url_prefix="/uploads")

STATUS = {"disk_full": 507, "too_large": 413}
"""What is not the file's own fault; everything else is 422."""


@blueprint.post("/")
@needs(SIGNED_IN)
def begin() -> Response:
    """Announce a file by its size and SHA-256; the same file goes on where it stopped."""
    try:
        place, size = UUID(request.form.get("organisation", "")), int(request.form.get("size", ""))
        sha256 = bytes.fromhex(request.form.get("sha256", ""))
    except ValueError:
        return _refused("unreadable")
    if len(sha256) != 32:
        return _refused("unreadable")
    try:
        with transaction() as session:
            purpose = uploads.DATA if request.form.get("purpose") == uploads.DATA else ""
            made = uploads.begin(
                session, platform.settings, current_actor(), place, size, sha256.hex(), purpose
            )
    except AttachmentProblem as refusal:
        return _refused(refusal.code)
    return _told(made)


@blueprint.get("/<uuid:upload_id>")
@needs(SIGNED_IN)
def state(upload_id: UUID) -> Response:
    """How far it is."""
    return _told(_mine(upload_id))


@blueprint.post("/<uuid:upload_id>/<int:offset>")
@needs(SIGNED_IN)
def piece(upload_id: UUID, offset: int) -> Response:
    """Take a piece; at a wrong offset the answer is 409 with the right one."""
    found, content = _mine(upload_id), request.get_data(cache=False)
    if len(content) > _piece(found):
        return _refused("too_large")
    sha256 = request.headers.get("X-Piece-SHA256", "")
    try:
        received = uploads.take_piece(platform.database, platform.settings, found, offset, content, sha256)
    except uploads.WrongOffset as wrong:
        return _json(409, received=wrong.right)
    except AttachmentProblem as refusal:
        return _refused(refusal.code)
    return _json(200, received=received)


@blueprint.post("/<uuid:upload_id>/finish")
@needs(SIGNED_IN)
def finish(upload_id: UUID) -> Response:
    """Make it an attachment, ready to be named by a form; a data file stays as it is, if it has come whole."""
    found = _mine(upload_id)
    try:
        if found.purpose == uploads.DATA:
            uploads.check_whole(found)
        else:
            uploads.finish(platform.database, platform.settings, current_actor(), found)
    except AttachmentProblem as refusal:
        return _refused(refusal.code)
    return _json(200, upload=str(upload_id))


def _mine(upload_id: UUID) -> Upload:
    return uploads.find(reading(), current_actor(), upload_id) or abort(404)


def _piece(upload: Upload) -> int:
    return uploads.DATA_PIECE if upload.purpose == uploads.DATA else uploads.PIECE


def _told(upload: Upload) -> Response:
    return _json(200, upload=str(upload.id), received=upload.received, size=upload.size, piece=_piece(upload))


def _refused(code: str) -> Response:
    return _json(STATUS.get(code, 422), code=code, problem=problem(code, platform.settings.upload_limit))


def _json(status: int, **values: Any) -> Response:
    answer = jsonify(values)
    answer.status_code = status
    return answer
