"""What no site may be served with. Commands still run: an administrator must be able to look and to mend."""

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from core import audit
from core.attachments import bucket
from core.platform import Platform
from core.settings import Settings

OTHERS, NOT_OWNER = 0o007, 0o077
FILE = "camove.toml"


def refusals(site: Platform, host: str = "") -> list[str]:
    """Why the site must not be served at `host`, each with what to do; none if it may."""
    return [
        *folders(site.settings),
        *settings_file(site.settings),
        *secrets(site.settings),
        *public_debug(site.settings, host),
        *bucket.problems(site.settings),
        *chain(site),
    ]


def folders(settings: Settings) -> Iterator[str]:
    """Keys and data apart, and neither open to other users of the machine."""
    keys, data = settings.keys.resolve(), settings.data.resolve()
    if keys.is_relative_to(data) or data.is_relative_to(keys):
        yield f"The keys lie inside the data ({keys}): a copy of the data would hold them. Move them out."
    for folder, mask in ((data, OTHERS), (keys, NOT_OWNER)):
        if folder.stat().st_mode & mask:
            yield f"Other users of this machine can open {folder}. Run: chmod 700 {folder}"
    for path in sorted(keys.iterdir()):
        if path.is_file() and path.stat().st_mode & NOT_OWNER:
            yield f"Other users of this machine can read {path}. Run: chmod 600 {path}"


def settings_file(settings: Settings) -> Iterator[str]:
    """Passwords of the database and of the mail server stand in the settings; a closed folder protects them too."""
    path = settings.instance / FILE
    if path.exists() and path.stat().st_mode & settings.instance.stat().st_mode & OTHERS:
        yield f"Other users of this machine can read {path}. Run: chmod 600 {path}"


def secrets(settings: Settings) -> Iterator[str]:
    """Keys that are random bytes, as camove makes them."""
    for path in sorted(settings.keys.glob("*.key")):
        content = path.read_bytes()
        if len(content) < 32 or len(set(content)) < 8:
            yield f"The key {path} is empty or not random. Bring it back from the backup of the keys."


def public_debug(settings: Settings, host: str = "") -> Iterator[str]:
    """Development only where nobody else comes."""
    address = urlsplit(settings.base_url).hostname or ""
    if settings.development and not (is_loopback(address) and is_loopback(host or "localhost")):
        yield "The setting development is on, and others can reach the site. Set development = false."


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def chain(site: Platform) -> Iterator[str]:
    """The last 1,000 entries of the audit; `camove doctor` walks all of them."""
    try:
        with site.database.reading() as session:
            if not inspect(session.connection()).has_table(audit.AuditEntry.__tablename__):
                return
            broken = audit.verify_tail(session)
    except SQLAlchemyError:
        # A database that is behind or does not answer is told by /health, and may come back.
        return
    if broken:
        yield (
            f"The audit chain is broken: {broken[0]}. Somebody changed the database by hand, or the keys are "
            "not those of this data. Look with: camove audit verify. Then restore a backup: camove restore."
        )


def mend(settings: Settings) -> list[str]:
    """Take the rights on data and keys from other users; gives what was changed."""
    changed: list[Path] = []
    for folder in (settings.data, settings.keys):
        if folder.stat().st_mode & NOT_OWNER:
            folder.chmod(0o700)
            changed.append(folder)
    for path in settings.keys.iterdir():
        if path.is_file() and path.stat().st_mode & NOT_OWNER:
            path.chmod(0o600)
            changed.append(path)
    for _ in settings_file(settings):
        changed.append(settings.instance / FILE)
        changed[-1].chmod(0o600)
    return [f"closed to others: {path}" for path in changed]
