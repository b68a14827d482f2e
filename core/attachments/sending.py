"""How files leave: as downloads that no browser runs and no cache keeps, under names that we give."""

import io

from flask import Response, send_file

from core.attachments.keeping import copy_of
from core.attachments.kinds import KINDS
from core.attachments.models import Attachment
from core.settings import Settings

HARMLESS = "default-src 'none'; sandbox"


def send(attachment: Attachment, settings: Settings, variant: str = "page") -> Response:
    """A cleaned copy, "page" or "thumbnail". Raises FileNotFoundError for a file without any."""
    return _download(copy_of(attachment, settings, variant), "image/jpeg", "photo.jpg")


def send_original(attachment: Attachment, content: bytes) -> Response:
    """The original that `open_original` gave."""
    name = f"original-{attachment.sha256[:12]}.{KINDS[attachment.kind]}"
    return _download(content, attachment.kind, name)


def _download(content: bytes, kind: str, name: str) -> Response:
    response = send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["X-Content-Type-Options"] = "nosniff"
    # A borrowed phone must not keep it; `send_file` would only ask to revalidate.
    response.headers["Cache-Control"] = "no-store"
    return response
