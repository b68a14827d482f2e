"""Full texts: where a feed carries only a lead, the article's own page is read, kept as evidence and a revision."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Database, Fetched, Fetcher, FetchProblem, Killed, now, run_confined
from plugins.media_watch.addresses import host_of
from plugins.media_watch.models import Article, Hold
from plugins.media_watch.polling import retry_after
from plugins.media_watch.services import archive

CHILD = "plugins.media_watch.extraction"
MEMORY, CPU_SECONDS, WALL_SECONDS = 512 * 2**20, 10, 20.0
GAP = timedelta(seconds=5)
"""The least time between two requests to one host, feeds and pages together."""

BATCH, TRIES = 20, 3
LEAST = 200
"""Characters under which what was found is a menu, not an article."""


@dataclass(frozen=True)
class Wanted:
    """An article whose page is to be read."""

    id: UUID
    url: str


def read_all(database: Database, fetcher: Fetcher, at: datetime | None = None) -> int:
    """Read the pages whose turn it is, one of each host, each in its own transaction. Gives how many texts grew."""
    moment = at or now()
    with database.transaction() as session:
        chosen = _chosen(session, moment)
    grown = 0
    for each in chosen:
        answer, text = _read(fetcher, each.url)
        with database.transaction() as session:
            grown += _record(session, each, answer, text, moment)
    return grown


def _chosen(session: Session, at: datetime) -> list[Wanted]:
    """The newest first; their hosts are marked as asked in the same transaction."""
    rows = select(Article.id, Article.link).where(Article.page == "wanted").order_by(Article.id.desc())
    chosen: dict[str, Wanted] = {}
    for article_id, url in session.execute(rows.limit(BATCH * 25)):
        chosen.setdefault(host_of(url), Wanted(article_id, url))
    free = dict(list(chosen.items())[:BATCH])
    holds = select(Hold).where(Hold.host.in_(list(free))).with_for_update()
    known = {each.host: each for each in session.scalars(holds)}
    for host in list(free):
        hold = known.get(host) or Hold(host=host)
        if (hold.until and hold.until > at) or (hold.asked_at and at - hold.asked_at < GAP):
            del free[host]
            continue
        hold.asked_at = at
        session.add(hold)
    return list(free.values())


def _read(fetcher: Fetcher, url: str) -> tuple[Fetched | None, str]:
    """The page as it came, and the text in it; whatever happens, one page must not stop the others."""
    try:
        answer = fetcher.get(url)
    except FetchProblem:
        return None, ""
    if answer.status != 200:
        return answer, ""
    told = {"url": answer.url, "type": answer.headers.get("content-type", "")}
    given = json.dumps(told).encode() + b"\n" + answer.body
    try:
        made = run_confined(CHILD, given, memory=MEMORY, cpu=CPU_SECONDS, wall=WALL_SECONDS)
        return answer, str(json.loads(made)["text"])
    except (Killed, ValueError, KeyError, TypeError):
        return answer, ""


def _record(session: Session, wanted: Wanted, answer: Fetched | None, text: str, at: datetime) -> bool:
    """Keep page and text, or count the failure; after three the feed's own text stays."""
    article = session.get(Article, wanted.id, with_for_update={"of": Article})
    if article is None or article.page != "wanted":
        return False
    if answer is None or len(text) < LEAST:
        article.page_tries += 1
        article.page = "failed" if article.page_tries >= TRIES else "wanted"
        _hold(session, wanted.url, answer, at)
        return False
    evidence = archive.keep(session, answer, at)
    session.flush()
    return archive.complete(session, article, evidence, text, at)


def _hold(session: Session, url: str, answer: Fetched | None, at: datetime) -> None:
    """A host that asks to be left alone is, for its feeds too: as long as it says, else for an hour."""
    wait = retry_after(answer.headers.get("retry-after", ""), at) if answer else None
    hold = session.get(Hold, host_of(url))
    if hold is not None and answer is not None and answer.status in {429, 503}:
        hold.until = at + (wait or timedelta(hours=1))
