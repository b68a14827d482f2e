"""A network with entries of the public list, taken as far as a test needs by the services, on a clock that moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from answers import ANSWERS, picture
from flask import Flask
from network import Network
from sqlalchemy.orm import Session

from core.preferences import change
from core.toolkit import GuardFailed, now, store_attachment
from plugins.monitoring.models import Employer, Listing, Report
from plugins.monitoring.publication import clock, limits
from plugins.monitoring.services import board, listings, triage

REPLY = "Задолженность признаём и погасим до конца месяца."


class Lists:
    """Entries on a network; `day` is the number of days by which its clock is ahead."""

    def __init__(self, net: Network, patch: pytest.MonkeyPatch) -> None:
        """Put the clock of the list under this hand, and switch the list on."""
        self.net, self.ahead = net, timedelta()
        patch.setattr(clock, "now", lambda: now() + self.ahead)
        self.switch("yes")

    @property
    def app(self) -> Flask:
        """The app."""
        return self.net.app

    def switch(self, value: str, review: str = "Юрист сети, 12.03.2026", **more: str) -> None:
        """Settings, as the administrator changes them."""
        values = {limits.PUBLIC.name: value, limits.REVIEW.name: review}
        values |= {f"monitoring.listing_{name}": text for name, text in more.items()}
        with self.app.app_context(), self.net.site.database.transaction() as session:
            change(
                session, self.net.actor(session, "admin"), {each.name: each for each in limits.ALL}, values
            )

    def moved_to(self, day: date) -> None:
        """Noon in UTC of that day."""
        self.ahead = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - now()

    def passes(self, days: int) -> None:
        """So many days later."""
        self.ahead += timedelta(days=days)

    @property
    def today(self) -> date:
        """The day of the list's clock in Moscow."""
        return clock.today("RU")

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A transaction in the app."""
        with self.app.test_request_context("/ru/"), self.net.site.database.transaction() as session:
            yield session

    def report(self, *, consents: tuple[str, ...] = ("publication",), men: str = "12", **more: Any) -> UUID:
        """A confirmed report of last month, with a dossier that has left."""
        told = now().date() - timedelta(days=20)
        months = {"from_month": f"{told - timedelta(days=70):%Y-%m}", "to_month": f"{told:%Y-%m}"}
        answers = deepcopy(ANSWERS)
        answers["allegations"][0] |= months | {"men": men, "women": "2" if int(men) > 2 else ""}
        answers["origin"]["received_on"] = told.isoformat()
        for each in answers["sources"]:
            each["consents"] = [*each["consents"], *consents]
            each["consent_on"] = told.isoformat()
        changed = {name: answers[name] for name in ("allegations", "origin", "sources")} | more
        report_id = self.net.verified(**changed)
        self.net.dossier(report_id, "sent")
        return report_id

    def proposed(self, *report_ids: UUID, who: str = "coordinator") -> UUID:
        """An entry on these reports (none: on one that is made)."""
        ids = report_ids or (self.report(),)
        with self.work() as session:
            actor = self.net.actor(session, who)
            reports = [session.get_one(Report, each) for each in ids]
            employer = session.get_one(Employer, reports[0].employer_id)
            return listings.propose(session, actor, employer, reports=reports).id

    def decision(self, *, natural: bool = False, **changes: Any) -> UUID:
        """An entry of tier A on a decision of a court."""
        with self.work() as session:
            actor = self.net.actor(session, "coordinator")
            scheme, number = ("ru-inn", "500100732259" if natural else "7707083893")
            employer = triage.register_employer(
                session, actor, "Решённый А. А.", "RU", "RU-MOW", scheme, number
            )
            facts = {
                "kind": "court", "body": "Мосгорсуд", "number": "33-1/2026", "on": now().date(),
                "last_fact": now().date() - timedelta(days=30), "violations": ("wage_arrears",), "in_force": True,
                "file_id": self._paper(session),
            } | changes  # fmt: skip
            return listings.propose(session, actor, employer, decision=listings.Decision(**facts)).id

    def _paper(self, session: Session) -> UUID:

        actor = self.net.actor(session, "coordinator")
        place = self.net.organisations["most"]
        return store_attachment(session, actor, self.net.site.settings, picture(), place).id

    def act(self, who: str, listing_id: UUID, step: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """One service call with the revision that stands now."""
        with self.work() as session:
            listing = session.get_one(Listing, listing_id)
            named.setdefault("revision", listing.revision)
            return step(session, self.net.actor(session, who), listing, *args, **named)

    def refused(
        self, who: str, listing_id: UUID, step: Callable[..., Any], *args: Any, **named: Any
    ) -> list[str]:
        """The codes of a refusal; the step must be refused."""
        with pytest.raises(GuardFailed) as caught:
            self.act(who, listing_id, step, *args, **named)
        return caught.value.codes

    def described(self, listing_id: UUID, who: str = "coordinator", **changes: Any) -> UUID:
        """All circumstances told as they should be, but for `changes`."""
        with self.work() as session:
            stances = {each.source_id: "left" for each in session.get_one(Listing, listing_id).relied}
        facts = {
            "register_source": "ЕГРЮЛ, 3.11.2026", "migrants_on_site": 14, "reidentification": "passed",
            "stances": stances,
        } | changes  # fmt: skip
        self.act(who, listing_id, listings.describe, listings.Circumstances(**facts))
        return listing_id

    def reviewed(self, listing_id: UUID | None = None, risk: str = "none") -> UUID:
        """With its risk answered."""
        found = self.described(listing_id or self.proposed())
        self.act("lawyer", found, listings.move, "review")
        if risk:
            self.act("lawyer", found, listings.answer_risk, risk, "Взвешено.")
        return found

    def announced(self, listing_id: UUID | None = None) -> UUID:
        """The employer has both letters of today."""
        found = self.reviewed(listing_id)
        self.act("lawyer", found, listings.clear)
        self.letters(found)
        return found

    def letters(self, found: UUID) -> None:
        """Both letters of today."""
        self.act(
            "lawyer", found, listings.announce, post_on=self.today, post_number="80081", email_on=self.today
        )

    def before_board(self, listing_id: UUID | None = None) -> UUID:
        """Replied, and put to the vote."""
        found = self.announced(listing_id)
        self.act("lawyer", found, listings.record_reply, "full", REPLY)
        self.act("lawyer", found, board.submit)
        return found

    def published(self, listing_id: UUID | None = None) -> UUID:
        """Public, by two votes."""
        found = self.before_board(listing_id)
        assert not self.act("board", found, board.vote)
        assert self.act("board2", found, board.vote)
        return found

    def row(self, listing_id: UUID) -> Listing:
        """As it stands."""
        with self.net.site.database.reading() as session:
            found = session.get_one(Listing, listing_id)
            _ = found.versions, found.relied, found.disputes, found.reports
            session.expunge_all()
            return found
