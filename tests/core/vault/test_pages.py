"""The pages of the vault, walked as people walk them: with their own password, in their own browsers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core import vault
from core.accounts.roles import KEY_HOLDER, MEMBER
from core.audit import AuditEntry
from core.platform import EXTENSION, Platform
from core.testing import PASSWORD, Browser, Town, hidden

GROUP = re.compile(r"<li><code>([0-9A-Z]{2,4})</code></li>")


@dataclass
class Walk:
    """An organisation without a key, another one, and the people who try."""

    app: Flask
    ours: UUID
    people: dict[str, UUID]
    browsers: dict[str, Browser] = field(default_factory=dict)

    @property
    def site(self) -> Platform:
        found: Platform = self.app.extensions[EXTENSION]
        return found

    def of(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = Town(self.site).browser(self.app, f"{who}@example.org")
        return self.browsers[who]

    def path(self, name: str = "", who: str = "") -> str:
        person = f"/{self.people[who]}" if who else ""
        return f"/ru/vault/{self.ours}/{name}{person}"

    def page(self, who: str, name: str = "") -> str:
        answer = self.of(who).get(self.path(name))
        assert answer.status_code == 200, (who, name, answer.status_code)
        return answer.get_data(as_text=True)

    def post(self, who: str, name: str, about: str = "", **values: str) -> TestResponse:
        return self.of(who).post(self.path(name, about), **values)

    def confirm(self, who: str) -> None:
        """Open the keys of this sign-in on the page that asks for the password."""
        assert self.of(who).post("/ru/account/confirm", **{"confirm-password": PASSWORD}).status_code == 302

    def begun(self, who: str = "ada") -> list[str]:
        """Make the key; gives the groups of the sheet."""
        answer = self.post(who, "begin", password=PASSWORD)
        assert answer.status_code == 200
        groups = GROUP.findall(answer.get_data(as_text=True))
        assert len(groups) == vault.sheets.GROUPS
        return groups

    def confirmed(self, who: str, groups: list[str]) -> TestResponse:
        numbers = self.state().sheet_groups
        typed = dict(zip(("first", "second"), (groups[n - 1].lower() for n in numbers), strict=True))
        return self.post(who, "confirm-sheet", **typed)

    def ready(self) -> list[str]:
        """Take all four steps; gives the groups of the sheet."""
        groups = self.begun()
        self.confirmed("ada", groups)
        self.post("bek", "join", password=PASSWORD)
        assert self.post("ada", "let-in", "bek").status_code == 302
        self.confirm("bek")
        assert self.state().ready
        return groups

    def state(self) -> vault.Readiness:
        with self.site.database.reading() as session:
            return vault.readiness(session, self.ours)

    def actions(self) -> list[str]:
        with self.site.database.reading() as session:
            return [each.action for each in session.query(AuditEntry).order_by(AuditEntry.sequence)]


@pytest.fixture
def walk(app: Flask) -> Iterator[Walk]:
    town = Town(app.extensions[EXTENSION])
    ours, theirs = town.organisation("Наши"), town.organisation("Чужие")
    places = {"ada": ours, "bek": ours, "cyr": ours, "mem": ours, "dan": theirs}
    people = {
        name: town.person(f"{name}@example.org", place, MEMBER if name == "mem" else KEY_HOLDER)
        for name, place in places.items()
    }
    yield Walk(app, ours, people)
    for person in people.values():
        vault.keyring.forget_person(person)


def test_four_steps_make_an_organisation_ready(walk: Walk) -> None:
    page = walk.page("ada")
    assert "Ещё не готово" in page
    assert "пропадут навсегда" in page
    groups = walk.begun()
    assert walk.state().missing == ("sheet_unconfirmed", "second_holder")
    assert walk.confirmed("ada", groups).status_code == 302
    assert walk.state().missing == ("second_holder",)
    assert walk.post("bek", "join", password=PASSWORD).status_code == 302
    asking, letting = walk.page("bek"), walk.page("ada", f"let-in/{walk.people['bek']}")
    code = re.search(r'class="reference">([0-9a-f ]+)<', asking)
    assert code is not None
    assert f'class="reference">{code[1]}<' in letting
    assert "Ждут доступа к ключу" in walk.of("ada").get("/ru/work").get_data(as_text=True)
    assert walk.post("ada", "let-in", "bek").status_code == 302
    assert walk.state().missing == ("second_holder",)
    assert "Проверить мой ключ" in walk.page("bek")
    walk.confirm("bek")
    assert "Проверить мой ключ" not in walk.page("bek")
    assert walk.state().ready
    assert "Всё готово" in walk.page("mem")
    kept = ["core.vault.begin", "core.vault.sheet_confirm", "core.vault.join", "core.vault.grant"]
    assert [each for each in walk.actions() if each in kept] == kept


def test_a_key_that_came_in_the_place_of_the_compared_one_is_not_let_in(walk: Walk) -> None:
    walk.begun()
    walk.post("bek", "join", password=PASSWORD)
    shown = walk.page("ada", f"let-in/{walk.people['bek']}")
    database, settings = walk.site.database, walk.site.settings
    with database.transaction() as session:
        vault.holders.forget(session, walk.people["bek"])
    vault.holders.join(database, settings, Town(walk.site).actor(walk.people["bek"]), PASSWORD)
    sent = walk.of("ada").client.post(walk.path("let-in", "bek"), data=hidden(shown))
    assert sent.status_code == 302
    assert [each.person_id for each in walk.state().holders] == [walk.people["ada"]]
    assert walk.post("ada", "let-in", "bek").status_code == 302
    assert len(walk.state().holders) == 2


def test_the_sheet_is_shown_once_and_stands_on_no_other_page(walk: Walk) -> None:
    groups = walk.begun()
    again = walk.post("ada", "begin", password=PASSWORD)
    assert again.status_code == 302
    pages = [walk.page("ada", name) for name in ("", "begin", "confirm-sheet", "new-sheet", "restore")]
    assert not [group for group in groups[:-1] for page in pages if f">{group}<" in page]


def test_a_wrong_password_makes_no_key(walk: Walk) -> None:
    for name in ("begin", "join"):
        answer = walk.post("ada", name, password="совсем не тот пароль")
        assert answer.status_code == 422
        assert "Введите пароль, с которым вы вошли" in answer.get_data(as_text=True)
    assert not walk.state().exists


def test_wrong_groups_do_not_confirm_the_sheet(walk: Walk) -> None:
    groups = walk.begun()
    answer = walk.confirmed("ada", groups[1:] + groups[:1])
    assert answer.status_code == 422
    assert "не совпадают с листом" in answer.get_data(as_text=True)
    assert not walk.state().sheet_confirmed


def test_a_new_sheet_must_be_confirmed_anew(walk: Walk) -> None:
    old = walk.ready()
    walk.confirm("ada")
    answer = walk.post("ada", "new-sheet")
    new = GROUP.findall(answer.get_data(as_text=True))
    assert new != old
    assert walk.state().missing == ("sheet_unconfirmed",)
    assert walk.confirmed("ada", old).status_code == 422
    assert walk.confirmed("ada", new).status_code == 302
    assert walk.state().ready


def test_a_key_that_is_withdrawn_is_gone_and_the_new_sheet_is_shown(walk: Walk) -> None:
    walk.ready()
    walk.confirm("ada")
    assert walk.post("ada", "withdraw", "bek", reason="").status_code == 422
    answer = walk.post("ada", "withdraw", "bek", reason="Уволился")
    assert len(GROUP.findall(answer.get_data(as_text=True))) == vault.sheets.GROUPS
    assert [each.person_id for each in walk.state().holders] == [walk.people["ada"]]
    assert walk.of("ada").get(walk.path("withdraw", "bek")).status_code == 404
    assert "core.vault.withdraw" in walk.actions()


def test_the_sheet_lets_a_member_back_in(walk: Walk) -> None:
    groups = walk.ready()
    wrong = walk.post("cyr", "restore", sheet=" ".join(groups[::-1]), password=PASSWORD)
    assert wrong.status_code == 422
    assert "Сверьте группу за группой" in wrong.get_data(as_text=True)
    typed = "\n".join(group.lower() for group in groups)
    assert walk.post("cyr", "restore", sheet=typed, password=PASSWORD).status_code == 302
    assert walk.people["cyr"] in {each.person_id for each in walk.state().holders}
    assert "core.vault.restore" in walk.actions()


def test_any_member_locks_and_two_holders_open_again(walk: Walk) -> None:
    walk.ready()
    walk.of("ada"), walk.of("bek")
    assert "сразу выйдут с сайта" in walk.page("mem", "lock")
    assert walk.post("mem", "lock").status_code == 302
    for who in ("mem", "ada", "bek"):
        assert walk.of(who).get(walk.path()).status_code == 302
    assert walk.state().locked
    walk.browsers.clear()
    assert "заблокирована" in walk.page("ada")
    assert walk.post("ada", "unlock").status_code == 409
    for who, locked in (("ada", True), ("ada", True), ("bek", False)):
        walk.confirm(who)
        assert walk.post(who, "unlock").status_code == 302
        assert walk.state().locked is locked


def test_a_request_that_is_turned_down_waits_no_more(walk: Walk) -> None:
    walk.begun()
    walk.post("bek", "join", password=PASSWORD)
    answer = walk.of("ada").post(walk.path("refuse", "bek"), page=walk.path("let-in", "bek"))
    assert answer.status_code == 302
    assert walk.of("ada").get(walk.path("let-in", "bek")).status_code == 404


NAMES = ("", "lock", "unlock", "begin", "new-sheet", "confirm-sheet", "restore", "join")


@pytest.mark.parametrize("name", NAMES)
def test_of_another_organisation_there_is_nothing(walk: Walk, name: str) -> None:
    walk.ready()
    assert walk.of("dan").get(walk.path(name)).status_code == 404
    assert walk.of("mem").get(walk.path(name)).status_code == (200 if name in ("", "lock") else 403)


@pytest.mark.parametrize("name", ["let-in", "withdraw"])
def test_nor_of_its_people(walk: Walk, name: str) -> None:
    walk.ready()
    assert walk.of("dan").get(walk.path(name, "bek")).status_code == 404
    assert walk.of("ada").get(walk.path(name, "dan")).status_code == 404
