"""What a published version shows to somebody: its record for the formats, its statistics, rows, and answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, organisation_names, platform, suppression
from plugins.research import dictionary, policy, query
from plugins.research.dictionary import Column
from plugins.research.formats.record import File, Record
from plugins.research.models import Version
from plugins.research.query import Condition, Question
from plugins.research.services import access, engine, shelf

PAGE_ROWS = 50
FIRST_ROWS, SHOWN_OF_CELL = 5, 200
PREVIEWED = 30
"""Columns of a preview: a file of a thousand would make a page of ten megabytes."""


def address(slug: str, number: str = "") -> str:
    """The lasting address of a version, or of the dataset itself."""
    tail = f"/{number}" if number else ""
    return f"{platform.settings.base_url.rstrip('/')}/ru/research/r/{slug}{tail}"


def handle(version: Version) -> str:
    """The short name by which a version is cited."""
    return f"camove:{version.dataset.slug}.v{version.number}"


def record(session: Session, actor: Actor, version: Version) -> Record:
    """The version as that person may have it described."""
    about = version.about
    owner = organisation_names(session, {version.organisation_id}, "ru").get(version.organisation_id, "")
    labels = access.may(session, actor, version, policy.LABELS)
    counts = access.may(session, actor, version, policy.STATISTICS)
    number, day = version.number or "", (version.published_at or version.created_at).date()
    return Record(
        handle=handle(version), url=address(version.dataset.slug, number),
        concept_url=address(version.dataset.slug), number=number,
        title=about.get("title", {}), abstract=about.get("abstract", {}),
        creators=tuple(about.get("creators") or [owner]), publisher=owner, published=day, changed=version.changed_at,
        level=version.level, licence=about.get("licence", "") if version.level == "open" else "",
        keywords=tuple(about.get("keywords", ())), countries=tuple(about.get("countries", ())),
        collected=(about.get("collected_from", ""), about.get("collected_to", "")), method=about.get("method", ""),
        population=about.get("population", ""), doi=about.get("doi", ""),
        embargo=version.embargo if access.embargoed(version) else None, rows=version.released_rows,
        columns=tuple(columns(version)) if labels else (), counts=_counts(version) if counts else {},
        files=_files(version) if labels else (), previous=_previous(session, version),
        withdrawn=version.withdrawn_reason if version.state == "withdrawn" else "",
        set_name=f"org-{version.organisation_id.hex[-8:]}", set_title=owner,
    )  # fmt: skip


def columns(version: Version) -> list[Column]:
    """The columns of the released file."""
    return dictionary.released(dictionary.columns(version.columns))


def _files(version: Version) -> tuple[File, ...]:
    return (
        File("data.csv", "text/csv", version.release_size, version.release),
        File("data.parquet", "application/vnd.apache.parquet", version.parquet_size, version.parquet),
    )


def _counts(version: Version) -> Mapping[str, Mapping[str, int | None]]:
    told = version.statistics or {}
    return {name: dict(each["counts"]) for name, each in told.items() if each.get("counts")}


def _previous(session: Session, version: Version) -> str:
    rows = select(Version.number).where(
        Version.dataset_id == version.dataset_id,
        Version.published_at < (version.published_at or version.created_at),
    )
    number = session.scalars(rows.order_by(Version.published_at.desc())).first()
    return address(version.dataset.slug, number) if number else ""


def siblings(session: Session, version: Version) -> Sequence[Version]:
    """All versions of the dataset that were published, the newest first."""
    rows = select(Version).where(Version.dataset_id == version.dataset_id, Version.number.is_not(None))
    return session.scalars(rows.order_by(Version.published_at.desc())).all()


def rows(session: Session, actor: Actor, version: Version, page: int) -> list[tuple[str, ...]]:
    """A page of rows, numbered from 1, for whoever may see rows; nothing for others."""
    if not access.may(session, actor, version, policy.PREVIEW):
        return []
    names = [each.name for each in columns(version)][:PREVIEWED]
    path = shelf.path_of(version.parquet, shelf.PARQUET)
    return engine.preview(path, names, (page - 1) * PAGE_ROWS + 1, PAGE_ROWS)


def first_cells(version: Version, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The first cells of some columns of a deposit that is being described; nothing once its working table is gone."""
    path = shelf.path_of(version.working, shelf.PARQUET)
    if not version.working or not path.exists():
        return []
    return [tuple(cell[:SHOWN_OF_CELL] for cell in row) for row in engine.preview(path, names, 1, FIRST_ROWS)]


class Answer:
    """What the gate says to a question: a number, or why there is none."""

    def __init__(self, number: int | None, refusal: str, overlaps: int) -> None:
        """Keep all three."""
        self.number, self.refusal, self.overlaps = number, refusal, overlaps


def answer(session: Session, actor: Actor, version: Version, asked: Sequence[Condition]) -> Answer | None:
    """Count the rows that fulfil all conditions, if the gate lets the number out; None for whoever may not ask.

    Whoever can download open data can count for themselves: there the number is exact. Raises query.QueryProblem.
    """
    if not access.may(session, actor, version, policy.QUERY):
        return None
    question = query.question(asked, [each.name for each in columns(version) if each.role != "free_text"])
    path = shelf.path_of(version.parquet, shelf.PARQUET)
    if version.level == "open":
        return Answer(engine.count(path, [question])[0], "", 0)
    before = query.overlaps(question, access.questions(session, actor, version))
    related: list[Question] = [*query.parents(question), *before]
    number, *wider = engine.count(path, [question, *related])
    refusal = query.refused(number, wider, policy.limits(version.level, version.sensitivity).cell)
    told = {"asked": [each.plain() for each in sorted(question)], "overlaps": len(before)}
    access.log(session, actor, version, "refused" if refusal else "query", **told)
    return Answer(None if refusal else number, refusal, len(before))


def cross(session: Session, actor: Actor, version: Version, row: str, column: str) -> dict[str, Any] | None:
    """A cross table with small cells hidden, for whoever may ask. Raises query.QueryProblem."""
    if not access.may(session, actor, version, policy.QUERY):
        return None
    known = {each.name for each in columns(version) if each.role not in ("free_text", "weight", "household")}
    if row not in known or column not in known or row == column:
        raise query.QueryProblem("unknown_column")
    found = engine.cross(shelf.path_of(version.parquet, shelf.PARQUET), row, column, frozenset())
    across, down = sorted({b for _, b in found}), sorted({a for a, _ in found})
    if len(across) > 20 or len(down) > 50:
        raise query.QueryProblem("too_many_values")
    cells = [[found.get((a, b), 0) for b in across] for a in down]
    hidden = suppression.table(cells, policy.limits(version.level, version.sensitivity).cell)
    access.log(session, actor, version, "table", row=row, column=column)
    return {"across": across, "down": down, "cells": hidden.cells, "totals": hidden.totals,
            "sums": [sum(each) for each in cells]}  # fmt: skip
