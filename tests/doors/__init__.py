"""Who gets through which door: every route, every role, their own records and those of others. A table for each plugin.

A plugin's table is the module of its name in this folder, with `DOORS`, `UNAUDITED`, `records`, `successes` and, where
it has them, `VARIANTS` and `stage`; `core` and `monitoring` show how. Its people stand in tests/network.py.
"""

import random
from collections import ChainMap
from importlib import import_module
from pathlib import Path
from types import ModuleType

from network import PEOPLE

from doors.door import EVERYBODY, Door, Key

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


STRANGERS = 4
"""How many of those who work with other plugins only ask at each door."""


def crowd(key: Key, door: Door, world: str) -> list[str]:
    """Who asks at a door: everybody whom it may let in, all people of core and of its plugin, and a few strangers.

    To a door all strangers are alike: whoever lacks its permission. So those of other plugins, whose number grows with
    the plugins, send a few, others to each door.
    """
    own = {"core", key[0].partition(".")[0]}
    strangers = {
        who
        for who in EVERYBODY & set(PEOPLE)
        if door.expected(who, world) in ("refused", "401")
        and not own & {role.partition(".")[0] for role in PEOPLE[who][1]}
    }
    few = random.Random(f"{key} {world}").sample(sorted(strangers), min(STRANGERS, len(strangers)))
    return sorted(EVERYBODY - strangers | set(few))
