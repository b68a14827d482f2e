"""Every route, every role, own records and those of others: nobody gets further than the table says."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from answers import ANSWERS, fields
from matrix import DOORS, EVERYBODY, NEWCOMER, UNAUDITED, Key
from matrix_site import Site, settle
from network import ORGANISATIONS, PEOPLE
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core import approvals
from core.accounts.models import SignIn
from core.audit import AuditEntry
from core.web.headers import FIXED
from plugins.monitoring.dossier.letter import canonical
from plugins.monitoring.models import Dossier, Employer, Report
from plugins.monitoring.services import dossiers

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


def protected(answer: TestResponse) -> bool:
    """Whether an answer carries every header that answers must carry."""
    csp = answer.headers.get("Content-Security-Policy", "")
    return (
        csp.startswith("default-src 'none'")
        and "unsafe" not in csp
        and all(answer.headers.get(name) == value for name, value in FIXED.items())
        and (answer.request.path.startswith("/static/") or answer.headers.get("Cache-Control") == "no-store")
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
        for who in sorted(EVERYBODY):
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
    doors = [key for key in DOORS if key[1] == "POST"]
    with site.net.site.database.reading() as session:
        before = session.scalars(select(AuditEntry.sequence)).all()
    for key in doors:
        answer = site.ask(key, "admin", "ru", csrf_token="")
        assert answer.status_code == 400, key
        assert protected(answer), key
    with site.net.site.database.reading() as session:
        assert session.scalars(select(AuditEntry.sequence)).all() == before


def _successes(site: Site) -> dict[str, tuple[str, dict[str, Any], str]]:
    """For each changing route: who succeeds, with which form, in which variant."""
    people = site.net.people
    named = {"first": str(people["first"]), "second": str(people["second"])}
    today, home = "1.3.2026", str(site.net.organisations["most"])
    revisions = {"report": "2", "draft": "1", "dossier": "1"}
    report, draft, letter = ({"revision": each} for each in revisions.values())
    return {
        "account.conduct": (NEWCOMER, {"accepted": "y"}, ""),
        "account.language": ("member", {"language": "ky"}, ""),
        "account.end_sign_in": ("member", {}, ""),
        "account.end_other_sign_ins": ("member", {}, ""),
        "admin.change_settings": ("admin", {"monitoring.triage_days": "5"}, ""),
        "admin.retry": ("admin", {}, ""),
        "admin.drop": ("admin", {}, ""),
        "people.invite": ("org_admin", {"name": "Новый", "email": "n@example.org"}, ""),
        "people.revoke": ("org_admin", {}, ""),
        "people.roles": ("org_admin", {"roles": ["monitoring.reporter"]}, ""),
        "people.leave": ("org_admin", {}, ""),
        "people.disable": ("org_admin", {}, ""),
        "people.help_back": ("org_admin", {"reason": "Телефон утерян."}, ""),
        "people.approve_reset": ("org_admin", {}, ""),
        "people.cancel_reset": ("org_admin", {}, ""),
        "account.not_me": ("member", {}, ""),
        "organisations.add": (
            "admin",
            {
                "name_ru": "Ещё одна",
                "since": "2026-01-01",
                "kind": "member_ngo",
                "country": "KG",
                "region": "",
            },
            "",
        ),
        "organisations.rename": ("admin", {"name_ru": "Иначе", "since": "2026-01-01"}, ""),
        "organisations.close": ("admin", {}, ""),
        "organisations.reopen": ("admin", {}, ""),
        "vault.lock": ("member", {}, ""),
        "vault.refuse": ("org_admin", {}, ""),
        "monitoring.contact": ("monitor", {"name": "Айгүл"}, ""),
        "monitoring.erase_contact": ("custodian", {}, ""),
        "uploads.begin": ("monitor", {"organisation": home, "size": "9", "sha256": "0" * 64}, ""),
        "uploads.finish": ("monitor", {}, ""),
        "monitoring.start": ("monitor", {"draft_id": str(uuid4())}, ""),
        "monitoring.confirm_batch": ("monitor", {}, ""),
        "monitoring.step": ("monitor", fields(ANSWERS["employer"]) | draft, ""),
        "monitoring.item": ("monitor", fields(ANSWERS["allegations"][0]) | draft, ""),
        "monitoring.remove": ("monitor", draft, ""),
        "monitoring.check": ("monitor", draft, ""),
        "monitoring.move": ("coordinator", report | {"revision": "3", "reason": "Что?"}, "ask"),
        "monitoring.verifiers": ("coordinator", named | report | {"revision": "3"}, ""),
        "monitoring.report_employer": (
            "coordinator",
            {"legal_name": "ООО «Новое»", "country": "RU", "revision": "3"},
            "",
        ),
        "monitoring.link_employer": ("coordinator", {"revision": "3"}, ""),
        "monitoring.new_employer": ("coordinator", {"legal_name": "ООО «Новое»", "country": "RU"}, ""),
        "monitoring.change_employer": (
            "coordinator",
            {"legal_name": "ООО «Иное»", "country": "RU", "reason": "Выписка.", "revision": "3"},
            "",
        ),
        "monitoring.employer_part": (
            "coordinator",
            {"label": "Склад", "reason": "Видели.", "revision": "3"},
            "",
        ),
        "monitoring.remove_part": ("coordinator", {"reason": "Ошибка.", "revision": "3"}, ""),
        "monitoring.merge_employers": (
            "coordinator",
            {"reason": "Одно и то же.", "revision": "1", "other_revision": "3"},
            "",
        ),
        "monitoring.tell_apart": ("coordinator", {"reason": "Другой город."}, ""),
        "monitoring.take_back_apart": ("coordinator", {}, ""),
        "monitoring.unmerge": ("coordinator", {"reason": "Ошиблись."}, ""),
        "monitoring.judge": ("first", {"revision": "4", "verdict-0": "unverified", "reason-0": "Нет."}, ""),
        "monitoring.confirm": ("second", {"revision": "5"}, ""),
        "monitoring.write_dossier": ("coordinator", {"addressee": "police", "status_risk": "agreed"}, ""),
        "monitoring.approve_dossier": ("lawyer", letter, ""),
        "monitoring.propose_dossier": ("coordinator", letter, ""),
        "monitoring.sent_dossier": ("coordinator", {"day": today, "channel": "epgu", "revision": "2"}, ""),
        "monitoring.registered_dossier": ("coordinator", {"day": today, "number": "1", "revision": "3"}, ""),
        "monitoring.answered_dossier": ("coordinator", {"reason": "Да.", "revision": "4"}, ""),
        "monitoring.renew_dossier": ("coordinator", {"revision": "1"}, ""),
        "monitoring.forwarded_dossier": (
            "coordinator",
            {"day": today, "to": "fns_sfr", "revision": "4"},
            "",
        ),
        "monitoring.extended_dossier": ("coordinator", {"until": "20.4.2026", "revision": "4"}, ""),
        "monitoring.outcome_dossier": (
            "coordinator",
            {"day": today, "outcome": "fine", "currency": "", "revision": "5"},
            "",
        ),
        "monitoring.move_dossier": ("coordinator", {"reason": "Просят.", "revision": "4"}, "withdraw"),
        "monitoring.share_dossier": ("coordinator", {"recipient": "ГИТ", "days": "7"}, ""),
        "monitoring.close_link": ("coordinator", {}, ""),
        "monitoring.decide_answer": ("coordinator", {"decision": "aside"}, ""),
    }


STAGES = {
    "monitoring.judge": {"report": ("verification", 4)},
    "monitoring.confirm": {"report": ("confirmation", 5)},
    "monitoring.write_dossier": {"report": ("verified", 6)},
    "monitoring.approve_dossier": {"report": ("verified", 6), "dossier": ("drafting", 1)},
    "monitoring.propose_dossier": {"report": ("verified", 6), "dossier": ("drafting", 1)},
    "monitoring.renew_dossier": {"report": ("verified", 6)},
    "monitoring.forwarded_dossier": {"dossier": ("registered", 4)},
    "monitoring.extended_dossier": {"dossier": ("registered", 4)},
    "monitoring.outcome_dossier": {"dossier": ("answered", 5)},
    "monitoring.move_dossier": {"dossier": ("registered", 4)},
    "monitoring.sent_dossier": {"dossier": ("approved", 2)},
    "monitoring.registered_dossier": {"dossier": ("sent", 3)},
    "monitoring.answered_dossier": {"dossier": ("registered", 4)},
}
"""Where the Russian record must stand for a step to succeed."""


@pytest.mark.parametrize("endpoint", sorted({key[0] for key in DOORS if key[1] == "POST"} - set(UNAUDITED)))
def test_what_succeeds_leaves_an_audit_entry(site: Site, endpoint: str) -> None:
    who, values, variant = _successes(site)[endpoint]
    _stage(site, STAGES.get(endpoint, {}))
    if endpoint.startswith("account.end_"):
        site.net.browser(who)
        with site.net.site.database.reading() as session:
            mine = select(SignIn.id).where(SignIn.person_id == site.net.people[who])
            site.records["ru"]["account.end_sign_in"] = {"sign_in_id": session.scalars(mine).all()[-1]}
    with site.net.site.database.reading() as session:
        before = session.scalars(select(AuditEntry.sequence)).all()
    answer = site.ask((endpoint, "POST", variant), who, "ru", **values)
    assert answer.status_code in (200, 302), (answer.status_code, answer.get_data(as_text=True))
    with site.net.site.database.reading() as session:
        rows = select(AuditEntry.action, AuditEntry.person_id).where(AuditEntry.sequence > len(before))
        made = [tuple(row) for row in session.execute(rows)]
    site.put_back()
    assert made
    assert {person for _, person in made} == {site.net.people[who]}
    assert not [action for action, _ in made if action.startswith("denied")]


def _stage(site: Site, wanted: dict[str, tuple[str, int]]) -> None:
    net, report_id = site.net, site.records["ru"]["monitoring.report"]["report_id"]
    with net.app.app_context(), net.site.database.transaction() as session:
        report = session.get_one(Report, report_id)
        dossier = session.scalars(select(Dossier).where(Dossier.report_id == report_id)).one()
        dossier.registered_on, dossier.answer_by = date(2026, 3, 1), date(2026, 3, 31)
        for name, (state, revision) in wanted.items():
            record = {"report": report, "dossier": dossier}[name]
            record.state, record.revision = state, revision
        if report.state in ("confirmation", "verified"):
            report.allegations[0].verdict = "verified"
            report.allegations[0].state = "verified" if report.state == "verified" else "pending"
        if report.state == "verified":
            report.employer = session.scalars(select(Employer)).first()
        session.flush()
        _approval(session, site, dossier)


def _approval(session: Session, site: Site, dossier: Dossier) -> None:
    """What the two-person rule asks for where the dossier stands."""
    author, officer = (site.net.actor(session, who) for who in ("coordinator", "lawyer"))
    dossier.content = None if dossier.state == "drafting" else {"reference": "RP"}
    text = canonical(dossier.content) if dossier.content else dossiers.content(session, dossier)
    proposal = approvals.propose(session, author, "monitoring.dossier", dossier.id, text)
    if dossier.content:
        approvals.approve(session, officer, proposal, text)
        dossier.content_hash = proposal.content_hash


def test_nobody_ends_the_sign_in_of_another(site: Site) -> None:
    with site.net.site.database.reading() as session:
        theirs = session.scalars(
            select(SignIn.id).where(SignIn.person_id == site.net.people["coordinator"])
        ).one()
    site.records["kg"]["account.end_sign_in"] = {"sign_in_id": theirs}
    site.ask(("account.end_sign_in", "POST", ""), "org_admin", "kg")
    assert site.ask(("pages.dashboard", "GET", ""), "coordinator", "kg").status_code == 200
    site.put_back()


def test_every_cell_of_each_door_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the doors that this process tried (the tests may be shared out), no cell was left out."""
    tried = {key for key, _, _ in SEEN}
    cells = sum(len(DOORS[key].worlds) for key in tried) * len(EVERYBODY)
    with capsys.disabled():
        print(f"\nmatrix: {cells} cells, {len(tried)} of {len(DOORS)} doors, {len(EVERYBODY)} roles")
    assert len(set(SEEN)) == cells
