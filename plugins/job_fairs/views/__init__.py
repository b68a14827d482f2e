"""The pages: thin doors that parse, call one service, and render."""

from plugins.job_fairs.views.blueprint import blueprint

from plugins.job_fairs.views import (  # noqa: F401  isort: skip
    day,
    employers,
    fairs,
    open_pages,
    planning,
    seekers,
)

__all__ = ["blueprint"]
