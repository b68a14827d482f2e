"""The figures for the network's periodic report: the book is public, so no number is withheld."""

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Figure, FigureRow, Period, mark, total_row
from handbook.canon import LANGUAGES
from handbook.language import domain
from handbook.models import Copy, Edition

SPOKEN = {"ru": mark("In Russian"), "ky": mark("In Kyrgyz"), "en": mark("In English")}


def given(session: Session, period: Period) -> Iterator[Figure]:
    """What was published and handed out in the period; what did not happen has no figure."""
    start, end = period.moments
    rows = select(Edition).where(Edition.published_at >= start, Edition.published_at < end)
    if found := session.scalars(rows).all():
        yield _figure(
            "editions", mark("Editions of chapters that were published"), mark("editions"),
            mark("A chapter of the handbook that a lawyer signed. An edition in two languages counts in both."),
            Counter(code for each in found for code, text in each.texts.items() if text.get("body")), len(found),
        )  # fmt: skip
    amounts = select(Copy.language, func.sum(Copy.amount)).group_by(Copy.language)
    inside = Copy.given_on.between(period.first, period.last)
    handed: dict[str, int] = dict(session.execute(amounts.where(inside)).all())
    if handed:
        yield _figure(
            "copies", mark("Copies that were handed out"), mark("copies"),
            mark("Copies that organisations of the network gave to partners."), handed, sum(handed.values()),
        )  # fmt: skip


def _figure(
    name: str, title: str, unit: str, definition: str, counted: Mapping[str, int], total: int
) -> Figure:
    texts = domain.texts
    rows = [FigureRow(code, texts(SPOKEN[code]), counted[code]) for code in LANGUAGES if code in counted]
    source = mark("The handbook and its log of copies, as they stood when the figures were drawn.")
    return Figure(
        f"handbook.{name}", texts(title), texts(definition), texts(unit), texts(source),
        (*rows, total_row(total)),
    )  # fmt: skip
