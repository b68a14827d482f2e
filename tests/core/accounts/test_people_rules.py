from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from town import Browser, Town  # type: ignore[import-not-found]

from core.accounts import actors, directory, people, roles
from core.accounts.actors import SYSTEM
from core.accounts.directory import DirectoryError
from core.accounts.models import Membership, Organisation, Person, SignIn
from core.accounts.roles import VAULT_LOCK
from core.contract import Obstacle
from core.permissions import Actor, Denied, Permission, Role, Scope, Subject
from core.platform import Platform
from core.web.guard import SIGNED_IN

Open = Callable[..., Browser]


def actor_of(site: Platform, person_id: UUID) -> Actor:
    with site.database.reading() as session:
        return actors.load(session, site.register, session.get_one(Person, person_id))


def change(site: Platform, actor: Actor, person: UUID, organisation: UUID, *wanted: str) -> None:
    with site.database.transaction() as session:
        people.change_roles(session, actor, site.register, person, organisation, wanted)


def disable(site: Platform, actor: Actor, person: UUID) -> None:
    with site.database.transaction() as session:
        people.disable(session, actor, site.plugins, person)


def roles_of(site: Platform, person: UUID) -> list[str]:
    with site.database.reading() as session:
        return session.scalars(select(Membership.roles).where(Membership.person_id == person)).one()


def test_words_for_the_permission_of_all_agree() -> None:
    assert roles.ACCOUNT_USE == SIGNED_IN


def test_member_holds_nothing_but_the_account(town: Town, site: Platform) -> None:
    actor = actor_of(site, town.ids["aibek"])
    assert {grant.permission for grant in actor.grants} == {SIGNED_IN, VAULT_LOCK}
    assert actor.organisations == (town.ids["north"],)


def test_unknown_role_gives_nothing(town: Town, site: Platform) -> None:
    person = town.person("odd@example.org", (town.ids["north"], "gone.plugin"))
    assert {grant.permission for grant in actor_of(site, person).grants} == {SIGNED_IN, VAULT_LOCK}


def test_closed_organisation_gives_nothing(town: Town, site: Platform) -> None:
    with site.database.transaction() as session:
        directory.close_organisation(session, SYSTEM, town.ids["north"])
    actor = actor_of(site, town.ids["nadia"])
    assert actor.organisations == ()
    assert not actor.may(roles.PEOPLE_VIEW)


def test_nobody_closes_the_own_organisation(town: Town, site: Platform) -> None:
    root = actor_of(site, town.ids["root"])
    with pytest.raises(DirectoryError, match="own_organisation"), site.database.transaction() as session:
        directory.close_organisation(session, root, town.ids["north"])


def test_roles_change_only_within_reach(town: Town, site: Platform) -> None:
    nadia, north, south = actor_of(site, town.ids["nadia"]), town.ids["north"], town.ids["south"]
    change(site, nadia, town.ids["aibek"], north, "core.organisation_admin")
    assert roles_of(site, town.ids["aibek"]) == ["core.organisation_admin"]
    for person, where, wanted in (
        (town.ids["sonya"], south, "core.organisation_admin"),
        (town.ids["aibek"], south, "core.member"),
        (town.ids["aibek"], north, "core.administrator"),
        (town.ids["root"], north, "core.member"),
    ):
        with pytest.raises(Denied):
            change(site, nadia, person, where, wanted)
    assert roles_of(site, town.ids["root"]) == ["core.administrator"]


def test_nobody_changes_the_own_roles(town: Town, site: Platform) -> None:
    with pytest.raises(DirectoryError, match="oneself"):
        change(site, actor_of(site, town.ids["root"]), town.ids["root"], town.ids["north"], "core.member")


