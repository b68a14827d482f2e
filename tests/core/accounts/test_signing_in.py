import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from town import PASSWORD, Browser, Town, code_now  # type: ignore[import-not-found]

from core.accounts import credentials, passwords, sign_ins
from core.accounts.models import Notification, Person, SignIn
from core.accounts.views.answers import local_path
from core.database import now
from core.platform import Platform

Open = Callable[..., Browser]
HOME = "/en/account/"


def shift(site: Platform, **values: object) -> None:
    with site.database.transaction() as session:
        session.execute(update(SignIn).values(**values))


def count(site: Platform) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignIn)) or 0


def tokens(browser: Browser) -> str:
    with browser.client.session_transaction() as cookie:
        return str(cookie.get("sign_in", ""))


def test_both_steps_lead_in_and_to_the_page_that_was_asked_for(town: Town, browser: Open) -> None:
    visitor = browser()
    asked = visitor.get("/en/account/sign-ins")
    assert asked.status_code == 302
    assert "next=/en/account/sign-ins" in asked.location.replace("%2F", "/")
    first = visitor.post(asked.location, email="  AIBEK@example.org ", password=PASSWORD)
    assert "/en/account/second-factor?next=" in first.location
    second = visitor.post(first.location, code=code_now())
    assert second.location == "/en/account/sign-ins"
    assert "Firefox, Android" in visitor.get(second.location).get_data(as_text=True)


def test_password_alone_opens_nothing(town: Town, browser: Open) -> None:
    visitor = browser()
    visitor.password("aibek@example.org")
    for path in (
        HOME,
        "/en/account/sign-ins",
        "/en/account/password",
        "/en/account/recovery-codes",
        "/en/people/",
    ):
        answer = visitor.get(path)
        assert answer.status_code == 302, path
        assert "/account/sign-in" in answer.location
    assert visitor.get("/en/account/second-factor/set-up").location.endswith("/account/second-factor")


