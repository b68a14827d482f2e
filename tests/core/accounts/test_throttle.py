from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from town import PASSWORD, Town  # type: ignore[import-not-found]

from core.accounts import devices, sign_in, throttle
from core.accounts.models import SignInAttempt
from core.accounts.sign_in import Door, Refused
from core.accounts.throttle import Source, TooSoon
from core.database import now
from core.platform import Platform
from core.settings import Settings


def door(site: Platform, name: str, *, known: bool = False) -> Door:
    return Door(site.database, site.settings, Source(name, known))


def guess(
    site: Platform, source: Door, email: str = "aibek@example.org", password: str = "wrong wrong wrong"
) -> str:
    try:
        sign_in.password_step(source, email, password)
    except TooSoon as error:
        return f"wait {error.wait}"
    except Refused:
        return "refused"
    return "in"


def hammer(site: Platform, sources: int, tries: int, email: str = "aibek@example.org") -> None:
    for number in range(sources):
        for _ in range(tries):
            guess(site, door(site, f"stranger {number}"), email)


def test_source_is_slowed_after_five_tries_even_with_the_right_password(town: Town, site: Platform) -> None:
    stranger = door(site, "stranger")
    assert [guess(site, stranger) for _ in range(5)] == ["refused"] * 5
    assert guess(site, stranger).startswith("wait")
    assert guess(site, stranger, password=PASSWORD).startswith("wait")


def test_waits_double_up_to_an_hour(town: Town, site: Platform) -> None:
    attempt = sign_in.password_attempt(door(site, "stranger"), "aibek@example.org")
    waits = []
    for _ in range(14):
        with site.database.transaction() as session:
            session.add(SignInAttempt(account=attempt.account, source="stranger"))
            session.flush()
            waits.append(throttle.until(session, attempt) - now())
    rounded = [round(wait.total_seconds()) for wait in waits]
    assert rounded[:4] == [0, 0, 0, 0]
    # A busy machine may let a second or two pass between the try and the question.
    assert rounded[4:] == pytest.approx([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600], abs=3)


def test_strangers_cannot_lock_the_owner_out(town: Town, site: Platform) -> None:
    hammer(site, sources=30, tries=6)
    assert guess(site, door(site, "phone of aibek", known=True), password=PASSWORD) == "in"
    # A new phone in a new place: the first try of any source is heard, whatever the others do.
    assert guess(site, door(site, "new phone of aibek"), password=PASSWORD) == "in"


def test_under_attack_a_new_source_has_one_try(town: Town, site: Platform) -> None:
    hammer(site, sources=10, tries=3)
    stranger = door(site, "stranger late")
    assert guess(site, stranger) == "refused"
    assert guess(site, stranger).startswith("wait")


def test_known_device_has_its_five_tries_during_an_attack(town: Town, site: Platform) -> None:
    hammer(site, sources=10, tries=3)
    owner = door(site, "phone", known=True)
    assert [guess(site, owner) for _ in range(4)] == ["refused"] * 4
    assert guess(site, owner, password=PASSWORD) == "in"


def test_source_that_tries_many_accounts_is_slowed(town: Town, site: Platform) -> None:
    sprayer = door(site, "sprayer")
    found = [guess(site, sprayer, f"person{number}@example.org") for number in range(21)]
    assert found[:20] == ["refused"] * 20
    assert found[20].startswith("wait")


def test_success_forgets_the_failures_of_that_source(town: Town, site: Platform) -> None:
    owner = door(site, "phone")
    for _ in range(4):
        guess(site, owner)
    assert guess(site, owner, password=PASSWORD) == "in"
    assert [guess(site, owner) for _ in range(4)] == ["refused"] * 4


def test_unknown_account_is_slowed_alike(town: Town, site: Platform) -> None:
    one, other = door(site, "one"), door(site, "other")
    known = [guess(site, one)[:7] for _ in range(7)]
    unknown = [guess(site, other, "nobody@example.org")[:7] for _ in range(7)]
    assert known == unknown


def test_table_keeps_neither_address_nor_email(town: Town, site: Platform) -> None:
    source = devices.source(site.settings, "aibek@example.org", "", "198.51.100.77")
    guess(site, Door(site.database, site.settings, source))
    with site.database.reading() as session:
        account, kept = session.execute(select(SignInAttempt.account, SignInAttempt.source)).one()
    assert len(account) == len(kept) == 64
    assert "198.51" not in kept
    elsewhere = Settings(instance=site.settings.instance / "other")
    assert account == throttle.digest(site.settings, "password", "aibek@example.org")
    assert account != throttle.digest(elsewhere, "password", "aibek@example.org")


def test_old_tries_are_purged(town: Town, site: Platform) -> None:
    guess(site, door(site, "stranger"))
    with site.database.transaction() as session:
        session.execute(update(SignInAttempt).values(at=now() - timedelta(hours=25)))
        session.add(SignInAttempt(account="a" * 64, source="fresh"))
        session.flush()
        throttle.purge(session)
        assert session.scalars(select(SignInAttempt.source)).all() == ["fresh"]


def test_device_mark_is_worth_something_only_for_its_account(site: Platform) -> None:
    mark = devices.new_mark(site.settings, "aibek@example.org")
    assert devices.source(site.settings, "aibek@example.org", mark, "203.0.113.1").known
    assert not devices.source(site.settings, "nadia@example.org", mark, "203.0.113.1").known
    assert not devices.source(site.settings, "aibek@example.org", "forged.ffff", "203.0.113.1").known
    assert not devices.source(site.settings, "aibek@example.org", mark[:-1], "203.0.113.1").known


def test_neighbours_in_one_ipv6_network_are_one_source(site: Platform) -> None:
    sources = {devices.source(site.settings, "a@b.kg", "", f"2001:db8:1:2::{n:x}").name for n in range(1, 9)}
    assert len(sources) == 1
    assert devices.network("2001:db8:1:3::1") != devices.network("2001:db8:1:2::1")


def test_a_server_that_listens_on_ipv6_tells_visitors_of_ipv4_apart() -> None:
    """There they come as ::ffff:203.0.113.1: as one network, one guesser would lock everybody out."""
    seen = {devices.network(f"::ffff:203.0.113.{n}") for n in range(1, 9)}
    assert seen == {f"203.0.113.{n}" for n in range(1, 9)}


def test_tries_at_once_are_all_counted(town: Town, site: Platform) -> None:
    site.settings.key("throttle")
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda _: guess(site, door(site, "crowd")), range(24)))
    assert found.count("refused") == 5


def test_after_many_wrong_codes_only_known_devices_are_heard_at_once(town: Town, site: Platform) -> None:
    email = "aibek@example.org"
    with site.database.transaction() as session:
        for number in range(throttle.ACCOUNT_FREE):
            throttle.claim(session, sign_in.factor_attempt(door(site, f"stranger {number}"), email))
    with pytest.raises(TooSoon), site.database.transaction() as session:
        throttle.claim(session, sign_in.factor_attempt(door(site, "stranger last"), email))
    with site.database.transaction() as session:
        throttle.claim(session, sign_in.factor_attempt(door(site, "phone", known=True), email))
