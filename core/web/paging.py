"""Keyset pages: page 1,000 costs what page 1 costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session

SIZE = 25


@dataclass(frozen=True)
class Page:
    """Some rows, and the addresses of the pages beside them (empty where there is none)."""

    rows: Sequence[Any]
    newer: str = ""
    older: str = ""


def page_of(session: Session, rows: Select[Any], key: Any, size: int = SIZE) -> Page:
    """The page of `rows` that the address asks for by `before` or `after`, newest first by `key` (a UUIDv7)."""
    before, after = _cursor("before"), _cursor("after")
    if after:
        found = list(session.scalars(rows.where(key > after).order_by(key).limit(size + 1)))
        more_newer, more_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        limited = rows.where(key < before) if before else rows
        found = list(session.scalars(limited.order_by(key.desc()).limit(size + 1)))
        more_newer, more_older = before is not None, len(found) > size
        found = found[:size]
    return Page(
        found,
        newer=_address(after=found[0].id) if found and more_newer else "",
        older=_address(before=found[-1].id) if found and more_older else "",
    )


def _cursor(name: str) -> UUID | None:
    try:
        return UUID(request.args[name])
    except (KeyError, ValueError):
        return None


def _address(**cursor: UUID) -> str:
    kept = {key: value for key, value in request.args.items(multi=True) if key not in ("before", "after")}
    return url_for(str(request.endpoint), **(request.view_args or {}), **kept, **cursor)  # type: ignore[arg-type]
