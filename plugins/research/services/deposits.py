"""Deposits: a file arrives, is read in the confined child, and becomes a table whose every row is accounted for."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import (
    Actor,
    Conflict,
    Database,
    Killed,
    Subject,
    actor_of,
    audit,
    convert_confined,
    mark,
    new_id,
    outbox,
    platform,
    require,
)
from plugins.research import decode, dictionary, rights
from plugins.research.dictionary import Category, Column
from plugins.research.lifecycle import VERSION
from plugins.research.models import Dataset, Version
from plugins.research.reading import kinds
from plugins.research.services import engine, shelf
from plugins.research.services.notices import tell

CONVERT = "research.convert"
CHILD = "plugins.research.reading.convert"
MEMORY, CPU_SECONDS, WALL_SECONDS, SWELLS = 1 << 30, 900, 1800.0, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of a handle: without those that are mistaken for others when they are read aloud."""

READY = mark("The file for “%(title)s” has been read. Describe its columns.")
REFUSED = mark("The file for “%(title)s” could not be read. Its page says why.")


def home(actor: Actor) -> UUID | None:
    """The organisation for which the actor deposits."""
    return next((each for each in actor.organisations if actor.may(rights.DEPOSIT, Subject(each))), None)


def slug() -> str:
    """A new handle; 31 to the power of 8 are enough not to be guessed or met twice."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


@dataclass(frozen=True)
class Kept:
    """A file that lies sealed already, by the SHA-256 of what it holds, and its bytes."""

    sha256: str
    size: int


def keep(actor: Actor, organisation_id: UUID, pieces: Iterable[bytes]) -> Kept:
    """Seal a file before anything is written: a gigabyte takes a minute, in which nobody shall wait. Raises Denied."""
    require(actor, rights.DEPOSIT, Subject(organisation_id))
    return Kept(*shelf.sealed(pieces))


def deposit(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    pieces: Iterable[bytes] | Kept,
    title: Mapping[str, str],
    *,
    dataset_id: UUID | None = None,
    wishes: Mapping[str, str] | None = None,
) -> Version:
    """Keep a file and have it read; `dataset_id`: it is to be a further version of that. Raises Denied.

    Small pieces may come as they are; a file of people comes `Kept`, so that no transaction is open while it is sealed.
    """
    require(actor, rights.DEPOSIT, Subject(organisation_id))
    dataset = session.get(Dataset, dataset_id) if dataset_id else None
    if dataset is not None:
        require(actor, rights.DEPOSIT, Subject(dataset.organisation_id))
    before = _newest(session, dataset) if dataset else None
    made = dataset or Dataset(id=new_id(), slug=slug(), organisation_id=organisation_id)
    session.add(made)
    session.flush()
    kept = pieces if isinstance(pieces, Kept) else Kept(*shelf.sealed(pieces))
    version = Version(
        id=new_id(), dataset_id=made.id, organisation_id=made.organisation_id, depositor_id=actor.person_id,
        original=kept.sha256, original_size=kept.size, about={**(before.about if before else {}), "title": dict(title)},
        level=before.level if before else "request", sensitivity=before.sensitivity if before else "S2",
        columns=before.columns if before else [], wishes=dict(wishes or {}),
    )  # fmt: skip
    session.add(version)
    session.flush()
    session.refresh(version, ["dataset"])
    audit.record(session, actor, "research.version.deposit", version.id)
    if not doubtful(version):
        _queue(session, actor, version)
    return version


def _newest(session: Session, dataset: Dataset) -> Version | None:
    rows = select(Version).where(Version.dataset_id == dataset.id, Version.number.is_not(None))
    return session.scalars(rows.order_by(Version.published_at.desc())).first()


def _queue(session: Session, actor: Actor, version: Version) -> None:
    outbox.put(session, CONVERT, {"version_id": str(version.id), "person_id": str(actor.person_id)})


def head_of(version: Version) -> bytes:
    """The first bytes of the original."""
    return next(iter(shelf.opened(version.original)), b"")


def doubtful(version: Version) -> bool:
    """Whether a person must say how the text is to be read before anything else."""
    if version.wishes.get("encoding"):
        return False
    head = head_of(version)
    if kinds.kind_of(head) != kinds.TEXT:
        return False
    try:
        return not decode.guess(head[: decode.SAMPLE]).certain
    except decode.DecodeProblem:
        return False


def readings(version: Version) -> list[tuple[str, str]]:
    """Each encoding with the first lines as they would read, the likeliest first."""
    head = head_of(version)[: decode.SAMPLE]
    likeliest = decode.guess(head).encoding
    order = sorted(decode.CODE_PAGES, key=lambda page: page != likeliest)
    return [(page, "\n".join(head.decode(page, "replace").splitlines()[:5])[:600]) for page in order]


def read_as(session: Session, actor: Actor, version: Version, encoding: str) -> None:
    """Say how the text is to be read, and have it read."""
    require(actor, rights.DEPOSIT, version.subject())
    if encoding in decode.ENCODINGS and version.state in ("arriving", "unreadable"):
        version.wishes = {**version.wishes, "encoding": encoding}
        audit.record(session, actor, "research.version.read_as", version.id)
        _queue(session, actor, version)


def convert(database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
    """The job: read one file. A second run finds the version on its way and does nothing."""
    for payload in payloads:
        with database.reading() as session:
            found = session.get(Version, UUID(payload["version_id"]))
            facts = (
                (found.original, found.wishes)
                if found and found.state in ("arriving", "unreadable")
                else None
            )
        if facts is not None:
            report = read(*facts)
            with database.transaction() as session:
                settle(
                    session,
                    actor_of(session, UUID(payload["person_id"])),
                    UUID(payload["version_id"]),
                    report,
                )


def read(original: str, wishes: Mapping[str, str]) -> dict[str, Any]:
    """The report of the child on a file, with the hash of the table that was made; or with the problem."""
    with shelf.passing() as source, shelf.passing(".csv") as sink:
        source.write(json.dumps(dict(wishes)).encode() + b"\n")
        shelf.copied(shelf.opened(original), source)
        source.flush()
        source.seek(0)
        limit = SWELLS * platform.settings.data_limit
        try:
            convert_confined(
                CHILD, source, sink, memory=MEMORY, cpu=CPU_SECONDS, wall=WALL_SECONDS, output_limit=limit
            )
        except Killed as killed:
            return {"problem": f"killed_{killed.reason}", "line": 0, "detail": ""}
        report = report_of(sink)
        if "problem" not in report:
            report["working"] = _twin(Path(sink.name), report)
        return report


def report_of(sink: IO[bytes]) -> dict[str, Any]:
    """Cut the report off the end of what a child wrote: its JSON, then its length in eight bytes."""
    sink.flush()
    end = sink.seek(-8, 2)
    length = int.from_bytes(sink.read(8), "big")
    sink.seek(end - length)
    told: dict[str, Any] = json.loads(sink.read(length))
    sink.truncate(end - length)
    sink.flush()
    return told


def _twin(csv: Path, report: Mapping[str, Any]) -> str:
    """The Parquet of the canonical CSV, with as many rows as the structural pass has counted."""
    if shelf.hash_of(csv)[0] != report["sha256"]:
        raise engine.RowsLost("the canonical table is not what the child wrote")
    with shelf.passing(".parquet") as file:
        engine.write(csv, report["names"], report["rows"], Path(file.name))
        return shelf.sealed(shelf.pieces(Path(file.name)), shelf.PARQUET)[0]


def settle(session: Session, actor: Actor, version_id: UUID, report: Mapping[str, Any]) -> None:
    """Keep what the child found; a version that is no longer on its way stays as it is."""
    version = session.get_one(Version, version_id, with_for_update={"of": Version})
    if version.state not in ("arriving", "unreadable"):
        return
    refused = "problem" in report
    try:
        VERSION.move(session, actor, version, "refuse" if refused else "read", revision=version.revision)
    except Conflict:
        return
    if refused:
        version.problem = {key: report[key] for key in ("problem", "line", "detail")}
    else:
        version.problem, version.working, version.rows = None, report["working"], report["rows"]
        version.columns = [each.plain() for each in described(report, dictionary.columns(version.columns))]
    tell(session, version, [version.depositor_id], REFUSED if refused else READY)


def described(report: Mapping[str, Any], before: Sequence[Column]) -> list[Column]:
    """The columns of a file: as the version before described those of the same name, with what the file itself adds."""
    known = {each.name: each for each in before}
    read = [_column(*each, report) for each in zip(report["names"], report["kinds"], strict=True)]
    return [
        replace(dictionary.joined(known[each.name], each), kind=each.kind) if each.name in known else each
        for each in read
    ]


def _column(name: str, kind: str, report: Mapping[str, Any]) -> Column:
    labels, missing = report["values"].get(name, {}), report["missing"].get(name, [])
    codes = dict.fromkeys([*labels, *missing])
    categories = tuple(
        Category(code, {"ru": labels[code]} if code in labels else {}, missing=code in missing)
        for code in codes
    )
    label = report["labels"].get(name, "")
    return Column(
        name, kind, {"ru": label} if label else {}, categories=categories[: dictionary.MOST_CATEGORIES]
    )
