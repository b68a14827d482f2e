"""The program of a confined child: an answer of an OAI-PMH server comes in, its records go out as JSON.

Read is unqualified Dublin Core (oai_dc), which every server must give. A document type is refused.
"""

import json
import sys
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MOST = 500
"""Characters of one value that are kept."""

NOTHING = "noRecordsMatch"


class NoAnswer(ValueError):
    """Not an answer of a catalogue, or it is an error; `code` is the protocol's, `not_oai` or `not_package`."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def read(content: bytes) -> dict[str, Any]:
    """Its `records`, and the `token` with which it goes on, "" at the end. Raises NoAnswer."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise NoAnswer("not_oai")
    try:
        root = fromstring(content)  # noqa: S314 - in the confined child, and without a document type
    except (ParseError, ValueError) as error:
        raise NoAnswer("not_oai") from error
    if root.tag != f"{OAI}OAI-PMH":
        raise NoAnswer("not_oai")
    error_told = root.find(f"{OAI}error")
    if error_told is not None and error_told.get("code") != NOTHING:
        raise NoAnswer(str(error_told.get("code", "not_oai")))
    listed = root.find(f"{OAI}ListRecords")
    records = [] if listed is None else [_record(each) for each in listed.iter(f"{OAI}record")]
    token = "" if listed is None else (listed.findtext(f"{OAI}resumptionToken") or "").strip()
    return {"records": [each for each in records if each["identifier"]], "token": token}


def _record(record: Element) -> dict[str, Any]:
    header = record.find(f"{OAI}header")
    told = header if header is not None else record
    values = {name: _values(record, name) for name in ("title", "creator", "identifier")}
    address = next((each for each in values["identifier"] if each.startswith(("https://", "http://"))), "")
    return {
        "identifier": short(told.findtext(f"{OAI}identifier")),
        "datestamp": short(told.findtext(f"{OAI}datestamp"))[:20],
        "deleted": told.get("status") == "deleted",
        "title": next(iter(values["title"]), ""),
        "creators": "; ".join(values["creator"])[:MOST],
        "address": address,
    }


def _values(record: Element, name: str) -> list[str]:
    return [text for each in record.iter(f"{DC}{name}") if (text := short(each.text))]


def short(text: str | None) -> str:
    """A value in one line, without what a database cannot hold, of at most MOST characters."""
    return " ".join((text or "").replace("\0", "").split()).encode("utf-8", "replace").decode()[:MOST]


def answer(read: Callable[[bytes], dict[str, Any]]) -> None:
    """Standard input to standard output, for each program that reads what another catalogue says."""
    try:
        told = read(sys.stdin.buffer.read())
    except NoAnswer as error:
        told = {"problem": error.code}
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode())


if __name__ == "__main__":
    answer(read)
