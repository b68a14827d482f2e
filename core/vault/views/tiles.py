"""What of the vault waits for somebody, for the page of what waits."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.accounts.roles import VAULT_HOLD
from core.contract import Tile
from core.i18n import gettext
from core.permissions import Actor, Subject
from core.vault import holders
from core.vault.readiness import readiness


def tiles(session: Session, actor: Actor) -> Iterable[Tile]:
    """For each organisation whose key the person holds: colleagues to let in, and steps that are left."""
    for organisation_id in actor.organisations:
        if not actor.may(VAULT_HOLD, Subject(organisation_id)):
            continue
        found = readiness(session, organisation_id)
        if actor.person_id not in {each.person_id for each in found.holders}:
            continue
        values = {"organisation_id": str(organisation_id)}
        if count := len(holders.waiting(session, organisation_id)):
            yield Tile(count, gettext("Colleagues who wait for the key"), "vault.state", values, "warn", 5)
        if left := len(found.missing):
            label = gettext("Steps left until records can be sealed")
            yield Tile(left, label, "vault.state", values, "warn", 6)
