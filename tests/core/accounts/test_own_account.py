import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
from sqlalchemy import func, select, update
from town import PASSWORD, SECRET, Browser, Town  # type: ignore[import-not-found]

from core.accounts import credentials
from core.accounts.models import Notification, Person, RecoveryCode, SignIn
from core.database import now
from core.platform import Platform

Open = Callable[..., Browser]
HOME = "/en/account/"


def shift(site: Platform, **values: object) -> None:
    with site.database.transaction() as session:
        session.execute(update(SignIn).values(**values))


def test_person_without_a_factor_is_led_to_set_it_up(town: Town, browser: Open, site: Platform) -> None:
    town.person("new@example.org", (town.ids["north"], "core.member"), factor=False)
    visitor = browser()
    assert "/account/second-factor/set-up" in visitor.password("new@example.org").location
    page = visitor.get("/en/account/second-factor/set-up").get_data(as_text=True)
    assert "data:image/svg+xml" in page
    secret = re.search(r'class="copy-value">([A-Z2-7 ]+)<', page)
    assert secret is not None
    plain = secret[1].replace(" ", "")
    assert visitor.post("/en/account/second-factor/set-up", code="000000").status_code == 422
    code = pyotp.TOTP(plain).now()
    answer = visitor.post("/en/account/second-factor/set-up", code=code)
    shown = re.findall(r"<code>([A-Z2-7-]{19})</code>", answer.get_data(as_text=True))
    assert len(shown) == 10
    assert visitor.get(HOME).status_code == 200
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 10
        kept = session.scalars(select(Person.totp_secret).where(Person.email == "new@example.org")).one()
        assert plain not in kept
    again = browser("198.51.100.1")
    again.password("new@example.org")
    assert again.post("/en/account/second-factor", code=code).status_code == 422


def test_factor_is_replaced_only_freshly_and_with_the_password(
    town: Town, browser: Open, site: Platform
) -> None:
    visitor = browser().sign_in("aibek@example.org")
    setup = "/en/account/second-factor/set-up"
    page = visitor.get(setup).get_data(as_text=True)
    plain = re.search(r'class="copy-value">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    code = pyotp.TOTP(plain).now()
    assert visitor.post(setup, code=code, password="wrong wrong wrong").status_code == 422
    shift(site, created_at=now() - timedelta(minutes=11))
    assert visitor.get(setup).location.endswith("/account/")
    shift(site, created_at=now())
    assert visitor.post(setup, code=code, password=PASSWORD).status_code == 200
    with site.database.reading() as session:
        person = session.get_one(Person, town.ids["aibek"])
        assert credentials.totp(site.settings, person).secret == plain != SECRET


def test_changed_password_ends_the_other_sign_ins(town: Town, browser: Open) -> None:
    here, there = browser().sign_in("aibek@example.org"), browser()
    there.password("aibek@example.org")
    assert there.code(1).status_code == 302
    new = "новые слова у реки"
    change, own = "/en/account/password", "aibek@example.org"
    assert here.post(change, password="wrong wrong wrong", new=new, again=new).status_code == 422
    assert here.post(change, password=PASSWORD, new=own, again=own).status_code == 422
    assert here.post(change, password=PASSWORD, new=new, again=new + "x").status_code == 422
    assert there.get(HOME).status_code == 200
    assert here.post(change, password=PASSWORD, new=new, again=new).status_code == 302
    assert (here.get(HOME).status_code, there.get(HOME).status_code) == (200, 302)
    assert browser().password("aibek@example.org").status_code == 422
    assert browser().password("aibek@example.org", new).status_code == 302


def test_conduct_comes_before_the_first_page_with_content(town: Town, browser: Open) -> None:
    town.person("fresh@example.org", (town.ids["north"], "core.administrator"), conduct=False)
    visitor = browser().sign_in("fresh@example.org")
    answer = visitor.get("/en/people/")
    assert "/account/conduct?next=" in answer.location
    assert visitor.post(answer.location).status_code == 422
    assert visitor.post(answer.location, accepted="y").location == "/en/people/"
    assert visitor.get("/en/people/").status_code == 200


def test_closed_account_is_out_at_the_next_page(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("aibek@example.org")
    with site.database.transaction() as session:
        session.get_one(Person, town.ids["aibek"]).disabled = True
    assert visitor.get(HOME).status_code == 302


def test_saved_language_and_notifications(town: Town, browser: Open, site: Platform) -> None:
    visitor = browser().sign_in("aibek@example.org")
    visitor.post("/en/account/language", page=HOME, language="ky")
    assert visitor.post("/en/account/language", page=HOME, language="xx").status_code == 302
    with site.database.transaction() as session:
        assert session.get_one(Person, town.ids["aibek"]).locale == "ky"
        notice = Notification(person_id=town.ids["aibek"], domain="gone", message="Report %(n)s")
        notice.values, notice.endpoint = {"n": "<7>"}, "gone.page"
        session.add(notice)
    page = visitor.get("/en/account/notifications").get_data(as_text=True)
    assert "Report &lt;7&gt;" in page
    visitor.post("/en/account/notifications/read", page="/en/account/notifications")
    assert "Mark all as read" not in visitor.get("/en/account/notifications").get_data(as_text=True)


def test_new_recovery_codes_need_the_password(town: Town, browser: Open, site: Platform) -> None:
    visitor, path = browser().sign_in("aibek@example.org"), "/en/account/recovery-codes"
    assert visitor.post(path, password="wrong wrong wrong").status_code == 422
    page = visitor.post(path, password=PASSWORD).get_data(as_text=True)
    codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", page)
    with site.database.transaction() as session:
        assert credentials.recovery_codes_left(session, town.ids["aibek"]) == len(codes) == 10
        assert credentials.spend_recovery_code(session, site.settings, town.ids["aibek"], codes[9])
