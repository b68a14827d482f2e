"""The pages: thin doors that parse, call one service, and render."""

from plugins.job_fairs.views.blueprint import blueprint

from plugins.job_fairs.views import (  # noqa: F401  isort: skip
    booths,
    day,
    door,
    employers,
    fairs,
    messages,
    open_pages,
    outcomes,
    people,
    planning,
    reports,
    seekers,
)

__all__ = ["blueprint"]
