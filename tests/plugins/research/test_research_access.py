"""Who sees what: every door, level and standing; the engine says what the rules say; the feed is harvested."""

import io
import json
import socket
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from survey_lab import ABOUT, Lab
from werkzeug.serving import make_server

from core import testing
from core.contract import DatasetExtract
from core.fetch import Fetcher
from core.fetching.budget import Budget
from core.permissions import Denied
from core.testing import Browser
from core.workflow import GuardFailed
from plugins.job_fairs.models import Fair, Registration
from plugins.media_watch.models import Release, Round
from plugins.research import policy, query, risk
from plugins.research.dictionary import Category, Column
from plugins.research.models import Elsewhere, Version
from plugins.research.reading import harvested, packaged
from plugins.research.services import (
    describing,
    downloads,
    engine,
    extracts,
    finding,
    gathering,
    periodic,
    reviewing,
    risking,
    shelf,
)

SECRET = "Отобрали-документы-у-бригадира"
"""A value of the data that no door may say to whoever may not see statistics."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("access") / "instance")
    yield made
    made.site.database.close()


@pytest.fixture(scope="module")
def levels(lab: Lab) -> dict[str, Version]:
    rows = ["region,violation", *[f"1,{SECRET}"] * 37, *["2,none"] * 40]
    made = {}
    for number, level in enumerate(policy.LEVELS):
        content = "\n".join([*rows, *["2,none"] * number]) + "\n"
        made[level] = lab.published(content.encode(), level, region="key", violation="sensitive")
    lab.granted(made["request"])
    return made


LABELLED = "Подпись violation"


def addresses(version: Version, slug: str) -> list[str]:
    """Every door that says something of a version."""
    base = f"/ru/research/r/{slug}/{version.number}"
    asked = (
        f"{base}?column=violation&value={SECRET}",
        f"{base}?row=region&across=violation",
        f"{base}?rows=1",
    )
    return [base, *asked, *(f"{base}/{name}" for name in downloads.TEXTS)]


STANDINGS = {"": policy.PUBLIC, "member": policy.PUBLIC, "reader": policy.MEMBER, "holder": policy.GRANTED,
             "steward": policy.STAFF, "depositor": policy.STAFF}  # fmt: skip


def told_to(browser: Browser, address: str) -> str:
    """What a door says, a workbook too; the question in the address comes back in no form."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    if address.endswith(".xlsx"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        return "".join(str(book.get_sheet_by_name(each).to_python()) for each in book.sheet_names)
    return answer.text.replace(f"value={SECRET}", "")


def test_no_door_says_more_than_the_matrix_allows(lab: Lab, levels: dict[str, Version]) -> None:
    """All doors x levels x standings: values follow the level of the data, labels that of the dictionary."""
    wrong, seen = [], 0
    for level, version in levels.items():
        for who, standing in STANDINGS.items():
            place = policy.PUBLIC if standing == policy.GRANTED and level != "request" else standing
            allowed = {thing: policy.allowed(level, place, thing) for thing in policy.THINGS}
            browser = lab.browser(who)
            told = [told_to(browser, each) for each in addresses(version, version.dataset.slug)]
            whole, seen = "".join(told), seen + len(told)
            said = {
                "values": (SECRET in whole, policy.STATISTICS), "counts": ("catStat" in whole, policy.STATISTICS),
                "labels": (LABELLED in whole, policy.LABELS),
                **{name: (downloaded(lab, who, version, name), policy.DOWNLOAD) for name in downloads.DATA
                   if name != "sav.zip" or level in ("request", "closed")},
            }  # fmt: skip
            wrong += [f"{who} at {level}: {name} {is_so}" for name, (is_so, thing) in said.items()
                      if is_so is not allowed[thing]]  # fmt: skip
    assert wrong == []
    assert seen == len(levels) * len(STANDINGS) * (4 + len(downloads.TEXTS))


def downloaded(lab: Lab, who: str, version: Version, name: str) -> bool:
    with lab.app.app_context(), lab.site.database.transaction() as session, shelf.passing(".zip") as held:
        mine = session.get_one(Version, version.id)
        try:
            downloads.package(session, lab.actor(who), mine, name, Path(held.name))
        except GuardFailed:
            return False
    return True


