"""A bucket of an S3 store (Amazon's, MinIO, Garage, Ceph): where several machines keep the same files.

The store is named by the administrator, so it is reached directly and not through `core.fetch`, which dials only what
is public. It can keep nobody waiting for long: each step has its seconds, each answer a deadline, and a store that did
not answer is left alone for a moment, so that not every thread of the site waits for it.
"""

import io
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from core.attachments.shelf import ShelfUnavailable, Stored
from core.settings import LOOPBACK, Settings

try:
    from minio import Minio
    from minio.error import MinioException, S3Error
except ImportError:  # pragma: no cover - the extra "s3" is not installed; `core.doctor.boot` says so
    Minio = None  # type: ignore[assignment,misc]

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.0, 8.0, 20.0
"""To be let in, for the next bytes, and for a whole file."""

REST_SECONDS = 5.0
"""How long a store that did not answer is not asked again by this process."""

CONNECTIONS = 16
"""At once; the site has fewer threads."""

CHUNK, ONE_PART = 64 * 1024, 64 * 2**20
GONE = "NoSuchKey"
NEEDED = ("s3_endpoint", "s3_bucket", "s3_access_key", "s3_secret_key")
"""Settings without which there is no store."""


class _Line:
    """The way to one store: its client, and until when it is left alone."""

    def __init__(self, endpoint: str, region: str, access_key: str, secret_key: str) -> None:
        url = urlsplit(endpoint)
        pool = PoolManager(
            maxsize=CONNECTIONS,
            timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            # Once more where a connection that was kept open has died meanwhile: all we ask can be asked twice.
            retries=Retry(total=1, connect=0, redirect=0, status=0, backoff_factor=0),
        )
        self.client = Minio(
            url.netloc,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            secure=url.scheme == "https",
            http_client=pool,
        )
        self.rests_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[Any]:
        """Ask something of the client. Raises ShelfUnavailable, and FileNotFoundError for what is not there."""
        if time.monotonic() < self.rests_until:
            raise ShelfUnavailable("the S3 store did not answer a moment ago")
        try:
            yield self.client
        except S3Error as error:
            if error.code == GONE:
                raise FileNotFoundError(GONE) from error
            raise ShelfUnavailable(f"the S3 store refuses ({error.code})") from error
        except (HTTPError, MinioException) as error:
            self.rests_until = time.monotonic() + REST_SECONDS
            raise ShelfUnavailable(f"the S3 store does not answer ({type(error).__name__})") from error


_line = cache(_Line)


class Bucket:
    """The files of one kind: those whose names begin with the same word."""

    def __init__(self, settings: Settings, kind: str) -> None:
        """Know the bucket; the store is asked at the first call."""
        self._settings = settings
        self._bucket, self._prefix = settings.s3_bucket, f"{kind}/"

    def _asking(self) -> AbstractContextManager[Any]:
        known = self._settings
        try:
            line = _line(known.s3_endpoint, known.s3_region, known.s3_access_key, known.s3_secret_key)
        except (TypeError, ValueError) as error:
            raise ShelfUnavailable(
                "the settings of the S3 store cannot be used: see camove doctor"
            ) from error
        return line.asking()

    def put(self, name: str, content: bytes) -> None:
        """Keep `content` under `name`: a store takes an object whole or not at all."""
        with self._asking() as client:
            body = io.BytesIO(content)
            client.put_object(self._bucket, self._prefix + name, body, len(content), part_size=ONE_PART)

    def get(self, name: str) -> bytes:
        """The bytes under `name`. Raises FileNotFoundError."""
        end = time.monotonic() + WHOLE_SECONDS
        with self._asking() as client:
            answer = client.get_object(self._bucket, self._prefix + name)
            try:
                return b"".join(_pieces(answer, end))
            finally:
                answer.close()
                answer.release_conn()

    def remove(self, name: str) -> None:
        """Forget `name`; what is gone already is no error."""
        with self._asking() as client:
            client.remove_object(self._bucket, self._prefix + name)

    def names(self) -> Iterator[Stored]:
        """Everything of this kind."""
        with self._asking() as client:
            for each in client.list_objects(self._bucket, prefix=self._prefix, recursive=True):
                name = each.object_name.removeprefix(self._prefix)
                yield Stored(name, each.size or 0, each.last_modified)


def _pieces(answer: Any, end: float) -> Iterator[bytes]:
    while piece := answer.read1(CHUNK):
        if time.monotonic() > end:
            raise HTTPError("the deadline has passed")
        yield piece


def problems(settings: Settings) -> Iterator[str]:
    """What is missing or unsafe in the settings of a store, each with what to do; none where there is no store."""
    given = {name: getattr(settings, name) for name in NEEDED}
    if not configured(settings):
        return
    if missing := [name for name, value in given.items() if not value]:
        yield f"Files are to lie in an S3 store, but these settings are empty: {', '.join(missing)}. Set all or none."
        return
    url = urlsplit(settings.s3_endpoint)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/") or url.username:
        yield "The setting s3_endpoint must be like https://s3.example.org, without a path or a password."
    elif url.scheme == "http" and url.hostname not in LOOPBACK:
        yield "The setting s3_endpoint must begin with https:// unless the store is on this machine."
    if Minio is None:
        yield 'Files are to lie in an S3 store, but its library is missing. Run: pip install "camove[s3]"'


def configured(settings: Settings) -> bool:
    """Whether any setting speaks of a store; half of them must not mean the folder."""
    return any(getattr(settings, name) for name in NEEDED)
