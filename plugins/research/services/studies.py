"""Joint studies: their pages, their questionnaires, and which datasets are of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    AttachmentProblem,
    Conflict,
    GuardFailed,
    SearchDocument,
    SearchRevision,
    Subject,
    attachment_kind,
    audit,
    new_id,
    queue_index,
    require,
    visible,
)
from plugins.research import rights
from plugins.research.dictionary import best
from plugins.research.models import Dataset, Instrument, Study, Version
from plugins.research.services import deposits, shelf
from plugins.research.services.finding import Missing

PDF = "application/pdf"
INSTRUMENT = "pdf"
"""The kind under which a questionnaire lies on the shelf."""

MOST_INSTRUMENTS = 20


@dataclass(frozen=True)
class Told:
    """What is said of a study: `title` and `aim` by language, the rest in order. `datasets` are ids."""

    about: Mapping[str, Mapping[str, str]]
    shown: bool = False
    partners: Sequence[str] = ()
    publications: Sequence[Mapping[str, str]] = ()
    datasets: frozenset[UUID] = frozenset()
    dropped: frozenset[UUID] = frozenset()
    added: Mapping[str, deposits.Kept] = field(default_factory=dict)
    """Title -> a questionnaire that lies sealed already."""


def home(actor: Actor) -> UUID | None:
    """The organisation in whose name the actor keeps studies."""
    return next((each for each in actor.organisations if actor.may(rights.STUDY, Subject(each))), None)


def listed(actor: Actor) -> Select[Study]:
    """The studies that are shown, and those that the actor keeps."""
    return select(Study).where(
        or_(Study.shown, visible(actor, rights.STUDY, organisation=Study.organisation_id))
    )


def find(session: Session, actor: Actor, slug: str, permission: str = "", *, lock: bool = False) -> Study:
    """A study that is shown, or that the actor keeps. Raises Denied as if there were none."""
    rows = select(Study).where(Study.slug == slug)
    found = session.scalars(rows.with_for_update() if lock else rows).first()
    if found is None or not (
        actor.may(rights.STUDY, found.subject()) or (found.shown and permission != rights.STUDY)
    ):
        raise Missing(rights.STUDY, Subject())
    return found


def instrument(session: Session, actor: Actor, slug: str, instrument_id: UUID) -> Instrument:
    """A questionnaire of a study that the actor sees. Raises Denied as if there were none."""
    study = find(session, actor, slug)
    found = next((each for each in study.instruments if each.id == instrument_id), None)
    if found is None:
        raise Missing(rights.STUDY, Subject())
    return found


def keep(content: bytes) -> deposits.Kept:
    """Seal a questionnaire before anything is written. Raises GuardFailed: it is no PDF, or it hides something."""
    try:
        kind = attachment_kind(content)
    except AttachmentProblem as problem:
        raise GuardFailed("study", ["instrument_no_pdf"]) from problem
    if kind != PDF:
        raise GuardFailed("study", ["instrument_no_pdf"])
    return deposits.Kept(*shelf.sealed([content], INSTRUMENT))


def begin(session: Session, actor: Actor, organisation_id: UUID, told: Told) -> Study:
    """Begin the page of a study. Raises Denied, GuardFailed."""
    require(actor, rights.STUDY, Subject(organisation_id))
    same = session.scalars(select(Study).where(Study.organisation_id == organisation_id))
    title = told.about.get("title", {}).get("ru")
    if any(each.about.get("title", {}).get("ru") == title for each in same):
        # Also what a second click would make.
        raise GuardFailed("study", ["study_exists"])
    made = Study(id=new_id(), slug=deposits.slug(), organisation_id=organisation_id, revision=0)
    session.add(made)
    session.flush()
    change(session, actor, made, told, revision=0)
    return made


def change(session: Session, actor: Actor, study: Study, told: Told, *, revision: int) -> None:
    """Keep what is said of a study. Raises Denied, Conflict, GuardFailed."""
    require(actor, rights.STUDY, study.subject())
    if revision != study.revision:
        raise Conflict([])
    if not told.about.get("title", {}).get("ru"):
        raise GuardFailed("study", ["title_missing"])
    study.about = {key: dict(labels) for key, labels in told.about.items()}
    study.shown, study.partners = told.shown, list(told.partners)
    study.publications = [dict(each) for each in told.publications]
    study.revision += 1
    _instruments(study, told)
    _link(session, actor, study, told.datasets)
    session.flush()
    audit.record(session, actor, "research.study.change", study.id)
    queue_index(session, [f"research:study:{study.id}"])


def _instruments(study: Study, told: Told) -> None:
    """Files that no study names any more go with the next sweep."""
    study.instruments = [each for each in study.instruments if each.id not in told.dropped] + [
        Instrument(id=new_id(), study_id=study.id, title=title, sha256=kept.sha256, size=kept.size)
        for title, kept in told.added.items()
    ]
    if len(study.instruments) > MOST_INSTRUMENTS:
        raise GuardFailed("study", ["too_many_instruments"])


def offered(session: Session, actor: Actor, study: Study | None) -> Sequence[Version]:
    """The newest versions of datasets that the actor may put under the study: of their reach, and of no other study."""
    free = (
        Dataset.study_id.is_(None) | (Dataset.study_id == study.id) if study else Dataset.study_id.is_(None)
    )
    rows = select(Version).join(Dataset).where(Version.state == "published", free)
    rows = rows.where(visible(actor, rights.STUDY, organisation=Dataset.organisation_id))
    return session.scalars(rows.order_by(Version.id)).unique().all()


def _link(session: Session, actor: Actor, study: Study, wanted: frozenset[UUID]) -> None:
    for each in offered(session, actor, study):
        each.dataset.study_id = study.id if each.dataset_id in wanted else None


def datasets(session: Session, study: Study) -> Sequence[Version]:
    """The newest published version of each dataset of a study."""
    rows = select(Version).join(Dataset).where(Version.state == "published", Dataset.study_id == study.id)
    return session.scalars(rows.order_by(Version.id)).unique().all()


def of(session: Session, version: Version) -> Study | None:
    """The study of a dataset, if it has one that is shown."""
    study_id = version.dataset.study_id
    found = session.get(Study, study_id) if study_id else None
    return found if found is not None and found.shown else None


def documents(session: Session, uids: Iterable[str] | None) -> Iterable[SearchDocument]:
    """What the search finds of studies that are shown."""
    rows = select(Study).where(Study.shown)
    if uids is not None:
        ids = [UUID(each.rsplit(":", 1)[1]) for each in uids if each.startswith("research:study:")]
        rows = rows.where(Study.id.in_(ids))
    for found in session.scalars(rows):
        yield SearchDocument(
            uid=f"research:study:{found.id}", kind="research.study", title=best(found.about.get("title", {}), "ru"),
            body="\n".join(_texts(found)), language="ru", reach=frozenset({"public"}), endpoint="research.study",
            values={"slug": found.slug}, revision=found.revision,
        )  # fmt: skip


def revisions(session: Session) -> Iterable[SearchRevision]:
    """Which documents there are."""
    for study_id, revision in session.execute(select(Study.id, Study.revision).where(Study.shown)):
        yield SearchRevision(f"research:study:{study_id}", revision)


def _texts(study: Study) -> list[str]:
    about: Mapping[str, Any] = study.about
    told = [text for key in ("title", "aim") for text in about.get(key, {}).values()]
    told += [*study.partners, *(each["text"] for each in study.publications)]
    return [text for text in [*told, *(each.title for each in study.instruments)] if text]
