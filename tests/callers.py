"""Programs of the tests: each has a token, and says what it gets."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from network import Network
from werkzeug.test import TestResponse

from core.accounts import tokens
from core.accounts.models import Membership

EMPLOYER = {"name": "ООО «Пробный монтаж»", "role": "employer", "country": "RU", "sector": "construction"}
REPORTS = "/api/v1/monitoring/reports"


@dataclass
class Caller:
    """A program with a token."""

    client: FlaskClient
    token: str
    token_id: UUID
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request."""
        sent = {"Authorization": f"Bearer {self.token}"} | self.headers | options.pop("headers", {})
        return self.client.open(path, method=method, headers=sent, **options)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read."""
        return self.ask("GET", path, headers=_named(headers))

    def create(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Make a record, under a key of its own unless one is given."""
        return self.ask("POST", path, json=body, headers={"Idempotency-Key": str(uuid4())} | _named(headers))

    def change(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Change a record."""
        return self.ask("PATCH", path, json=body, headers=_named(headers))

    def draft(self, name: str = "ООО «Пробный монтаж»") -> TestResponse:
        """A new draft of a report."""
        return self.create(REPORTS, {"employer": EMPLOYER | {"name": name}})


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def caller(net: Network, who: str, *scopes: str, roles: tuple[str, ...] = (), days: int = 7) -> Caller:
    """A program of that administrator's organisation, for these scopes or for all that they may give.

    `roles` are given to the administrator first.
    """
    with net.app.app_context(), net.site.database.transaction() as session:
        if roles:
            place = session.query(Membership).filter_by(person_id=net.people[who]).one()
            place.roles = sorted({*place.roles, *roles})
            session.flush()
        actor = net.actor(session, who)
        known = net.site.rest.accesses.values()
        home = actor.organisations[0]
        wanted = scopes or [each.name for each in tokens.offered(actor, home, known)]
        made, text = tokens.make(
            session, actor, known, organisation_id=home, name="Проба", scopes=wanted, days=days
        )
    return Caller(net.app.test_client(), text, made.id)


MONITOR = ("monitoring.reporter",)
