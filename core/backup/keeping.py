"""Archives in their folder: how they are named, which is the newest, which are old enough to go."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.database import now
from core.settings import Settings

NAME = re.compile(r"camove-(\d{8}T\d{12}Z)\.tar\.age")
KEYS_NAME = re.compile(r"camove-keys-\d{8}T\d{12}Z\.tar\.age")
STAMP = "%Y%m%dT%H%M%S%fZ"


def folder_of(settings: Settings) -> Path:
    """Where archives go if no folder is named."""
    return Path(settings.backup_folder) if settings.backup_folder else settings.instance / "backups"


def new_name(prefix: str = "camove") -> str:
    """The name of an archive that is made now."""
    return f"{prefix}-{now().strftime(STAMP)}.tar.age"


def made_at(path: Path) -> datetime:
    """When an archive was made, by its name."""
    found = NAME.fullmatch(path.name)
    return datetime.strptime(found[1] if found else "", STAMP).replace(tzinfo=UTC)


def archives(folder: Path) -> list[Path]:
    """The archives of a folder, oldest first; not those of keys."""
    return (
        sorted(p for p in folder.glob("camove-*.tar.age") if NAME.fullmatch(p.name))
        if folder.is_dir()
        else []
    )


def prune(folder: Path, days: int) -> list[Path]:
    """Delete archives older than so many days, never the newest; gives what went."""
    edge = now() - timedelta(days=days)
    old = [path for path in archives(folder)[:-1] if made_at(path) < edge]
    for path in old:
        path.unlink()
    return old


def publish(temporary: Path, target: Path) -> None:
    """Give a finished archive its name, also when the power fails: sync, rename, sync the folder."""
    for path, then in ((temporary, True), (target.parent, False)):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if then:
            temporary.rename(target)