def test_search_catalogue_feed_and_index_hold_no_value(lab: Lab, levels: dict[str, Version]) -> None:
    testing.drain(lab.app)
    with lab.app.app_context(), lab.site.database.reading() as session:
        told = "".join(f"{each.title}{each.body}" for each in finding.documents(session, None))
    assert "/research/r/" not in lab.browser().get(f"/ru/search?q={SECRET}").text
    closed = f"research:version:{levels['closed'].id}"
    with lab.app.app_context(), lab.site.database.reading() as session:
        assert LABELLED not in "".join(each.body for each in finding.documents(session, [closed]))
    pages = ["/ru/research/", "/ru/research/?q=Опрос"]
    pages += [
        f"/ru/research/oai?verb=ListRecords&metadataPrefix={prefix}" for prefix in ("oai_dc", "oai_datacite")
    ]
    for each in pages:
        told += lab.browser().get(each).text
    assert SECRET not in told
    ddi = lab.browser().get("/ru/research/oai?verb=ListRecords&metadataPrefix=oai_ddi").text
    assert ddi.count("<catStat") <= 2


def test_sickle_harvests_every_prefix_with_resumption_and_deletions(
    lab: Lab, levels: dict[str, Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = lab.published(b"a\n" + b"1\n" * 50, "open", a="key")
    lab.act("steward", gone.id, reviewing.withdraw, "Ошибка")
    monkeypatch.setattr("plugins.research.services.feeding.PORTION", 2)
    # Whoever asks for the other catalogue by its name reaches this one.
    server = make_server(
        "127.0.0.1", 0, lambda env, start: lab.app(env | {"HTTP_HOST": "127.0.0.1"}, start), threaded=True
    )
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sickle import Sickle

        client = Sickle(f"http://127.0.0.1:{server.port}/ru/research/oai")
        try:
            assert client.Identify().deletedRecord == "persistent"
            for prefix in ("oai_dc", "oai_datacite", "oai_ddi"):
                records = list(client.ListRecords(metadataPrefix=prefix))
                assert len(records) == len(levels) + 1
                assert [each.header.identifier for each in records if each.deleted] == [
                    f"oai:camove:{gone.dataset.slug}.v1.0"
                ]
            sets = [each.setSpec for each in client.ListSets()]
            assert len(list(client.ListIdentifiers(metadataPrefix="oai_dc", set=sets[0]))) == len(levels) + 1
            record = client.GetRecord(
                identifier=f"oai:camove:{levels['open'].dataset.slug}.v1.0", metadataPrefix="oai_dc"
            )
            assert record.metadata["title"]
            catalogue_is_taken_in(lab, server.port, len(levels), gone)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def catalogue_is_taken_in(lab: Lab, port: int, number: int, gone: Version) -> None:
    """Our own feed, harvested as if it were another's: all pages, deletions without a title, twice the same."""
    fetcher = Fetcher(
        lab.site.settings, resolver=lambda *_: ["93.184.216.34"],
        dialler=lambda _host, _port, seconds: socket.create_connection(("127.0.0.1", port), seconds),
        budget=Budget(burst=1000, per_second=1000),
    )  # fmt: skip
    address, pages = "http://other.example/ru/research/oai", list[int]()
    with lab.app.app_context():
        for _ in range(2):
            gathering.harvest(lab.site.database, fetcher, lab.actor("steward"), address, told=pages.append)
        with pytest.raises(Denied):
            gathering.harvest(lab.site.database, fetcher, lab.actor("reader"), address)
        with pytest.raises(GuardFailed):
            gathering.harvest(lab.site.database, fetcher, lab.actor("steward"), "http://other.example/ru/")
        package_is_taken_in(lab, fetcher, gone)
        with lab.site.database.reading() as session:
            assert len(session.scalars(gathering.known()).all()) == number
            deleted = session.scalars(select(Elsewhere).where(Elsewhere.deleted)).one()
            assert (deleted.identifier, deleted.title) == (f"oai:camove:{gone.dataset.slug}.v1.0", "")
    assert pages[0] == 2
    assert "Опрос" in lab.browser().get("/ru/research/elsewhere").text


def package_is_taken_in(lab: Lab, fetcher: Fetcher, gone: Version) -> None:
    """Our own datapackage.json as if it were another's; what is gone is forgotten but for its address."""
    base, steward = "http://other.example/ru/research/r", lab.actor("steward")
    take = partial(gathering.harvest_package, lab.site.database, fetcher)
    with lab.site.database.reading() as session:
        open_one = session.scalars(
            select(Version).where(Version.level == "open", Version.state == "published")
        )
        source = f"{base}/{open_one.first().dataset.slug}/1.0/datapackage.json"  # type: ignore[union-attr]
    assert [take(steward, source), take(steward, source)] == [1, 1]
    for actor, address, refusal in (
        (lab.actor("reader"), source, Denied), (steward, f"{base}/none/1.0/datapackage.json", GuardFailed),
        (steward, f"{base}?{'x' * 300}", GuardFailed), (steward, "http://other.example/ru/research/", GuardFailed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            take(actor, address)
    with lab.site.database.transaction() as session:
        kept = session.scalars(select(Elsewhere).where(Elsewhere.source == source)).one()
        assert (kept.title, kept.creators, kept.identifier) == ("Опрос", "talas", source)
        kept.source = kept.identifier = f"{base}/{gone.dataset.slug}/1.0/datapackage.json"
    assert take(steward, f"{base}/{gone.dataset.slug}/1.0/datapackage.json") == 1
    with lab.site.database.transaction() as session:
        kept = session.scalars(select(Elsewhere).where(Elsewhere.source.contains("datapackage"))).one()
        assert (kept.deleted, kept.title) == (True, "")
        session.delete(kept)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"resources": []}', b'{"resources": [1]}', b'{"name": 5, "resources": [1]}',
     b'{"name": "' + b"\xff", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(harvested.NoAnswer):
        packaged.read(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html/>", b"<!DOCTYPE a><OAI-PMH/>", b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'],
)
def test_what_is_no_catalogue_is_refused(content: bytes) -> None:
    with pytest.raises(harvested.NoAnswer):
        harvested.read(content)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", "badVerb"), ("verb=Nonsense", "badVerb"), ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=x", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=tomorrow", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2036-01-01", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=abc", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:camove:none.v1.0", "idDoesNotExist"),
    ],
)  # fmt: skip
def test_wrong_questions_get_the_errors_of_the_protocol(lab: Lab, question: str, code: str) -> None:
    answer = lab.browser().get(f"/ru/research/oai?{question}")
    assert answer.status_code == 200
    assert f'<oai:error code="{code}">' in answer.text or f'error code="{code}"' in answer.text


