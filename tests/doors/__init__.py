"""Who gets through which door: every route, every role, their own records and those of others. A table for each plugin.

A plugin's table is the module of its name in this folder, with `DOORS`, `UNAUDITED`, `records`, `successes` and, where
it has them, `VARIANTS` and `stage`; `core` and `monitoring` show how. Its people stand in tests/network.py.
"""

from collections import ChainMap
from importlib import import_module
from pathlib import Path
from types import ModuleType

from doors.door import Door, Key

HERE = Path(__file__).parent
PLUGINS = sorted(path.parent.name for path in (HERE.parents[1] / "plugins").glob("*/plugin.py"))
TABLES: dict[str, ModuleType] = {name: import_module(f"doors.{name}") for name in ("core", *PLUGINS)}

DOORS: dict[Key, Door] = {key: door for table in TABLES.values() for key, door in table.DOORS.items()}
UNAUDITED = ChainMap(*(table.UNAUDITED for table in TABLES.values()))
"""Routes that change something and leave no entry in the audit here, each with its reason."""
VARIANTS = ChainMap(*(getattr(table, "VARIANTS", {}) for table in TABLES.values()))
"""Which part of the address the variant of a door stands for."""


def table_of(endpoint: str) -> ModuleType:
    """The table in which that endpoint stands."""
    return TABLES.get(endpoint.partition(".")[0], TABLES["core"])
