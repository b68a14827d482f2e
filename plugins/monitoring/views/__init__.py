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
    listings,
    merging,
    navigation,
    norms,
    published,
    queue,
    register,
    reports,
    sharing,
    shells,
    triage,
    verification,
)

__all__ = ["blueprint"]
