"""The site of the matrix: a record for each parameter of an address, in two worlds, and everybody's browser."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from answers import ANSWERS
from flask import url_for
from matrix import EVERYBODY, NEWCOMER, PUBLIC_ROLE, Key
from network import Network
from sqlalchemy import select
from werkzeug.test import TestResponse

from core import outbox, testing
from core.accounts import invitations
from core.testing import Town
from core.toolkit import new_id
from plugins.monitoring.models import Dossier, Evidence, Report
from plugins.monitoring.services import triage

KYRGYZ = {
    "employer": ANSWERS["employer"] | {"country": "KG", "region": "KG-O", "scheme": "", "identifier": ""}
}


@dataclass
class Site:
    """The network with a record for each parameter of an address, and the browsers of all roles."""

    net: Network
    rest: Path
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)

    def put_back(self) -> None:
        """Undo what a cell has changed."""
        folder = self.net.site.settings.instance
        self.net.site.database.close()
        shutil.rmtree(folder)
        shutil.copytree(self.rest, folder)

    def address(self, key: Key, world: str) -> str:
        """The address of a door for the record of a world."""
        endpoint, _, variant = key
        given = self.records[world].get(endpoint, {})
        if endpoint == "monitoring.move":
            given = given | {"name": variant}
        with self.net.app.test_request_context("/ru/"):
            return url_for(endpoint, **given)

    def ask(self, key: Key, who: str, world: str, **values: Any) -> TestResponse:
        """Knock as somebody, with a form that is empty but for its token (or holds `values`)."""
        cookie, token = self.cookies[who]
        client = self.net.app.test_client(use_cookies=False)
        options: dict[str, Any] = {"method": key[1], "headers": {"Cookie": cookie}}
        if key[1] == "POST":
            options["data"] = {"csrf_token": token} | values
        return client.open(self.address(key, world), **options)


def settle(folder: Path) -> Site:
    """Make the network in `folder`, its records and its browsers, and keep a copy to put back."""
    net = Network.settle(testing.make_app(folder))
    town = Town(net.site)
    net.people[NEWCOMER] = town.person(
        f"{NEWCOMER}@example.org", net.organisations["most"], "monitoring.reporter", conduct=False
    )
    for name, place in (("leaver", "most"), ("kg_leaver", "talas")):
        net.people[name] = town.person(f"{name}@example.org", net.organisations[place], "core.member")
    made = Site(net, folder.with_name("rest"))
    made.records = {
        "ru": _records(net, "monitor", "coordinator", "most", "leaver", ("first", "second")),
        "kg": _records(net, "kg_monitor", "kg_coordinator", "talas", "kg_leaver", ("insider", "")),
    }
    made.records["kg"]["admin.retry"] = {"job_id": uuid4()}
    made.records["kg"]["account.invitation"] = {"token": "no-such-token"}
    made.cookies = {who: _cookie(net, who) for who in EVERYBODY}
    net.site.database.close()
    shutil.copytree(folder, made.rest)
    return made


def _records(
    net: Network, monitor: str, coordinator: str, place: str, leaver: str, verifiers: tuple[str, str]
) -> dict[str, dict[str, Any]]:
    """A record of each kind in one of the two worlds, by endpoint."""
    steps = KYRGYZ if place == "talas" else {}
    draft, report = net.draft(monitor, photo=True, **steps), net.sent(monitor, photo=True, **steps)
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, coordinator)
        row = session.get_one(Report, report)
        triage.move(session, actor, row, "take", revision=row.revision)
        row.verifier_id, row.second_verifier_id = (net.people.get(each) for each in verifiers)
        photo = session.scalars(select(Evidence.attachment_id).where(Evidence.report_id == report)).one()
        answers = session.get_one(Report, draft).answers or {}
        employer = triage.register_employer(session, actor, f"ООО «{place}»", "RU", "", "", "")
        root, organisation = net.actor(session, "admin"), net.organisations[place]
        invited, _ = invitations.create(
            session,
            root,
            net.site.register,
            net.site.settings,
            organisation_id=organisation,
            email=f"new-{place}@example.org",
            name="Новая",
            roles=[],
        )
        outbox.put(session, "core.none", {})
        session.flush()
        job = session.scalars(select(outbox.QueuedJob.id).where(outbox.QueuedJob.name == "core.none")).first()
        token = invitations.token_of(net.site.settings, invited.id)
    letter = _letter(net, report, coordinator)
    person = {"person_id": net.people[leaver]}
    one_draft, one_report, one_letter = {"report_id": draft}, {"report_id": report}, {"dossier_id": letter}
    item = one_draft | {"name": "allegations", "position": 0}
    return {
        "static": {"filename": "camove.css"},
        "account.invitation": {"token": token},
        "account.end_sign_in": {"sign_in_id": uuid4()},
        "admin.retry": {"job_id": job},
        "people.person": person,
        "people.disable": person,
        "people.roles": person | {"organisation_id": organisation},
        "people.leave": person | {"organisation_id": organisation},
        "people.revoke": {"invitation_id": invited.id},
        **{
            f"organisations.{name}": {"organisation_id": organisation}
            for name in ("page", "rename", "close", "reopen")
        },
        **{f"monitoring.{name}": one_draft for name in ("draft", "check", "sent")},
        "monitoring.step": one_draft | {"name": "employer"},
        "monitoring.items": one_draft | {"name": "allegations"},
        "monitoring.item": item,
        "monitoring.remove": item,
        "monitoring.draft_photo": one_draft | {"attachment_id": answers["evidence"][0]["attachment"]},
        **{
            f"monitoring.{name}": one_report
            for name in (
                "report",
                "move",
                "verifiers",
                "report_employer",
                "judge",
                "confirm",
                "write_dossier",
            )
        },
        "monitoring.photo": one_report | {"attachment_id": photo},
        "monitoring.link_employer": one_report | {"employer_id": employer.id},
        "monitoring.employer": {"employer_id": employer.id},
        **{
            f"monitoring.{name}": one_letter
            for name in (
                *("dossier", "dossier_pdf", "approve_dossier"),
                *("sent_dossier", "registered_dossier", "answered_dossier"),
            )
        },
    }


def _letter(net: Network, report_id: UUID, author: str) -> UUID:
    """A dossier beside a report of any state: here it is only something to open."""
    with net.site.database.transaction() as session:
        made = Dossier(
            id=new_id(), report_id=report_id, version=1, addressee="police", author_id=net.people[author]
        )
        session.add(made)
        return made.id


def _cookie(net: Network, who: str) -> tuple[str, str]:
    """The cookie of a signed-in browser, and the token for its forms."""
    browser = net.browser("" if who == PUBLIC_ROLE else who)
    page = browser.get("/ru/account/sign-in" if who == PUBLIC_ROLE else "/ru/account/").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = browser.client.get_cookie("camove")
    assert token is not None, who
    assert cookie is not None, who
    return f"camove={cookie.value}", token[1]
