"""The answer to other plugins that ask whether there is a published listing about an employer."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Standing, language
from plugins.monitoring.language import domain
from plugins.monitoring.models import Identifier, Listing
from plugins.monitoring.publication.words import STANDING
from plugins.monitoring.register import kin
from plugins.monitoring.register.identifiers import SCHEMES, check
from plugins.monitoring.register.matching import normalise
from plugins.monitoring.services.published import Entry, entries


def about(session: Session, scheme: str, number: str, name: str, country: str) -> Iterator[Standing]:
    """The published listings of the employer with that number or, where none is given, of that name."""
    if number.strip():
        found, match = _by_number(session, scheme, number), "number"
    else:
        found, match = _by_name(session, name, country), "name"
    yield from (_standing(each, match) for each in found)


def _by_number(session: Session, scheme: str, number: str) -> list[Entry]:
    """By any number of the employer or of a record merged with it."""
    if scheme not in SCHEMES:
        return []
    bearing = select(Identifier.employer_id).where(
        Identifier.scheme == scheme, Identifier.value == check(scheme, number).value
    )
    ends = set(kin.survivors(session, session.scalars(bearing)).values())
    members: set[UUID] = {each for family in kin.families(session, ends).values() for each in family}
    return entries(session, rows=select(Listing).where(Listing.employer_id.in_(members))) if members else []


def _by_name(session: Session, name: str, country: str) -> list[Entry]:
    spelt = normalise(name)[:300]
    rows = select(Listing).where(Listing.normalised == spelt)
    if country:
        rows = rows.where(Listing.country == country)
    return entries(session, rows=rows) if spelt else []


def _standing(entry: Entry, match: str) -> Standing:
    spoken = language()
    return Standing(
        source="monitoring",
        state=entry.state,
        since=entry.published_at.date(),
        url=f"/{spoken}/monitoring/published/{entry.reference}",
        summary=domain.text(spoken, STANDING, name=entry.name),
        match=match,
    )
