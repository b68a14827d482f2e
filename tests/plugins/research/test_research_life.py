"""The life of a survey through the pages, and what must never happen on the way."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update
from survey_lab import ABOUT, Lab

from core import testing
from core.toolkit import Actor, Conflict, Denied, GuardFailed, now
from plugins.research import dictionary, policy
from plugins.research.models import Request, Version
from plugins.research.reading import statistical
from plugins.research.services import (
    access,
    deposits,
    describing,
    downloads,
    keeping,
    reviewing,
    saving,
    shelf,
    showing,
)
from plugins.research.structure import StructureProblem
from plugins.research.words import problem
from plugins.research.writing import sav

SURVEY = (Path(__file__).parent / "data" / "survey.sav").read_bytes()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("research") / "instance")
    yield made
    made.site.database.close()


def table(rows: int = 60, extra: str = "") -> bytes:
    lines = [f"region,sex,violation{',' if extra else ''}{extra}"]
    for n in range(rows):
        answer = ("none", "unpaid", "papers")[n % 3]
        lines.append(f"{n % 2},{n // 2 % 2},{answer}{',+996 555 10' + str(1000 + n) if extra else ''}")
    return ("\n".join(lines) + "\n").encode()


KEYS = {"region": "key", "sex": "key", "violation": "sensitive"}


def test_an_spss_file_keeps_its_labels_and_its_codes_for_no_answer(lab: Lab) -> None:
    read = lab.version(lab.deposited(SURVEY, "Условия труда"))
    assert (read.state, read.rows) == ("draft", 120)
    violation = read.columns[4]
    assert violation["label"] == {"ru": "Что нарушил работодатель"}
    refusal = {"code": "99", "label": {"ru": "Отказ от ответа"}, "missing": True, "benign": False}
    assert refusal in violation["categories"]


def test_withdrawn_bytes_are_put_aside_at_once_and_destroyed_after_thirty_days(lab: Lab) -> None:
    """Another version from the same file keeps the original."""
    version = lab.published(table(78), "members", **KEYS)
    same = lab.deposited(table(78))
    lab.act("steward", version.id, reviewing.withdraw, "Отзыв согласия")
    testing.drain(lab.app)
    aside = f"{shelf.CSV}.{shelf.WITHDRAWN}"
    with lab.app.app_context():
        assert not shelf.path_of(version.release, shelf.CSV).exists()
        assert shelf.intact(version.release, aside)
        keeping.tidy(lab.site.database, [])
        assert shelf.path_of(version.release, aside).exists()
        with lab.site.database.transaction() as session:
            session.execute(
                update(Version).where(Version.id == version.id).values(sealed_until=now() - timedelta(1))
            )
        keeping.tidy(lab.site.database, [])
        assert not shelf.path_of(version.release, aside).exists()
        assert lab.version(same).original == version.original
        assert shelf.intact(version.original, shelf.ORIGINAL)
    address = f"/ru/research/r/{version.dataset.slug}/1.0"
    assert lab.browser("reader").get(address).status_code == 410
    assert lab.browser("reader").get(f"{address}/ddi.xml").status_code == 410
    assert lab.browser("reader").post(f"{address}/data/csv.zip", page="/ru/account/").status_code == 410


def test_a_signed_agreement_is_kept_word_for_word_with_its_hash(lab: Lab) -> None:
    version = lab.published(table(81), "request", **KEYS)
    holder, address = lab.browser("holder"), f"/ru/research/r/{version.dataset.slug}/1.0"
    assert holder.post(f"{address}/data/csv.zip", page="/ru/account/").status_code == 422
    asked = holder.post(f"{address}/request", purpose="Статья", agreed="y", signed_name="Имя Фамилия")
    assert asked.status_code == 302, asked.text
    with lab.site.database.reading() as session:
        request = session.scalars(select(Request).where(Request.version_id == version.id)).one()
        assert hashlib.sha256(request.agreement.encode()).hexdigest() == request.agreement_hash


def test_no_value_of_a_person_lies_open_on_the_disk(lab: Lab) -> None:
    """Read, checked and discarded: neither a file nor the database holds what names people."""
    made = lab.deposited(table(60, "phone"))
    lab.described(made, "members", **KEYS)
    assert lab.checked(made).report is not None
    lab.act("depositor", made, lambda s, a, v, revision: lab.move(s, "depositor", v.id, "discard"))
    hashes = {each for each in (lab.version(made).original, lab.version(made).release) if each}
    data = lab.site.settings.data
    places = [each for each in data.rglob("*") if each.is_file()]
    assert any(each.parent.parent.name == "research" for each in places)
    assert [each.name for each in places if b"+996 555 10" in each.read_bytes()] == []
    with lab.app.app_context():
        keeping.tidy(lab.site.database, [])
    left = {each.name.partition(".")[0] for each in places if each.exists()}
    assert not hashes & left


@pytest.fixture(scope="module")
def submitted(lab: Lab) -> UUID:
    made = lab.deposited(table())
    lab.described(made, "members", **KEYS)
    lab.checked(made)
    lab.act("depositor", made, reviewing.submit)
    return made


def test_nobody_of_the_own_organisation_reviews(lab: Lab, submitted: UUID) -> None:
    for who, code in (("colleague", "reviewer_of_own_organisation"), ("depositor", "")):
        with pytest.raises((GuardFailed, Denied)) as caught:
            lab.act(who, submitted, reviewing.approve, "Да.")
        assert not code or code in getattr(caught.value, "codes", [code])
    with pytest.raises(Denied):
        lab.act("reader", submitted, reviewing.approve, "Да.")
    assert lab.version(submitted).state == "review"


def test_what_was_changed_after_it_was_sent_cannot_be_approved(lab: Lab, submitted: UUID) -> None:
    with lab.app.app_context(), lab.site.database.transaction() as session:
        session.get_one(Version, submitted).released_rows += 1
    with pytest.raises(GuardFailed) as caught:
        lab.act("scholar", submitted, reviewing.approve, "Да.")
    assert caught.value.codes == ["content_changed"]
    with lab.app.app_context(), lab.site.database.transaction() as session:
        session.get_one(Version, submitted).released_rows -= 1


def test_a_changed_byte_is_not_published_and_not_given_out(lab: Lab) -> None:
    made = lab.published(table(66), "members", **KEYS)
    with lab.app.app_context():
        path = shelf.path_of(made.release, shelf.CSV)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with lab.app.app_context(), lab.site.database.transaction() as session, shelf.passing(".zip") as held:
        with pytest.raises(GuardFailed) as caught:
            downloads.package(
                session, lab.actor("reader"), session.get_one(Version, made.id), "csv.zip", Path(held.name)
            )
        assert caught.value.codes == ["content_changed"]
        assert not reviewing.intact(session.get_one(Version, made.id))
    path.write_bytes(whole)
    with lab.app.app_context(), lab.site.database.reading() as session:
        assert reviewing.intact(session.get_one(Version, made.id))


def test_two_people_publish_at_once_and_one_is_told(lab: Lab) -> None:
    made = lab.deposited(table(72))
    lab.described(made, "members", **KEYS)
    lab.checked(made)
    lab.act("depositor", made, reviewing.submit)
    lab.act("scholar", made, reviewing.approve, "Да.")
    seen = lab.version(made).revision
    lab.act("second", made, reviewing.publish, revision=seen)
    with pytest.raises(Conflict):
        lab.act("scholar", made, reviewing.publish, revision=seen)


def test_the_class_that_can_harm_needs_two(lab: Lab) -> None:
    made = lab.deposited(table(90))
    lab.described(made, "request", "S3", **KEYS)
    lab.checked(made)
    lab.act("depositor", made, reviewing.submit)
    assert lab.act("scholar", made, reviewing.approve, "Да.") is False
    with pytest.raises(GuardFailed) as caught:
        lab.act("scholar", made, reviewing.approve, "Да.")
    assert "reviewed_already" in caught.value.codes
    assert lab.act("second", made, reviewing.approve, "Да.") is True


def test_a_rule_that_is_not_met_needs_a_reason(lab: Lab) -> None:
    made = lab.deposited(table(6))
    lab.described(made, "open", **KEYS)
    report = lab.checked(made).report
    assert report is not None
    assert not all(each["passes"] for each in report["findings"])
    lab.act("depositor", made, reviewing.submit)
    with pytest.raises(GuardFailed) as caught:
        lab.act("scholar", made, reviewing.approve, " ")
    assert caught.value.codes == ["override_reason_missing"]


def test_the_same_file_and_settings_give_the_same_report(lab: Lab) -> None:
    reports = []
    for _ in range(2):
        made = lab.deposited(table(30))
        lab.described(made, "members", **KEYS)
        found = lab.checked(made)
        assert found.report is not None
        reports.append((found.report["hash"], found.release, found.parquet))
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"a,b\n1,2\n3\n", "ragged_row", 3),
        (b"a,a\n1,2\n", "duplicate_header", 1),
        (b"a,b\n", "no_rows", 1),
        (b"", "empty", 0),
        ("а,б\nв,г\n".encode() + "д,е\n".encode("cp1251"), "mixed_encoding", 3),
        ('"Ответ"\n"Зарплату не платили"\n'.encode().decode("cp1251").encode(), "garbled", 1),
        (b"$FL2 nonsense", "unreadable_file", 0),
    ],
)
def test_a_broken_file_is_refused_with_its_line(lab: Lab, content: bytes, code: str, line: int) -> None:
    made = lab.version(lab.deposited(content, wishes={"encoding": "utf-8"}))
    assert made.problem is not None
    assert (made.state, made.problem["problem"], made.problem["line"]) == ("unreadable", code, line)


@pytest.mark.parametrize(("limit", "most", "code"), [("SWELLS", 0, "output"), ("WALL_SECONDS", 0.05, "wall")])
def test_a_child_that_meets_its_limits_is_killed_and_the_page_says_why(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, limit: str, most: float, code: str
) -> None:
    monkeypatch.setattr(deposits, limit, most)
    made = lab.version(lab.deposited(table(5000)))
    assert (made.state, made.problem) == (
        "unreadable",
        {"problem": f"killed_{code}", "line": 0, "detail": ""},
    )
    page = lab.browser("depositor").get(f"/ru/research/work/{made.id}").text
    with lab.app.test_request_context("/ru/"):
        assert problem(made.problem) in page


def test_right_to_left_and_one_row_arrive_as_they_are(lab: Lab) -> None:
    made = lab.version(lab.deposited("a,b\nمرحبا بك,\u202eabc\n".encode()))
    assert (made.state, made.rows) == ("draft", 1)
    with lab.app.app_context():
        assert showing.first_cells(made, ["a", "b"]) == [("مرحبا بك", "\u202eabc")]


def test_a_code_page_is_asked_for_and_then_read(lab: Lab) -> None:
    text = "район,ответ\nЧуйская область,не заплатили\nОш,отобрали документы\n"
    made = lab.deposited(text.encode("cp1251"))
    page = lab.browser("depositor").get(f"/ru/research/work/{made}").text
    assert "Чуйская область" in page
    assert lab.version(made).state == "arriving"
    answer = lab.browser("depositor").post(
        f"/ru/research/work/{made}/encoding", page=f"/ru/research/work/{made}", encoding="cp1251"
    )
    assert answer.status_code == 302
    testing.drain(lab.app)
    assert lab.version(made).problem is None
    with lab.app.app_context():
        assert showing.first_cells(lab.version(made), ["район", "ответ"])[0] == (
            "Чуйская область",
            "не заплатили",
        )


def test_codes_keep_their_zeros_and_a_wide_file_behaves(lab: Lab) -> None:
    header = ",".join(f"c{n}" for n in range(1000))
    made = lab.version(lab.deposited(f"{header}\n{','.join(['0047'] * 1000)}\n".encode()))
    assert (made.state, made.rows, made.columns[0]["kind"]) == ("draft", 1, "text")
    page = lab.browser("depositor").get(f"/ru/research/work/{made.id}/columns")
    assert len(page.data) < 100_000
    assert "0047" in page.text


def test_a_download_is_counted_and_ends(lab: Lab) -> None:
    made = lab.published(table(63), "request", **KEYS)
    lab.granted(made, downloads=1)
    for refused in (False, True):
        with lab.app.app_context(), lab.site.database.transaction() as session, shelf.passing(".zip") as held:
            mine = session.get_one(Version, made.id)
            try:
                sha256 = downloads.package(session, lab.actor("holder"), mine, "csv.zip", Path(held.name))
                downloads.count(session, lab.actor("holder"), mine, "csv.zip", sha256)
                assert not refused
            except GuardFailed as error:
                assert refused
                assert error.codes == ["downloads_used_up"]


def test_the_gate_answers_refuses_and_counts_what_overlaps(lab: Lab) -> None:
    rows = ["region,sex,violation", *["1,1,none"] * 30, *["1,2,none"] * 3, *["2,1,unpaid"] * 30]
    made = lab.published(("\n".join(rows) + "\n").encode(), "request", violation="sensitive")
    lab.granted(made)

    def ask(*conditions: tuple[str, str]) -> showing.Answer:
        with lab.app.app_context(), lab.site.database.transaction() as session:
            mine = session.get_one(Version, made.id)
            told = showing.answer(
                session, lab.actor("holder"), mine, [showing.Condition(c, (v,)) for c, v in conditions]
            )
        assert told is not None
        return told

    assert ask(("region", "1")).number == 33
    assert (ask(("sex", "2")).number, ask(("sex", "2")).refusal) == (None, "small")
    assert ask(("region", "1"), ("sex", "1")).refusal == "complement"
    assert ask(("region", "3")).refusal == "small"
    with lab.app.app_context(), lab.site.database.reading() as session:
        found = access.overlapping(session, session.get_one(Version, made.id))
        assert found == {lab.people["holder"]: 1}
        assert showing.answer(session, lab.actor("member"), session.get_one(Version, made.id), []) is None
        assert access.standing(session, Actor(), session.get_one(Version, made.id)) == policy.PUBLIC


def spss_in(lab: Lab) -> Version:
    """The SPSS file, published with its own labels and codes; a label in Kyrgyz comes with the description."""
    made = lab.deposited(SURVEY, "Условия труда")
    for position, each in enumerate(dictionary.columns(lab.version(made).columns)):
        names = each.name in ("id", "phone", "household")
        told = {**each.label, "ky": f"Белги {each.name}"}
        changed = replace(each, label=told, role="identifier" if names else "ordinary")
        lab.act("depositor", made, describing.change_column, position, changed)
    lab.act("depositor", made, describing.describe, ABOUT, "members", "S1", None)
    lab.checked(made)
    lab.act("depositor", made, reviewing.submit)
    lab.act("scholar", made, reviewing.approve, "Да.")
    lab.act("scholar", made, reviewing.publish)
    return lab.version(made)


def test_what_came_from_spss_goes_out_to_spss_with_its_rows_labels_and_codes_for_no_answer(
    lab: Lab, tmp_path: Path
) -> None:
    version = spss_in(lab)
    base = f"/ru/research/r/{version.dataset.slug}/1.0"
    assert f"{base}/data/sav.zip" in lab.browser("reader").get(base).text
    answer = lab.browser("reader").post(f"{base}/data/sav.zip", page=base)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        told, content = json.loads(package.read("manifest.json")), package.read("data.sav")
        assert "read.sps" not in package.namelist()
    answer.close()
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    assert (told["file"], told["made_from"], told["language"]) == ("data.sav", version.release, "ru")
    before, after = (statistical.read(io.BytesIO(each), stata=False) for each in (SURVEY, content))
    header, *rows = [cells for _, cells in after.rows]
    first, *came = [cells for _, cells in before.rows]
    kept = [first.index(name) for name in header]
    assert set(first) - set(header) == {"id", "phone", "household"}
    assert rows == [tuple(cells[n] for n in kept) for cells in came]
    assert after.labels == {name: before.labels[name] for name in header}
    assert after.values == {name: each for name, each in before.values.items() if name in header}
    assert after.missing == {name: each for name, each in before.missing.items() if name in header}
    (tmp_path / "a.sav").write_bytes(content)
    with lab.app.app_context(), lab.site.database.reading() as session:
        found = downloads.identified(session, downloads.digest_of(tmp_path / "a.sav"))
        assert found is not None and found.id == version.id
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as held, held.open("data.sav", "w") as entry:
            record = showing.record(session, lab.actor("reader"), version)
            saving.save(record, version.release, entry, "ky")
        with zipfile.ZipFile(tmp_path / "b.zip") as held:
            content = held.read("data.sav")
    assert statistical.read(io.BytesIO(content), stata=False).labels["sex"] == "Белги sex"


def test_without_the_library_nothing_is_offered_for_spss(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    version = lab.published(table(69), "open", **KEYS)
    base = f"/ru/research/r/{version.dataset.slug}/1.0"
    monkeypatch.delitem(downloads.DATA, "sav.zip")
    assert "sav.zip" not in lab.browser().get(base).text
    assert lab.browser().post(f"{base}/data/sav.zip", page=base).status_code == 404
    monkeypatch.setattr(sav, "pyreadstat", None)
    with pytest.raises(StructureProblem, match="no_writer"):
        sav.written(io.BytesIO(), {})
