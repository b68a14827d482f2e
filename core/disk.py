"""How much room is left where files are kept."""

import shutil
from pathlib import Path

LEAST_FREE = 0.05
"""Below this share nothing large is taken in: the database needs the rest to go on."""


def free_share(path: Path) -> float:
    """The free part of the disk under `path`, 0 to 1, as an ordinary user may use it; the path need not exist."""
    while not path.exists():
        path = path.parent
    usage = shutil.disk_usage(path)
    return usage.free / usage.total