def test_role_for_other_kinds_of_organisation_is_not_given(town: Town, site: Platform) -> None:
    site.register.add([], [Role("demo.inspector", "Inspector", {}, kinds=("inspectorate",))])
    office = town.organisation("Инспекция", kind="inspectorate")
    person = town.person("inspector@example.org", (office, ""))
    change(site, SYSTEM, person, office, "demo.inspector")
    with pytest.raises(Denied):
        change(site, SYSTEM, town.ids["aibek"], town.ids["north"], "demo.inspector")


def test_disable_needs_every_organisation_of_the_person(town: Town, site: Platform) -> None:
    nadia = actor_of(site, town.ids["nadia"])
    both = town.person(
        "both@example.org", (town.ids["north"], "core.member"), (town.ids["south"], "core.member")
    )
    for person in (both, town.ids["sonya"], town.ids["root"]):
        with pytest.raises(Denied):
            disable(site, nadia, person)
    with pytest.raises(DirectoryError, match="oneself"):
        disable(site, nadia, town.ids["nadia"])
    disable(site, nadia, town.ids["aibek"])
    disable(site, actor_of(site, town.ids["root"]), both)


def test_disable_ends_sign_ins_tells_plugins_and_heeds_them(
    town: Town, site: Platform, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser().sign_in("aibek@example.org")
    told: list[Any] = []
    objections = [Obstacle("open_work", "Hand over the three cases first")]
    monkeypatch.setattr(type(site.plugins), "obstacles", lambda *_: list(objections))
    monkeypatch.setattr(
        type(site.plugins), "person_disabled", lambda _self, _session, person: told.append(person)
    )
    host = browser().sign_in("nadia@example.org")
    path = f"/en/people/{town.ids['aibek']}/disable"
    answer = host.post(path)
    assert answer.status_code == 409
    assert "Hand over the three cases first" in answer.get_data(as_text=True)
    assert told == []
    objections.clear()
    assert host.post(path).status_code == 302
    assert told == [town.ids["aibek"]]
    with site.database.reading() as session:
        assert session.get_one(Person, town.ids["aibek"]).disabled
        assert session.scalars(select(SignIn).where(SignIn.person_id == town.ids["aibek"])).all() == []


def test_people_with_follows_scope_and_skips_closed_accounts(town: Town, site: Platform) -> None:
    scopes = {
        "own": Scope.OWN_ORGANISATION,
        "country": Scope.OWN_COUNTRY,
        "mine": Scope.ASSIGNED,
        "all": Scope.ALL,
    }
    held = [Role(f"demo.{name}", name, {"demo.read": scope}) for name, scope in scopes.items()]
    site.register.add([Permission("demo.read", "Read")], held)
    abroad = town.organisation("Запад", country="RU")
    where = {"own": town.ids["north"], "country": town.ids["south"], "mine": abroad, "all": abroad}
    found = {name: town.person(f"{name}@example.org", (where[name], f"demo.{name}")) for name in scopes}
    gone = town.person("gone@example.org", (abroad, "demo.all"))
    disable(site, SYSTEM, gone)

    def names(subject: Subject) -> list[str]:
        with site.database.reading() as session:
            reached = directory.people_with(session, site.register, "demo.read", subject)
            return sorted(person.name.lower() for person in reached)

    assert names(Subject(town.ids["north"], "KG")) == ["all", "country", "own"]
    assert names(Subject(abroad, "RU", frozenset({found["mine"]}))) == ["all", "mine"]
    assert names(Subject(uuid4(), "UZ")) == ["all"]


def test_each_page_is_shut_to_those_without_the_right(town: Town, browser: Open) -> None:
    member, host, root = (browser().sign_in(f"{who}@example.org") for who in ("aibek", "nadia", "root"))
    sonya, aibek, north, south = (town.ids[key] for key in ("sonya", "aibek", "north", "south"))
    expected = {
        "/en/people/": (403, 200, 200),
        "/en/people/invite": (403, 200, 200),
        f"/en/people/{aibek}": (403, 200, 200),
        f"/en/people/{sonya}": (403, 404, 200),
        f"/en/people/{uuid4()}": (403, 404, 404),
        f"/en/people/{aibek}/roles/{north}": (403, 200, 200),
        f"/en/people/{aibek}/roles/{south}": (403, 404, 404),
        f"/en/people/{sonya}/roles/{south}": (403, 404, 200),
        f"/en/people/{sonya}/disable": (403, 404, 200),
        "/en/organisations/": (403, 200, 200),
        f"/en/organisations/{north}": (403, 200, 200),
        f"/en/organisations/{south}": (403, 404, 200),
        "/en/organisations/add": (403, 403, 200),
        f"/en/organisations/{north}/rename": (403, 403, 200),
        f"/en/organisations/{north}/close": (403, 403, 200),
    }
    found = {path: tuple(who.get(path).status_code for who in (member, host, root)) for path in expected}
    assert found == expected


def test_list_shows_only_people_and_memberships_within_reach(town: Town, browser: Open) -> None:
    town.person("both@example.org", (town.ids["north"], "core.member"), (town.ids["south"], "core.member"))
    page = browser().sign_in("nadia@example.org").get("/en/people/").get_data(as_text=True)
    assert "Both" in page
    assert "Sonya" not in page
    assert "Юг" not in page


def test_roles_page_keeps_roles_that_the_actor_may_not_touch(
    town: Town, browser: Open, site: Platform
) -> None:
    host = browser().sign_in("nadia@example.org")
    person = town.person("chief@example.org", (town.ids["north"], "core.administrator"))
    path = f"/en/people/{person}/roles/{town.ids['north']}"
    assert host.post(path, roles=["core.member"]).status_code == 302
    assert roles_of(site, person) == ["core.administrator", "core.member"]
    assert host.post(path, roles=["core.administrator"]).status_code == 422


def test_leaving_an_organisation_keeps_the_account(town: Town, browser: Open, site: Platform) -> None:
    host = browser().sign_in("nadia@example.org")
    path = f"/en/people/{town.ids['aibek']}"
    assert host.post(f"{path}/leave/{town.ids['north']}", page=path).status_code == 302
    with site.database.reading() as session:
        assert (
            session.scalars(select(Membership).where(Membership.person_id == town.ids["aibek"])).all() == []
        )
        assert not session.get_one(Person, town.ids["aibek"]).disabled


def test_organisation_is_added_renamed_closed_and_opened(town: Town, browser: Open, site: Platform) -> None:
    root = browser().sign_in("root@example.org")
    add = "/en/organisations/add"
    given = {"kind": "association", "country": "KG", "region": "KG-O", "since": "1.2.2020"}
    assert root.post(add, **given, name_ru=" ").status_code == 422
    assert root.post(add, **given | {"country": "RU"}, name_ru="Мост").status_code == 422
    assert root.post(add, **given | {"kind": "spaceship"}, name_ru="Мост").status_code == 422
    page = root.post(add, **given, name_ru="Мост", name_ky="Көпүрө").location
    assert "Мост" in root.get(page).get_data(as_text=True)
    assert root.post(f"{page}/rename", name_ru="Новый мост", since="1.1.2025").status_code == 302
    with site.database.reading() as session:
        found = session.scalars(select(Organisation).where(Organisation.kind == "association")).one()
        spring = found.names[0].since.replace(year=2024)
        assert directory.organisation_names(session, [found.id], "ky", spring) == {found.id: "Көпүрө"}
        assert directory.organisation_names(session, [found.id], "ky") == {found.id: "Новый мост"}
    assert root.post(f"{page}/close").status_code == 302
    assert "This organisation is closed" in root.get(page).get_data(as_text=True)
    assert root.post(f"{page}/reopen", page=page).status_code == 302
    assert "This organisation is closed" not in root.get(page).get_data(as_text=True)


def test_command_line_is_not_a_person(town: Town) -> None:
    assert not SYSTEM.signed_in
    assert SYSTEM.may(roles.PEOPLE_INVITE, Subject(town.ids["south"], "KG"))
