"""Evidence as WARC 1.1 (ISO 28500): one response record for each answer, so that any archive's tools can read it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import IO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Answer = tuple[str, datetime, int, dict[str, str], bytes]
"""Address, time, status, headers, and the body as it was unpacked."""

PACKED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers of the transfer: the body is kept without its packing, so they would no longer be true."""


def write(target: IO[bytes], answers: Iterable[Answer]) -> int:
    """Write the answers, packed with gzip record by record; gives their number."""
    writer, number = WARCWriter(target, gzip=True, warc_version="WARC/1.1"), 0
    for url, at, status, headers, body in answers:
        kept = [(name, value) for name, value in headers.items() if name.lower() not in PACKED]
        record = writer.create_warc_record(
            url, "response", payload=BytesIO(body), http_headers=StatusAndHeaders(str(status), kept, "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        )  # fmt: skip
        writer.write_record(record)
        record.raw_stream.close()
        number += 1
    return number
