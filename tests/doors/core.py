"""Core's own doors: accounts, people, organisations, the vault, uploads, administration."""

import hashlib
from uuid import UUID, uuid4

from answers import picture
from network import PEOPLE as HIRED
from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox, vault
from core.accounts import invitations, resets, tokens
from core.accounts.models import Membership, SignIn
from core.accounts.roles import KEY_HOLDER
from core.attachments import sealing, uploads
from core.attachments.models import piece_name
from core.commitments import services as promises
from core.database import now
from core.periodic import services as periodic
from core.periodic.drawing import SUMMARY
from core.periodic.lifecycle import standing
from core.testing import PASSWORD, Town
from doors.door import (
    EVERYBODY,
    INVITATION,
    NEWCOMER,
    NOBODY,
    OPEN,
    SIGNED_IN,
    WORK,
    Door,
    Key,
    Records,
    Success,
    World,
    both,
    resource,
)

ORGANISATION_ADMINS = frozenset({"org_admin", "kg_admin"})
ADMIN = frozenset({"admin"})

OWN_ACCOUNT = Door(SIGNED_IN, conduct=False)
BETWEEN_FACTORS = Door(EVERYBODY, conduct=False, leads_to_sign_in=frozenset({"anonymous"}))
ABOUT_MEMBER = Door(SIGNED_IN, frozenset({"member"}), NOBODY, conduct=False)

PEOPLE = Door(
    ORGANISATION_ADMINS | ADMIN, frozenset({"org_admin", "admin"}), frozenset({"kg_admin", "admin"})
)
PEOPLE_LIST = Door(ORGANISATION_ADMINS | ADMIN)
ORGANISATION = PEOPLE
ORGANISATIONS = PEOPLE_LIST
NETWORK = Door(ADMIN)
REPORTS = PROMISES = Door(ADMIN | {"net_coordinator"})
UPLOAD = Door(SIGNED_IN, frozenset({"monitor"}), frozenset({"kg_monitor"}))
MEMBERS = Door(
    SIGNED_IN,
    frozenset({"newcomer"} | {who for who, (place, _) in HIRED.items() if place == "most"}),
    frozenset({who for who, (place, _) in HIRED.items() if place == "talas"}),
)
LAST_YEAR = {"period": str(now().year - 1), "number": 1}
NO_FIGURES = {"drawn_at": "2026-01-01T00:00:00+00:00", "sections": [], "missing": []}
HOLDING = Door(
    ORGANISATION_ADMINS | {"custodian"}, frozenset({"org_admin", "custodian"}), frozenset({"kg_admin"})
)

