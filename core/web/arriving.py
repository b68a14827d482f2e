"""Requests whose files stay in memory: what a stranger sends must not lie unsealed in a temporary file."""

import io
from typing import IO

from flask import Request


class InMemoryRequest(Request):
    """A request as Flask knows it; its size is bounded by `upload_limit` before a byte is read."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        # Werkzeug writes more than 500 KB to a file of the system, which a disk remembers.
        return io.BytesIO()
