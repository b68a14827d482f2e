"""How much room an organisation has, and whether the disk has any."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import disk, preferences
from core.accounts.models import Organisation
from core.attachments.kinds import AttachmentProblem
from core.attachments.models import Attachment, Upload
from core.contract import Setting
from core.i18n import mark
from core.settings import Settings

MEGABYTE = 2**20

QUOTA = Setting(
    name="core.storage_quota",
    label=mark("Room for the files of one organisation, in megabytes"),
    default="2048",
)


def check(session: Session, settings: Settings, organisation_id: UUID, size: int, most: int = 0) -> None:
    """Whether `size` more bytes may come in. Raises AttachmentProblem: empty, too_large, quota or disk_full.

    `most` is the limit of one file in bytes; 0: that of attachments.

    In a transaction that then adds the row no two of an organisation can pass together.
    """
    if size <= 0:
        raise AttachmentProblem("empty")
    if size > (most or settings.upload_limit):
        raise AttachmentProblem("too_large")
    if disk.free_share(settings.data) < disk.LEAST_FREE:
        raise AttachmentProblem("disk_full")
    session.get(Organisation, organisation_id, with_for_update=True)
    if used(session, organisation_id) + size > limit(session):
        raise AttachmentProblem("quota")


def limit(session: Session) -> int:
    """Bytes that each organisation may keep; a value that is no number counts as the default."""
    value = preferences.get(session, QUOTA)
    return int(value if value.isdigit() else QUOTA.default) * MEGABYTE


def used(session: Session, organisation_id: UUID) -> int:
    """Bytes of an organisation's files, uploads on their way counted in full."""
    parts = Attachment.size + Attachment.copy_size + Attachment.thumbnail_size
    kept = select(func.sum(parts)).where(Attachment.organisation_id == organisation_id)
    coming = select(func.sum(Upload.size)).where(
        Upload.organisation_id == organisation_id, Upload.attachment_id.is_(None)
    )
    return (session.scalar(kept) or 0) + (session.scalar(coming) or 0)
