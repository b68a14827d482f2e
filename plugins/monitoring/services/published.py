"""What anybody may read of the public list: asked of the database each time, so that what ended is gone at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from core.toolkit import SearchDocument, SearchRevision, fold, queue_index
from plugins.monitoring.models import Correction, Dispute, Listing, ListingSource, ListingVersion
from plugins.monitoring.publication import clock, limits
from plugins.monitoring.publication.facts import agreed
from plugins.monitoring.publication.lifecycle import PUBLIC
from plugins.monitoring.register.identifiers import compact
from plugins.monitoring.register.matching import normalise
from plugins.monitoring.services.listings import uid
from plugins.monitoring.taxonomy import TAXONOMY

ANYBODY = frozenset({"public"})


@dataclass(frozen=True)
class Entry:
    """One public entry: its frozen words, how it stands, and since when."""

    id: UUID
    reference: str
    state: str
    content: dict[str, object]
    version: int
    versions: tuple[datetime, ...]
    published_at: datetime
    disputed_on: date | None = None

    @property
    def name(self) -> str:
        """The legal name."""
        return str(self.content["legal_name"])


def public_now() -> ColumnElement[bool]:
    """Being public at this moment, as a condition of a query: a state that is, and a last day that has not passed."""
    return Listing.state.in_(PUBLIC) & (Listing.expires_at > clock.moment())


def entries(session: Session, *, name: str = "", rows: Select[Listing] | None = None) -> list[Entry]:
    """The public entries, newest first, by a name or a number if one is given; none while the list is off."""
    if not limits.is_on(session):
        return []
    asked = select(Listing) if rows is None else rows
    asked = asked.where(public_now(), *_named(name)).order_by(Listing.published_at.desc(), Listing.id.desc())
    parts = (
        selectinload(Listing.relied).joinedload(ListingSource.source),
        selectinload(Listing.versions),
        selectinload(Listing.disputes),
    )
    found = session.scalars(asked.options(*parts).execution_options(populate_existing=True)).unique()
    return [_entry(each) for each in found if consented(each) and each.versions]


def consented(listing: Listing) -> bool:
    """Whether every source that it relies on still lets it be published: asked at each showing, not remembered."""
    return all(agreed(each.source) for each in listing.relied)


def entry_of(session: Session, reference: str) -> Entry | None:
    """The public entry of that number; None for one that is not public, as for one that never was."""
    found = entries(session, rows=select(Listing).where(Listing.reference == reference.upper()))
    return found[0] if found else None


def listing_of(session: Session, reference: str) -> Listing | None:
    """The row behind a public entry, locked, for a dispute."""
    if entry_of(session, reference) is None:
        return None
    rows = select(Listing).where(Listing.reference == reference.upper(), public_now())
    return session.scalars(rows.with_for_update(of=Listing)).unique().first()


def _named(name: str) -> Iterator[ColumnElement[bool]]:
    text = name.strip()[:200]
    if not text:
        return
    number, spelt = compact(text), normalise(text)
    ways = [Listing.folded.contains(fold(text), autoescape=True)]
    ways += [Listing.normalised.contains(spelt, autoescape=True)] if len(spelt) > 2 else []
    ways += [Listing.number == number] if number else []
    yield or_(*ways)


def _entry(listing: Listing) -> Entry:
    last: ListingVersion = listing.versions[-1]
    open_disputes = [each for each in listing.disputes if each.answered_at is None]
    return Entry(
        id=listing.id,
        reference=listing.reference,
        state=listing.state,
        content=dict(last.content),
        version=last.number,
        versions=tuple(each.published_at for each in listing.versions),
        published_at=listing.versions[0].published_at,
        disputed_on=_first(open_disputes),
    )


def _first(disputes: Sequence[Dispute]) -> date | None:
    return min((each.received_at.date() for each in disputes), default=None)


def machine_readable(entry: Entry) -> dict[str, object]:
    """An entry as the JSON file and the CSV file give it."""
    return {
        **entry.content,
        "state": entry.state,
        "published": entry.published_at.date().isoformat(),
        "version": entry.version,
    }


COLUMNS = (
    *(
        "reference",
        "state",
        "published",
        "version",
        "until",
        "tier",
        "rules",
        "legal_name",
        "scheme",
        "number",
    ),
    *("country", "region", "sector", "violations", "indicators", "from", "to", "workers"),
    *("reply", "reply_text", "decision"),
)


def table(found: Iterable[Entry]) -> Iterator[Sequence[object]]:
    """The rows of the CSV file; text that a program would run is made harmless where the file is written."""
    yield COLUMNS
    for each in found:
        told = machine_readable(each)
        reply, decision = told["reply"], told["decision"]
        assert isinstance(reply, dict)  # noqa: S101 - the form of `publication.entry`
        decided = " ".join(str(part) for part in decision.values()) if isinstance(decision, dict) else ""
        flat = told | {"reply": reply["kind"], "reply_text": reply["text"], "decision": decided}
        yield [" ".join(v) if isinstance(v := flat[name], list) else v for name in COLUMNS]


def corrections(session: Session, limit: int = 200) -> Sequence[Correction]:
    """What the network took back or mended, newest first."""
    rows = select(Correction).order_by(Correction.at.desc(), Correction.id.desc()).limit(limit)
    return session.scalars(rows).all() if limits.is_on(session) else ()


def documents(session: Session, uids: Sequence[str] | None) -> Iterator[SearchDocument]:
    """The search documents of public entries, for everybody."""
    own = [each for each in uids or () if each.startswith("monitoring:listing:")]
    if uids is not None and not own:
        return
    ids = None if uids is None else [UUID(each.rsplit(":", 1)[1]) for each in own]
    rows = select(Listing) if ids is None else select(Listing).where(Listing.id.in_(ids))
    found = {each.id: each for each in entries(session, rows=rows)}
    for listing in session.scalars(select(Listing).where(Listing.id.in_(found))).unique():
        yield _document(listing, found[listing.id])


def _document(listing: Listing, shown: Entry) -> SearchDocument:
    content = shown.content
    codes = content["violations"]
    words = (
        [TAXONOMY.label("violation", str(each), "ru") for each in codes] if isinstance(codes, list) else []
    )
    places = [TAXONOMY.label("region", str(content["region"]), "ru")] if content["region"] else []
    return SearchDocument(
        uid=uid(listing),
        kind="monitoring.listing",
        title=f"{shown.name} · {shown.reference}",
        body="\n".join([str(content["number"]), *words, *places]),
        language="ru",
        reach=ANYBODY,
        endpoint="monitoring.published_entry",
        values={"reference": shown.reference},
        revision=listing.revision,
    )


def revisions(session: Session) -> Iterator[SearchRevision]:
    """The documents that there are."""
    found = [each.id for each in entries(session)]
    for listing_id, revision in session.execute(
        select(Listing.id, Listing.revision).where(Listing.id.in_(found))
    ):
        yield SearchRevision(f"monitoring:listing:{listing_id}", revision)


def switched(session: Session, names: Sequence[str]) -> None:
    """Settings were changed: if the list was switched, its entries enter or leave the index with this transaction."""
    if {limits.PUBLIC.name, limits.REVIEW.name}.intersection(names):
        queue_index(session, [uid(each) for each in session.scalars(select(Listing).where(public_now()))])


def count(session: Session) -> int:
    """How many rows are public by state; a quick number for tiles."""
    return session.scalar(select(func.count()).select_from(Listing).where(public_now())) or 0
