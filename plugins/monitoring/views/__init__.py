"""The pages: thin doors that parse, call one service, and render."""

from plugins.monitoring.views.blueprint import blueprint

from plugins.monitoring.views import (  # noqa: F401  isort: skip
    authenticity,
    consents,
    dossiers,
    drafts,
    employers,
    figures,
    following,
    identities,
    intake,
    merging,
    norms,
    queue,
    register,
    reports,
    sharing,
    triage,
    verification,
)

__all__ = ["blueprint"]
