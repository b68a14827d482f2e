"""Core's own pages."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from core import vault
from core.accounts import actors, invitations, resets, tokens
from core.accounts.models import Membership, Organisation, Person
from core.accounts.roles import KEY_HOLDER
from core.accounts.sample import email
from core.commitments.models import Commitment
from core.periodic.drawing import SUMMARY
from core.periodic.models import PeriodicReport
from core.testing import PASSWORD, Town
from visits.visit import Facts, Visit, as_form, as_list, just


def waiting(facts: Facts) -> dict[str, UUID]:
    """Somebody of the first organisation who asks to be let in to its keys."""
    site, who, place = facts.live.site, facts.people["coordinator"], facts.organisation("org_admin")
    with site.database.transaction() as session:
        home = {"person_id": who, "organisation_id": place["organisation_id"]}
        session.scalars(select(Membership).filter_by(**home)).one().roles = [
            "monitoring.coordinator",
            KEY_HOLDER,
        ]
    vault.holders.join(site.database, site.settings, Town(site).actor(who), PASSWORD)
    return {**place, "person_id": who}


def promise(facts: Facts) -> dict[str, UUID]:
    """A promise that waits to be kept."""
    return {
        "commitment_id": facts.first(select(Commitment).where(Commitment.state == "open"), "a promise").id
    }


def a_token(facts: Facts) -> dict[str, UUID]:
    """An organisation that has given out a token."""
    site, place = facts.live.site, facts.organisation("org_admin")
    actor = Town(site).actor(facts.people["org_admin"])
    with site.database.transaction() as session:
        if not tokens.of(session, actor, place["organisation_id"]):
            scopes = ["monitoring.public_list.read"]
            known = site.rest.accesses.values()
            tokens.make(session, actor, known, **place, name="Учёт обращений в Оше", scopes=scopes, days=90)
    return place


def edition(facts: Facts, state: str) -> dict[str, Any]:
    """A public edition of a periodic report."""
    found = facts.first(select(PeriodicReport).filter_by(state=state), f"a {state} report")
    return {"period": found.period, "number": found.number}


def draft(facts: Facts) -> dict[str, Any]:
    """A draft of one."""
    return {"report_id": facts.first(select(PeriodicReport).filter_by(state="draft"), "a draft").id}


def invitation(facts: Facts, address: str) -> dict[str, str]:
    """An open invitation of that address; the same one each time."""
    if address not in facts.links:
        facts.links[address] = _invite(facts, address)
    return {"token": facts.links[address]}


def reset(facts: Facts, key: str) -> dict[str, UUID]:
    """An open request for a way back in of that person; the same one each time."""
    with facts.live.site.database.reading() as session:
        found = [each.id for each in resets.of(session, facts.people[key])]
    return {"reset_id": found[0] if found else _ask(facts, key)[0]}


def way_back(facts: Facts, key: str) -> dict[str, str]:
    """The token of an approved one."""
    if key not in facts.links:
        facts.links[key] = _ask(facts, key, approved=True)[1].rsplit("/", 1)[1]
    return {"token": facts.links[key]}


def _ask(facts: Facts, key: str, *, approved: bool = False) -> tuple[UUID, str]:
    site = facts.live.site
    with site.database.transaction() as session:
        two = [session.get_one(Person, facts.people[each]) for each in ("admin", "root")]
        first, second = (actors.load(session, site.register, each) for each in two)
        made = resets.ask(session, second, site.register, facts.people[key], "Телефон украли в дороге.")
        link = resets.approve(session, first, site.settings, made.id) if approved else ""
    return made.id, link


def _invite(facts: Facts, address: str) -> str:
    site = facts.live.site
    with site.database.transaction() as session:
        admin = actors.load(session, site.register, session.get_one(Person, facts.people["admin"]))
        place = session.scalars(select(Organisation.id).where(Organisation.kind == "regional_council")).one()
        _, link = invitations.create(
            session, admin, site.register, site.settings,
            organisation_id=place, email=address, name="Чынара", roles=["core.member"],
        )  # fmt: skip
    return link.rsplit("/", 1)[1]


PAGES: dict[str, tuple[Visit, ...]] = {
    "account.cannot_get_in": (Visit(""),),
    "account.conduct": (Visit("council"),),
    "account.confirm": (as_form("monitor"),),
    "account.help_asked": (Visit("lawyer", values=lambda facts: reset(facts, "lawyer")),),
    "account.invitation": (
        as_form("", name="new", values=lambda facts: invitation(facts, "chynara@camove.example")),
        as_form("", name="known", values=lambda facts: invitation(facts, email("second"))),
        as_form("second", name="join", values=lambda facts: invitation(facts, email("second"))),
        Visit("", name="none", values=just(token="no-such-token"), status=404),
    ),
    "account.notifications": (as_list("coordinator"), as_list("newcomer", name="empty")),
    "account.overview": (as_form("monitor"),),
    "account.password": (as_form("monitor"),),
    "account.recovery": (as_form("half:monitor"),),
    "account.recovery_codes": (as_form("monitor"),),
    "account.reset": (
        as_form("", values=lambda facts: way_back(facts, "second")),
        Visit("", name="none", values=just(token="no-such-token"), status=404),
    ),
    "account.second_factor": (as_form("half:monitor"),),
    "account.second_factor_setup": (as_form("half:unenrolled"), as_form("org_admin", name="replace")),
    "account.security_key": (as_form("half:monitor"),),
    "account.security_keys": (as_form("org_admin"),),
    "account.sign_in": (as_form(""),),
    "account.sign_ins": (as_list("coordinator"),),
    "account.signed_out": (Visit(""),),
    "admin.index": (as_list("admin"),),
    "admin.jobs": (as_list("admin"),),
    "admin.plugins": (as_list("admin"),),
    "admin.settings": (as_form("admin"),),
    "vault.begin": (as_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.join": (as_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.let_in": (as_form("org_admin", values=waiting),),
    "vault.lock": (Visit("council", values=lambda facts: facts.organisation("council")),),
    "vault.new_sheet": (as_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.restore": (as_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.state": (
        as_list("org_admin", values=lambda facts: facts.organisation("org_admin")),
        as_list("council", name="not-ready", values=lambda facts: facts.organisation("council")),
    ),
    "vault.unlock": (as_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.withdraw": (
        as_form("org_admin", values=lambda facts: facts.organisation("org_admin") | facts.person("monitor")),
    ),
    "organisations.add": (as_form("admin"),),
    "organisations.close": (as_form("admin", values=lambda facts: facts.organisation("council")),),
    "organisations.index": (as_list("admin"),),
    "organisations.page": (as_list("admin", values=lambda facts: facts.organisation("monitor")),),
    "organisations.new_token": (as_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "organisations.tokens": (
        as_list("org_admin", values=a_token),
        as_list("admin", name="empty", values=lambda facts: facts.organisation("council")),
    ),
    "organisations.rename": (as_form("admin", values=lambda facts: facts.organisation("council")),),
    "commitments.index": (
        as_list("monitor"),
        as_list("net_coordinator", name="late", values=just(state="late")),
    ),
    "commitments.page": (
        as_form("net_coordinator", values=promise),
        as_list("monitor", name="reader", values=promise),
    ),
    "commitments.add": (as_form("net_coordinator"),),
    "commitments.change": (as_form("net_coordinator", values=promise),),
    "periodic.index": (as_list(""),),
    "periodic.page": (
        as_list("", values=lambda facts: edition(facts, "published")),
        as_list("", name="replaced", values=lambda facts: edition(facts, "superseded")),
    ),
    "periodic.desk": (as_list("net_coordinator"),),
    "periodic.draft": (as_list("net_coordinator", values=draft),),
    "periodic.add": (as_form("net_coordinator"),),
    "periodic.change": (as_form("net_coordinator", values=draft),),
    "periodic.text": (as_form("net_coordinator", values=lambda facts: draft(facts) | {"section": SUMMARY}),),
    "calendar.page": (as_list(""), as_list("", name="empty", values=just(topic="council"))),
    "pages.conduct": (Visit(""),),
    "pages.dashboard": (
        Visit("coordinator", "dashboard"),
        Visit("admin", "dashboard", "admin"),
        Visit("council", "dashboard", "empty"),
    ),
    "pages.home": (Visit(""), Visit("coordinator", name="member")),
    "pages.results": (
        as_list("coordinator", values=just(q="зарплата")),
        as_list("", name="nothing", values=just(q="зарплата")),
    ),
    "people.disable": (as_form("admin", values=lambda facts: facts.person("council")),),
    "people.help_back": (as_form("admin", values=lambda facts: facts.person("verifier")),),
    "people.index": (as_list("admin"), as_list("org_admin", name="few")),
    "people.invite": (
        as_form("admin", name="choose"),
        as_form("org_admin"),
    ),
    "people.person": (as_list("admin", values=lambda facts: facts.person("coordinator")),),
    "people.reset": (as_form("admin", values=lambda facts: reset(facts, "lawyer")),),
    "people.roles": (
        as_form("admin", values=lambda facts: facts.person("council") | facts.organisation("council")),
    ),
}

NOT_PAGES = {
    "api.core.organisations": "JSON for programs; tests/core/test_rest.py reads it",
    "api.core.organisations.one": "JSON for programs; tests/core/test_rest.py reads it",
    "api.core.commitments": "JSON for programs; tests/core/test_rest.py reads it",
    "api.core.commitments.one": "JSON for programs; tests/core/test_rest.py reads it",
    "api.document": "JSON for programs; tests/core/test_rest.py reads it",
    "commitments.table": "a CSV file; tests/core/test_commitments.py reads it",
    "periodic.latest": "leads to the newest edition; tests/core/test_periodic.py follows it",
    "periodic.file": "PDF, CSV or JSON; tests/core/test_periodic.py reads them",
    "periodic.preview": "a PDF; tests/core/test_periodic.py reads it",
    "calendar.feed": "a calendar; tests/core/test_agenda.py reads it",
    "news.feed": "an Atom feed; tests/core/test_agenda.py reads it",
    "news.feed_of": "an Atom feed; tests/core/test_agenda.py reads it",
    "vault.index": "leads on, for whoever belongs to one organisation; test_recovery follows it",
    "vault.confirm_sheet": "leads on, unless a sheet waits to be confirmed; test_recovery fills it in",
    "account.quick_exit": "leads out of the site; test_enhancements follows it",
    "root.choose_language": "leads to the language of the visitor",
    "root.health": "JSON for machines",
    "root.live": "JSON for machines",
    "root.offline_worker": "the service worker; test_offline runs it",
    "phone.key": "JSON for our own script",
    "phone.received": "JSON for our own script",
    "uploads.state": "JSON for our own script",
    "static": "stylesheet, script, pictures",
}
