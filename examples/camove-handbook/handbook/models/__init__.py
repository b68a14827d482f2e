"""The tables of handbook."""

from handbook.models.chapter import Chapter, Edition
from handbook.models.copy import Copy

__all__ = ["Chapter", "Copy", "Edition"]
