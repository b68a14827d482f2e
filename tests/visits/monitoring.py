"""The pages of monitoring."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.accounts import actors
from core.accounts.models import Person
from core.toolkit import now
from plugins.monitoring.models import Dossier, Employer, Listing, Merge, Norm, Report, Site, Source
from plugins.monitoring.sample.register import BAKERY, BUILDER, SEWING
from plugins.monitoring.services import sharing
from visits.visit import Facts, Values, Visit, as_form, as_list, as_offline, just


def report(facts: Facts, state: str, **wanted: Any) -> dict[str, UUID]:
    """A report of the Moscow organisation in that state."""
    rows = select(Report.id).where(Report.state == state, Report.reporter_id == facts.people["monitor"])
    return {"report_id": facts.first(rows.filter_by(**wanted).order_by(Report.id), f"a report in {state}")}


def link(facts: Facts) -> dict[str, str]:
    """A link to a dossier for somebody without an account."""
    site = facts.live.site
    with facts.live.app.app_context(), site.database.transaction() as session:
        person = session.get_one(Person, facts.people["coordinator"])
        coordinator = actors.load(session, site.register, person)
        found = session.scalars(select(Dossier).where(Dossier.state == "registered")).first()
        assert found is not None
        return {"token": sharing.open_link(session, coordinator, found, "ГИТ")}


def dossier(facts: Facts, state: str) -> dict[str, UUID]:
    """A dossier in that state."""
    rows = select(Dossier.id).where(Dossier.state == state)
    return {"dossier_id": facts.first(rows, f"a dossier in {state}")}


def employer(facts: Facts, name: str = BUILDER) -> dict[str, UUID]:
    """An employer of the register."""
    rows = select(Employer.id).where(Employer.legal_name == name)
    return {"employer_id": facts.first(rows, "an employer")}


def listing(facts: Facts, state: str) -> dict[str, UUID]:
    """An entry of the public list in that state."""
    return {
        "listing_id": facts.first(select(Listing.id).where(Listing.state == state), f"an entry in {state}")
    }


def entry(facts: Facts, state: str, tier: str) -> dict[str, str]:
    """The public number of one."""
    rows = select(Listing.reference).where(Listing.state == state, Listing.tier == tier)
    return {"reference": facts.first(rows, f"an entry in {state}")}


def pair(facts: Facts) -> dict[str, UUID]:
    """Two employers."""
    return {**employer(facts, SEWING), "other_id": employer(facts, BAKERY)["employer_id"]}


def site(facts: Facts) -> dict[str, Any]:
    """A place of the employer that has one."""
    found = facts.first(select(Site), "a place")
    return {"employer_id": found.employer_id, "part": "sites", "part_id": found.id}


def merge(facts: Facts) -> dict[str, UUID]:
    """A merge that stands."""
    return {"merge_id": facts.first(select(Merge.id), "a merge")}


def source(facts: Facts, key: str = "monitor") -> dict[str, UUID]:
    """The first source of a sent report of that person."""
    mine = (Report.state == "submitted", Report.reporter_id == facts.people[key])
    rows = select(Source).join(Report).where(*mine).order_by(Report.id, Source.position)
    found = facts.first(rows, "a sent report")
    return {"report_id": found.report_id, "source_id": found.id}


def norm(facts: Facts, code: str, number: int) -> dict[str, UUID]:
    """An edition of a norm."""
    return {"norm_id": facts.first(select(Norm.id).filter_by(code=code, number=number), "a norm")}


def _report(state: str, **more: Any) -> Values:
    return lambda facts: report(facts, state) | more


def _dossier(state: str) -> Values:
    return lambda facts: dossier(facts, state)


def _part(part: str) -> Values:
    return lambda facts: {**employer(facts), "part": part}


STEP, ITEM, ITEMS = "monitoring.step", "monitoring.item", "monitoring.items"

PAGES: dict[str, tuple[Visit, ...]] = {
    "monitoring.check": (as_list("monitor", values=_report("draft")),),
    "monitoring.confirm": (as_form("second", values=_report("confirmation")),),
    "monitoring.dossier": (
        as_form("lawyer", name="drafting", values=_dossier("drafting")),
        as_form("coordinator", name="registered", values=_dossier("registered")),
        as_form("coordinator", name="answered", values=_dossier("answered")),
        as_form("coordinator", name="recorded", values=_dossier("recorded")),
    ),
    "monitoring.shared": (
        as_form("", values=link),
        Visit("", name="none", values=just(token="no-such-token"), status=404),
    ),
    "monitoring.signing_keys": (Visit(""),),
    "monitoring.verify_dossier": (as_form(""),),
    "monitoring.dossiers": (as_list("coordinator"), as_list("newcomer", name="empty")),
    "monitoring.draft": (as_list("monitor", values=_report("draft")),),
    "monitoring.employer": (as_list("coordinator", values=employer),),
    "monitoring.change_employer": (as_form("coordinator", values=employer),),
    "monitoring.duplicates": (as_list("coordinator", values=lambda facts: employer(facts, SEWING)),),
    "monitoring.employer_part": tuple(
        as_form("coordinator", name=part, values=_part(part))
        for part in ("names", "numbers", "sites", "relations")
    ),
    "monitoring.merge_employers": (as_form("coordinator", values=pair),),
    "monitoring.new_employer": (as_form("coordinator"),),
    "monitoring.remove_part": (as_form("coordinator", values=site),),
    "monitoring.tell_apart": (as_form("coordinator", values=pair),),
    "monitoring.unmerge": (as_form("coordinator", values=merge),),
    "monitoring.employers": (
        as_list("coordinator"),
        as_list("coordinator", name="empty", values=just(name="ыыы")),
    ),
    ITEM: tuple(
        as_offline("monitor", name=name, values=_report("draft", name=name, position=position))
        for name, position in (("allegations", 0), ("sources", 0), ("evidence", 0))
    ),
    ITEMS: (as_offline("monitor", values=_report("draft", name="allegations")),),
    "monitoring.take_in": (as_form("monitor"),),
    "monitoring.figures": (
        Visit("analyst", "dashboard", "all", just(period=str(now().year - 1), country="")),
        Visit("coordinator", "dashboard", "one", just(period=str(now().year - 1), country="RU")),
    ),
    "monitoring.public_figures": (Visit("", name="closed", status=404),),
    "monitoring.queue": (
        as_list("coordinator"),
        as_list("coordinator", name="empty", values=just(sector="mining")),
    ),
    "monitoring.judge": (as_form("verifier", values=_report("verification")),),
    "monitoring.new": (as_offline("monitor"),),
    "monitoring.report": (
        as_form(
            "coordinator", name="submitted", values=lambda facts: report(facts, "submitted", urgent=True)
        ),
        as_form("coordinator", name="triage", values=_report("triage")),
        as_form("monitor", name="needs-info", values=_report("needs_info")),
        as_form("coordinator", name="verified", values=_report("verified")),
    ),
    "monitoring.report_employer": (as_form("coordinator", values=_report("triage")),),
    "monitoring.reports": (
        as_list("coordinator"),
        as_list("newcomer", name="empty"),
        as_list("second", name="few"),
    ),
    "monitoring.sent": (as_offline("monitor", values=_report("submitted")),),
    STEP: tuple(
        as_offline("monitor", name=name, values=_report("draft", name=name))
        for name in ("safety", "origin", "employer")
    ),
    "monitoring.verifiers": (as_form("coordinator", values=_report("triage")),),
    "monitoring.write_dossier": (as_form("coordinator", values=_report("verified")),),
    "monitoring.contact": (
        as_form("monitor", values=source),
        as_form("verifier", name="not-ready", values=lambda facts: source(facts, "verifier")),
    ),
    "monitoring.contacts": (as_form("custodian"),),
    "monitoring.identity_requests": (as_list("custodian"),),
    "monitoring.withdraw_consent": (as_form("monitor", values=source),),
    "monitoring.norms": (as_list("lawyer"), as_list("coordinator", name="reading")),
    "monitoring.norm": (
        as_form("lawyer", name="reviewed", values=lambda facts: norm(facts, "tk-136-wages", 2)),
        as_form("lawyer", name="seeded", values=lambda facts: norm(facts, "uk-145-1-wages", 1)),
    ),
    "monitoring.new_norm": (as_form("lawyer"),),
    "monitoring.erase_contact": (as_form("monitor", values=source),),
    "monitoring.identity": (
        as_form("monitor", name="asked", values=source),
        as_form("custodian", name="to-decide", values=source),
    ),
    "monitoring.published": (
        as_list(""),
        as_list("", name="found", values=just(name="мираж")),
        as_list("", name="nothing", values=just(name="ыыы")),
    ),
    "monitoring.published_entry": (
        as_list("", values=lambda facts: entry(facts, "published", "B")),
        as_list("", name="disputed", values=lambda facts: entry(facts, "disputed", "B")),
        as_list("", name="decision", values=lambda facts: entry(facts, "published", "A")),
        Visit("", name="none", values=just(reference="L-NONE-NONE"), status=404),
    ),
    "monitoring.published_dispute": (as_form("", values=lambda facts: entry(facts, "published", "B")),),
    "monitoring.published_corrections": (as_list(""),),
    "monitoring.listings": (as_list("lawyer"), as_list("coordinator", name="coordinator")),
    "monitoring.listing": (
        as_list("board", name="board", values=lambda facts: listing(facts, "board")),
        as_list("lawyer", name="window", values=lambda facts: listing(facts, "reply_window")),
        as_list("lawyer", name="disputed", values=lambda facts: listing(facts, "disputed")),
        as_list("coordinator", name="decision", values=lambda facts: listing(facts, "suspended")),
    ),
    "monitoring.new_listing": (as_form("coordinator", values=employer),),
    "monitoring.new_decision": (as_form("coordinator", values=employer),),
}

NOT_PAGES = {
    "api.monitoring.reports": "JSON for programs; tests/core/test_rest.py reads it",
    "api.monitoring.reports.one": "JSON for programs; tests/core/test_rest.py reads it",
    "api.monitoring.public_list": "JSON for programs; tests/core/test_rest.py reads it",
    "api.monitoring.public_list.one": "JSON for programs; tests/core/test_rest.py reads it",
    "monitoring.published_json": "JSON for machines; test_listings_shown reads it",
    "monitoring.published_csv": "a CSV file; test_listings_shown reads it",
    "monitoring.published_sitemap": "addresses for search engines; test_listings_shown reads it",
    "monitoring.published_badge": "a picture; test_listings_shown reads it",
    "monitoring.listing_paper": "a photo",
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
    "monitoring.forms": "JSON for our own script; test_offline uses it",
    "monitoring.xlsform": "a workbook; test_xlsform reads it",
}
