"""The pages of handbook."""

from handbook.views import copies, paper, public, work
from handbook.views.blueprint import blueprint

__all__ = ["blueprint", "copies", "paper", "public", "work"]
