"""The site of the matrix: a record for each parameter of an address, in two worlds, and everybody's browser."""

import hashlib
import re
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from answers import ANSWERS, picture
from flask import url_for
from matrix import EVERYBODY, NEWCOMER, PUBLIC_ROLE, Key
from network import Network
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core import outbox, testing, vault
from core.accounts import invitations, resets
from core.accounts.models import Membership, SignIn
from core.accounts.roles import KEY_HOLDER
from core.attachments import sealing, uploads
from core.attachments.models import piece_name
from core.testing import PASSWORD, Town
from core.toolkit import Actor, new_id, now
from plugins.monitoring.dossier.letter import payload
from plugins.monitoring.intake.survey import Candidate
from plugins.monitoring.models import Dossier, Employer, Evidence, Report
from plugins.monitoring.services import (
    bundles,
    composing,
    identities,
    intake,
    merging,
    register,
    sharing,
    triage,
)

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
        if endpoint in ("monitoring.move", "monitoring.move_dossier"):
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


def settle(folder: Path, **settings: Any) -> Site:
    """Make the network in `folder`, its records and its browsers, and keep a copy to put back."""
    net = Network.settle(testing.make_app(folder, **settings))
    town = Town(net.site)
    net.people[NEWCOMER] = town.person(
        f"{NEWCOMER}@example.org", net.organisations["most"], "monitoring.reporter", conduct=False
    )
    for name, place in (
        *(("leaver", "most"), ("kg_leaver", "talas")),
        *(("lost", "most"), ("kg_lost", "talas")),
        *(("holder", "most"), ("kg_holder", "talas"), ("asker", "most"), ("kg_asker", "talas")),
    ):
        net.people[name] = town.person(f"{name}@example.org", net.organisations[place], "core.member")
    _vaults(net)
    made = Site(net, folder.with_name("rest"))
    made.records = {
        "ru": _records(net, "monitor", "coordinator", "most", "leaver", ("first", "second")),
        "kg": _records(net, "kg_monitor", "kg_coordinator", "talas", "kg_leaver", ("insider", "")),
    }
    made.records["kg"]["admin.retry"] = made.records["kg"]["admin.drop"] = {"job_id": uuid4()}
    made.records["kg"]["account.invitation"] = {"token": "no-such-token"}
    made.cookies = {who: _cookie(net, who) for who in EVERYBODY}
    _prove(net)
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
        register_rows = _register(session, actor, employer)
        waiting = {"batch_id": _batch(session, net, monitor, place)}
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
        one_upload = _upload(session, net, monitor, organisation)
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
        "admin.drop": {"job_id": job},
        **_resets(net, place, leaver),
        **_sealed(net, place, report),
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
        "monitoring.photo": one_report | {"attachment_id": photo, "variant": "page"},
        "monitoring.original": one_report | {"attachment_id": photo},
        "uploads.state": one_upload,
        "uploads.piece": one_upload | {"offset": 0},
        "uploads.finish": one_upload,
        "monitoring.link_employer": one_report | {"employer_id": employer.id},
        "monitoring.employer": {"employer_id": employer.id},
        **register_rows,
        **{f"monitoring.{name}": waiting for name in ("batch", "confirm_batch")},
        **{
            f"monitoring.{name}": one_letter
            for name in (
                *("dossier", "dossier_pdf", "approve_dossier", "propose_dossier"),
                *("sent_dossier", "registered_dossier", "answered_dossier", "renew_dossier", "move_dossier"),
                *("dossier_docx", "dossier_zip", "forwarded_dossier", "extended_dossier", "outcome_dossier"),
                "share_dossier",
            )
        },
        **_shared(net, letter, coordinator),
    }


def _batch(session: Session, net: Network, monitor: str, place: str) -> UUID:
    """A dry run that waits for its confirmation."""
    case = Candidate("К-1", "ООО «Мост»", {"employer": {"name": "ООО «Мост»"}})
    return intake.keep(session, net.actor(session, monitor), [case], net.organisations[place]).id


def _register(session: Session, actor: Actor, employer: Employer) -> dict[str, dict[str, Any]]:
    """An employer with a place, a record merged into it, and another that may be."""
    why = "Так говорят."
    twin, third = (
        triage.register_employer(session, actor, f"{employer.legal_name} {each}", "RU", "", "", "")
        for each in ("два", "три")
    )
    register.add_site(session, actor, employer, "Люберцы", "", revision=1, reason=why)
    edge = merging.merge(session, actor, third.id, employer.id, revisions=(1, 2), reason=why)
    session.flush()
    one, two = {"employer_id": employer.id}, {"employer_id": twin.id, "other_id": employer.id}
    return {
        "monitoring.change_employer": one,
        "monitoring.duplicates": one,
        "monitoring.employer_part": one | {"part": "sites"},
        "monitoring.remove_part": one | {"part": "sites", "part_id": employer.sites[0].id},
        **{f"monitoring.{name}": two for name in ("merge_employers", "tell_apart", "take_back_apart")},
        "monitoring.unmerge": {"merge_id": edge.id},
    }


def _vaults(net: Network) -> None:
    """A ready vault in both worlds, and somebody who waits to be let in."""
    town, people, settings = Town(net.site), net.people, net.site.settings
    with net.site.database.transaction() as session:
        rows = select(Membership).where(
            Membership.person_id.in_([people[each] for each in ("holder", "kg_holder", "asker", "kg_asker")])
        )
        for membership in session.scalars(rows).unique():
            membership.roles = [KEY_HOLDER]
    for place, admin, holder, asker in (
        ("most", "org_admin", "holder", "asker"),
        ("talas", "kg_admin", "kg_holder", "kg_asker"),
    ):
        town.vault(net.organisations[place], people[admin], people[holder])
        vault.holders.join(net.site.database, settings, town.actor(people[asker]), PASSWORD)


