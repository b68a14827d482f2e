"""Rows for research: what published releases say of each outlet, and nothing that is not public already."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import DatasetExtract, csv_text
from plugins.media_watch.models import Release
from plugins.media_watch.services import releases

LABELS = {
    "country": {"ru": "Страна списка", "ky": "Тизменин өлкөсү", "en": "Country of the list"},
    "period": {"ru": "Квартал", "ky": "Чейрек", "en": "Quarter"},
    "edition": {"ru": "Выпуск", "ky": "Чыгарылыш", "en": "Edition"},
    "outlet": {"ru": "Издание", "ky": "Басылма", "en": "Outlet"},
    "status": {"ru": "Место в оценке", "ky": "Баадагы орду", "en": "Standing"},
    "index": {"ru": "Индекс", "ky": "Индекс", "en": "Index"},
    "low": {"ru": "Индекс, нижняя граница", "ky": "Индекс, төмөнкү чеги", "en": "Index, lower bound"},
    "high": {"ru": "Индекс, верхняя граница", "ky": "Индекс, жогорку чеги", "en": "Index, upper bound"},
    "n_eff": {"ru": "Эффективное число статей", "ky": "Макалалардын эффективдүү саны",
              "en": "Effective number of articles"},
    "share": {"ru": "Доля статей с ксенофобией", "ky": "Ксенофобиялуу макалалардын үлүшү",
              "en": "Share of articles with xenophobic content"},
    "share_low": {"ru": "Доля, нижняя граница", "ky": "Үлүш, төмөнкү чеги", "en": "Share, lower bound"},
    "share_high": {"ru": "Доля, верхняя граница", "ky": "Үлүш, жогорку чеги", "en": "Share, upper bound"},
}  # fmt: skip
TITLE = {
    "ru": "Как издания пишут о мигрантах: опубликованные оценки",
    "ky": "Басылмалар мигранттар жөнүндө кандай жазат: жарыяланган баалар",
    "en": "How outlets write about migrants: published ratings",
}


def offered(session: Session, first: date, last: date) -> Iterable[DatasetExtract]:
    """One row for each outlet of each release that was published in those days and still stands."""
    rows = select(Release).where(Release.state == "published").order_by(Release.published_at)
    found = [
        each
        for each in session.scalars(rows)
        if each.published_at and first <= each.published_at.date() <= last
    ]
    lines = [line for each in found for line in _lines(each)]
    if lines:
        table = [LABELS, *([line.get(name, "") for name in LABELS] for line in lines)]
        yield DatasetExtract("media_watch.outlets", TITLE, csv_text(table), LABELS)


def _lines(release: Release) -> Iterable[dict[str, Any]]:
    """What an entry says in plain values; texts and quotes stay with the release."""
    place = {"country": release.round.country, "period": release.round.period, "edition": release.number}
    for entry in releases.told(release)["outlets"].values():
        yield place | {"outlet": entry["name"]} | {name: entry[name] for name in LABELS if name in entry}
