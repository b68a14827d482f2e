"""The people of the tests of monitoring, and reports taken as far as a test needs, by the services themselves."""

import shutil
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from answers import ANSWERS, SOUND_INN, picture
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import testing
from core.accounts.models import Membership
from core.audit import AuditEntry, verify
from core.outbox import QueuedJob
from core.platform import EXTENSION, Platform
from core.settings import Settings
from core.testing import Browser, Town
from core.toolkit import Actor, find_actor, new_id, now, store_attachment
from core.workflow import Passage
from plugins.monitoring.models import Dossier, Report
from plugins.monitoring.services import dossiers, drafts, findings, following, triage

SearchEngine = Literal["whoosh", "fts5", "postgresql"]

ORGANISATIONS = {
    "most": ("member_ngo", "RU"),
    "neva": ("member_ngo", "RU"),
    "talas": ("member_ngo", "KG"),
    "office": ("secretariat", "KG"),
    "press": ("partner", "RU"),
}

PEOPLE = {
    "monitor": ("most", ("monitoring.reporter",)),
    "colleague": ("most", ("monitoring.reporter",)),
    "coordinator": ("most", ("monitoring.coordinator",)),
    "coordinator2": ("neva", ("monitoring.coordinator",)),
    "insider": ("most", ("monitoring.verifier",)),
    "first": ("neva", ("monitoring.verifier",)),
    "second": ("talas", ("monitoring.verifier",)),
    "idle": ("talas", ("monitoring.verifier",)),
    "lawyer": ("neva", ("monitoring.legal_officer",)),
    "other": ("neva", ("monitoring.reporter",)),
    "kg_monitor": ("talas", ("monitoring.reporter",)),
    "kg_coordinator": ("talas", ("monitoring.coordinator",)),
    "kg_lawyer": ("talas", ("monitoring.legal_officer",)),
    "org_admin": ("most", ("core.organisation_admin",)),
    "kg_admin": ("talas", ("core.organisation_admin",)),
    "admin": ("office", ("core.administrator",)),
    "net_coordinator": ("office", ("core.coordinator",)),
    "member": ("most", ("core.member",)),
    "custodian": ("most", ("monitoring.custodian", "core.key_holder")),
    "analyst": ("office", ("monitoring.analyst",)),
    "board": ("office", ("monitoring.board",)),
    "board2": ("talas", ("monitoring.board",)),
    "own_board": ("most", ("monitoring.board",)),
    "organiser": ("most", ("job_fairs.organiser",)),
    "kg_organiser": ("talas", ("job_fairs.organiser",)),
    "fair_helper": ("most", ("job_fairs.helper",)),
    "fair_desk": ("most", ("job_fairs.desk",)),
    "fair_reader": ("most", ("job_fairs.reader",)),
    "watch": ("most", ("media_watch.coordinator", "media_watch.editor")),
    "kg_watch": ("talas", ("media_watch.coordinator", "media_watch.editor")),
    "coder": ("most", ("media_watch.coder",)),
    "kg_coder": ("talas", ("media_watch.coder",)),
    "judge": ("neva", ("media_watch.adjudicator",)),
    "signer": ("press", ("media_watch.signer",)),
    "depositor": ("most", ("research.depositor",)),
    "kg_depositor": ("talas", ("research.depositor",)),
    "scholar": ("neva", ("research.reviewer",)),
    "steward": ("office", ("research.steward",)),
    "study_keeper": ("most", ("research.coordinator",)),
    "reader": ("neva", ("research.reader",)),
    "requester": ("neva", ("research.requester",)),
    "fair_coordinator": ("office", ("job_fairs.coordinator",)),
}
"""Who is there, in which organisation, with which roles. A plugin's own people stand last, a few for each."""

ELSEWHERE = frozenset({"colleague", "coordinator2", "board2", "own_board"})
"""People of single tests, who add nothing to the matrix of roles."""


