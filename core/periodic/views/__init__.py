"""The pages of periodic reports: what everybody reads, and the desk where they are made."""

from core.periodic.views import desk, published
from core.periodic.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "published"]