VALUE = st.sampled_from(["a", "b", ""])
ROW = st.fixed_dictionaries(
    {"x": VALUE, "y": VALUE, "s": VALUE, "w": st.sampled_from(["1", "2.5", "", "x"]), "h": VALUE}
)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=30), st.sampled_from([["x"], ["x", "y"], []]))
def test_the_engine_says_what_the_rules_say(
    lab: Lab, tmp_path: Path, rows: list[dict[str, str]], keys: list[str]
) -> None:
    names = ["x", "y", "s", "w", "h"]
    sensitive = Column("s", categories=(Category("a", benign=True),))
    asked = frozenset({query.Condition("x", ("a", "")), query.Condition("y", ("b",), without=True)})
    with lab.app.app_context():
        parquet = twin(tmp_path, names, [[row[name] for name in names] for row in rows])
        found = risking.figures(parquet, keys, sensitive, "w", "h", 3)
        counted = engine.count(parquet, [asked])
    records: list[risk.Record] = list(rows)
    classes = risk.classes_of(records, keys, "s", "w")
    households = risk.household_risks(records, classes, keys, "h").values() if keys else []
    wanted = risk.metrics(classes, 3, sensitive.benign, max(households, default=0.0))
    for name in wanted.__dataclass_fields__:
        assert found[name] == pytest.approx(getattr(wanted, name)), name
    assert counted == [sum(query.matches(each, asked) for each in records)]


def twin(folder: Path, names: list[str], rows: list[list[str]]) -> Path:
    """The sealed Parquet of a small table."""
    csv, parquet = folder / "t.csv", folder / "t.parquet"
    csv.write_text("".join('"' + '","'.join(each) + '"\n' for each in [names, *rows]))
    engine.write(csv, names, len(rows), parquet)
    sha256, _ = shelf.sealed(shelf.pieces(parquet), shelf.PARQUET)
    return shelf.path_of(sha256, shelf.PARQUET)


def test_a_lost_row_stops_everything(lab: Lab, tmp_path: Path) -> None:
    csv = tmp_path / "t.csv"
    csv.write_text('"a"\n"1"\n"2"\n')
    with lab.app.app_context(), pytest.raises(engine.RowsLost):
        engine.write(csv, ["a"], 3, tmp_path / "t.parquet")


def test_the_engine_opens_nothing_but_its_file(lab: Lab, tmp_path: Path) -> None:
    with lab.app.app_context():
        one, other = (twin(tmp_path, ["a"], [[cell]]) for cell in "12")
        with engine.opened(one) as connection:
            assert connection.execute(f"SELECT a FROM {engine.table(one)}").fetchall() == [("1",)]
            for statement in (
                "SELECT * FROM read_csv('/etc/passwd')", f"SELECT * FROM read_csv('{tmp_path}/t.csv')",
                f"SELECT * FROM {engine.table(other)}", "INSTALL httpfs",
                f"COPY (SELECT 1) TO '{tmp_path}/x.csv'", "SET threads=4", f"ATTACH '{tmp_path}/x.db'",
            ):  # fmt: skip
                with pytest.raises(
                    Exception, match=r"(?i)permission|disabled|configuration|cannot|not allowed|locked"
                ):
                    connection.execute(statement)


