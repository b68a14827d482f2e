"""Where files lie: in a folder of this machine, or in the S3 store that the settings name."""

from core.attachments.bucket import Bucket, configured
from core.attachments.folder import FileStore
from core.attachments.shelf import Shelf
from core.settings import Settings

FILES, UPLOADS = "files", "uploads"
"""Attachments, and pieces of uploads that are on their way."""


def shelf(settings: Settings, kind: str) -> Shelf:
    """The place of `FILES` or `UPLOADS`."""
    return Bucket(settings, kind) if configured(settings) else FileStore(settings.data / kind)
