"""Every page that answers GET: who opens it, with which values, and what it may weigh."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from browser.live import Live
from sqlalchemy import select

from core import vault
from core.accounts import actors, invitations, resets
from core.accounts.models import Membership, Organisation, Person
from core.accounts.roles import KEY_HOLDER
from core.accounts.sample import email
from core.testing import PASSWORD, Town
from core.toolkit import now
from plugins.monitoring.models import Dossier, Employer, Merge, Report, Site
from plugins.monitoring.sample.register import BAKERY, BUILDER, SEWING
from plugins.monitoring.services import sharing

KILOBYTES = {"text": 15, "form": 20, "list": 30, "dashboard": 60}
"""HTML, stylesheets and scripts of a first visit, compressed, by kind of page."""

Values = Callable[["Facts"], Mapping[str, Any]]


@dataclass(frozen=True)
class Visit:
    """One state of a page."""

    person: str
    kind: str = "text"
    name: str = ""
    values: Values = field(default=lambda facts: {})
    status: int = 200


class Facts:
    """The ids of the sample records, looked up by what they are."""

    def __init__(self, live: Live) -> None:
        self._live, self.people = live, live.people
        self._links: dict[str, str] = {}

    def report(self, state: str, **wanted: Any) -> dict[str, UUID]:
        """A report of the Moscow organisation in that state."""
        with self._live.site.database.reading() as session:
            rows = select(Report.id).where(
                Report.state == state, Report.reporter_id == self.people["monitor"]
            )
            found = rows.filter_by(**wanted).order_by(Report.id)
            return {"report_id": session.scalars(found).first() or _missing(f"a report in {state}")}

    def link(self) -> dict[str, str]:
        """A link to a dossier for somebody without an account."""
        site = self._live.site
        with self._live.app.app_context(), site.database.transaction() as session:
            person = session.get_one(Person, self.people["coordinator"])
            coordinator = actors.load(session, site.register, person)
            found = session.scalars(select(Dossier).where(Dossier.state == "registered")).first()
            assert found is not None
            return {"token": sharing.open_link(session, coordinator, found, "ГИТ")}

    def dossier(self, state: str) -> dict[str, UUID]:
        """A dossier in that state."""
        with self._live.site.database.reading() as session:
            found = session.scalars(select(Dossier.id).where(Dossier.state == state)).first()
            return {"dossier_id": found or _missing(f"a dossier in {state}")}

    def employer(self, name: str = BUILDER) -> dict[str, UUID]:
        """An employer of the register."""
        with self._live.site.database.reading() as session:
            found = session.scalars(select(Employer.id).where(Employer.legal_name == name)).first()
            return {"employer_id": found or _missing("an employer")}

    def pair(self) -> dict[str, UUID]:
        """Two employers."""
        return {**self.employer(SEWING), "other_id": self.employer(BAKERY)["employer_id"]}

    def site(self) -> dict[str, Any]:
        """A place of the employer that has one."""
        with self._live.site.database.reading() as session:
            found = session.scalars(select(Site)).first() or _missing("a place")
            return {"employer_id": found.employer_id, "part": "sites", "part_id": found.id}

    def merge(self) -> dict[str, UUID]:
        """A merge that stands."""
        with self._live.site.database.reading() as session:
            return {"merge_id": session.scalars(select(Merge.id)).first() or _missing("a merge")}

    def source(self, key: str = "monitor") -> dict[str, UUID]:
        """The first source of a sent report of that person."""
        with self._live.site.database.reading() as session:
            mine = Report.reporter_id == self.people[key]
            rows = select(Report).where(Report.state == "submitted", mine).order_by(Report.id)
            found = session.scalars(rows).first() or _missing("a sent report")
            return {"report_id": found.id, "source_id": found.sources[0].id}

    def waiting(self) -> dict[str, UUID]:
        """Somebody of the first organisation who asks to be let in to its keys."""
        site, who, place = self._live.site, self.people["coordinator"], self.organisation("org_admin")
        with site.database.transaction() as session:
            home = {"person_id": who, "organisation_id": place["organisation_id"]}
            session.scalars(select(Membership).filter_by(**home)).one().roles = [
                "monitoring.coordinator",
                KEY_HOLDER,
            ]
        vault.holders.join(site.database, site.settings, Town(site).actor(who), PASSWORD)
        return {**place, "person_id": who}

    def organisation(self, key: str) -> dict[str, UUID]:
        """The organisation of a person."""
        with self._live.site.database.reading() as session:
            person = session.get_one(Person, self.people[key])
            return {"organisation_id": person.memberships[0].organisation_id}

    def person(self, key: str) -> dict[str, UUID]:
        """A person."""
        return {"person_id": self.people[key]}

    def invitation(self, address: str) -> dict[str, str]:
        """An open invitation of that address; the same one each time."""
        if address not in self._links:
            self._links[address] = self._invite(address)
        return {"token": self._links[address]}

    def reset(self, key: str) -> dict[str, UUID]:
        """An open request for a way back in of that person; the same one each time."""
        with self._live.site.database.reading() as session:
            found = [each.id for each in resets.of(session, self.people[key])]
        return {"reset_id": found[0] if found else self._ask(key)[0]}

    def way_back(self, key: str) -> dict[str, str]:
        """The token of an approved one."""
        if key not in self._links:
            self._links[key] = self._ask(key, approved=True)[1].rsplit("/", 1)[1]
        return {"token": self._links[key]}

    def _ask(self, key: str, *, approved: bool = False) -> tuple[UUID, str]:
        site = self._live.site
        with site.database.transaction() as session:
            two = [session.get_one(Person, self.people[each]) for each in ("admin", "root")]
            first, second = (actors.load(session, site.register, each) for each in two)
            made = resets.ask(session, second, site.register, self.people[key], "Телефон украли в дороге.")
            link = resets.approve(session, first, site.settings, made.id) if approved else ""
        return made.id, link

    def _invite(self, address: str) -> str:
        site = self._live.site
        with site.database.transaction() as session:
            admin = actors.load(session, site.register, session.get_one(Person, self.people["admin"]))
            place = session.scalars(
                select(Organisation.id).where(Organisation.kind == "regional_council")
            ).one()
            _, link = invitations.create(
                session, admin, site.register, site.settings,
                organisation_id=place, email=address, name="Чынара", roles=["core.member"],
            )  # fmt: skip
        return link.rsplit("/", 1)[1]


def _missing(what: str) -> Any:
    raise LookupError(f"the sample data lacks {what}")


def _report(state: str, **more: Any) -> Values:
    return lambda facts: facts.report(state) | more


def _dossier(state: str) -> Values:
    return lambda facts: facts.dossier(state)


def _part(part: str) -> Values:
    return lambda facts: {**facts.employer(), "part": part}


def _just(**values: Any) -> Values:
    return lambda facts: values


_form, _list = partial(Visit, kind="form"), partial(Visit, kind="list")
STEP, ITEM, ITEMS = "monitoring.step", "monitoring.item", "monitoring.items"

PAGES: dict[str, tuple[Visit, ...]] = {
    "account.cannot_get_in": (Visit(""),),
    "account.conduct": (Visit("council"),),
    "account.confirm": (_form("monitor"),),
    "account.help_asked": (Visit("lawyer", values=lambda facts: facts.reset("lawyer")),),
    "account.invitation": (
        _form("", name="new", values=lambda facts: facts.invitation("chynara@camove.example")),
        _form("", name="known", values=lambda facts: facts.invitation(email("second"))),
        _form("second", name="join", values=lambda facts: facts.invitation(email("second"))),
        Visit("", name="none", values=_just(token="no-such-token"), status=404),
    ),
    "account.notifications": (_list("coordinator"), _list("newcomer", name="empty")),
    "account.overview": (_form("monitor"),),
    "account.password": (_form("monitor"),),
    "account.recovery": (_form("half:monitor"),),
    "account.recovery_codes": (_form("monitor"),),
    "account.reset": (
        _form("", values=lambda facts: facts.way_back("second")),
        Visit("", name="none", values=_just(token="no-such-token"), status=404),
    ),
    "account.second_factor": (_form("half:monitor"),),
    "account.second_factor_setup": (_form("half:unenrolled"), _form("org_admin", name="replace")),
    "account.security_key": (_form("half:monitor"),),
    "account.security_keys": (_form("org_admin"),),
    "account.sign_in": (_form(""),),
    "account.sign_ins": (_list("coordinator"),),
    "account.signed_out": (Visit(""),),
    "admin.index": (_list("admin"),),
    "admin.jobs": (_list("admin"),),
    "admin.plugins": (_list("admin"),),
    "admin.settings": (_form("admin"),),
    "monitoring.check": (_list("monitor", values=_report("draft")),),
    "monitoring.confirm": (_form("second", values=_report("confirmation")),),
    "monitoring.dossier": (
        _form("lawyer", name="drafting", values=_dossier("drafting")),
        _form("coordinator", name="registered", values=_dossier("registered")),
        _form("coordinator", name="answered", values=_dossier("answered")),
        _form("coordinator", name="recorded", values=_dossier("recorded")),
    ),
    "monitoring.shared": (
        _form("", values=lambda facts: facts.link()),
        Visit("", name="none", values=_just(token="no-such-token"), status=404),
    ),
    "monitoring.signing_keys": (Visit(""),),
    "monitoring.verify_dossier": (_form(""),),
    "monitoring.dossiers": (_list("coordinator"), _list("newcomer", name="empty")),
    "monitoring.draft": (_list("monitor", values=_report("draft")),),
    "monitoring.employer": (_list("coordinator", values=lambda facts: facts.employer()),),
    "monitoring.change_employer": (_form("coordinator", values=lambda facts: facts.employer()),),
    "monitoring.duplicates": (_list("coordinator", values=lambda facts: facts.employer(SEWING)),),
    "monitoring.employer_part": tuple(
        _form("coordinator", name=part, values=_part(part))
        for part in ("names", "numbers", "sites", "relations")
    ),
    "monitoring.merge_employers": (_form("coordinator", values=lambda facts: facts.pair()),),
    "monitoring.new_employer": (_form("coordinator"),),
    "monitoring.remove_part": (_form("coordinator", values=lambda facts: facts.site()),),
    "monitoring.tell_apart": (_form("coordinator", values=lambda facts: facts.pair()),),
    "monitoring.unmerge": (_form("coordinator", values=lambda facts: facts.merge()),),
    "monitoring.employers": (
        _list("coordinator"),
        _list("coordinator", name="empty", values=_just(name="ыыы")),
    ),
    ITEM: tuple(
        _form("monitor", name=name, values=_report("draft", name=name, position=position))
        for name, position in (("allegations", 0), ("sources", 0), ("evidence", 0))
    ),
    ITEMS: (_list("monitor", values=_report("draft", name="allegations")),),
    "monitoring.take_in": (_form("monitor"),),
    "monitoring.figures": (
        Visit("analyst", "dashboard", "all", _just(period=str(now().year - 1), country="")),
        Visit("coordinator", "dashboard", "one", _just(period=str(now().year - 1), country="RU")),
    ),
    "monitoring.public_figures": (Visit("", name="closed", status=404),),
    "monitoring.queue": (
        _list("coordinator"),
        _list("coordinator", name="empty", values=_just(sector="mining")),
    ),
    "monitoring.judge": (_form("verifier", values=_report("verification")),),
    "monitoring.new": (_form("monitor"),),
    "monitoring.report": (
        _form("coordinator", name="submitted", values=lambda facts: facts.report("submitted", urgent=True)),
        _form("coordinator", name="triage", values=_report("triage")),
        _form("monitor", name="needs-info", values=_report("needs_info")),
        _form("coordinator", name="verified", values=_report("verified")),
    ),
    "monitoring.report_employer": (_form("coordinator", values=_report("triage")),),
    "monitoring.reports": (
        _list("coordinator"),
        _list("newcomer", name="empty"),
        _list("second", name="few"),
    ),
    "monitoring.sent": (Visit("monitor", values=_report("submitted")),),
    STEP: tuple(
        _form("monitor", name=name, values=_report("draft", name=name))
        for name in ("safety", "origin", "employer")
    ),
    "monitoring.verifiers": (_form("coordinator", values=_report("triage")),),
    "monitoring.write_dossier": (_form("coordinator", values=_report("verified")),),
    "monitoring.contact": (
        _form("monitor", values=lambda facts: facts.source()),
        _form("verifier", name="not-ready", values=lambda facts: facts.source("verifier")),
    ),
    "monitoring.contacts": (_form("monitor"),),
    "monitoring.erase_contact": (_form("monitor", values=lambda facts: facts.source()),),
    "monitoring.identity": (
        _form("monitor", name="closed", values=lambda facts: facts.source(), status=409),
    ),
    "vault.begin": (_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.join": (_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.let_in": (_form("org_admin", values=lambda facts: facts.waiting()),),
    "vault.lock": (Visit("council", values=lambda facts: facts.organisation("council")),),
    "vault.new_sheet": (_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.restore": (_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.state": (
        _list("org_admin", values=lambda facts: facts.organisation("org_admin")),
        _list("council", name="not-ready", values=lambda facts: facts.organisation("council")),
    ),
    "vault.unlock": (_form("org_admin", values=lambda facts: facts.organisation("org_admin")),),
    "vault.withdraw": (
        _form("org_admin", values=lambda facts: facts.organisation("org_admin") | facts.person("monitor")),
    ),
    "organisations.add": (_form("admin"),),
    "organisations.close": (_form("admin", values=lambda facts: facts.organisation("council")),),
    "organisations.index": (_list("admin"),),
    "organisations.page": (_list("admin", values=lambda facts: facts.organisation("monitor")),),
    "organisations.rename": (_form("admin", values=lambda facts: facts.organisation("council")),),
    "pages.conduct": (Visit(""),),
    "pages.dashboard": (
        Visit("coordinator", "dashboard"),
        Visit("admin", "dashboard", "admin"),
        Visit("council", "dashboard", "empty"),
    ),
    "pages.home": (Visit(""), Visit("coordinator", name="member")),
    "pages.results": (
        _list("coordinator", values=_just(q="зарплата")),
        _list("", name="nothing", values=_just(q="зарплата")),
    ),
    "people.disable": (_form("admin", values=lambda facts: facts.person("council")),),
    "people.help_back": (_form("admin", values=lambda facts: facts.person("verifier")),),
    "people.index": (_list("admin"), _list("org_admin", name="few")),
    "people.invite": (
        _form("admin", name="choose"),
        _form("org_admin"),
    ),
    "people.person": (_list("admin", values=lambda facts: facts.person("coordinator")),),
    "people.reset": (_form("admin", values=lambda facts: facts.reset("lawyer")),),
    "people.roles": (
        _form("admin", values=lambda facts: facts.person("council") | facts.organisation("council")),
    ),
}

NOT_PAGES = {
    "vault.index": "leads on, for whoever belongs to one organisation; test_recovery follows it",
    "vault.confirm_sheet": "leads on, unless a sheet waits to be confirmed; test_recovery fills it in",
    "account.quick_exit": "leads out of the site; test_enhancements follows it",
    "monitoring.dossier_pdf": "a PDF; test_story reads it",
    "monitoring.dossier_docx": "a DOCX; monitoring/test_sharing.py reads it",
    "monitoring.dossier_zip": "a ZIP; monitoring/test_bundles.py reads it",
    "monitoring.shared_pdf": "a PDF",
    "monitoring.shared_zip": "a ZIP",
    "monitoring.figures_file": "a CSV file; test_figures reads it",
    "monitoring.draft_photo": "a photo",
    "monitoring.index": "leads to the list of reports",
    "monitoring.photo": "a photo",
    "monitoring.batch": "an upload leads to it; tests/plugins/monitoring/test_intake.py follows it",
    "monitoring.xlsform": "a workbook; test_xlsform reads it",
    "root.choose_language": "leads to the language of the visitor",
    "root.health": "JSON for machines",
    "root.live": "JSON for machines",
    "uploads.state": "JSON for our own script",
    "static": "stylesheet, script, pictures",
}
DEVELOPMENT = {"pattern.show"}
"""Mounted in development only, and photographed there."""
