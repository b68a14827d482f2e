"""Every page that answers GET: who opens it, with which values, and what it may weigh. A table for each plugin.

A plugin's table is the module of its name in this folder, with `PAGES`, and `NOT_PAGES` for what is no page, with the
reason; `core` and `monitoring` show how.
"""

from importlib import import_module

from doors import PLUGINS

from visits.visit import Visit

TABLES = [import_module(f"visits.{name}") for name in ("core", *PLUGINS)]
PAGES: dict[str, tuple[Visit, ...]] = {
    endpoint: visits for table in TABLES for endpoint, visits in table.PAGES.items()
}
NOT_PAGES: dict[str, str] = {endpoint: why for table in TABLES for endpoint, why in table.NOT_PAGES.items()}
DEVELOPMENT = {"pattern.show"}
"""Mounted in development only, and photographed there."""
