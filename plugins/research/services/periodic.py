"""The figures for the network's periodic report: data that were published, and requests for data."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import (
    Figure,
    FigureRow,
    Period,
    counted_rows,
    in_each_language,
    mark,
    organisation_labels,
    suppression,
    total_row,
    withheld_note,
)
from plugins.research import words
from plugins.research.language import domain
from plugins.research.lifecycle import REQUEST
from plugins.research.models import Request, Version
from plugins.research.services.finding import PUBLIC_STATES

texts = domain.texts

THRESHOLD = 5
VERSIONS = mark(
    "Versions of datasets that were published in the period, by the time of publication in UTC, those that were "
    "withdrawn later among them. The catalogue is public, so no number is withheld."
)
REQUESTS = mark(
    "Requests for data that were signed in the period, at the state of the day on which figures were drawn."
)


def given(session: Session, period: Period) -> Iterator[Figure]:
    """The figures of a period; what did not happen has none."""
    start, end = period.moments
    inside = Version.published_at >= start, Version.published_at < end, Version.state.in_(PUBLIC_STATES)
    found = session.scalars(select(Version).where(*inside).order_by(Version.id)).all()
    if found:
        yield from _published(session, found)
    rows = select(Request.state, func.count()).where(Request.signed_at >= start, Request.signed_at < end)
    states = dict(session.execute(rows.group_by(Request.state)).all())
    if states:
        yield _requests(states)


def _published(session: Session, found: Any) -> Iterator[Figure]:
    yield Figure(
        "research.versions_by_level", texts(mark("Data published, by level of access")),
        texts(mark("A version of a dataset that passed the disclosure check and two reviews.")),
        texts(mark("versions")), texts(VERSIONS),
        counted_rows(_most(each.level for each in found), lambda code: in_each_language(lambda: words.LEVELS[code])),
        weight=1,
    )  # fmt: skip
    yield Figure(
        "research.versions_by_organisation", texts(mark("Data published, by organisation")),
        texts(mark("The organisation that has deposited the data, as the catalogue names it.")),
        texts(mark("versions")), texts(VERSIONS),
        counted_rows(
            _most(each.organisation_id for each in found), lambda key: organisation_labels(session, key)
        ),
        "organisation", weight=2,
    )  # fmt: skip


def _requests(states: dict[str, int]) -> Figure:
    """Requests come from people: small numbers, and what would give them away, are withheld."""
    codes = [each for each in REQUEST.states if each.name in states]
    whole = sum(states.values())
    shown: tuple[int | None, ...] = suppression.line([states[each.name] for each in codes], THRESHOLD)
    rows = [FigureRow(each.name, texts(each.label), value) for each, value in zip(codes, shown, strict=True)]
    rows.append(total_row(whole if whole >= THRESHOLD else None))
    return Figure(
        "research.requests_by_state", texts(mark("Requests for data, by what became of them")),
        texts(mark("A request of one person for one version of a dataset.")), texts(mark("requests")), texts(REQUESTS),
        tuple(rows),
        note=withheld_note(rows, THRESHOLD),
        weight=3,
    )  # fmt: skip


def _most(values: Iterable[Any]) -> dict[Any, int]:
    """How often each occurs, the most frequent first."""
    return dict(Counter(values).most_common())
