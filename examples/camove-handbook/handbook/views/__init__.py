"""The pages of handbook."""

from handbook.views import entries
from handbook.views.blueprint import blueprint

__all__ = ["blueprint", "entries"]
