"""Documents as they come from the world: the corpus, repeated guids, edits, dates, reprints, lists of feeds."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from gates.lab import running as network
from newsroom import Newsroom, answer, text_of
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from core.fetch import Fetcher
from core.fetching.budget import Budget
from core.testing import Town
from core.toolkit import Denied, Entry, Fetched, parse_feed
from plugins.media_watch import decoding, opml, warc
from plugins.media_watch.models import Article, Feed, Outlet
from plugins.media_watch.opml import Listed
from plugins.media_watch.services import archive, evidence, finding, pages, rounds, sources
from plugins.media_watch.services.sources import SourceProblem

CORPUS = Path(__file__).parents[4] / "shared" / "data" / "feeds"
"""Real feeds: their texts belong to their publishers, so a clone of the project does not have them."""

AT = datetime(2026, 8, 1, tzinfo=UTC)
OWN = {
    "dup_guid.xml": "".join(f"<item><guid>g</guid><title>T{i}</title></item>" for i in range(4)),
    "cut.xml": "<item><title>Первый</title></item><item><title>Второй</title></item>",
}


def parsed(body: bytes) -> Any:
    found = decoding.decode(body, "text/xml")
    return found.encoding, parse_feed(
        found.xml, {"content-type": "application/xml; charset=utf-8"}, "http://a.example/"
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real feeds is not beside this clone")
def test_every_feed_of_the_corpus_gives_the_items_and_titles_listed_beside_it() -> None:
    wrong = []
    for row in csv.DictReader(io.StringIO((CORPUS / "EXPECTED.tsv").read_text("utf-8")), delimiter="\t"):
        _, feed = parsed((CORPUS / row["file"]).read_bytes())
        title = feed.entries[0].title if feed.entries else ""
        begins = row["first_title_begins"].removeprefix("-")
        if len(feed.entries) != int(row["items"]) or not title.startswith(begins):
            wrong.append((row["file"], len(feed.entries), title))
    assert wrong == []


def test_own_documents_in_every_charset_give_all_items() -> None:
    for text in OWN.values():
        for charset in ("utf-8", "cp1251", "koi8-r"):
            body = f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel>{text}'
            assert len(parsed(body.encode(charset))[1].entries) == text.count("<item>")
    assert parsed(b"<html><p>no feed</p></html>")[1].version == ""


@pytest.fixture(scope="module")
def feed_id(empty_room: Newsroom) -> UUID:
    def add(session: Any, actor: Any) -> UUID:
        outlet = sources.add_outlet(session, actor, "RU", {"name": "Слог"})
        return sources.add_feed(session, actor, outlet, "http://slog.example/rss").id

    found: UUID = empty_room.act("mw_editor", add)
    return found


def take(room: Newsroom, feed_id: UUID, *entries: Entry, at: datetime = AT) -> archive.Taken:
    def step(session: Any, _actor: Any) -> archive.Taken:
        feed = session.get_one(Feed, feed_id)
        proof = archive.keep(session, Fetched(200, {}, b"x", feed.url), at)
        session.flush()
        return archive.take(session, feed, proof, entries, at)

    found: archive.Taken = room.act("mw_editor", step)
    return found


def entry(key: str, text: str, **more: Any) -> Entry:
    return replace(
        Entry(key, f"http://slog.example/{key}", f"Заголовок {key}", "", text, "", AT, None), **more
    )


def test_an_edit_is_a_revision_and_a_repeated_guid_gives_all_items(
    empty_room: Newsroom, feed_id: UUID
) -> None:
    first = entry("a", text_of("a", 1))
    assert take(empty_room, feed_id, first).new == 1
    assert take(empty_room, feed_id, first) == archive.Taken(0, 0)
    assert take(empty_room, feed_id, replace(first, summary="Иначе.")) == archive.Taken(0, 1)
    same = [entry("g", f"Текст {i}", id="g", link=f"http://slog.example/g{i}") for i in range(3)]
    assert take(empty_room, feed_id, *same).new == 3
    assert take(empty_room, feed_id, *same) == archive.Taken(0, 0)
    assert take(empty_room, feed_id, replace(first, id="another-guid", summary="Иначе.")) == archive.Taken(
        0, 0
    )


def test_a_date_from_the_future_or_none_is_the_moment_when_it_was_seen(
    empty_room: Newsroom, feed_id: UUID
) -> None:
    take(
        empty_room,
        feed_id,
        entry("f", "Текст", published=AT + timedelta(days=400)),
        entry("n", "Нет", published=None),
    )
    rows = select(Article.published_at).where(Article.title.in_(("Заголовок f", "Заголовок n")))
    assert empty_room.read(lambda s: set(s.scalars(rows))) == {AT}


def test_a_reprint_is_linked_to_what_came_out_first_even_if_it_is_found_later(
    empty_room: Newsroom, feed_id: UUID
) -> None:
    def put(each: Entry) -> None:
        take(empty_room, feed_id, each, at=AT + timedelta(days=9))

    text = text_of("r", 1) + " " + text_of("r", 2) + " " + text_of("r", 3)
    put(entry("later", text, published=AT + timedelta(days=2)))
    put(entry("first", text.replace("rслово1x4", "иное"), published=AT))
    put(entry("third", text, published=AT + timedelta(days=3)))
    put(entry("half", text_of("r", 1) + " " + text_of("r", 2) + " " + text_of("z", 3)))

    def check(session: Any) -> None:
        by = {each.title.split()[1]: each for each in session.scalars(select(Article))}
        titles = {each.id: each.title for each in by.values()}
        assert {k: titles.get(v.original_id, "") for k, v in by.items() if v.original_id} == {
            "later": "Заголовок first",
            "third": "Заголовок first",
        }
        assert by["later"].original_id == by["third"].original_id == by["first"].id
        assert (by["half"].original_id, by["half"].like_id) == (None, by["first"].id)
        frame = rounds.frame_of(session, rounds.Round(country="RU", period="2026-Q3"))
        assert str(by["later"].id) not in {name for names in frame.strata.values() for name in names}

    empty_room.read(check)


def test_a_list_is_taken_whole_or_not_at_all_and_by_its_country_alone(empty_room: Newsroom) -> None:
    good, bad = Listed("Хорошая", "http://good.example/rss"), Listed("Плохая", "javascript:alert(1)")
    with pytest.raises(SourceProblem):
        empty_room.act("mw_editor", sources.take_list, "RU", [good, bad])
    assert empty_room.read(lambda s: s.scalars(select(Outlet).where(Outlet.name == "Хорошая")).all()) == []
    with pytest.raises(Denied):
        empty_room.act("mw_editor", sources.take_list, "KG", [good])
    assert empty_room.act("mw_editor", sources.take_list, "RU", [good]) == 1
    body = (
        Town(empty_room.site)
        .browser(empty_room.app, "mw_editor@example.org")
        .get("/ru/media_watch/sources.opml")
        .data
    )
    assert good.url in {each.url for each in opml.read(body)}


def test_pages_take_what_people_type_and_keep_it_when_it_is_wrong(
    empty_room: Newsroom, feed_id: UUID
) -> None:
    browser = Town(empty_room.site).browser(empty_room.app, "mw_editor@example.org")
    home = "/ru/media_watch/sources"
    taken = browser.post(f"{home}/add", page=home, country="RU", name="Слог", owner="Владелица")
    assert taken.status_code == 422
    assert "Владелица" in taken.text
    file = (io.BytesIO(opml.write("x", [Listed("Из файла", "http://file.example/rss")])), "list.opml")
    shown = browser.post(f"{home}/import", page=home, country="RU", file=file)
    assert "http://file.example/rss" in shown.text
    assert (
        browser.post(f"{home}/import", page=home, country="RU", file=(io.BytesIO(b"<"), "x")).status_code
        == 422
    )
    article = empty_room.read(
        lambda s: s.scalars(select(Article.id).where(Article.title == "Заголовок half")).one()
    )
    page = f"/ru/media_watch/articles/{article}"
    assert browser.post(page, act="own").status_code == 302
    assert browser.post(page, act="author", name="Анна П.", kind="staff").status_code == 302
    assert "Анна П." in browser.get(page).text
    proof = browser.get(f"{page}/evidence/1")
    assert (proof.data, proof.mimetype) == (b"x", "application/octet-stream")
    assert browser.get(f"{page}/evidence/9").status_code == 404
    assert browser.get("/ru/media_watch/articles?outlet=nonsense&topic=risk").status_code == 200


def test_the_search_knows_every_article_once(empty_room: Newsroom) -> None:
    whole = empty_room.read(lambda s: [each.uid for each in finding.documents(s, None)])
    assert sorted(whole) == sorted(empty_room.read(lambda s: [each.uid for each in finding.revisions(s)]))
    assert len(set(whole)) == len(whole)


ARTICLE = "Мигранты открыли школу языка и пригласили соседей на первый урок в субботу утром. " * 12
PAGE = (
    "<!DOCTYPE html><html><head><title>Школа</title></head><body><nav><a href='/'>Главная</a> Курс валют</nav>"
    f"<article><h1>Школа</h1><p>{ARTICLE}</p><p>{ARTICLE}</p></article><footer>Все права защищены</footer>"
    "</body></html>"
)


def page_of(head: str) -> list[bytes]:
    """One host has the article in an old charset, one is busy, one leads inwards."""
    if "Host: busy.example" in head:
        return [answer(429, headers="Retry-After: 7200\r\n")]
    if "Host: inward.example" in head:
        return [answer(302, headers="Location: http://127.0.0.1/\r\n")]
    return [answer(200, PAGE.encode("cp1251"))]


def test_a_lead_grows_to_the_full_text_of_its_page_with_proof(
    empty_room: Newsroom, feed_id: UUID, tmp_path: Path
) -> None:
    hosts = ("whole", "busy", "inward")
    leads = [
        entry(f"page-{each}", link=f"http://{each}.example/1", text="Мигранты открыли школу.")
        for each in hosts
    ]
    take(empty_room, feed_id, *leads)
    with network(tmp_path, page_of) as lab:
        fetcher = Fetcher(
            empty_room.site.settings, lab.resolve, lab.dial, lab.trust, Budget(burst=1000, per_second=1000)
        )
        assert pages.read_all(empty_room.site.database, fetcher, AT) == 1
        assert pages.read_all(empty_room.site.database, fetcher, AT + timedelta(hours=1)) == 0
        assert lab.canary.connections == 0
    busy = [head for head in lab.web.heads if "busy.example" in head]
    assert len(busy) == 1, "a host that said how long to wait is asked again too early"

    def look(session: Any) -> Any:
        rows = select(Article).where(Article.title.in_([each.title for each in leads]))
        found = {each.url.split("/")[2].split(".")[0]: each for each in session.scalars(rows)}
        one = found["whole"]
        proof = one.revisions[1].evidence
        assert archive.bytes_of(proof).decode("cp1251") == PAGE
        out = io.BytesIO()
        warc.write(out, evidence.answers(session, [proof.id]))
        return {key: (each.page, each.revision) for key, each in found.items()}, one.text, out.getvalue()

    states, text, packed = empty_room.read(look)
    assert states["whole"] == ("taken", 2)
    assert {states["busy"], states["inward"]} == {("wanted", 1)}
    assert "пригласили соседей" in text
    assert not any(each in text for each in ("Курс валют", "права защищены"))
    [record] = [(each.rec_headers.get_header("WARC-Target-URI"), each.content_stream().read())
                for each in ArchiveIterator(io.BytesIO(packed))]  # fmt: skip
    assert record == ("http://whole.example/1", PAGE.encode("cp1251"))
    # The feed says the same as before: its lead does not come back.
    assert take(empty_room, feed_id, *leads, at=AT + timedelta(hours=2)) == archive.Taken(0, 0)