def test_password_alone_expires_after_a_quarter_of_an_hour(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser()
    visitor.password("aibek@example.org")
    shift(site, created_at=now() - timedelta(minutes=16))
    assert "/account/sign-in" in visitor.get("/en/account/second-factor").location


@pytest.mark.parametrize("closed", [False, True])
def test_nothing_tells_a_known_address_from_an_unknown_one(
    town: Town, browser: Open, site: Platform, *, closed: bool
) -> None:
    if closed:
        with site.database.transaction() as session:
            session.get_one(Person, town.ids["aibek"]).disabled = True
    known = browser("203.0.113.1").password("aibek@example.org", PASSWORD if closed else "wrong wrong wrong")
    unknown = browser("203.0.113.2").password("nobody@example.org", "wrong wrong wrong")
    assert known.status_code == unknown.status_code == 422

    def neutral(page: str, email: str) -> str:
        return re.sub(r'value="[^"]{60,}"', "", page.replace(email, "EMAIL"))

    words = neutral(known.get_data(as_text=True), "aibek@example.org")
    assert words == neutral(unknown.get_data(as_text=True), "nobody@example.org")
    assert "Check the e-mail address and the password" in words


def test_hash_is_computed_for_unknown_addresses_too(
    town: Town, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = passwords.matches
    monkeypatch.setattr(
        "core.accounts.passwords.matches", lambda s, stored, p: (looked.append(stored), real(s, stored, p))[1]
    )
    browser().password("nobody@example.org")
    browser().password("aibek@example.org", "wrong wrong wrong")
    assert len(looked) == 2
    assert looked[0] == ""


def test_sixth_wrong_password_waits_in_words(town: Town, browser: Open) -> None:
    visitor = browser()
    for _ in range(5):
        assert visitor.password("aibek@example.org", "wrong wrong wrong").status_code == 422
    answer = visitor.password("aibek@example.org")
    assert answer.status_code == 429
    assert "Wait 30 seconds, then try again." in answer.get_data(as_text=True)
    assert answer.headers["Retry-After"] == "30"


def test_owner_gets_in_on_the_known_phone_from_the_attacked_network(town: Town, browser: Open) -> None:
    owner, stranger = browser(), browser()
    owner.sign_in("aibek@example.org")
    owner.post("/en/account/sign-out", page=HOME)
    for _ in range(6):
        stranger.password("aibek@example.org", "wrong wrong wrong")
    assert stranger.password("aibek@example.org").status_code == 429
    assert owner.password("aibek@example.org").status_code == 302


def test_token_changes_at_each_step_and_the_old_one_is_dead(
    town: Town, browser: Open, site: Platform
) -> None:
    visitor = browser()
    visitor.password("aibek@example.org")
    half = tokens(visitor)
    visitor.code()
    full = tokens(visitor)
    visitor.post(
        "/en/account/password", password=PASSWORD, new="новые слова у реки", again="новые слова у реки"
    )
    rotated = tokens(visitor)
    assert len({half, full, rotated}) == 3
    with site.database.reading() as session:
        assert sign_ins.find(session, half) is None
        assert sign_ins.find(session, full) is None
        assert sign_ins.find(session, rotated) is not None
    assert all(len(token) >= 43 for token in (half, full, rotated))


def test_fixed_session_is_worth_nothing(town: Town, browser: Open) -> None:
    visitor = browser()
    with visitor.client.session_transaction() as cookie:
        cookie["sign_in"] = "planted"
    assert visitor.get(HOME).status_code == 302
    visitor.sign_in("aibek@example.org")
    assert tokens(visitor) != "planted"


def test_database_keeps_only_the_hash_of_the_token(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("aibek@example.org")
    kept = b"".join(path.read_bytes() for path in site.settings.data.rglob("*") if path.is_file())
    assert sign_ins.token_hash(tokens(visitor)).encode() in kept
    assert tokens(visitor).encode() not in kept


@pytest.mark.parametrize(
    ("column", "minutes", "alive"),
    [("seen_at", 29, True), ("seen_at", 31, False), ("created_at", 719, True), ("created_at", 721, False)],
)
def test_idle_and_absolute_end(
    town: Town, browser: Open, site: Platform, column: str, minutes: int, *, alive: bool
) -> None:
    visitor = browser().sign_in("aibek@example.org")
    shift(site, **{column: now() - timedelta(minutes=minutes)})
    assert (visitor.get(HOME).status_code == 200) is alive


def test_use_is_noted_once_a_minute(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("aibek@example.org")
    for minutes, noted in ((0.5, False), (5, True)):
        before = now() - timedelta(minutes=minutes)
        shift(site, seen_at=before)
        visitor.get(HOME)
        with site.database.reading() as session:
            assert (session.scalars(select(SignIn.seen_at)).one() > before) is noted


def test_sign_out_ends_the_row_and_a_stolen_copy(town: Town, browser: Open, site: Platform) -> None:
    visitor, thief = browser().sign_in("aibek@example.org"), browser("198.51.100.1")
    with visitor.client.session_transaction() as cookie:
        stolen = dict(cookie)
    visitor.post("/en/account/sign-out", page=HOME)
    with thief.client.session_transaction() as cookie:
        cookie.update(stolen)
    assert thief.get(HOME).status_code == 302
    assert count(site) == 0


def test_sign_out_needs_the_form_token(town: Town, browser: Open) -> None:
    visitor = browser().sign_in("aibek@example.org")
    assert visitor.client.post("/en/account/sign-out").status_code == 400
    assert visitor.client.get("/en/account/sign-out").status_code == 405
    assert visitor.get(HOME).status_code == 200


def test_quick_exit_ends_and_leads_away(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("aibek@example.org")
    answer = visitor.get("/en/account/quick-exit")
    assert answer.location == site.settings.quick_exit_url
    assert count(site) == 0
    assert visitor.get(HOME).status_code == 302


def test_one_other_or_all_others_end(town: Town, browser: Open, site: Platform) -> None:
    ids = []
    for ahead in (-1, 0, 1):
        visitor = browser()
        visitor.password("aibek@example.org")
        assert visitor.code(ahead).status_code == 302
        ids.append(visitor)
    first, _, third = ids
    with site.database.reading() as session:
        rows = select(SignIn.id).where(SignIn.token_hash == sign_ins.token_hash(tokens(first)))
        target = session.scalars(rows).one()
    third.post(f"/en/account/sign-ins/{target}/end", page=HOME)
    assert [each.get(HOME).status_code for each in ids] == [302, 200, 200]
    third.post("/en/account/sign-ins/end-others", page=HOME)
    assert [each.get(HOME).status_code for each in ids] == [302, 302, 200]


def test_nobody_ends_the_sign_in_of_another(town: Town, browser: Open, site: Platform) -> None:
    victim, other = browser().sign_in("aibek@example.org"), browser().sign_in("sonya@example.org")
    with site.database.reading() as session:
        target = session.scalars(select(SignIn.id).where(SignIn.person_id == town.ids["aibek"])).one()
    other.post(f"/en/account/sign-ins/{target}/end", page=HOME)
    assert victim.get(HOME).status_code == 200


def test_wrong_codes_wait_and_warn_the_owner(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser()
    visitor.password("aibek@example.org")
    wrong = [visitor.post("/en/account/second-factor", code="000000").status_code for _ in range(6)]
    assert wrong == [422] * 5 + [429]
    assert visitor.code().status_code == 429
    with site.database.reading() as session:
        notices = session.scalars(select(Notification.person_id)).all()
    assert notices == [town.ids["aibek"]]


def test_code_that_was_seen_over_the_shoulder_is_worth_nothing(town: Town, browser: Open) -> None:
    browser().sign_in("aibek@example.org")
    watcher = browser("198.51.100.1")
    watcher.password("aibek@example.org")
    assert watcher.code().status_code == 422
    assert watcher.get(HOME).status_code == 302


def test_recovery_code_leads_in_once(town: Town, browser: Open, site: Platform) -> None:
    with site.database.transaction() as session:
        codes = credentials.new_recovery_codes(session, site.settings, town.ids["aibek"])
    for visitor, status in ((browser(), 302), (browser(), 422)):
        visitor.password("aibek@example.org")
        assert visitor.post("/en/account/recovery", code=codes[0]).status_code == status


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/\n/evil",
        "/\t/e",
        "en",
    ],
)
def test_after_sign_in_nobody_is_led_elsewhere(target: str) -> None:
    assert local_path(target) == ""


def test_paths_of_this_site_are_kept() -> None:
    assert local_path("/ru/monitoring/reports?state=new&page=2") == "/ru/monitoring/reports?state=new&page=2"