DOORS: dict[Key, Door] = {
    **resource("core.organisations"),
    **resource("core.commitments"),
    ("root.choose_language", "GET", ""): OPEN,
    ("root.health", "GET", ""): OPEN,
    ("root.live", "GET", ""): OPEN,
    ("root.offline_worker", "GET", ""): OPEN,
    ("phone.key", "GET", ""): OWN_ACCOUNT,
    ("phone.received", "GET", ""): OWN_ACCOUNT,
    ("static", "GET", ""): OPEN,
    ("pattern.show", "GET", ""): OPEN,
    ("pages.home", "GET", ""): OPEN,
    ("pages.results", "GET", ""): OPEN,
    ("pages.conduct", "GET", ""): OPEN,
    ("commitments.index", "GET", ""): WORK,
    ("commitments.table", "GET", ""): WORK,
    ("commitments.page", "GET", ""): WORK,
    **both("commitments.add", PROMISES),
    **both("commitments.change", PROMISES),
    ("commitments.move", "POST", ""): PROMISES,
    ("periodic.index", "GET", ""): OPEN,
    ("periodic.latest", "GET", ""): OPEN,
    ("periodic.page", "GET", ""): OPEN,
    ("periodic.file", "GET", ""): OPEN,
    ("periodic.desk", "GET", ""): REPORTS,
    ("periodic.draft", "GET", ""): REPORTS,
    ("periodic.preview", "GET", ""): REPORTS,
    **both("periodic.add", REPORTS),
    **both("periodic.change", REPORTS),
    **both("periodic.text", REPORTS),
    ("periodic.draw", "POST", ""): REPORTS,
    ("periodic.move", "POST", ""): REPORTS,
    ("periodic.correct", "POST", ""): REPORTS,
    ("calendar.page", "GET", ""): OPEN,
    ("calendar.feed", "GET", ""): OPEN,
    ("news.feed", "GET", ""): OPEN,
    ("news.feed_of", "GET", ""): OPEN,
    ("pages.dashboard", "GET", ""): WORK,
    **both("account.sign_in", OPEN),
    **both("account.second_factor", BETWEEN_FACTORS),
    **both("account.recovery", BETWEEN_FACTORS),
    **both("account.second_factor_setup", BETWEEN_FACTORS),
    **both("account.security_key", BETWEEN_FACTORS),
    **both("account.invitation", INVITATION),
    **both("account.reset", INVITATION),
    ("account.cannot_get_in", "GET", ""): OPEN,
    ("account.help_asked", "GET", ""): ABOUT_MEMBER,
    ("account.not_me", "POST", ""): ABOUT_MEMBER,
    **both("account.security_keys", OWN_ACCOUNT),
    ("account.remove_security_key", "POST", ""): OWN_ACCOUNT,
    ("account.sign_out", "POST", ""): OPEN,
    ("account.signed_out", "GET", ""): OPEN,
    ("account.quick_exit", "GET", ""): OPEN,
    ("account.overview", "GET", ""): OWN_ACCOUNT,
    **both("account.conduct", OWN_ACCOUNT),
    **both("account.confirm", OWN_ACCOUNT),
    **both("account.password", OWN_ACCOUNT),
    **both("account.recovery_codes", OWN_ACCOUNT),
    ("account.language", "POST", ""): OWN_ACCOUNT,
    ("account.sign_ins", "GET", ""): OWN_ACCOUNT,
    ("account.end_sign_in", "POST", ""): OWN_ACCOUNT,
    ("account.end_other_sign_ins", "POST", ""): OWN_ACCOUNT,
    ("account.notifications", "GET", ""): OWN_ACCOUNT,
    ("account.notifications_read", "POST", ""): OWN_ACCOUNT,
    ("admin.index", "GET", ""): NETWORK,
    ("admin.plugins", "GET", ""): NETWORK,
    ("admin.settings", "GET", ""): NETWORK,
    ("admin.change_settings", "POST", ""): NETWORK,
    ("admin.jobs", "GET", ""): NETWORK,
    ("admin.retry", "POST", ""): Door(ADMIN, ADMIN, NOBODY),
    ("admin.drop", "POST", ""): Door(ADMIN, ADMIN, NOBODY),
    ("people.index", "GET", ""): PEOPLE_LIST,
    ("people.person", "GET", ""): PEOPLE,
    **both("people.invite", PEOPLE_LIST),
    ("people.revoke", "POST", ""): PEOPLE,
    **both("people.roles", PEOPLE),
    ("people.leave", "POST", ""): PEOPLE,
    **both("people.help_back", PEOPLE),
    ("people.reset", "GET", ""): PEOPLE,
    ("people.approve_reset", "POST", ""): PEOPLE,
    ("people.cancel_reset", "POST", ""): PEOPLE,
    **both("people.disable", PEOPLE),
    ("organisations.index", "GET", ""): ORGANISATIONS,
    ("organisations.page", "GET", ""): ORGANISATION,
    **both("organisations.add", NETWORK),
    ("organisations.tokens", "GET", ""): ORGANISATION,
    **both(
        "organisations.new_token", Door(PEOPLE.holders, frozenset({"org_admin"}), frozenset({"kg_admin"}))
    ),
    ("organisations.revoke_token", "POST", ""): ORGANISATION,
    ("api.document", "GET", ""): OPEN,
    **both("organisations.rename", NETWORK),
    **both("organisations.close", NETWORK),
    ("organisations.reopen", "POST", ""): NETWORK,
    ("vault.index", "GET", ""): WORK,
    ("vault.state", "GET", ""): MEMBERS,
    **both("vault.lock", MEMBERS),
    **both("vault.unlock", HOLDING),
    **both("vault.begin", HOLDING),
    **both("vault.new_sheet", HOLDING),
    **both("vault.confirm_sheet", HOLDING),
    **both("vault.restore", HOLDING),
    **both("vault.join", HOLDING),
    **both("vault.let_in", HOLDING),
    ("vault.refuse", "POST", ""): HOLDING,
    **both("vault.withdraw", HOLDING),
    ("uploads.begin", "POST", ""): WORK,
    ("uploads.state", "GET", ""): UPLOAD,
    ("uploads.piece", "POST", ""): UPLOAD,
    ("uploads.finish", "POST", ""): UPLOAD,
}

