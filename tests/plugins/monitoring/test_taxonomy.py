"""The taxonomy is whole: three languages everywhere, codes point to codes that exist."""

import hashlib
import json
from importlib.resources import files

import pytest

from plugins.monitoring.register.identifiers import SCHEMES
from plugins.monitoring.taxonomy import AGES, CITIZENS, EDITIONS, TAXONOMY, edition, load, word

ENTRIES = [(kind, code) for kind in TAXONOMY.kinds for code in TAXONOMY.codes(kind)]


@pytest.mark.parametrize(("kind", "code"), ENTRIES)
def test_every_entry_has_all_three_languages(kind: str, code: str) -> None:
    entry = TAXONOMY.entry(kind, code)
    assert all(str(entry.get(locale, "")).strip() for locale in ("en", "ru", "ky"))


def test_every_kind_is_there_and_labels_are_distinct() -> None:
    facts = {"violation", "indicator", "source", "basis", "reliability", "consent", "wish", "method"}
    places = {"role", "legal_form", "sector", "country", "region", "currency", "scheme"}
    steps = {"reason", "addressee", "channel", "outcome"}
    details = {"age", "citizenship", "consent_how", "evidence", "maker"}
    assert set(TAXONOMY.kinds) == facts | places | steps | details
    for kind in TAXONOMY.kinds:
        for locale in ("en", "ru", "ky"):
            labels = [label for _, label in TAXONOMY.labels(kind, locale)]
            assert len(set(labels)) == len(labels)


def test_violations_point_to_existing_indicators_and_addressees() -> None:
    indicators = TAXONOMY.codes("indicator")
    assert indicators == tuple(f"ilo{number:02}" for number in range(1, 12))
    for code in TAXONOMY.codes("violation"):
        assert set(TAXONOMY.listed("violation", code, "ilo")) <= set(indicators)
        assert TAXONOMY.entry("violation", code)["addressee"] in TAXONOMY.codes("addressee")


def test_every_ilo_indicator_is_shown_by_some_class() -> None:
    shown = [ilo for code in TAXONOMY.codes("violation") for ilo in TAXONOMY.listed("violation", code, "ilo")]
    assert set(shown) == set(TAXONOMY.codes("indicator"))
    assert TAXONOMY.listed("wish", "pay", "ilo") == ()


def test_violence_never_goes_first_to_the_labour_inspectorate() -> None:
    assert TAXONOMY.entry("violation", "violence")["addressee"] == "police"


def test_regions_belong_to_known_countries_and_kyrgyzstan_has_nine() -> None:
    owners = [
        TAXONOMY.entry("region", code)["country"] for code in TAXONOMY.codes("region") if code != "other"
    ]
    assert set(owners) <= set(TAXONOMY.codes("country"))
    assert owners.count("KG") == 9
    assert owners.count("RU") >= 20


def test_identifier_schemes_are_those_that_we_can_check() -> None:
    assert set(TAXONOMY.codes("scheme")) == set(SCHEMES)


def test_no_two_sectors_claim_the_same_foreign_code() -> None:
    claimed = [
        start for code in TAXONOMY.codes("sector") for start in TAXONOMY.listed("sector", code, "naics")
    ]
    assert len(claimed) == len(set(claimed))


def test_countries_bear_their_own_names() -> None:
    text = json.dumps([dict(TAXONOMY.entry(*place)) for place in ENTRIES], ensure_ascii=False)
    assert "Киргиз" not in text
    assert TAXONOMY.label("country", "KG", "ru") == "Кыргызстан"


def test_labels_fall_back_from_kyrgyz_to_russian_to_english_to_the_code() -> None:
    edition = {"version": "0", "effective": "2026-01-01", "review": "unreviewed"}
    full = {"code": "a", "en": "A", "ru": "А", "ky": ""}
    small = load(json.dumps({**edition, "kinds": {"wish": [full, {"code": "b", "en": "B"}]}}))
    assert [small.label("wish", code, "ky") for code in "abc"] == ["А", "B", "c"]
    assert small.label("wish", "a", "en") == "A"
    assert small.label("wish", "a", "tg") == "A"
    assert small.labels("wish", "ru") == [("a", "А"), ("b", "B")]


def test_a_code_that_stands_twice_is_refused() -> None:
    twice = [{"code": "a"}, {"code": "a"}]
    with pytest.raises(ValueError, match="twice"):
        load(json.dumps({"version": "0", "effective": "2026-01-01", "review": "", "kinds": {"wish": twice}}))


def test_an_edition_cannot_be_changed_by_its_readers() -> None:
    with pytest.raises(TypeError):
        TAXONOMY.entry("wish", "pay")["en"] = "mine"  # type: ignore[index]


RELEASED = {
    "1": "2cbe9e9625238587da2ec26ac0925bbf66cb84a9b62e6cb78cc7581b76af5017",
}
"""Editions that reports were sent under, by the SHA-256 of their file."""


def test_an_edition_that_reports_were_sent_under_is_never_edited() -> None:
    folder = files("plugins.monitoring") / "taxonomies"
    found = {
        version: hashlib.sha256((folder / f"{version}.json").read_bytes()).hexdigest() for version in RELEASED
    }
    assert found == RELEASED
    assert list(EDITIONS) == ["1", "2"]
    assert TAXONOMY is EDITIONS["2"]
    assert edition("1") is EDITIONS["1"]


def test_a_code_keeps_the_word_of_its_edition_and_a_newer_one_is_read_today() -> None:
    assert word("1", "wish", "pay", "en") == EDITIONS["1"].label("wish", "pay", "en")
    assert word("1", "evidence", "payroll", "en") == "Payroll or time sheet"


def test_the_counts_of_the_form_stand_for_codes_of_the_taxonomy() -> None:
    assert set(AGES.values()) == set(TAXONOMY.codes("age"))
    assert set(CITIZENS.values()) == set(TAXONOMY.codes("citizenship"))
