"""The figures for the network's periodic report: what was collected, and what published releases say of lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.toolkit import Figure, FigureRow, Period, mark, total_row
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.language import domain
from plugins.media_watch.models import Article, Outlet, Release, Round
from plugins.media_watch.periods import Quarter
from plugins.media_watch.periods import read as read_quarter
from plugins.media_watch.services import releases

texts = domain.texts

LANGUAGES = ("ru", "ky", "en")
ARTICLES = mark(
    "Articles of the outlets that are watched, by the time of publication in UTC. They are public, so no number is "
    "withheld."
)
RELEASES = mark(
    "The releases of the period that are published and stand on the day on which figures were drawn; "
    "two people have signed each of them."
)


def given(session: Session, period: Period) -> Iterator[Figure]:
    """The figures of a period. No outlet and no author is named: that is for the releases, with their replies."""
    if found := _articles(session, period):
        yield _figure("articles", mark("Articles collected, by country of the outlet"),
                      mark("Articles on any subject that the feeds of the outlets named."), mark("articles"), ARTICLES,
                      found, 1)  # fmt: skip
    told = _told(session, period)
    if told:
        yield from _rated(told)


def _rated(told: Mapping[str, list[dict[str, Any]]]) -> Iterator[Figure]:
    yield _figure(
        "outlets", mark("Outlets with a published rating, by list"),
        mark("An outlet is rated where enough of its articles were coded by two people."), mark("outlets"), RELEASES,
        {country: len({key for each in of for key in _shown(each)}) for country, of in told.items()}, 2, whole=False,
    )  # fmt: skip
    yield _figure(
        "clear_cases", mark("Outlets clearly above the average of their list, by list"),
        mark("The interval of the outlet's index lies above the average. In a year an outlet counts once."),
        mark("outlets"), RELEASES,
        {country: len({key for each in of for key, entry in _shown(each).items() if entry.get("flag") == "above"})
         for country, of in told.items()}, 3, whole=False,
    )  # fmt: skip


def _figure(
    name: str, title: str, definition: str, unit: str, source: str, found: Mapping[str, int], weight: int,
    *, whole: bool = True,
) -> Figure:  # fmt: skip
    rows = [FigureRow(code, _country(code), number) for code, number in sorted(found.items())]
    if whole:
        rows.append(total_row(sum(found.values())))
    return Figure(
        f"media_watch.{name}", texts(title), texts(definition), texts(unit), texts(source), tuple(rows), "country",
        {} if whole else texts(mark("Lists of different countries cannot be compared.")), weight,
    )  # fmt: skip


def _country(code: str) -> dict[str, str]:
    return {each: CODEBOOK.label("list", code, each) for each in LANGUAGES}


def _quarters(period: Period) -> list[Quarter]:
    codes = [period.code] if "-" in period.code else [f"{period.code}-Q{number}" for number in (1, 2, 3, 4)]
    return [read_quarter(each) for each in codes]


def _articles(session: Session, period: Period) -> dict[str, int]:
    quarters = _quarters(period)
    rows = (
        select(Outlet.country, func.count())
        .join(Article, Article.outlet_id == Outlet.id)
        .where(Article.published_at >= quarters[0].begins, Article.published_at < quarters[-1].ends)
    )
    return dict(session.execute(rows.group_by(Outlet.country)).all())


def _told(session: Session, period: Period) -> dict[str, list[dict[str, Any]]]:
    """The content of the releases that stand, by list."""
    names = [str(each) for each in _quarters(period)]
    rows = select(Release).join(Release.round).where(Release.state == "published", Round.period.in_(names))
    found: dict[str, list[dict[str, Any]]] = {}
    for each in session.scalars(rows.order_by(Round.period)):
        found.setdefault(each.round.country, []).append(releases.told(each))
    return found


def _shown(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry for key, entry in content["outlets"].items() if entry["status"] != "hidden"}
