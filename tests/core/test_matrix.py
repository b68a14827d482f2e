"""Every route, every role, own records and those of others: nobody gets further than the table says."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from callers import Caller, caller
from doors import DOORS, UNAUDITED, crowd, table_of
from doors.door import EVERYBODY, NEWCOMER, Key, TokenDoor
from doors.site import Site, settle
from judging import judged
from network import ORGANISATIONS, PEOPLE
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.accounts.models import SignIn
from core.audit import AuditEntry
from core.web.headers import CAMERA, FIXED

GOOD = frozenset({200, 302, 409, 422})
SEEN: list[tuple[Key, str, str]] = []
"""The cells that were asked, to be counted at the end."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = settle(tmp_path_factory.mktemp("matrix") / "instance")
    yield made
    made.net.site.database.close()


def outcome(answer: TestResponse) -> str:
    """What an answer means to whoever asked."""
    leads_to = urlsplit(answer.location or "").path.removeprefix("/ru/account/")
    if answer.status_code == 302 and leads_to in ("sign-in", "conduct", "confirm"):
        return leads_to.replace("-", "_")
    known = {403: "refused", 404: "absent"}
    return known.get(answer.status_code) or ("ok" if answer.status_code in GOOD else str(answer.status_code))


CAMERA_PAGES = re.compile(r"/\w\w/job_fairs/([0-9a-f-]{36}/day|door-forms)")
"""The page of a door may ask for the camera, and the copy of it that a phone keeps."""


def demanded(answer: TestResponse) -> dict[str, str]:
    """The fixed headers of an answer; the camera is for those pages alone, and only when they are shown."""
    shown = answer.status_code in (200, 422) and CAMERA_PAGES.fullmatch(answer.request.path)
    return FIXED | ({"Permissions-Policy": CAMERA} if shown else {})


def protected(answer: TestResponse) -> bool:
    """Whether an answer carries every header that answers must carry."""
    csp = answer.headers.get("Content-Security-Policy", "")
    return (
        csp.startswith("default-src 'none'")
        and "unsafe" not in csp
        and all(answer.headers.get(name) == value for name, value in demanded(answer).items())
        and ("/static/" in answer.request.path or answer.headers.get("Cache-Control") == "no-store")
    )


def test_every_route_stands_in_the_table(site: Site) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in site.net.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {key[:2] for key in DOORS}


def test_every_role_of_every_plugin_has_somebody_in_the_table(site: Site) -> None:
    held = {role for who, (_, roles) in PEOPLE.items() if who in EVERYBODY for role in roles}
    assert held == set(site.net.site.register.roles)
    assert {place for who, (place, _) in PEOPLE.items() if who in EVERYBODY} == set(ORGANISATIONS)


@pytest.mark.parametrize("key", DOORS, ids=lambda key: "-".join(filter(None, key)))
def test_each_role_gets_as_far_as_the_table_says(site: Site, key: Key) -> None:
    door, wrong = DOORS[key], []
    for world in door.worlds:
        for who in crowd(key, door, world):
            answer = site.ask(key, who, world)
            SEEN.append((key, world, who))
            found, expected = outcome(answer), door.expected(who, world)
            if found != expected or not protected(answer):
                wrong.append(f"{who} at {world}: {found} ({answer.status_code}), expected {expected}")
            answer.close()
            if key[1] == "POST" and answer.status_code in (200, 302):
                site.put_back()
    site.put_back()
    assert wrong == []


def test_an_unknown_id_looks_as_a_record_of_others_does(site: Site) -> None:
    differences = []
    for key, door in DOORS.items():
        endpoint, method, _ = key
        given = site.records["kg"].get(endpoint, {})
        ids = {name: uuid4() for name, value in given.items() if isinstance(value, UUID)}
        strangers = (door.holders - (door.kg or frozenset()) - {NEWCOMER}) if door.kg is not None else set()
        if not ids or not strangers:
            continue
        who = min(strangers)
        theirs = site.ask(key, who, "kg")
        site.records["kg"][endpoint] = given | ids
        nobodys = site.ask(key, who, "kg")
        site.records["kg"][endpoint] = given
        if (theirs.status_code, _bare(theirs)) != (nobodys.status_code, _bare(nobodys)):
            differences.append(f"{method} {endpoint} as {who}: {theirs.status_code}, {nobodys.status_code}")
    site.put_back()
    assert differences == []


