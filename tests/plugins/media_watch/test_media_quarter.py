"""A whole quarter by services: collected, sampled, coded, decided, told, signed, published, corrected, withdrawn.

The tests of this file are one story on one site, in their order.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from newsroom import (
    BOMB,
    BROKEN,
    BUSY,
    CODERS,
    GONE,
    INWARD,
    LABELLED,
    LARGE,
    MOVED,
    NAMES,
    OUTLETS,
    PEOPLE,
    PERIOD,
    START,
    Newsroom,
    Press,
    found,
    network,
    outlet_id,
)  # fmt: skip
from sqlalchemy import func, select, update

from core import testing
from core.accounts.models import Notification
from core.platform import EXTENSION
from core.testing import Town
from core.toolkit import Denied, GuardFailed, now
from plugins.media_watch import canonical, cli, opml, tallies
from plugins.media_watch.models import (
    Article,
    Assignment,
    Capture,
    Decision,
    Feed,
    Item,
    Notice,
    PersonNotice,
    Release,
)
from plugins.media_watch.opml import Listed
from plugins.media_watch.services import archive, coding, deciding, notices, releases, rounds

PERSON = f"Иван Перов ({NAMES['o1']})"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    app = testing.make_app(tmp_path_factory.mktemp("quarter") / "instance")
    yield Newsroom.settle(app)
    app.extensions[EXTENSION].database.close()


def test_twelve_feeds_are_asked_and_each_answer_is_understood(room: Newsroom, tmp_path: Path) -> None:
    press = Press()
    assert room.bring_in() == len(OUTLETS)
    assert room.bring_in() == 0
    with network(tmp_path, press) as lab:
        room.due(START)
        first = room.poll(lab, START)
        assert {key: each.outcome for key, each in first.items()} == {
            **dict.fromkeys(OUTLETS, "changed"),
            GONE: "gone", BUSY: "http_429", BOMB: "entities", INWARD: "address",
        }  # fmt: skip
        assert {first[each].taken.new for each in LARGE} == {34}
        assert first[LABELLED].taken.new == first[BROKEN].taken.new == first[MOVED].taken.new == 6
        assert room.poll(lab, START + timedelta(minutes=5)) == {}
        assert lab.canary.connections == 0
        press.busy = False
        room.due(START)
        again = room.poll(lab, START + timedelta(hours=1))
        assert BUSY not in again, "a host that said how long to wait is asked again too early"
        assert GONE not in again
        assert again["o1"].outcome == "unchanged"
        assert 'If-None-Match: "o1"' in next(head for host, head in reversed(press.asked) if host == "o1")
        assert room.poll(lab, START + timedelta(hours=3))[BUSY].outcome == "changed"
        press.edited = True
        room.due(START)
        edited = room.poll(lab, START + timedelta(days=1))
        assert (edited["o1"].taken.new, edited["o1"].taken.revised) == (0, 1)
    health = room.read(lambda s: {f.outlet.name: f for f in s.scalars(select(Feed))})
    assert health[NAMES[MOVED]].url == f"http://{MOVED}.example/new", "three equal answers are believed"
    assert (health[NAMES[LABELLED]].encoding, health[NAMES["o1"]].etag) == ("cp1251", '"o1"')
    assert health[NAMES[BROKEN]].problem
    told = room.read(lambda s: s.scalars(select(Notification.person_id)).all())
    assert told == [room.people["mw_editor"]], "the editor is told of the feed that is gone"


def test_what_was_said_stays_and_can_be_proven(room: Newsroom) -> None:
    def check(session: Any) -> None:
        one = session.scalars(select(Article).where(Article.revision == 2).limit(1)).one()
        assert [each.number for each in one.revisions] == [1, 2]
        assert one.revisions[1].title.endswith("исправлено")
        assert not one.revisions[0].title.endswith("исправлено")
        assert one.title == one.revisions[1].title
        evidence = session.get_one(Capture, one.revisions[0].evidence_id)
        assert canonical.sha256(archive.bytes_of(evidence)).hexdigest() == evidence.sha256
        assert one.url.startswith("https://o")
        assert "utm_source" not in one.url
        assert one.language == "ru"
        assert one.in_topic

    room.read(check)
    assert room.read(lambda s: s.scalar(select(func.count()).select_from(Article))) == 3 * 34 + 6 * 6


def test_people_confirm_bylines_and_only_people(room: Newsroom) -> None:
    assert (
        room.read(lambda s: s.scalars(select(Article.id).where(Article.journalist_id.is_not(None))).all())
        == []
    )
    room.sign_articles(o1="staff", o2="staff", o3="agency")


def test_nobody_draws_before_coders_are_trained(room: Newsroom) -> None:
    with pytest.raises(GuardFailed) as caught:
        room.drawn()
    assert caught.value.codes == ["coders_missing"]
    with pytest.raises(GuardFailed):
        room.act("mw_c1", coding.train, {1: 0})
    failed = room.act("mw_c1", coding.train, dict.fromkeys(range(1, 31), 1))
    assert failed.passed_at is None
    room.train()
    assert room.act("mw_coordinator", rounds.draw, room.round, revision=1) == 3 * 34 + 6 * 6


def test_each_article_has_two_coders_of_different_organisations_one_from_abroad(room: Newsroom) -> None:
    def check(session: Any) -> None:
        homes = {room.people[who]: PEOPLE[who][0] for who in CODERS}
        for item in session.scalars(select(Item).where(Item.stratum != "drift")):
            two = {homes[each.coder_id] for each in item.assignments}
            assert len(two) == 2
            assert two & {"mw_talas", "mw_naryn"}
        drift = session.scalars(select(Item).where(Item.stratum == "drift")).all()
        assert {len(each.assignments) for each in drift} == {1}
        assert 28 <= len(drift) <= 34

    room.read(check)
    again = room.read(lambda s: rounds.frame_of(s, room.round(s)))
    assert sum(map(len, again.strata.values())) == 138


def test_the_outlet_and_author_are_hidden_from_the_coder(room: Newsroom) -> None:
    texts = room.read(lambda s: s.scalars(select(Item.text).where(Item.stratum != "drift")).all())
    assert not any("Газета" in each or "Перов" in each or ".example" in each for each in texts)
    assert all("[издание]" in each for each in texts)


def test_one_coders_code_cannot_be_seen_before_both_are_in(room: Newsroom) -> None:
    """No door: service, page, list of disputes, tallies, search, notice, or the count of what others did."""
    item_id = room.read(
        lambda s: s.scalars(select(Item.id).join(Item.article).where(Article.title == "Новость o1 3")).one()
    )
    pair = room.read(lambda s: [(a.id, a.coder_id) for a in s.get_one(Item, item_id).assignments])
    who = {value: key for key, value in room.people.items()}
    (first, coder), (second, other) = pair
    one, two = who[coder], who[other]
    room.act(one, coding.finish, lambda s: s.get_one(Assignment, first), found("L2"))
    with pytest.raises(Denied):
        room.act(two, coding.assignment, first)
    with pytest.raises(Denied):
        room.act("mw_judge", deciding.dispute, item_id)
    assert room.act("mw_judge", deciding.disputes) == []
    assert room.read(lambda s: tallies.coded(s, room.round(s))) == []
    town = Town(room.site)
    mine = town.browser(room.app, f"{two}@example.org")
    assert mine.get(f"/ru/media_watch/desk/{first}").status_code == 404
    page = mine.get(f"/ru/media_watch/desk/{second}").text
    assert "саранча" not in page
    round_page = f"/ru/media_watch/rounds/{room.read(lambda s: room.round(s).id)}"
    coordinators = town.browser(room.app, "mw_coordinator@example.org").get(round_page)
    assert coordinators.status_code == 200
    assert "саранча" not in coordinators.text
    progress = room.act(two, coding.progress)
    assert progress.done == 0
    assert (
        room.read(lambda s: s.scalars(select(Notification).where(Notification.person_id == other)).all())[1:]
        == []
    )


def test_typed_keys_are_kept_and_a_late_one_does_not_undo_a_newer(room: Newsroom) -> None:
    one = room.read(
        lambda s: s.scalars(
            select(Assignment.id).where(
                Assignment.coder_id == room.people["mw_c1"], Assignment.done_at.is_(None)
            )
        ).first()
    )
    town = Town(room.site)
    browser = town.browser(room.app, "mw_c1@example.org")
    address = f"/ru/media_watch/desk/{one}"
    for number, note in (("5", "новое"), ("4", "старое")):
        answer = browser.post(address, act="keep", number=number, note=note, relevant="yes")
        assert answer.status_code == 200
    page = browser.get(address).text
    assert "новое" in page
    assert "старое" not in page
    wrong = browser.post(address, act="finish", number="6", note="всё", relevant="yes")
    assert wrong.status_code == 422
    assert "всё" in wrong.text


def test_coding_ends_and_only_a_third_organisation_decides(room: Newsroom) -> None:
    room.code()
    with pytest.raises(GuardFailed) as caught:
        room.close()
    assert caught.value.codes == ["disputes"]
    one = room.act("mw_judge", deciding.disputes)
    assert [each.item.article.title for each in one] == ["Новость o1 3"]
    assert room.decide() == 1
    with pytest.raises(GuardFailed) as caught:
        room.act("mw_c1", coding.finish, lambda s: s.scalars(select(Assignment).where(
            Assignment.coder_id == room.people["mw_c1"]).limit(1)).one(), found())  # fmt: skip
    assert caught.value.codes == ["done"]
    room.close()
    drift = room.read(lambda s: tallies.drift(s, room.round(s)))
    assert {round(alpha or 1, 2) for _, alpha in drift.values()} == {1.0}


def test_no_release_before_notice_days_and_signatures(room: Newsroom) -> None:
    room.act("mw_coordinator", releases.prepare, room.round)
    tokens = room.tell()
    assert set(tokens) == {NAMES[each] for each in LARGE} | {PERSON}, "only who is shown is told"
    with pytest.raises(GuardFailed) as caught:
        room.move(releases.freeze)
    assert caught.value.codes == ["reply_window"]
    told = room.read(lambda s: s.scalars(select(Notice).join(Notice.outlet).order_by(Notice.id)).all())
    hostile = tokens[NAMES["o1"]]
    browser = Town(room.site).browser(room.app)
    page = f"/ru/media_watch/replies/{hostile}"
    assert "как саранча" in browser.get(page).text
    assert browser.post(page, reply="").status_code == 422
    assert browser.post(page, reply="Мы не согласны.").status_code == 302
    assert browser.get(page + "x").status_code == 404
    assert len(told) == 3
    room.wait()
    with room.site.database.transaction() as session:
        session.execute(update(PersonNotice).values(sent_at=now()))
    with pytest.raises(GuardFailed) as caught:
        room.move(releases.freeze)
    assert caught.value.codes == ["reply_window"], "a person has the same fourteen days"
    page = f"/ru/media_watch/replies/{tokens[PERSON]}"
    assert "как саранча" in browser.get(page).text
    assert browser.post(page, reply="Это мои слова о налёте саранчи.").status_code == 302
    room.move(releases.freeze)
    for step in ((), ("mw_sign1",)):
        room.sign(*step) if step else None
        with pytest.raises(GuardFailed) as caught:
            room.move(releases.publish)
        assert caught.value.codes == ["signatures"]
    with pytest.raises(GuardFailed) as caught:
        room.sign("mw_sign1")
    assert caught.value.codes == ["same_person"]
    with pytest.raises(Denied):
        room.sign("mw_coordinator")
    room.sign("mw_sign2")


def test_a_text_that_changes_after_it_was_signed_is_not_published(room: Newsroom) -> None:
    before = room.read(lambda s: room.release(s).content)

    def put(session: Any, _actor: Any, text: str) -> None:
        room.release(session).content = text

    room.act("mw_coordinator", put, before.replace("Мы не согласны", "Мы согласны"))
    with pytest.raises(GuardFailed) as caught:
        room.move(releases.publish)
    assert caught.value.codes == ["content_changed", "signatures"]
    room.act("mw_coordinator", put, before)
    room.move(releases.publish)


def test_the_public_page_shows_intervals_replies_and_files(room: Newsroom, tmp_path: Path) -> None:
    browser = Town(room.site).browser(room.app)
    page = f"/ru/media_watch/releases/RU/{PERIOD}/1"
    shown = browser.get(page).text
    assert "Мы не согласны." in shown
    for who in CODERS:
        assert who.title() not in shown
    body = browser.get(f"{page}/json").data
    told = canonical.verify(body)
    assert "Это мои слова о налёте саранчи." in shown
    assert "Иван Перов" in shown
    assert "Иван Перов" not in canonical.text(told), "the frozen text names no person"
    assert len(told["persons"]) == 1
    assert canonical.digest(told) in shown
    assert {each["status"] for each in told["outlets"].values()} == {"ranked", "hidden"}
    assert not any(str(value) in body.decode() for value in room.people.values())
    worst = next(each for each in told["outlets"].values() if each["name"] == NAMES["o1"])
    assert (worst["flag"], worst["group"]) == ("above", 1)
    assert worst["reply"] == "Мы не согласны."
    assert len(told["claims"]) >= 2
    file = tmp_path / "release.json"
    file.write_bytes(body)
    runner = room.app.test_cli_runner()
    with room.app.app_context():
        whole = runner.invoke(cli.verify_release, [str(file), "--json"])
        assert json.loads(whole.output)["whole"] is True
        file.write_bytes(body.replace("Мы не согласны".encode(), "Мы согласны".encode()))
        assert runner.invoke(cli.verify_release, [str(file)]).exit_code == 1
        agreed = runner.invoke(cli.reliability, ["--country", "RU", "--period", PERIOD, "--json"])
        assert json.loads(agreed.output)["alpha"] > 0.9
    first = room.read(lambda s: outlet_id(s, "o1"))
    history = f"/ru/media_watch/releases/RU/outlets/{first}"
    assert history in shown
    assert "Мы не согласны." in browser.get(history).text
    assert browser.get(history[:-36] + "0" * 8 + "-0000-0000-0000-" + "0" * 12).status_code == 404
    _ask_on_the_command_line(room, tmp_path)
    table = browser.get(f"{page}/csv").text
    assert table.count("\n") == 1 + 9
    assert f"/releases/RU/{PERIOD}/1" in browser.get("/ru/media_watch/releases.atom").text
    assert browser.get("/ru/media_watch/releases").status_code == 200
    assert browser.get(f"/ru/media_watch/releases/KG/{PERIOD}/1").status_code == 404
    assert browser.get(f"/ru/media_watch/releases/RU/{PERIOD}/99999999999999999999").status_code == 404


def _ask_on_the_command_line(room: Newsroom, folder: Path) -> None:
    """Each command says on standard error how far it is, and with --json one value and nothing else."""
    listed = folder / "list.opml"
    listed.write_bytes(opml.write("x", [Listed("Новая", "http://new.example/rss", "http://new.example")]))
    with room.site.database.transaction() as session:
        session.execute(update(Feed).values(state="paused"))  # the lab is closed, and nobody else is asked
    one, who = ["--country", "RU", "--period", PERIOD], ["--as", "mw_coordinator@example.org"]
    asked: list[tuple[click.Command, list[str], str]] = [
        (cli.poll, [], "asked"),
        (cli.import_opml, [str(listed), "--country", "RU", "--as", "mw_editor@example.org"], "added"),
        (cli.reliability, one, "alpha"),
        (cli.rate, one, "outlets"),
        (cli.release, [*one, *who], "state"),
    ]
    for command, arguments, key in asked:
        with room.app.app_context():
            told = room.app.test_cli_runner().invoke(command, [*arguments, "--json"])
            assert told.exit_code == 0, told.output
            assert key in json.loads(told.stdout), command.name
            assert told.stderr == ""
            shown = room.app.test_cli_runner().invoke(command, arguments)
        assert "/" in shown.stderr or command is cli.poll, command.name
    with room.app.app_context():
        again = room.app.test_cli_runner().invoke(cli.sample, [*one, *who, "--json"])
    assert (again.exit_code, "Not drawn" in again.stderr) == (1, True)


def test_a_correction_is_a_new_release_and_the_old_one_stays(room: Newsroom) -> None:
    old = room.read(lambda s: room.release(s).content)
    with pytest.raises(GuardFailed) as caught:
        room.act("mw_coordinator", releases.prepare, room.round)
    assert caught.value.codes == ["reason_missing"]
    item = room.read(lambda s: s.scalars(select(Decision.item_id)).one())
    address = room.read(lambda s: s.get_one(Item, item).article.url)
    desk = Town(room.site).browser(room.app, "mw_coordinator@example.org")
    page = f"/ru/media_watch/rounds/{room.read(lambda s: room.round(s).id)}"
    asked = {"act": "review", "address": address, "reason": "Издание возразило: это цитата."}
    assert desk.post(page, **asked | {"address": "https://nowhere.example/"}).status_code == 422
    assert desk.post(page, **asked | {"reason": " "}).status_code == 422
    assert desk.post(page, **asked).status_code == 302
    assert room.decide("L2") == 1
    room.act("mw_coordinator", releases.prepare, room.round, "Одна статья перечитана.")
    tokens = room.tell()
    assert PERSON in tokens, "fewer cases are another finding: the person is heard again"
    room.wait()
    room.move(releases.freeze)
    room.sign()
    room.move(releases.publish)
    states = room.read(
        lambda s: [(r.number, r.state) for r in s.scalars(select(Release).order_by(Release.number))]
    )
    assert states == [(1, "corrected"), (2, "published")]
    assert room.read(lambda s: s.scalars(select(Release).where(Release.number == 1)).one().content) == old
    browser = Town(room.site).browser(room.app)
    assert "Одна статья перечитана." in browser.get(f"/ru/media_watch/releases/RU/{PERIOD}/2").text
    assert "Мы не согласны." in browser.get(f"/ru/media_watch/releases/RU/{PERIOD}/2").text
    old_page = browser.get(f"/ru/media_watch/releases/RU/{PERIOD}/1")
    assert old_page.status_code == 200
    assert "Иван Перов" not in old_page.text, "an edition that was corrected names no person"
    _let_entries_end(room, browser)
    with pytest.raises(GuardFailed):
        room.move(lambda *a, **n: releases.move(*a, "withdraw", **n))
    room.move(lambda *a, **n: releases.move(*a, "withdraw", reason="По решению суда.", **n))
    gone = browser.get(f"/ru/media_watch/releases/RU/{PERIOD}/2")
    assert gone.status_code == 410
    assert "По решению суда." in gone.text
    assert browser.get(f"/ru/media_watch/releases/RU/{PERIOD}/2/json").status_code == 404


def _let_entries_end(room: Newsroom, browser: Any) -> None:
    """After twelve months the name is gone from page, file and database, and the release is as whole as before."""
    page = f"/ru/media_watch/releases/RU/{PERIOD}/2"
    before = canonical.verify(browser.get(f"{page}/json").data)
    assert "Иван Перов" in browser.get(page).text
    last = date.fromisoformat(before["persons"][0]["until"])
    assert last == date(2027, 8, 15), "twelve months after the last case"
    with room.site.database.transaction() as session:
        assert notices.erase_expired(session, last) == 0
        assert notices.erase_expired(session, last + timedelta(days=1)) == 2
        assert notices.erase_expired(session, last + timedelta(days=1)) == 0
    assert "Иван Перов" not in browser.get(page).text
    body = browser.get(f"{page}/json").data
    assert canonical.verify(body) == before
    assert "Перов" not in body.decode()
    left = room.read(lambda s: s.scalars(select(PersonNotice)).all())
    assert {(each.finding, each.reply, each.salt, each.journalist_id) for each in left} == {
        ("{}", "", "", None)
    }


def test_search_finds_articles_for_those_who_may_and_never_a_code(room: Newsroom) -> None:
    testing.drain(room.app)
    town = Town(room.site)
    editor = town.browser(room.app, "mw_editor@example.org").get("/ru/search?q=o1слово3x1").text
    assert "Новость o1 3" in editor
    coder = town.browser(room.app, "mw_c1@example.org").get("/ru/search?q=o1слово3x1").text
    assert "Новость o1 3" not in coder
    assert (
        "Новость" not in town.browser(room.app, "mw_coordinator@example.org").get("/ru/search?q=саранча").text
    )
