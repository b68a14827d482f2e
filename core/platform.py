"""The running site: its settings and services, made once by `create_app` and found through `platform`."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app
from werkzeug.local import LocalProxy

from core.contract import Job, Setting
from core.database import Database
from core.facade import Plugins
from core.permissions import Register
from core.rest.contract import Shelf
from core.settings import Settings
from core.workflow import Machine

if TYPE_CHECKING:
    from core.indexing import Index

EXTENSION = "camove"


@dataclass
class Platform:
    """What views and commands reach for; services get a session and an actor instead."""

    settings: Settings
    database: Database
    plugins: Plugins
    register: Register
    index: "Index"
    jobs: dict[str, Job] = field(default_factory=dict)
    preferences: dict[str, Setting] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    rest: Shelf = field(default_factory=Shelf)


platform = cast("Platform", LocalProxy(lambda: current_app.extensions[EXTENSION]))
