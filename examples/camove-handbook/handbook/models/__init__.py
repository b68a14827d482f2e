"""The tables of handbook."""

from handbook.models.entry import Entry

__all__ = ["Entry"]
