"""The program of a confined child: a `datapackage.json` comes in, what it says of itself goes out as a record.

Read are Data Package v1 and v2 (datapackage.org/standard/data-package): what names it, who made it, where it stands.
"""

import json
from collections.abc import Mapping
from typing import Any

from plugins.research.reading.harvested import NoAnswer, answer, short

WEB = ("https://", "http://")


def read(content: bytes) -> dict[str, Any]:
    """A record as those of a catalogue are, but for its identifier: that is its address. Raises NoAnswer.

    A package without resources or without a name is none.
    """
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoAnswer("not_package") from error
    if not isinstance(told, dict) or not isinstance(told.get("resources"), list) or not told["resources"]:
        raise NoAnswer("not_package")
    title = _text(told, "title") or _text(told, "name")
    if not title:
        raise NoAnswer("not_package")
    homepage = _text(told, "homepage")
    return {
        "datestamp": _text(told, "created")[:20],
        "deleted": False,
        "title": title,
        "creators": short("; ".join(_people(told))),
        "address": homepage if homepage.startswith(WEB) else "",
    }


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return short(value) if isinstance(value, str) else ""


def _people(told: Mapping[str, Any]) -> list[str]:
    listed = told.get("contributors")
    people = listed if isinstance(listed, list) else []
    names = [_text(each, "title") or _text(each, "organization") for each in people if isinstance(each, dict)]
    return [each for each in names if each]


if __name__ == "__main__":
    answer(read)
