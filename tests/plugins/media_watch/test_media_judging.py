"""From ticks to levels; who codes with whom; samples that anybody can draw again; the other gates; persons."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.media_watch import canonical, gates, judging, pairing, persons, rating, sampling
from plugins.media_watch.codebook import CODEBOOK, VIGNETTES
from plugins.media_watch.judging import Answer, BadCode, GroupCode
from plugins.media_watch.pairing import Coder
from plugins.media_watch.sampling import Frame

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def code(category: str = "", stance: str = "A", group: str = "MIG", **more: Any) -> GroupCode:
    return GroupCode(group, category, stance, **more)


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (code("S4"), 3),
        (code("S4", "E"), 3),
        (code("S4", "N"), 1),
        (code("S4", "N", place="headline"), 3),
        (code("S4", "D"), 0),
        (code("M3", exclusion="X4"), 0),
        (code("L4", further=("M2",)), 2),
        (code(), 0),
    ],
)
def test_voice_and_exclusion_decide_what_counts(found: GroupCode, level: int) -> None:
    assert found.level(CODEBOOK) == level


def test_a_quoted_category_is_the_speakers() -> None:
    assert code("S2", "N").quoted() == "S2"
    assert code("S2", "A").quoted() == ""


def test_every_vignette_has_the_level_of_its_code_and_groups_may_be_swapped() -> None:
    assert len(VIGNETTES) == gates.TRAINING_ITEMS
    for each in VIGNETTES:
        category = "S2" if each.category == "L5" else each.category
        for group in CODEBOOK.groups("RU"):
            assert code(category, each.stance, group).level(CODEBOOK) == each.level, each
    assert (VIGNETTES[2].category, VIGNETTES[9].category) == ("S4", "S4")


def test_the_lists_of_the_two_countries_share_only_other() -> None:
    assert set(CODEBOOK.groups("RU")) & set(CODEBOOK.groups("KG")) == {"OTH"}
    assert "OTH" not in CODEBOOK.rated("RU") + CODEBOOK.rated("KG")
    for kind in CODEBOOK.kinds:
        for locale in ("ru", "ky", "en"):
            assert all(label != each or each in "EX" for each, label in CODEBOOK.labels(kind, locale))
    assert all(CODEBOOK.meaning(each, x) for each in CODEBOOK.codes("category") for x in ("ru", "ky", "en"))


GOOD = {"relevant": "yes", "codes": [{"group": "MIG", "category": "M3", "stance": "A", "quote": "ц"}]}


def test_an_answer_is_read_and_a_bad_one_says_why() -> None:
    assert judging.read(GOOD, CODEBOOK, "RU").levels(CODEBOOK) == {"MIG": 2}
    assert judging.read({"relevant": "no", "codes": GOOD["codes"]}, CODEBOOK, "RU").codes == ()
    row = GOOD["codes"][0]  # type: ignore[index]
    for raw, problem in (
        ({}, "relevance_missing"),
        ({"relevant": "yes"}, "group_missing"),
        ({"relevant": "yes", "codes": [row, row]}, "group_twice"),
        ({"relevant": "yes", "codes": [{**row, "group": "SLV"}]}, "group_unknown"),
        ({"relevant": "yes", "codes": [{**row, "category": "Z9"}]}, "category_unknown"),
        ({"relevant": "yes", "codes": [{**row, "stance": ""}]}, "stance_missing"),
        ({"relevant": "yes", "codes": [{**row, "quote": " "}]}, "quote_missing"),
    ):
        with pytest.raises(BadCode) as caught:
            judging.read(raw, CODEBOOK, "RU")
        assert caught.value.code == problem


def answer(*codes: GroupCode, relevant: bool = True) -> Answer:
    return Answer(relevant, codes)


def test_agreeing_coders_need_no_third_and_others_do() -> None:
    same = answer(code("M3", quote="а")), answer(code("M4"))
    found = judging.final(same, None, CODEBOOK, ("MIG",))
    assert found is not None
    assert (found.level, found.lenient, found.strict, found.decided) == (2, 2, 2, False)
    split = answer(code("L4")), answer(code("S1"))
    assert judging.final(split, None, CODEBOOK, ("MIG",)) is None
    decided = judging.final(split, answer(code("S1", quote="б")), CODEBOOK, ("MIG",))
    assert decided is not None
    assert (decided.level, decided.lenient, decided.strict, decided.decided) == (3, 1, 3, True)
    assert (decided.categories, decided.quotes) == (("S1",), ("б",))
    assert judging.differ(answer(), answer(relevant=False), CODEBOOK)
    assert judging.units(answer(code("L4", group="UZB")), answer(code("M3")), CODEBOOK) == [
        ("MIG", 0, 2), ("UZB", 1, 0),
    ]  # fmt: skip
    assert judging.units(answer(), answer(), CODEBOOK) == [("", 0, 0)]
    assert answer(code("S1", group="OTH")).article_level(CODEBOOK, ("MIG",)) == 0


FOUR = [
    Coder("a", ("most",), "RU"),
    Coder("b", ("neva",), "RU"),
    Coder("c", ("talas",), "KG"),
    Coder("d", ("most",), "RU"),
]


def test_coders_of_one_organisation_or_both_of_the_country_never_pair() -> None:
    found = pairing.pairs([str(i) for i in range(60)], FOUR, "RU", "seed")
    for one, other in found.values():
        assert one.organisations != other.organisations
        assert "KG" in (one.country, other.country)
    assert found == pairing.pairs([str(i) for i in range(60)], FOUR[::-1], "RU", "seed")
    with pytest.raises(pairing.TooFew):
        pairing.pairs(["1"], FOUR[:2], "RU", "seed")
    assert len(pairing.pairs(["1"], FOUR[:2], "KG", "seed")) == 1
    assert pairing.may_decide({"a", "c"}, {"most", "talas"}, "b", {"neva"})
    assert not pairing.may_decide({"a", "c"}, {"most", "talas"}, "d", {"neva", "most"})


@given(st.sets(st.text(max_size=4), max_size=40), st.text(max_size=5), st.integers(0, 50))
@settings(max_examples=60)
def test_a_sample_is_part_of_its_frame_and_the_same_for_everybody(
    names: set[str], seed: str, size: int
) -> None:
    found = sampling.draw(names, seed, size)
    assert len(found) == len(set(found)) == min(size, len(names))
    assert set(found) <= names
    assert sampling.draw(sorted(names, reverse=True), seed, size) == found
    assert sampling.draw(names, seed, size + 1)[: len(found)] == found


def test_a_known_sample() -> None:
    """Computed with the shell: for each name, the SHA-256 of "seed|name"; sorted."""
    assert sampling.draw(["a", "b", "c", "d"], "2026", 2) == sampling.draw("dcba", "2026", 4)[:2]
    frame = Frame({("A", "risk"): ["r1", "r2"], ("A", "rest"): ["s1", "s2", "s3"]}, ["o1", "o2"])
    found = sampling.sample(frame, "7", {"risk": 1, "rest": 2, "check": 1})
    assert [stratum for _, stratum in found] == ["rest", "rest", "risk", "check"]
    assert frame.sizes() == {"A": {"risk": 2, "rest": 3}}


def test_each_member_of_a_stratum_is_drawn_about_equally_often() -> None:
    times = dict.fromkeys("abcdefgh", 0)
    for number in range(2000):
        for name in sampling.draw(times, f"s{number}", 2):
            times[name] += 1
    assert all(420 <= each <= 580 for each in times.values())


def test_outlets_must_be_told_and_have_their_days() -> None:
    def shut(sent: dict[str, datetime], answered: dict[str, bool]) -> list[str]:
        return [each.gate for each in gates.replies(["A", "B"], sent, answered, NOW)]

    fresh, old = NOW - timedelta(days=13), NOW - timedelta(days=14)
    assert shut({}, {}) == ["notice"]
    assert shut({"A": old, "B": fresh}, {}) == ["reply_window"]
    assert shut({"A": old, "B": fresh}, {"B": True}) == []
    assert [each.gate for each in gates.coding(2, 1)] == ["coding", "disputes"]
    assert gates.sizes({"A": 14.9})
    assert not gates.sizes({"A": 14.9, "B": 15})
    assert gates.admitted(0.8, 30)
    assert not gates.admitted(0.79, 30)
    assert not gates.admitted(None, 30)
    assert not gates.admitted(1.0, 29)


def signed(*levels: int, days: int = 100, stratum: str = "rest", weight: float = 1) -> list[persons.Signed]:
    first = date(2026, 7, 1)
    return [
        persons.Signed((each, each, each), first + timedelta(days=i % days), stratum, weight)
        for i, each in enumerate(levels)
    ]


def test_a_person_is_rated_for_a_pattern_only() -> None:
    assert persons.may_be_rated("staff", signed(*[0] * 17, 2, 2, 3))
    for kind in ("agency", "guest", "pseudonym", "none"):
        assert not persons.may_be_rated(kind, signed(*[0] * 17, 2, 2, 3))
    assert not persons.may_be_rated("staff", signed(*[0] * 16, 2, 2, 3))
    assert not persons.may_be_rated("staff", signed(*[0] * 18, 2, 2))
    assert not persons.may_be_rated("staff", signed(*[0] * 17, 2, 2, 3, days=2))


def test_only_who_is_above_under_every_reading_of_the_codes_is_named() -> None:
    others = {key: signed(*[0] * 40) for key in "yzw"}
    hostile = signed(*[0] * 10, *[3] * 30)
    assert persons.above({"x": hostile, **others}) == {"x"}
    assert persons.above(others) == set()
    assert persons.above({}) == set()
    # One coder of each pair saw nothing: what was decided stands, and the person is not named.
    doubted = [persons.Signed((each.levels[0], 0, 3), each.on) for each in hostile]
    assert persons.above({"x": doubted, **others}) == set()
    # Fifteen texts are no pattern, however bad.
    assert persons.above({"x": signed(*[3] * 15), **others}) == set()


def test_what_was_sampled_more_densely_does_not_weigh_more() -> None:
    """All 20 texts with risk words were coded and 5 of 500 others: the person's shares are those of the 520."""
    [rest, risk] = persons.strata(signed(*[2] * 20, stratum="risk") + signed(*[0] * 5, weight=100))
    assert (risk.frame, rest.frame) == (20, 500)
    assert rating.shares([rest, risk]).shares[2] == pytest.approx(20 / 520)


