"""The tables of the plugin."""

from plugins.research.models.access import Event, Request
from plugins.research.models.dataset import Dataset, Review, Version
from plugins.research.models.elsewhere import Elsewhere
from plugins.research.models.outsider import Outsider
from plugins.research.models.study import Instrument, Study

__all__ = [
    "Dataset",
    "Elsewhere",
    "Event",
    "Instrument",
    "Outsider",
    "Request",
    "Review",
    "Study",
    "Version",
]
