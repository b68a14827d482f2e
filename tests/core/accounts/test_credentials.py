from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import PASSWORD, SECRET, Town  # type: ignore[import-not-found]

from core.accounts import credentials, passwords, sealing
from core.accounts.models import Person
from core.accounts.passwords import Refusal
from core.database import Database
from core.platform import Platform
from core.settings import Settings

NOON = datetime(2026, 3, 27, 12, 0, 15, tzinfo=UTC)


def code(steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(int(NOON.timestamp()) // 30 + steps)


def spend(site: Platform, person_id: object, typed: str, at: datetime = NOON) -> bool:
    with site.database.transaction() as session:
        return credentials.spend_code(session, site.settings, session.get_one(Person, person_id), typed, at)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", Refusal.SHORT),
        ("эlevenchars", Refusal.SHORT),
        ("x" * 60 + "Ы1 w" * 20, Refusal.LONG),
        ("Passw0rd1234", Refusal.COMMON),
        ("ЯЛюблюТебя123", Refusal.COMMON),
        ("ghbdtnrfrltkf", Refusal.COMMON),
        ("zzzzzzzzzzzzzzz", Refusal.PATTERN),
        ("lkjhgfdsapoiuy", Refusal.PATTERN),
        ("гшщзхъфывапро", Refusal.PATTERN),
        ("8k!u8k!u8k!u8k!u", Refusal.PATTERN),
        ("Aibek.Asanov_2026", Refusal.PERSONAL),
        ("camove!camove!7Q", Refusal.PERSONAL),
        ("АСАНОВ-асанов-1", Refusal.PERSONAL),
    ],
)
def test_password_that_is_refused(password: str, reason: Refusal) -> None:
    words = credentials.personal_words("aibek.asanov@ngo.kg", "Айбек Асанов")
    assert passwords.refusal(password, words) is reason


@pytest.mark.parametrize(
    "password", [PASSWORD, "four plain words together", "жакшы күн суу тоо", "q7#Vm!pLw2z9"]
)
def test_password_without_folklore_is_taken(password: str) -> None:
    assert passwords.refusal(password, ("aibek@ngo.kg", "Айбек")) is None


def test_list_is_long_enough_and_all_of_it_is_refused() -> None:
    entries = passwords._common()
    assert len(entries) >= 1500
    assert min(map(len, entries)) >= passwords.SHORTEST
    assert all(passwords.refusal(entry.upper()) for entry in entries)


def test_hash_is_argon2id_of_the_normal_form(settings: Settings) -> None:
    stored = passwords.hashed(settings, "ﬁne password, café au lait")
    assert stored.startswith("$argon2id$")
    assert passwords.matches(settings, stored, "fine password, cafe\u0301 au lait")
    assert not passwords.matches(settings, stored, "fine password, cafe au lait")
    assert not passwords.matches(settings, "", "nobody has this password")


def test_real_cost_is_the_one_of_the_design() -> None:
    cost = passwords._hasher(False)
    assert (cost.time_cost, cost.memory_cost, cost.parallelism) == (2, 19 * 1024, 1)
    assert passwords.outdated(Settings(), passwords._hasher(True).hash("old parameters"))


def test_code_works_within_the_drift_only(town: Town, site: Platform) -> None:
    person = town.ids["aibek"]
    assert not spend(site, person, code(-2))
    assert not spend(site, person, code(+2))
    assert spend(site, person, code(-1))
    assert spend(site, person, f" {code()[:3]} {code()[3:]} ")
    assert spend(site, person, code(+1))


def test_code_is_not_accepted_twice_nor_an_older_one_after_it(town: Town, site: Platform) -> None:
    person = town.ids["aibek"]
    assert spend(site, person, code())
    assert not spend(site, person, code())
    assert not spend(site, person, code(-1))


def test_of_twenty_at_once_exactly_one_gets_in(town: Town, site: Platform) -> None:
    together = Barrier(20)

    def one(_: int) -> bool:
        together.wait()
        return spend(site, town.ids["aibek"], code())

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(one, range(20))) == 1


def test_recovery_code_works_once_and_only_for_its_owner(town: Town, site: Platform) -> None:
    aibek, nadia = town.ids["aibek"], town.ids["nadia"]
    with site.database.transaction() as session:
        codes = credentials.new_recovery_codes(session, site.settings, aibek)
    assert len(set(codes)) == 10
    typed = codes[0].lower().replace("-", " ").replace("o", "0")
    with site.database.transaction() as session:
        assert not credentials.spend_recovery_code(session, site.settings, nadia, typed)
        assert credentials.spend_recovery_code(session, site.settings, aibek, typed)
        assert not credentials.spend_recovery_code(session, site.settings, aibek, typed)
        assert credentials.recovery_codes_left(session, aibek) == 9


def test_of_twenty_with_one_recovery_code_exactly_one_gets_in(town: Town, site: Platform) -> None:
    with site.database.transaction() as session:
        codes = credentials.new_recovery_codes(session, site.settings, town.ids["aibek"])

    def one(_: int) -> bool:
        with site.database.transaction() as session:
            return credentials.spend_recovery_code(session, site.settings, town.ids["aibek"], codes[3])

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(one, range(20))) == 1


def test_new_recovery_codes_end_the_old_ones(town: Town, site: Platform) -> None:
    with site.database.transaction() as session:
        old = credentials.new_recovery_codes(session, site.settings, town.ids["aibek"])
        credentials.new_recovery_codes(session, site.settings, town.ids["aibek"])
        assert not credentials.spend_recovery_code(session, site.settings, town.ids["aibek"], old[0])


def test_database_file_holds_neither_secret_nor_codes(town: Town, site: Platform, database: Database) -> None:
    with database.transaction() as session:
        codes = credentials.new_recovery_codes(session, site.settings, town.ids["aibek"])
    kept = b"".join(path.read_bytes() for path in site.settings.data.rglob("*") if path.is_file())
    assert b"aibek@example.org" in kept
    assert SECRET.encode() not in kept
    assert not any(code.replace("-", "").encode() in kept or code.encode() in kept for code in codes)


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_sealed_opens_only_with_its_key_and_context(plain: bytes, context: bytes) -> None:
    key = bytes(range(32))
    sealed = sealing.seal(key, plain, context)
    assert sealing.unseal(key, sealed, context) == plain
    for other_key, text, other_context in (
        (bytes(32), sealed, context),
        (key, sealed, context + b"x"),
        (key, sealed[:-8] + ("AAAAAAA=" if sealed[-8:] != "AAAAAAA=" else "BAAAAAA="), context),
        (key, "", context),
    ):
        with pytest.raises(sealing.Unsealable):
            sealing.unseal(other_key, text, other_context)


def test_secret_moved_to_another_person_does_not_open(town: Town, site: Platform) -> None:
    with site.database.transaction() as session:
        aibek, nadia = session.get_one(Person, town.ids["aibek"]), session.get_one(Person, town.ids["nadia"])
        nadia.totp_secret = aibek.totp_secret
        with pytest.raises(sealing.Unsealable):
            credentials.totp(site.settings, nadia)