def test_an_entry_ends_a_year_after_the_last_case_and_what_is_the_editors_is_not_the_authors() -> None:
    assert persons.expires_on(date(2025, 11, 27)) == date(2026, 11, 27)
    headline = code("S4", place="headline")
    assert persons.own(answer(headline, code("L6"), code("M3", group="UZB"))).levels(CODEBOOK) == {"UZB": 2}


def test_a_release_opens_only_the_entries_on_people_that_it_has_sealed() -> None:
    finding = {"name": "Иван Перов", "cases": 3}
    sealed = {
        "persons": [{"commitment": canonical.commitment("salt", finding, "Нет."), "until": "2027-01-01"}]
    }
    entry = {"salt": "salt", "finding": finding, "reply": "Нет.", "until": "2027-01-01"}
    assert canonical.verify(canonical.sealed(sealed, [entry])) == sealed
    assert "Перов" not in canonical.text(sealed)
    for other in ({"reply": "Да."}, {"salt": "other"}, {"finding": {"name": "Пётр"}}):
        with pytest.raises(canonical.BadRelease):
            canonical.verify(canonical.sealed(sealed, [entry | other]))


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(-9, 9), st.text(max_size=6))
TREES = st.dictionaries(st.text(max_size=4), st.one_of(LEAVES, st.lists(LEAVES, max_size=3)), max_size=5)