UNAUDITED = {
    "uploads.piece": "a piece alone is nothing yet; beginning and finishing an upload are audited",
    "account.notifications_read": "that somebody has read their notices proves nothing",
    "account.sign_in": "the first factor alone opens nothing; a full sign-in is audited where it ends",
    "account.second_factor": "tested with sign-in, in tests/core/accounts",
    "account.second_factor_setup": "tested with sign-in, in tests/core/accounts",
    "account.recovery": "tested with sign-in, in tests/core/accounts",
    "account.recovery_codes": "tested with the own account, in tests/core/accounts",
    "account.confirm": "tested with the own account, in tests/core/accounts",
    "account.password": "tested with the own account, in tests/core/accounts",
    "account.security_key": "tested with a virtual key, in tests/browser",
    "account.security_keys": "tested with a virtual key, in tests/browser",
    "account.remove_security_key": "tested with a virtual key, in tests/browser",
    "account.reset": "tested with the way back in, in tests/core/accounts",
    "account.invitation": "tested with invitations, in tests/core/accounts",
    **dict.fromkeys(
        (
            *("vault.begin", "vault.new_sheet", "vault.confirm_sheet", "vault.restore", "vault.join"),
            *("vault.let_in", "vault.withdraw", "vault.unlock"),
        ),
        "takes open keys or a password; tested in tests/core/vault/test_pages.py",
    ),
    "account.sign_out": "ending one's own sign-in opens nothing to anybody",
}
"""Routes that change something and leave no entry here, each with its reason."""

LEAVERS = ("leaver", "lost", "holder", "asker")
"""People of each world who only serve as records: to be helped, to hold a key, to wait for one."""


def people(net: Network) -> None:
    """Add the newcomer, and in each world those whom a page is about, with a ready vault."""
    town = Town(net.site)
    net.people[NEWCOMER] = town.person(
        f"{NEWCOMER}@example.org", net.organisations["most"], "monitoring.reporter", conduct=False
    )
    for prefix, place in (("", "most"), ("kg_", "talas")):
        for name in (prefix + each for each in LEAVERS):
            net.people[name] = town.person(f"{name}@example.org", net.organisations[place], "core.member")
    _vaults(net)


def records(world: World) -> Records:
    """A record for each parameter of core's addresses."""
    net, leaver = world.net, world.prefix + "leaver"
    organisation = world.organisation
    with net.app.app_context(), net.site.database.transaction() as session:
        invited = _invited(session, world)
        job = _job(session)
        promise = promises.promise(
            session,
            net.actor(session, "net_coordinator"),
            organisation,
            {"ru": "Выпустить справочник"},
            now().date(),
        ).id
        made, _ = tokens.make(
            session, net.actor(session, "org_admin" if world.name == "ru" else "kg_admin"), (),
            organisation_id=organisation, name="Бухгалтерия", scopes=(), days=7,
        )  # fmt: skip
        given = made.id
        report, draft = _reports(session, net)
        one_upload = _upload(session, net, world.monitor, organisation)
        token = invitations.token_of(net.site.settings, invited)
    person = {"person_id": net.people[leaver]}
    return {
        "api.core.organisations.one": {"key": UUID(int=1)},
        "api.core.commitments.one": {"key": UUID(int=1)},
        "static": {"filename": "camove.css"},
        "news.feed_of": {"plugin": "monitoring"},
        **{f"commitments.{name}": {"commitment_id": promise} for name in ("page", "move", "change")},
        **{
            f"periodic.{name}": {"report_id": draft}
            for name in ("draft", "preview", "change", "draw", "move")
        },
        "periodic.text": {"report_id": draft, "section": SUMMARY},
        "periodic.correct": {"report_id": report},
        **{f"periodic.{name}": LAST_YEAR for name in ("latest", "page")},
        "periodic.file": LAST_YEAR | {"kind": "pdf"},
        "account.invitation": {"token": token if world.name == "ru" else "no-such-token"},
        "account.end_sign_in": {"sign_in_id": uuid4()},
        "phone.received": {"item": uuid4()},
        **{f"admin.{name}": {"job_id": job if world.name == "ru" else uuid4()} for name in ("retry", "drop")},
        **_resets(net, world.place, leaver),
        **_sealed(world),
        "people.person": person,
        "people.disable": person,
        "people.roles": person | {"organisation_id": organisation},
        "people.leave": person | {"organisation_id": organisation},
        "people.revoke": {"invitation_id": invited},
        **{
            f"organisations.{name}": {"organisation_id": organisation}
            for name in ("page", "rename", "close", "reopen", "tokens", "new_token")
        },
        "organisations.revoke_token": {"token_id": given},
        **{f"uploads.{name}": one_upload for name in ("state", "finish")},
        "uploads.piece": one_upload | {"offset": 0},
    }


