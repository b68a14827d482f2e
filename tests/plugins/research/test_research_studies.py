"""Joint studies: who keeps them, who sees them when, and what becomes of their questionnaires."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from survey_lab import Lab

from core import testing
from core.toolkit import Denied, GuardFailed, render_pdf
from plugins.research import sample_studies
from plugins.research.forms.study import publications
from plugins.research.models import Dataset, Instrument, Study, Version
from plugins.research.services import keeping, shelf, studies
from plugins.research.services.studies import Told

TITLE, AIM = "Отношения с работодателями", "Понять, кто и как нарушает права."


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    made = Lab(tmp_path_factory.mktemp("studies") / "instance")
    yield made
    made.site.database.close()


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render_pdf(sample_studies.TEMPLATE, {"title": "Анкета", "questions": ["Сколько вам лет?"]})


@pytest.fixture(scope="module")
def survey(lab: Lab) -> Version:
    return lab.published(b"a\n" + b"1\n" * 40, "open", a="ordinary")


def begun(lab: Lab, title: str, who: str = "steward", place: str = "office", **more: object) -> str:
    told = Told({"title": {"ru": title}, "aim": {"ru": AIM}}, **more)  # type: ignore[arg-type]
    with lab.app.app_context(), lab.site.database.transaction() as session:
        return studies.begin(session, lab.actor(who), lab.places[place], told).slug


def test_a_study_is_written_hidden_shown_and_found(lab: Lab, paper: bytes, survey: Version) -> None:
    steward, visitor, new = lab.browser("steward"), lab.browser(), "/ru/research/studies/new"
    typed = {
        "title_ru": TITLE, "title_en": "Relations with employers", "aim_ru": AIM, "partners": "НПО «Талас»\nЦентр",
        "publications": "Иванова А. Зарплаты. 2026 | https://example.org/a\nБез адреса",
        "datasets": str(survey.dataset_id), "instrument_title": "Анкета работника",
    }  # fmt: skip
    answer = steward.post(new, page=new, **typed, instrument=(io.BytesIO(paper), "анкета.pdf"))
    assert answer.status_code == 302, answer.text
    address = answer.headers["Location"]
    assert visitor.get(address).status_code == 404
    assert steward.get(address).status_code == 200
    form = steward.get(f"{address}/change").text
    for each in ("https://example.org/a", "Без адреса", "НПО «Талас»", "Анкета работника"):
        assert each in form
    with lab.site.database.reading() as session:
        one = session.scalars(select(Instrument.id)).one()
    file = f"{address}/instruments/{one}"
    assert visitor.get(file).status_code == 404
    again = typed | {"revision": "1", "shown": "y"}
    assert steward.post(f"{address}/change", page=f"{address}/change", **again).status_code == 302
    stale = steward.post(f"{address}/change", page=f"{address}/change", **again)
    assert stale.status_code == 409
    page = visitor.get(address).text
    for each in (TITLE, AIM, "НПО «Талас»", f"/research/r/{survey.dataset.slug}/1.0", "Иванова А."):
        assert each in page
    assert "Relations with employers" in visitor.get(address.replace("/ru/", "/en/")).text
    got = visitor.get(file)
    assert (got.data, got.headers["Content-Disposition"][:10]) == (paper, "attachment")
    got.close()
    assert TITLE in visitor.get(f"/ru/research/r/{survey.dataset.slug}/1.0").text
    assert TITLE in visitor.get("/ru/research/studies").text
    testing.drain(lab.app)
    assert address in visitor.get(f"/ru/search?q={TITLE}").text
    assert (
        steward.post(f"{address}/change", page=f"{address}/change", **typed, revision="2").status_code == 302
    )
    testing.drain(lab.app)
    assert address not in visitor.get(f"/ru/search?q={TITLE}").text
    assert TITLE not in visitor.get("/ru/research/studies").text


@pytest.mark.parametrize(
    ("wrong", "file", "words"),
    [
        ({"title_ru": " "}, b"", "Дайте исследованию название на русском."),
        ({"publications": "слова | example.org"}, b"", "https://address"),
        ({}, b"%PDF-1.7 no end", "целым PDF"),
        ({}, b"\xff\xd8\xff\xe0 no picture", "целым PDF"),
        ({"datasets": "00000000-0000-0000-0000-000000000001"}, b"", "00000000-0000"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    lab: Lab, wrong: dict[str, str], file: bytes, words: str
) -> None:
    new = "/ru/research/studies/new"
    typed: dict[str, object] = {"title_ru": "Черновик", "aim_ru": AIM, "partners": "Набрано", **wrong}
    if file:
        typed["instrument"] = (io.BytesIO(file), "a.pdf")
    answer = lab.browser("steward").post(new, page=new, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Набрано" in answer.text


def test_a_coordinator_keeps_the_studies_and_datasets_of_their_own_organisation(
    lab: Lab, survey: Version
) -> None:
    theirs = begun(lab, "Чужое", shown=True)
    mine = begun(lab, "Своё", "leader", "most", datasets=frozenset({survey.dataset_id}))
    leader, change = lab.browser("leader"), f"/ru/research/studies/{theirs}/change"
    assert leader.get(f"/ru/research/studies/{theirs}").status_code == 200
    assert leader.get(change).status_code == 404
    assert lab.browser("reader").get(f"/ru/research/studies/{mine}").status_code == 404
    assert lab.browser("reader").get("/ru/research/studies/new").status_code == 403
    with lab.site.database.reading() as session:
        found = session.scalars(select(Study).where(Study.slug == mine)).one()
        # The dataset is of another organisation: it was not theirs to take.
        assert session.get_one(Dataset, survey.dataset_id).study_id != found.id
        assert [each.dataset_id for each in studies.offered(session, lab.actor("leader"), found)] == []
    with pytest.raises(Denied):
        begun(lab, "Для других", "leader", "office")
    with pytest.raises(GuardFailed) as caught:
        begun(lab, "Своё", "leader", "most")
    assert caught.value.codes == ["study_exists"]


def test_a_questionnaire_that_no_study_names_is_destroyed(
    lab: Lab, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lab.app.app_context():
        kept = studies.keep(paper)
        other = studies.keep(
            render_pdf(sample_studies.TEMPLATE, {"title": "Другая", "questions": ["Вопрос?"]})
        )
    slug = begun(lab, "С анкетами", added={"А": kept, "Б": other})
    with lab.app.app_context(), lab.site.database.transaction() as session:
        found = studies.find(session, lab.actor("steward"), slug)
        gone = next(each for each in found.instruments if each.title == "Б")
        told = Told(found.about, dropped=frozenset({gone.id}))
        studies.change(session, lab.actor("steward"), found, told, revision=found.revision)
    monkeypatch.setattr(shelf, "LEFT_BEHIND", -1)
    with lab.app.app_context():
        keeping.tidy(lab.site.database, [])
        assert shelf.intact(kept.sha256, studies.INSTRUMENT)
        assert not shelf.path_of(other.sha256, studies.INSTRUMENT).exists()


def test_lines_of_publications_are_words_and_an_address() -> None:
    assert publications("А | б | https://c\n\n  Без адреса \n") == [
        {"text": "А | б", "address": "https://c"}, {"text": "Без адреса", "address": ""},
    ]  # fmt: skip
