"""The pages: thin doors that parse, call one service, and render."""

from plugins.monitoring.views.blueprint import blueprint

from plugins.monitoring.views import dossiers, drafts, employers, identities, reports, triage, verification  # noqa: F401  isort: skip

__all__ = ["blueprint"]