def _invited(session: Session, world: World) -> UUID:
    net = world.net
    made, _ = invitations.create(
        session, net.actor(session, "admin"), net.site.register, net.site.settings,
        organisation_id=world.organisation, email=f"new-{world.place}@example.org", name="Новая", roles=[],
    )  # fmt: skip
    return made.id


def _reports(session: Session, net: Network) -> tuple[UUID, UUID]:
    """The published report on last year, made once for both worlds, and a draft."""
    first, second = net.actor(session, "net_coordinator"), net.actor(session, "admin")
    period = LAST_YEAR["period"]
    drafts = []
    for _ in range(2):
        made = periodic.begin(session, first, period, {"ru": "Отчёт сети"})
        periodic.keep_figures(session, first, made.id, NO_FIGURES, revision=1)
        drafts.append(made)
    there = standing(session, period)
    if there is None:
        there = periodic.move(session, first, drafts[0].id, "propose", revision=2)
        periodic.move(session, second, there.id, "publish", revision=3)
    return there.id, drafts[1].id


def _job(session: Session) -> UUID:
    outbox.put(session, "core.none", {})
    session.flush()
    return session.scalars(select(outbox.QueuedJob.id).where(outbox.QueuedJob.name == "core.none")).all()[-1]


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


def _sealed(world: World) -> Records:
    """The vault of that world, who holds its key and who waits."""
    organisation = {"organisation_id": world.organisation}
    waits, holds = ({"person_id": world.net.people[world.prefix + each]} for each in ("asker", "holder"))
    steps = ("state", "lock", "unlock", "begin", "new_sheet", "confirm_sheet", "restore", "join")
    return {
        **{f"vault.{name}": organisation for name in steps},
        **{f"vault.{name}": organisation | waits for name in ("let_in", "refuse")},
        "vault.withdraw": organisation | holds,
    }


def _resets(net: Network, place: str, leaver: str) -> Records:
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


def successes(net: Network) -> dict[str, Success]:
    """For each changing route: who succeeds, with which form, in which variant."""
    home = str(net.organisations["most"])
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
        "commitments.add": (
            "net_coordinator",
            {"organisation": home, "text_ru": "Провести ярмарку", "due": "1.6.2027"},
            "",
        ),
        "commitments.change": (
            "net_coordinator",
            {"text_ky": "Башкача", "due": "1.6.2027", "revision": "1"},
            "",
        ),
        "commitments.move": ("admin", {"move": "drop", "reason": "Нет средств.", "revision": "1"}, ""),
        "organisations.new_token": (
            "org_admin",
            {"name": "Бухгалтерия", "scopes": ["monitoring.public_list.read"], "days": "7"},
            "",
        ),
        "organisations.revoke_token": ("org_admin", {}, ""),
        "periodic.add": ("net_coordinator", {"period": LAST_YEAR["period"], "title_en": "Report"}, ""),
        "periodic.change": ("admin", {"title_ky": "Отчёт", "revision": "2"}, ""),
        "periodic.text": ("net_coordinator", {"text_en": "All went well.", "revision": "2"}, ""),
        "periodic.draw": ("net_coordinator", {"revision": "2"}, ""),
        "periodic.move": ("net_coordinator", {"move": "discard", "revision": "2"}, ""),
        "periodic.correct": ("admin", {}, ""),
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
        "uploads.begin": ("monitor", {"organisation": home, "size": "9", "sha256": "0" * 64}, ""),
        "uploads.finish": ("monitor", {}, ""),
    }


def stage(net: Network, endpoint: str, records: Records) -> None:
    """Make somebody sign in, whose sign-in can then be ended."""
    if not endpoint.startswith("account.end_"):
        return
    net.browser("member")
    with net.site.database.reading() as session:
        mine = select(SignIn.id).where(SignIn.person_id == net.people["member"])
        records["account.end_sign_in"] = {"sign_in_id": session.scalars(mine).all()[-1]}
