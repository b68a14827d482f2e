"""Sites at rest: made once, and woken as often as tests need them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from cluster import fresh
from flask import Flask

from core import testing
from core.platform import EXTENSION


@dataclass(frozen=True)
class Rest:
    """A site at rest: its folder and, on PostgreSQL, its database. Tests work on copies of both."""

    folder: Path
    server: str = ""
    template: str = ""

    @contextmanager
    def woken(self, folder: Path) -> Iterator[Flask]:
        """The site in an app of its own, on a copy in `folder`."""
        shutil.copytree(self.folder, folder)
        with fresh(self.server, self.template) if self.server else nullcontext("") as url:
            settings = testing.Settings(
                instance=folder, testing=True, strict=True, search_engine="fts5", database_url=url
            )
            made = testing.create_app(settings)
            yield made
            made.extensions[EXTENSION].database.close()