@given(TREES)
@settings(max_examples=80)
def test_a_release_is_the_same_text_whatever_the_order_of_its_keys(content: dict[str, Any]) -> None:
    turned = dict(reversed(list(content.items())))
    assert canonical.text(content) == canonical.text(turned)
    assert canonical.verify(canonical.sealed(content)) == canonical.rounded(content)


def test_the_hash_of_a_known_release_never_changes() -> None:
    content = {"б": [1, 0.1 + 0.2, -0.0], "a": {"z": None, "y": "Ош"}}
    assert canonical.text(content) == '{"a":{"y":"Ош","z":null},"б":[1,0.3,0.0]}'


@pytest.mark.parametrize(
    ("body", "code_"),
    [
        (b"{", "not_json"),
        (b"[]", "not_a_release"),
        (canonical.sealed({"a": 1}).replace(b'"a": 1', b'"a": 2'), "changed"),
    ],
)
def test_a_changed_file_is_refused(body: bytes, code_: str) -> None:
    with pytest.raises(canonical.BadRelease) as caught:
        canonical.verify(body)
    assert caught.value.code == code_


def test_a_correction_tells_what_changed() -> None:
    assert canonical.changes({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}, "d": 4}) == [
        {"path": "/a/b", "before": 1, "after": 3},
        {"path": "/d", "before": None, "after": 4},
    ]
