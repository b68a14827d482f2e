"""The figures for the network's periodic report: data that were published, and requests for data."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Figure, FigureRow, Period, in_each_language, mark, organisation_names, suppression
from plugins.research import words
from plugins.research.language import domain
from plugins.research.lifecycle import REQUEST
from plugins.research.models import Request, Version
from plugins.research.services.finding import PUBLIC_STATES

texts = domain.texts

TOTAL = "*"
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
    start, end = (datetime.combine(day, time(), UTC) for day in (period.first, period.before))
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
        _rows(Counter(each.level for each in found), lambda code: in_each_language(lambda: words.LEVELS[code])),
        weight=1,
    )  # fmt: skip
    yield Figure(
        "research.versions_by_organisation", texts(mark("Data published, by organisation")),
        texts(mark("The organisation that has deposited the data, as the catalogue names it.")),
        texts(mark("versions")), texts(VERSIONS),
        _rows(Counter(each.organisation_id for each in found), lambda key: _names(session, key)),
        "organisation", weight=2,
    )  # fmt: skip


def _requests(states: dict[str, int]) -> Figure:
    """Requests come from people: small numbers, and what would give them away, are withheld."""
    codes = [each for each in REQUEST.states if each.name in states]
    whole = sum(states.values())
    shown: tuple[int | None, ...] = suppression.line([states[each.name] for each in codes], THRESHOLD)
    rows = [FigureRow(each.name, texts(each.label), value) for each, value in zip(codes, shown, strict=True)]
    rows.append(FigureRow(TOTAL, texts(mark("In total")), whole if whole >= THRESHOLD else None))
    closed = any(each.value is None for each in rows)
    words = mark("Numbers below %(least)s, and those that would give them away, are withheld.")
    return Figure(
        "research.requests_by_state", texts(mark("Requests for data, by what became of them")),
        texts(mark("A request of one person for one version of a dataset.")), texts(mark("requests")), texts(REQUESTS),
        tuple(rows),
        note=texts(words, least=THRESHOLD) if closed else {},
        weight=3,
    )  # fmt: skip


def _rows(found: Counter[Any], label: Callable[[Any], dict[str, str]]) -> tuple[FigureRow, ...]:
    rows = [FigureRow(str(code), label(code), number) for code, number in found.most_common()]
    return (*rows, FigureRow(TOTAL, texts(mark("In total")), sum(found.values())))


def _names(session: Session, organisation_id: UUID) -> dict[str, str]:
    return {
        code: organisation_names(session, [organisation_id], code).get(organisation_id, "")
        for code in ("ru", "ky", "en")
    }