@dataclass
class Network:
    """A site with three NGOs, and who works there."""

    app: Flask
    organisations: dict[str, UUID]
    people: dict[str, UUID]

    @classmethod
    def settle(cls, app: Flask) -> "Network":
        """Make the organisations and the people."""
        town = Town(app.extensions[EXTENSION])
        places = {key: town.organisation(key, *facts) for key, facts in ORGANISATIONS.items()}
        people = {
            key: town.person(f"{key}@example.org", places[place], *roles)
            for key, (place, roles) in PEOPLE.items()
        }
        return cls(app, places, people)

    @property
    def site(self) -> Platform:
        """The platform."""
        found: Platform = self.app.extensions[EXTENSION]
        return found

    def reopened(self, rest: Path, folder: Path, search_engine: SearchEngine = "fts5") -> "Network":
        """The same people in an app of its own, on a copy in `folder` of the site at `rest`."""
        shutil.copytree(rest, folder)
        settings = Settings(instance=folder, testing=True, strict=True, search_engine=search_engine)
        app = testing.create_app(settings)
        return Network(app, self.organisations, self.people)

    def actor(self, session: Session, who: str) -> Actor:
        """Somebody as services know them; wants an app context."""
        found = find_actor(session, f"{who}@example.org")
        assert found is not None
        return found

    def browser(self, who: str = "") -> Browser:
        """Their browser, signed in."""
        return Town(self.site).browser(self.app, f"{who}@example.org" if who else "")

    def join(self, who: str, organisation: str, *roles: str) -> None:
        """A second membership."""
        with self.site.database.transaction() as session:
            place = Membership(person_id=self.people[who], organisation_id=self.organisations[organisation])
            place.roles = list(roles)
            session.add(place)

    def draft(
        self, who: str = "monitor", *, photo: bool = False, organisation: str = "", **changes: Any
    ) -> UUID:
        """A complete draft; `changes` replace whole steps."""
        with self.app.app_context(), self.site.database.transaction() as session:
            actor = self.actor(session, who)
            home = self.organisations[organisation or PEOPLE[who][0]]
            made = drafts.start(session, actor, new_id(), home, "ru")
            answers = deepcopy(ANSWERS) | changes
            if photo:
                kept = store_attachment(session, actor, self.site.settings, picture(), home)
                session.flush()
                answers["evidence"] = [{"attachment": str(kept.id), "title": "Объявление", "source": "0"}]
            made.answers = answers
            return made.id

    def act(self, who: str, report_id: UUID, step: Any, *args: Any, **named: Any) -> None:
        """One service call on a report, with the revision that stands now."""
        with self.app.app_context(), self.site.database.transaction() as session:
            report = session.get_one(Report, report_id)
            named.setdefault("revision", report.revision)
            step(session, self.actor(session, who), report, *args, **named)

    def sent(self, who: str = "monitor", **changes: Any) -> UUID:
        """A report that waits for its coordinator."""
        report_id = self.draft(who, **changes)
        self.act(who, report_id, drafts.send)
        return report_id

    def sorting(self, coordinator: str = "coordinator", **changes: Any) -> UUID:
        """A report that a coordinator has taken."""
        report_id = self.sent(**changes)
        self.act(coordinator, report_id, triage.move, "take")
        return report_id

    def ready(
        self, first: str = "first", second: str = "second", number: str = SOUND_INN, **more: Any
    ) -> UUID:
        """Taken, linked to an employer and with two verifiers named."""
        report_id = self.sorting(**more)
        self.link(report_id, number)
        named = self.people.get(first), self.people.get(second)
        self.act("coordinator", report_id, triage.name_verifiers, *named)
        return report_id

    def link(self, report_id: UUID, number: str = SOUND_INN, who: str = "coordinator") -> UUID:
        """Register an employer and link it."""
        with self.app.app_context(), self.site.database.transaction() as session:
            actor, report = self.actor(session, who), session.get_one(Report, report_id)
            made = triage.register_employer(
                session, actor, "ООО «Пробный монтаж»", "RU", "RU-MOW", "ru-inn", number
            )
            triage.link_employer(session, actor, report, made.id, revision=report.revision)
            return made.id

    def verifying(self, **more: Any) -> UUID:
        """With the first verifier."""
        report_id = self.ready(**more)
        self.act("coordinator", report_id, triage.move, "verify")
        return report_id

    def proposed(self, verdict: str = "verified", **more: Any) -> UUID:
        """With the second verifier."""
        report_id = self.verifying(**more)
        self.act("first", report_id, findings.judge, {0: (verdict, "Сверено с табелем.")})
        return report_id

    def verified(self, **more: Any) -> UUID:
        """Confirmed by two people."""
        report_id = self.proposed(**more)
        self.act("second", report_id, findings.confirm)
        return report_id

    def dossier(self, report_id: UUID, until: str = "drafting") -> UUID:
        """A dossier on a verified report."""
        with self.app.app_context(), self.site.database.transaction() as session:
            actor, report = self.actor(session, "coordinator"), session.get_one(Report, report_id)
            made = dossiers.write(session, actor, report, "labour_inspectorate", status_risk="agreed")
            if until != "drafting":
                dossiers.approve(session, self.actor(session, "lawyer"), made, revision=made.revision)
            if until in ("sent", "registered"):
                dossiers.send(session, actor, made, now().date(), "epgu", revision=made.revision)
            if until == "registered":
                following.register(session, actor, made, now().date(), "77-1", revision=made.revision)
            return made.id

    def report(self, report_id: UUID) -> Report:
        """The row as it stands, with its parts read."""
        with self.site.database.reading() as session:
            found = session.get_one(Report, report_id)
            _ = found.allegations, found.sources, found.evidence, found.employer
            session.expunge_all()
            return found

    def letter(self, dossier_id: UUID) -> Dossier:
        """The dossier as it stands."""
        with self.site.database.reading() as session:
            found = session.get_one(Dossier, dossier_id)
            _ = found.pdf
            session.expunge_all()
            return found

    def count(self, table: Any, *conditions: Any) -> int:
        """How many rows there are."""
        with self.site.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0

    def audited(self, action: str, object_id: UUID | None = None) -> int:
        """How many audit entries of that action there are."""
        about = () if object_id is None else (AuditEntry.object_id == object_id,)
        return self.count(AuditEntry, AuditEntry.action == action, *about)

    def passages(self, object_id: UUID) -> list[str]:
        """The moves of a record, oldest first."""
        with self.site.database.reading() as session:
            rows = select(Passage.transition).where(Passage.object_id == object_id).order_by(Passage.revision)
            return list(session.scalars(rows))

    def agree(self) -> None:
        """Rows, passages, audit and outbox tell the same story, and the chain is whole."""
        with self.site.database.reading() as session:
            assert verify(session) == []
            submitted = select(Passage.object_id).where(Passage.transition == "submit")
            submits = Counter(session.scalars(submitted))
            entries = select(AuditEntry.object_id).where(AuditEntry.action == "monitoring.report.submit")
            audited = Counter(session.scalars(entries))
            queued = [
                job.payload["uid"]
                for job in session.scalars(select(QueuedJob).where(QueuedJob.name == "core.index"))
            ]
            for report in session.scalars(select(Report)):
                is_draft = report.state == "draft"
                assert submits[report.id] == (0 if is_draft else 1)
                assert audited[report.id] == (0 if is_draft else 1)
                assert bool(report.allegations) is bool(report.sources) is (not is_draft)
                assert (report.answers is None) is (report.submitted_at is not None) is (not is_draft)
                assert (f"monitoring:report:{report.id}" in queued) is (not is_draft)