def test_extracts_of_fairs_and_media_watch_arrive_and_are_judged_like_any_other(lab: Lab) -> None:
    day = datetime(2026, 5, 14, 9, tzinfo=UTC)
    with lab.app.app_context(), lab.site.database.transaction() as session:
        ended = [
            Fair(
                organisation_id=lab.places["talas"], region="KG-T", starts=day, state=state, apply_token=state
            )
            for state in ("closed", "reported")
        ]
        session.add_all(ended)
        session.flush()
        gone = {13: "withdrawn", 14: "merged"}
        people = [
            Registration(fair_id=ended[n % 4 // 2].id, code=f"C{n:05}", channel="paper", sex=str(1 + n % 2),
                         birth_year=1990 - n % 2 * 40, first_slot=0, last_slot=9, state=gone.get(n, "confirmed"))
            for n in range(15)
        ]  # fmt: skip
        session.add_all(people)
        round_ = Round(country="KG", period="2026-Q2", codebook="1", lexicon="1", seed="s")
        session.add(round_)
        session.flush()
        told = {"outlets": {"a": {"name": "Газета", "status": "ranked", "index": 0.25, "quotes": [SECRET]},
                            "b": {"name": "Сайт", "status": "hidden"}}}  # fmt: skip
        session.add(
            Release(
                round_id=round_.id, number=1, state="published", content=json.dumps(told), published_at=day
            )
        )
    days = date(2026, 4, 1), date(2026, 6, 30)
    with lab.app.app_context(), lab.site.database.transaction() as session:
        assert [
            each.dataset.source
            for each in extracts.harvest(session, lab.actor("depositor"), lab.places["talas"], *days)
        ] == ["media_watch.outlets"]
        made = extracts.harvest(session, lab.actor("organiser"), lab.places["talas"], *days)
    testing.drain(lab.app)
    found = {each.dataset.source: lab.version(each.id) for each in made}
    assert {name: (each.state, each.rows) for name, each in found.items()} == {
        "job_fairs.visitors": ("draft", 13), "media_watch.outlets": ("draft", 2),
    }  # fmt: skip
    visitors = found["job_fairs.visitors"]
    assert [(each["name"], each["role"]) for each in visitors.columns][:2] == [
        ("quarter", "key"),
        ("region", "key"),
    ]
    lab.act("depositor", visitors.id, describing.describe, ABOUT, "open", "S2", None)
    report = lab.checked(visitors.id).report
    assert report is not None
    assert {each["rule"]: each["passes"] for each in report["findings"]}["k"] is True
    assert (report["figures"]["k"], report["figures"]["classes"]) == (6, 2)


def test_the_extract_of_monitoring_arrives_and_is_judged_like_any_other(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["month,country,violation", *["2026-01,RU,unpaid"] * 6, *["2026-02,KG,papers"] * 2]
    offered = DatasetExtract(
        "monitoring.allegations", {"ru": "Сообщения"}, "\n".join(rows) + "\n", {"month": {"ru": "Месяц"}}
    )
    monkeypatch.setattr(type(lab.site.plugins), "dataset_extracts", lambda *_arguments: [offered])
    versions = []
    for _ in range(2):
        with lab.app.app_context(), lab.site.database.transaction() as session:
            made = extracts.harvest(
                session, lab.actor("depositor"), lab.places["talas"], date(2026, 1, 1), date(2026, 3, 31)
            )
        testing.drain(lab.app)
        versions.append(lab.version(made[0].id))
    assert versions[0].dataset_id == versions[1].dataset_id
    assert (versions[0].state, versions[0].rows) == ("draft", 8)
    assert versions[0].columns[0]["label"] == {"ru": "Месяц"}
    lab.described(versions[0].id, "open", month="key", country="key", violation="sensitive")
    report = lab.checked(versions[0].id).report
    assert report is not None
    assert [each["rule"] for each in report["findings"] if not each["passes"]] == [
        "k",
        "at_risk",
        "l",
        "harm",
    ]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ({"asked": 1, "granted": 2}, [None, None, None]),
        ({"granted": 6, "refused": 9}, [6, 9, 15]),
        ({"asked": 2, "granted": 6, "refused": 9}, [None, None, 9, 17]),
    ],
)
def test_the_periodic_report_withholds_few_requests_and_what_gives_them_away(
    states: dict[str, int], shown: list[int | None]
) -> None:
    told = periodic._requests(states)
    assert [row.value for row in told.rows] == shown
    assert bool(told.note) is (None in shown)
