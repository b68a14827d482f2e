"""Tables, all named `media_watch_*`."""

from plugins.media_watch.models.article import Article, Band, Capture, Revision
from plugins.media_watch.models.coding import Assignment, Decision, Item, Round, Training
from plugins.media_watch.models.release import Notice, PersonNotice, Release
from plugins.media_watch.models.source import Feed, Hold, Journalist, Outlet

__all__ = [
    "Article",
    "Assignment",
    "Band",
    "Capture",
    "Decision",
    "Feed",
    "Hold",
    "Item",
    "Journalist",
    "Notice",
    "Outlet",
    "PersonNotice",
    "Release",
    "Revision",
    "Round",
    "Training",
]
