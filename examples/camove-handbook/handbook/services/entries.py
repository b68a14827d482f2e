"""Entries: write, find, move, and what the search may know of them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from handbook.lifecycle import ENTRY
from handbook.models import Entry
from handbook.rights import EDIT, VIEW
from core.toolkit import (
    Actor,
    Denied,
    SearchDocument,
    SearchRevision,
    Subject,
    audit,
    queue_index,
    reach,
    require,
    visible,
)

KIND = "handbook:entry:"


def listed(actor: Actor) -> Select[Entry]:
    """The entries that the actor may see."""
    return select(Entry).where(visible(actor, VIEW, organisation=Entry.organisation_id))


def find(session: Session, actor: Actor, entry_id: UUID, permission: str = VIEW) -> Entry:
    """The entry. Raises Denied as if there were none when it is another organisation's."""
    found = session.get(Entry, entry_id)
    if found is None:
        raise Denied(permission, Subject(object_id=entry_id))
    require(actor, permission, found.subject())
    return found


def write(session: Session, actor: Actor, organisation_id: UUID, title: str, text: str) -> Entry:
    """Begin an entry of that organisation. Raises Denied."""
    require(actor, EDIT, Subject(organisation_id=organisation_id))
    made = Entry(organisation_id=organisation_id, title=title.strip(), text=text.strip())
    session.add(made)
    session.flush()
    audit.record(session, actor, "handbook.entry.write", made.id, ("title", "text"))
    queue_index(session, [f"{KIND}{made.id}"])
    return made


def move(session: Session, actor: Actor, entry: Entry, name: str, revision: int) -> None:
    """Move it. Raises Denied, Conflict, GuardFailed."""
    ENTRY.move(session, actor, entry, name, revision=revision)
    queue_index(session, [f"{KIND}{entry.id}"])


def documents(session: Session, uids: Sequence[str] | None) -> Iterator[SearchDocument]:
    """What the search finds: for whoever may see the entry."""
    rows = select(Entry)
    if uids is not None:
        ids = [UUID(uid.removeprefix(KIND)) for uid in uids if uid.startswith(KIND)]
        rows = rows.where(Entry.id.in_(ids))
    for each in session.scalars(rows):
        yield SearchDocument(
            uid=f"{KIND}{each.id}",
            kind="handbook.entry",
            title=each.title,
            body=each.text,
            language="ru",
            reach=reach(VIEW, each.subject()),
            endpoint="handbook.entry",
            values={"entry_id": str(each.id)},
            revision=each.revision,
        )


def revisions(session: Session) -> Iterator[SearchRevision]:
    """Which documents there are."""
    for entry_id, revision in session.execute(select(Entry.id, Entry.revision)):
        yield SearchRevision(f"{KIND}{entry_id}", revision)
