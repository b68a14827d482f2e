"""Harvesting other catalogues: OAI-PMH page by page, or one Data Package; parsed in the confined child."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Database,
    Fetcher,
    GuardFailed,
    Killed,
    Subject,
    audit,
    now,
    require,
    run_confined,
)
from plugins.research import rights
from plugins.research.models import Elsewhere

CHILD, PACKAGE = "plugins.research.reading.harvested", "plugins.research.reading.packaged"
GONE = (404, 410)
LONGEST_SOURCE = 300
MOST_PAGES = 1000
"""A server that always has one more page must end somewhere."""

Told = Callable[[int], None]


def harvest(
    database: Database, fetcher: Fetcher, actor: Actor, source: str, *, told: Told = lambda _n: None
) -> int:
    """Take what a catalogue has changed since the last time; gives the number of records.

    Each page is kept before the next is asked for: a line that breaks loses nothing, and the next harvest begins at
    the newest record that is known. Raises Denied, GuardFailed, FetchProblem.
    """
    _check(actor, source)
    number = 0
    for records in _pages(fetcher, source, _since(database, source)):
        with database.transaction() as session:
            for each in records:
                _keep(session, source, each)
            number += len(records)
            audit.record(session, actor, "research.elsewhere.harvest", fields=(f"records={len(records)}",))
        told(number)
    return number


def harvest_package(database: Database, fetcher: Fetcher, actor: Actor, source: str) -> int:
    """Take what a `datapackage.json` says of itself; gives the number of records.

    One that is gone from its address is kept as deleted, as a catalogue would say it. Raises Denied, GuardFailed,
    FetchProblem.
    """
    _check(actor, source)
    answer = fetcher.get(source)
    told = _gone(database, source) if answer.status in GONE else None
    if told is None:
        told = _read(answer.body if answer.status == 200 else b"", PACKAGE, "not_package")
    if "problem" in told:
        raise GuardFailed("harvest", [told["problem"]])
    told["identifier"], told["address"] = source, told["address"] or source
    with database.transaction() as session:
        _keep(session, source, told)
        audit.record(session, actor, "research.elsewhere.harvest", fields=("records=1",))
    return 1


def _check(actor: Actor, source: str) -> None:
    require(actor, rights.STEWARD, Subject())
    if len(source) > LONGEST_SOURCE:
        raise GuardFailed("harvest", ["address_too_long"])


def _gone(database: Database, source: str) -> dict[str, Any] | None:
    """What was known of a package, now as deleted; None where it never was."""
    with database.reading() as session:
        found = session.scalars(select(Elsewhere).where(Elsewhere.source == source)).first()
        return {"datestamp": found.datestamp, "deleted": True, "address": ""} if found else None


def _since(database: Database, source: str) -> str:
    with database.reading() as session:
        newest = select(func.max(Elsewhere.datestamp)).where(Elsewhere.source == source)
        return session.scalar(newest) or ""


def _pages(fetcher: Fetcher, source: str, since: str) -> Iterator[list[dict[str, Any]]]:
    asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc"} | ({"from": since} if since else {})
    for _ in range(MOST_PAGES):
        answer = fetcher.get(f"{source}?{urlencode(asked)}")
        told = _read(answer.body if answer.status == 200 else b"")
        if "problem" in told:
            raise GuardFailed("harvest", [told["problem"]])
        yield told["records"]
        if not told["token"]:
            return
        asked = {"verb": "ListRecords", "resumptionToken": told["token"]}


def _read(body: bytes, child: str = CHILD, otherwise: str = "not_oai") -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(run_confined(child, body))
    except Killed as killed:
        raise GuardFailed("harvest", [otherwise]) from killed
    return found


def _keep(session: Session, source: str, told: Mapping[str, Any]) -> None:
    rows = select(Elsewhere).where(Elsewhere.source == source, Elsewhere.identifier == told["identifier"])
    found = session.scalars(rows).first() or Elsewhere(source=source, identifier=told["identifier"])
    found.datestamp, found.deleted, found.seen_at = told["datestamp"], told["deleted"], now()
    # Of what its own catalogue deleted we keep the identifier only.
    for name in ("title", "creators", "address"):
        setattr(found, name, "" if told["deleted"] else told[name])
    session.add(found)
    session.flush()


def known() -> Select[Elsewhere]:
    """What other catalogues offer, for anybody."""
    return select(Elsewhere).where(~Elsewhere.deleted, Elsewhere.title != "")