def _prove(net: Network) -> None:
    """The table asks who may, not how lately they have shown their password."""
    with net.site.database.transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=now() + timedelta(days=1)))


def _sealed(net: Network, place: str, report_id: UUID) -> dict[str, dict[str, Any]]:
    """The vault of that world, who holds its key and who waits, and a source with a sealed contact."""
    prefix = "kg_" if place == "talas" else ""
    organisation = {"organisation_id": net.organisations[place]}
    waits, holds = ({"person_id": net.people[prefix + each]} for each in ("asker", "holder"))
    report = net.report(report_id)
    source = {"report_id": report_id, "source_id": report.sources[0].id}
    net.act(f"{prefix}monitor", report_id, _contact, source["source_id"])
    steps = ("state", "lock", "unlock", "begin", "new_sheet", "confirm_sheet", "restore", "join")
    return {
        **{f"vault.{name}": organisation for name in steps},
        **{f"vault.{name}": organisation | waits for name in ("let_in", "refuse")},
        "vault.withdraw": organisation | holds,
        **{f"monitoring.{name}": source for name in ("contact", "identity", "erase_contact")},
    }


def _contact(session: Session, actor: Actor, report: Report, source_id: UUID, revision: int) -> None:
    identities.keep(session, actor, report, source_id, {"name": "Айгүл"})


def _resets(net: Network, place: str, leaver: str) -> dict[str, dict[str, Any]]:
    """Requests for a way back in: one that waits, one about a member, one whose link works."""
    about, lost = ("member", "lost") if place == "most" else (leaver, "kg_lost")
    helper = "org_admin" if place == "most" else "kg_admin"
    with net.app.app_context(), net.site.database.transaction() as session:
        root, near, register = net.actor(session, "admin"), net.actor(session, helper), net.site.register
        waiting = resets.ask(session, root, register, net.people[leaver], "Телефон утерян.").id
        mine = (
            waiting if about == leaver else resets.ask(session, root, register, net.people[about], "Нет.").id
        )
        given = resets.ask(session, root, register, net.people[lost], "Пароль забыт.").id
        link = resets.approve(session, near, net.site.settings, given)
    token = link.rsplit("/", 1)[1] if place == "most" else "no-such-token"
    about_me = {"reset_id": mine}
    return {
        "account.reset": {"token": token},
        **{f"account.{name}": about_me for name in ("help_asked", "not_me")},
        **{f"people.{name}": {"reset_id": waiting} for name in ("reset", "approve_reset", "cancel_reset")},
        "people.help_back": {"person_id": net.people[leaver]},
        "account.remove_security_key": {"key_id": uuid4()},
    }


def _upload(session: Session, net: Network, who: str, organisation: UUID) -> dict[str, UUID]:
    """A small photo that has arrived, so that finishing it can succeed."""
    content, settings = picture((9, 9)), net.site.settings
    digest = hashlib.sha256(content).hexdigest()
    made = uploads.begin(session, settings, net.actor(session, who), organisation, len(content), digest)
    uploads.shelf(settings).put(piece_name(made.id, 0), sealing.seal_here(settings, content))
    made.pieces = [[0, len(content), digest]]
    return {"upload_id": made.id}


def _letter(net: Network, report_id: UUID, author: str) -> UUID:
    """A dossier beside a report of any state: here it is only something to open."""
    with net.site.database.transaction() as session:
        made = Dossier(
            id=new_id(), report_id=report_id, version=1, addressee="police", author_id=net.people[author]
        )
        session.add(made)
        return made.id


def _shared(net: Network, letter: UUID, who: str) -> dict[str, dict[str, Any]]:
    """A link to that dossier (in the Kyrgyz world one that is wrong), and an answer that came through it."""
    with net.app.app_context(), net.site.database.transaction() as session:
        mine, actor = session.get_one(Dossier, letter), net.actor(session, who)
        mine.content = payload(composing.compose(session, mine, now().date()))
        mine.pdf, mine.state, mine.status_risk = b"%PDF", "sent", "agreed"
        bundles.freeze(session, mine, net.organisations["most"])
        token = sharing.open_link(session, actor, mine, "ГИТ")
        link = sharing.find(session, token)
        assert link is not None
        answer = sharing.take_answer(session, link, "Принято.")
        link_id, answer_id = link.id, answer.id
    wrong = {"token": token if who == "coordinator" else "no-such-token"}
    one = {"dossier_id": letter}
    return {
        **{f"monitoring.{name}": wrong for name in ("shared", "shared_pdf", "shared_zip")},
        "monitoring.close_link": one | {"link_id": link_id},
        "monitoring.decide_answer": one | {"answer_id": answer_id},
    }


def _cookie(net: Network, who: str) -> tuple[str, str]:
    """The cookie of a signed-in browser, and the token for its forms."""
    browser = net.browser("" if who == PUBLIC_ROLE else who)
    page = browser.get("/ru/account/sign-in" if who == PUBLIC_ROLE else "/ru/account/").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = browser.client.get_cookie("camove")
    assert token is not None, who
    assert cookie is not None, who
    return f"camove={cookie.value}", token[1]
