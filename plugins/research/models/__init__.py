"""The tables of the plugin."""

from plugins.research.models.access import Event, Request
from plugins.research.models.dataset import Dataset, Review, Version

__all__ = ["Dataset", "Event", "Request", "Review", "Version"]
