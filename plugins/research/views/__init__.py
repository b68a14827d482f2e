"""The pages: thin doors that parse, call one service, and render."""

from plugins.research.views.blueprint import blueprint

from plugins.research.views import catalogue, outside, requests, studies, work  # noqa: F401  isort: skip

__all__ = ["blueprint"]
