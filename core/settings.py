"""What one installation decides: typed, from `instance/camove.toml` and `CAMOVE_*` variables."""

import contextlib
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

LOCALES = {"ru": "ru_KG", "ky": "ky_KG", "en": "en_GB"}
"""Address prefix -> the locale that formats dates and numbers behind it."""

LOCALE_NAMES = {"ky": "Кыргызча", "ru": "Русский", "en": "English"}
DEFAULT_LOCALE = "ru"
LOOPBACK = ("localhost", "127.0.0.1")

ENVIRONMENT_ONLY = frozenset({"s3_access_key", "s3_secret_key"})
"""Secrets that no file of the installation may hold."""


class SettingsError(ValueError):
    """The settings cannot be used; the message says which key and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything an administrator may set. Unknown keys refuse the boot."""

    instance: Path = field(default_factory=lambda: Path("instance"))
    database_url: str = ""
    base_url: str = "http://127.0.0.1:8000"
    search_engine: str = "whoosh"
    mail_url: str = ""
    mail_from: str = "camove@localhost"
    quick_exit_url: str = "https://ru.wikipedia.org/"
    disabled_plugins: tuple[str, ...] = ()
    development: bool = False
    testing: bool = False
    strict: bool = False
    upload_limit: int = 8 * 1024 * 1024
    data_limit: int = 1024 * 1024 * 1024
    trusted_proxies: int = 0
    audit_witnesses: tuple[str, ...] = ()
    audit_witness_mail: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    limits_storage: str = "memory://"
    limits_factor: int = 1
    metrics_address: str = ""
    backup_recipients: tuple[str, ...] = ()
    backup_folder: str = ""
    s3_endpoint: str = ""
    s3_bucket: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = field(default="", repr=False)
    s3_secret_key: str = field(default="", repr=False)

    @property
    def data(self) -> Path:
        """Database, index and files: what a backup copies."""
        return self.instance / "data"

    @property
    def keys(self) -> Path:
        """Keys live apart from the data, so that a copy of one is useless without the other."""
        return self.instance / "keys"

    @property
    def database(self) -> str:
        """The URL of the database: PostgreSQL if set, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'camove.sqlite').absolute()}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that are answered; a request for any other could put a foreign name into a link."""
        host = urlsplit(self.base_url).hostname or ""
        here = LOOPBACK if host in LOOPBACK or self.testing else ()
        return (host, *here, *self.trusted_hosts)

    @property
    def secure(self) -> bool:
        """Whether people reach the site over HTTPS."""
        return self.base_url.startswith("https://")

    def prepare(self) -> None:
        """Make the folders, readable by the owner only."""
        for folder in (self.instance, self.data, self.keys):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def key(self, name: str) -> bytes:
        """The random key of that name, 32 bytes, made at first use and never logged."""
        self.prepare()
        path = self.keys / f"{name}.key"
        if not path.exists():
            write_once(path, secrets.token_bytes(32))
        return path.read_bytes()


def write_once(path: Path, content: bytes) -> None:
    """Write a key file that no other user reads; a rival that came first wins, and nobody reads half a key."""
    with NamedTemporaryFile(dir=path.parent, prefix=".key-") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


def load(instance: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings: file first, then the environment over it.

    Raises SettingsError for an unknown key or a value of the wrong kind.
    """
    environ = os.environ if environ is None else environ
    instance = instance or Path(environ.get("CAMOVE_INSTANCE", "instance"))
    file = instance / "camove.toml"
    values: dict[str, object] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    if written := sorted(ENVIRONMENT_ONLY & set(values)):
        raise SettingsError(f"Not in {file.name}: {', '.join(written)}. Give it as a variable CAMOVE_<KEY>.")
    values |= {
        key.removeprefix("CAMOVE_").lower(): value
        for key, value in environ.items()
        if key.startswith("CAMOVE_") and key != "CAMOVE_INSTANCE"
    }
    known = {f.name: f for f in fields(Settings)}
    if unknown := sorted(set(values) - set(known)):
        raise SettingsError(f"Unknown settings: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")
    return Settings(instance=instance, **{key: _typed(key, value) for key, value in values.items()})  # type: ignore[arg-type]


def _typed(key: str, value: object) -> object:
    kind = type(getattr(Settings(), key))
    if kind is tuple:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
    if isinstance(value, kind):
        return value
    if kind is bool and str(value).lower() in {"1", "0", "true", "false", "yes", "no"}:
        return str(value).lower() in {"1", "true", "yes"}
    if kind is int and str(value).isdigit():
        return int(str(value))
    raise SettingsError(f"The setting {key} must be a {kind.__name__}, not {value!r}.")
