"""The one module of core that a plugin imports: what stands here is stable, the rest of core may move."""

from core import approvals, atom, audit, calendars, outbox, sshsig, suppression, tilemaps, vault
from core.accounts.acting import actor_of, find_actor
from core.accounts.affiliation import country_of, organisations_of
from core.accounts.directory import organisation_labels, organisation_names, people_with, person_names
from core.accounts.sample import give_role as give_sample_role
from core.attachments import (
    Attachment,
    AttachmentProblem,
    Upload,
    data_upload,
    drop_upload,
    open_original,
    pieces_of,
    send_original,
)
from core.attachments import copy_of as attachment_copy
from core.attachments import kind_of as attachment_kind
from core.attachments import receive as receive_attachment
from core.attachments import remove as remove_attachment
from core.attachments import result as uploaded
from core.attachments import send as send_attachment
from core.attachments import settle as settle_attachments
from core.attachments import store as store_attachment
from core.attachments.seekable import Seekable, seal_stream
from core.attachments.seekable import destroy as destroy_sealed
from core.attachments.words import problem as file_problem
from core.checkpoints import latest as latest_checkpoint
from core.commands import telling
from core.confined import Killed
from core.confined import convert as convert_confined
from core.confined import run as run_confined
from core.contract import (
    TOTAL,
    CalendarEvent,
    DatasetExtract,
    Figure,
    FigureRow,
    Job,
    Manifest,
    NavItem,
    Obstacle,
    Period,
    PublicUpdate,
    SampleCast,
    SearchDocument,
    SearchRevision,
    Setting,
    Standing,
    Tile,
)
from core.database import Base, Database, Json, UtcDateTime, id_column, new_id, now
from core.documents import render_pdf
from core.facade import ProviderFailed
from core.fetch import Fetched, Fetcher, Validators
from core.fetching.problems import FetchFailed, FetchProblem, reason_in_words
from core.fetching.problems import Refused as FetchRefused
from core.figures import counted_rows, total_row, withheld_note
from core.hookspecs import hookimpl
from core.i18n import best as best_label
from core.i18n import in_each_language, language, mark, translations
from core.indexing import queue as queue_index
from core.notifications import Mailer, notify
from core.nursery import Nursery
from core.offline.pages import NOWHERE, acknowledge, empty_forms, sent_item
from core.offline.receipts import accept_once
from core.permissions import Actor, Denied, Permission, Role, Scope, Subject, reach, require, visible
from core.platform import platform
from core.preferences import change as change_settings
from core.preferences import get as get_setting
from core.rest import contract as rest
from core.search.text import fold, sort_key
from core.spreadsheet import csv_text
from core.syndication import Entry, Feed, FeedProblem, feed_readers, parse_feed
from core.web.filters import long_date, moment, month
from core.web.forms import Form
from core.web.guard import current_actor, needs, public, reading, transaction
from core.web.headers import allow_camera
from core.web.paging import Page, page_of
from core.workflow import Conflict, GuardFailed, Machine, Passage, State, Transition, history

__all__ = [
    "NOWHERE",
    "TOTAL",
    "Actor",
    "Attachment",
    "AttachmentProblem",
    "Base",
    "CalendarEvent",
    "Conflict",
    "Database",
    "DatasetExtract",
    "Denied",
    "Entry",
    "Feed",
    "FeedProblem",
    "FetchFailed",
    "FetchProblem",
    "FetchRefused",
    "Fetched",
    "Fetcher",
    "Figure",
    "FigureRow",
    "Form",
    "GuardFailed",
    "Job",
    "Json",
    "Killed",
    "Machine",
    "Mailer",
    "Manifest",
    "NavItem",
    "Nursery",
    "Obstacle",
    "Page",
    "Passage",
    "Period",
    "Permission",
    "ProviderFailed",
    "PublicUpdate",
    "Role",
    "SampleCast",
    "Scope",
    "SearchDocument",
    "SearchRevision",
    "Seekable",
    "Setting",
    "Standing",
    "State",
    "Subject",
    "Tile",
    "Transition",
    "Upload",
    "UtcDateTime",
    "Validators",
    "accept_once",
    "acknowledge",
    "actor_of",
    "allow_camera",
    "approvals",
    "atom",
    "attachment_copy",
    "attachment_kind",
    "audit",
    "best_label",
    "calendars",
    "change_settings",
    "convert_confined",
    "counted_rows",
    "country_of",
    "csv_text",
    "current_actor",
    "data_upload",
    "destroy_sealed",
    "drop_upload",
    "empty_forms",
    "feed_readers",
    "file_problem",
    "find_actor",
    "fold",
    "get_setting",
    "give_sample_role",
    "history",
    "hookimpl",
    "id_column",
    "in_each_language",
    "language",
    "latest_checkpoint",
    "long_date",
    "mark",
    "moment",
    "month",
    "needs",
    "new_id",
    "notify",
    "now",
    "open_original",
    "organisation_labels",
    "organisation_names",
    "organisations_of",
    "outbox",
    "page_of",
    "parse_feed",
    "people_with",
    "person_names",
    "pieces_of",
    "platform",
    "public",
    "queue_index",
    "reach",
    "reading",
    "reason_in_words",
    "receive_attachment",
    "remove_attachment",
    "render_pdf",
    "require",
    "rest",
    "run_confined",
    "seal_stream",
    "send_attachment",
    "send_original",
    "sent_item",
    "settle_attachments",
    "sort_key",
    "sshsig",
    "store_attachment",
    "suppression",
    "telling",
    "tilemaps",
    "total_row",
    "transaction",
    "translations",
    "uploaded",
    "vault",
    "visible",
    "withheld_note",
]  # fmt: skip
