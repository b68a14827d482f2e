"""Reading records under the actor's eyes: what they may not see does not exist for them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Denied, SearchDocument, SearchRevision, Subject, visible
from plugins.research import dictionary, policy, rights
from plugins.research.lifecycle import SHOWN
from plugins.research.models import Dataset, Request, Version

PUBLIC_STATES = (*SHOWN, "withdrawn")
WORK = ("arriving", "unreadable", "draft", "checking", "checked", "review", "approved")


class Missing(Denied):
    """There is no such record; answered exactly as one that belongs to others."""


def version(
    session: Session, actor: Actor, version_id: UUID, permission: str = "", *, lock: bool = False
) -> Version:
    """A deposit, for those who work on it: its own organisation, and reviewers once it was sent to them."""
    found = session.get(Version, version_id, with_for_update={"of": Version} if lock else None)
    wanted = permission or rights.DEPOSIT
    if found is None or not _reaches(actor, found, permission):
        raise Missing(wanted, Subject(object_id=version_id))
    return found


def _reaches(actor: Actor, found: Version, permission: str) -> bool:
    subject = found.subject()
    if permission:
        return actor.may(permission, subject) and (permission == rights.DEPOSIT or found.state not in HIDDEN)
    seen = found.state not in HIDDEN and (
        actor.may(rights.REVIEW, subject) or actor.may(rights.STEWARD, subject)
    )
    return actor.may(rights.DEPOSIT, subject) or seen


HIDDEN = ("arriving", "unreadable", "draft", "checking", "checked", "discarded")
"""What nobody outside the depositing organisation sees: the file may still name people."""


def work(actor: Actor) -> Select[Version]:
    """The deposits that wait for something, as far as the actor has to do with them."""
    own = visible(actor, rights.DEPOSIT, organisation=Version.organisation_id)
    sent = visible(actor, rights.REVIEW) & Version.state.not_in(HIDDEN)
    return select(Version).where(own | sent, Version.state.in_(WORK))


def published(
    session: Session, slug: str, number: str = "", *, states: tuple[str, ...] = PUBLIC_STATES
) -> Version:
    """A version that was published once; without a number the newest. Raises Denied as if there were none."""
    rows = select(Version).join(Dataset).where(Dataset.slug == slug, Version.state.in_(states))
    if number:
        rows = rows.where(Version.number == number)
    found = session.scalars(rows.order_by(Version.published_at.desc(), Version.id.desc())).first()
    if found is None:
        raise Missing(rights.READ, Subject())
    return found


def catalogue(text: str = "", level: str = "") -> Select[Version]:
    """The newest version of each dataset, for anybody: that data exist is no secret."""
    rows = select(Version).where(Version.state == "published")
    if level:
        rows = rows.where(Version.level == level)
    if words := text.split():
        # The title and the abstract are JSON: the text of them is searched as it is stored.
        about = func.coalesce(cast(Version.about, Text), "")
        rows = rows.where(*(_holds(about, word) for word in words[:5]))
    return rows


def _holds(text: ColumnElement[str], word: str) -> ColumnElement[bool]:
    # SQLite folds the case of Latin letters only.
    forms = {word, word.lower(), word.capitalize(), word.upper()}
    return or_(*(text.contains(form, autoescape=True) for form in sorted(forms)))


def request(session: Session, actor: Actor, request_id: UUID, *, lock: bool = False) -> Request:
    """A request, for the person who made it and for stewards."""
    found = session.get(Request, request_id, with_for_update={"of": Request} if lock else None)
    # A request of somebody without an account is nobody's own here: they see it through their link alone.
    if found is None or not (
        (actor.signed_in and found.person_id == actor.person_id) or actor.may(rights.STEWARD, found.subject())
    ):
        raise Missing(rights.STEWARD, Subject(object_id=request_id))
    return found


def requests(actor: Actor) -> Select[Request]:
    """One's own requests; all of them for a steward."""
    mine = Request.person_id.is_not(None) & (Request.person_id == actor.person_id)
    return select(Request).where(or_(mine, visible(actor, rights.STEWARD)))


def documents(session: Session, uids: Iterable[str] | None) -> Iterable[SearchDocument]:
    """What the search finds: what the catalogue says of published versions, never a value of the data."""
    rows = select(Version).where(Version.state == "published")
    if uids is not None:
        ids = [UUID(each.rsplit(":", 1)[1]) for each in uids if each.startswith("research:version:")]
        rows = rows.where(Version.id.in_(ids))
    for found in session.scalars(rows):
        yield _document(found)


def _document(found: Version) -> SearchDocument:
    about = found.about
    labels: list[str] = []
    if policy.allowed(found.level, policy.PUBLIC, policy.LABELS):
        columns = dictionary.released(dictionary.columns(found.columns))
        labels = [text for each in columns for text in each.label.values()]
    titles = [text for text in about.get("title", {}).values() if text]
    return SearchDocument(
        uid=f"research:version:{found.id}",
        kind="research.version",
        title=dictionary.best(about.get("title", {}), "ru"),
        body="\n".join([*titles, *about.get("abstract", {}).values(), *about.get("keywords", ()), *labels]),
        language="ru",
        reach=frozenset({"public"}),
        endpoint="research.dataset",
        values={"slug": found.dataset.slug, "number": found.number or ""},
        revision=found.revision,
    )


def revisions(session: Session) -> Iterable[SearchRevision]:
    """Which documents there are."""
    for version_id, revision in session.execute(
        select(Version.id, Version.revision).where(Version.state == "published")
    ):
        yield SearchRevision(f"research:version:{version_id}", revision)
