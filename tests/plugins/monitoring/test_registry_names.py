"""Finding a distorted name among ten thousand, by the keys of names: seeded, and the same on each database."""

import random
import string

import pytest
from firms import distorted, firms
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from core.platform import EXTENSION, Platform
from core.toolkit import new_id
from plugins.monitoring.models import CommonKey, Employer, NameKey, Spelling
from plugins.monitoring.register.matching import normalise
from plugins.monitoring.register.name_keys import keys
from plugins.monitoring.services import candidates

REGISTER, ASKED, SEED = 10_000, 500, 20261123


def test_a_distorted_name_is_among_the_first_ten_of_ten_thousand(any_app: Flask) -> None:
    site: Platform = any_app.extensions[EXTENSION]
    names = firms(REGISTER, SEED)
    rows = [{"id": new_id(), "legal_name": n, "normalised": normalise(n), "country": "RU"} for n in names]
    with site.database.transaction() as session:
        session.execute(insert(Employer), rows)
        session.execute(
            insert(NameKey), [{"key": k, "employer_id": r["id"]} for r in rows for k in keys(r["legal_name"])]
        )
        session.execute(
            insert(Spelling), [{"employer_id": r["id"], "normalised": r["normalised"]} for r in rows]
        )
    candidates.count_keys(site.database)
    chance = random.Random(SEED)
    found = compared = 0
    with site.database.reading() as session:
        for row in chance.sample(rows, ASKED):
            heard = distorted(row["legal_name"], chance)
            best = candidates.alike(session, heard, 10)
            found += row["id"] in {each.id for each in best}
            compared = max(compared, len(candidates.compared(session, heard)))
        common = {each.key: each.employers for each in session.scalars(select(CommonKey))}
        read = candidates.rarest(session, keys("ООО «Строй Монтаж Сервис»"))
    assert common and min(common.values()) >= candidates.COMMON
    assert max(common, key=common.__getitem__) not in read
    print(f"registry: {found} of {ASKED} found among {REGISTER}, at most {compared} compared, seed {SEED}")
    assert found >= 0.98 * ASKED
    assert compared <= candidates.COMPARED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ООО «Альфа-Строй»", "альфастрой"),
        ("«Пробный монтаж»", "стройка Монтаж Пробный"),
        ("кафе «Манас»", "Манас"),
        ("ОсОО «Ёлка»", "elka"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert keys(one) & keys(other)


WORD = st.text(string.ascii_lowercase, min_size=5, max_size=12)


@given(WORD, WORD, st.integers(0, 11), st.sampled_from("bdgmnrst"))
def test_one_wrong_letter_beside_another_word_leaves_a_key_standing(
    one: str, other: str, place: int, letter: str
) -> None:
    # How often a single word survives is counted below, by the recall among ten thousand names.
    place %= len(one)
    wrong = one[:place] + letter + one[place + 1 :]
    assert keys(f"{one} {other}") & keys(f"{wrong} {other}")


@given(st.text(max_size=80))
def test_keys_are_short_and_few_whatever_was_typed(name: str) -> None:
    found = keys(name)
    assert len(found) <= 110
    assert all(len(each) <= 32 for each in found)
