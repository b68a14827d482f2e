"""The pages; importing them puts them on the blueprint."""

from plugins.media_watch.views import articles, desk, public, rounds, sources
from plugins.media_watch.views.blueprint import blueprint

__all__ = ["articles", "blueprint", "desk", "public", "rounds", "sources"]
