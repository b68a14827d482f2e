"""Files that people attach: the original sealed with its hash, cleaned copies to show, uploads over slow links."""

from core.attachments.keeping import copy_of, open_original, receive, remove, settle, store
from core.attachments.kinds import KINDS, AttachmentProblem, kind_of
from core.attachments.models import Attachment, Upload
from core.attachments.sending import send, send_original
from core.attachments.uploads import data_upload, pieces_of, result
from core.attachments.uploads import drop as drop_upload

__all__ = [
    "KINDS", "Attachment", "AttachmentProblem", "Upload", "copy_of", "data_upload", "drop_upload",
    "kind_of", "open_original", "pieces_of", "receive", "remove",
    "result", "send", "send_original", "settle", "store",
]  # fmt: skip