def _bare(answer: TestResponse) -> str:
    """A page without what differs from one request to the next."""
    body = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", answer.get_data(as_text=True))
    return re.sub(r'name="csrf_token"[^>]*>|class="reference">[^<]*<', "", body)


def test_a_form_without_its_token_changes_nothing(site: Site) -> None:
    doors = [key for key, door in DOORS.items() if key[1] == "POST" and not isinstance(door, TokenDoor)]
    with site.net.site.database.reading() as session:
        before = session.scalars(select(AuditEntry.sequence)).all()
    for key in doors:
        answer = site.ask(key, "admin", "ru", csrf_token="")
        assert answer.status_code == 400, key
        assert protected(answer), key
    with site.net.site.database.reading() as session:
        assert session.scalars(select(AuditEntry.sequence)).all() == before


@pytest.mark.parametrize("endpoint", sorted({key[0] for key in DOORS if key[1] == "POST"} - set(UNAUDITED)))
def test_what_succeeds_leaves_an_audit_entry(site: Site, endpoint: str) -> None:
    table = table_of(endpoint)
    who, values, variant = table.successes(site.net)[endpoint]
    if hasattr(table, "stage"):
        table.stage(site.net, endpoint, site.records["ru"])
    with site.net.site.database.reading() as session:
        before = session.scalars(select(AuditEntry.sequence)).all()
    answer = site.ask((endpoint, "POST", variant), who, "ru", **values)
    assert answer.status_code in (200, 302), (answer.status_code, answer.get_data(as_text=True))
    with site.net.site.database.reading() as session:
        rows = select(AuditEntry.action, AuditEntry.person_id).where(AuditEntry.sequence > len(before))
        made = [tuple(row) for row in session.execute(rows)]
    site.put_back()
    assert made
    assert {person for _, person in made} == {site.net.people.get(who)}
    assert not [action for action, _ in made if action.startswith("denied")]


def test_nobody_ends_the_sign_in_of_another(site: Site) -> None:
    with site.net.site.database.reading() as session:
        theirs = session.scalars(
            select(SignIn.id).where(SignIn.person_id == site.net.people["coordinator"])
        ).one()
    site.records["kg"]["account.end_sign_in"] = {"sign_in_id": theirs}
    site.ask(("account.end_sign_in", "POST", ""), "org_admin", "kg")
    assert site.ask(("pages.dashboard", "GET", ""), "coordinator", "kg").status_code == 200
    site.put_back()


def test_schemathesis_finds_what_the_document_of_rest_promises(site: Site) -> None:
    """Every operation of every plugin, over the records of these worlds. Only the public list is off here."""
    labels, seen = judged(site.net.app, all_scopes(site))
    site.put_back()
    doors = {key[:2] for key, door in DOORS.items() if isinstance(door, TokenDoor)}
    rules = {each.endpoint: each.rule.replace("<uuid:key>", "{key}").replace("<string:key>", "{key}")
             for each in site.net.app.url_map.iter_rules()}  # fmt: skip
    assert labels == {f"{method} {rules[endpoint]}" for endpoint, method in doors}
    good = {label for label, status in seen if status in (200, 201)}
    assert labels - good == {"GET /api/v1/monitoring/public_list/{key}"}, seen


def all_scopes(site: Site) -> Caller:
    """A program of the Russian NGO that may everything."""
    roles = "monitoring.reporter", "media_watch.editor"
    found = caller(site.net, "org_admin", roles=roles)
    assert found.draft().status_code == 201
    return found


def test_every_cell_of_each_door_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the doors that this process tried (the tests may be shared out), no cell was left out."""
    tried = {key for key, _, _ in SEEN}
    cells = sum(len(crowd(key, DOORS[key], world)) for key in tried for world in DOORS[key].worlds)
    with capsys.disabled():
        print(f"\nmatrix: {cells} cells, {len(tried)} of {len(DOORS)} doors, {len(EVERYBODY)} roles")
    assert len(set(SEEN)) == cells
