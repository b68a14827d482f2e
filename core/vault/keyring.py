"""Unlocked member keys: in the memory of this process alone, under the id of a sign-in, for ten idle minutes.

They are never written anywhere. Several web processes do not share them: run one, or let the proxy send a browser
always to the same one; otherwise a holder is asked again, and nothing worse. Python cannot promise to wipe memory:
what is forgotten is released, and may stand there until it is used again.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Timer
from uuid import UUID

from pyrage import x25519
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.database import Database, now
from core.permissions import Actor
from core.settings import Settings
from core.vault import boxes, member_keys
from core.vault.models import KeyGrant, OrganisationKey
from core.vault.problems import Damaged

IDLE = 10 * 60
"""Seconds without use after which a key is forgotten."""

clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class Keys:
    """What one sign-in has unlocked: the person's own key, by which the organisation's are opened when needed."""

    sign_in_id: UUID
    person_id: UUID
    since: datetime
    recipient: str
    organisations: frozenset[UUID] = frozenset()
    identity: x25519.Identity = field(repr=False, kw_only=True)


_unlocked: dict[UUID, tuple[float, Keys]] = {}
_guard = Lock()
_sweeper: list[Timer] = []
"""The one that looks for idle keys, while there are keys: a site that nobody asks must not keep them."""


def unlock(
    database: Database,
    settings: Settings,  # noqa: ARG001 - the cost of the hash stands in the row
    sign_in_id: UUID,
    person_id: UUID,
    password: str,
) -> bool:
    """Open the person's key with the password; False without a key or with another password.

    Slow, and with transactions of its own: call it outside any.
    """
    since = now()
    row = member_keys.load(database, person_id)
    identity = member_keys.opened(row, password) if row else None
    if row is None or identity is None:
        return False
    with database.transaction() as session:
        organisations = _note(session, person_id, identity)
        audit.record(session, Actor(person_id=person_id), "core.vault.unlock", person_id)
    keys = Keys(sign_in_id, person_id, since, row.recipient, frozenset(organisations), identity=identity)
    with _guard:
        _unlocked[sign_in_id] = (clock(), keys)
        _look_later()
    return True


def _look_later() -> None:
    if _unlocked and not _sweeper:
        _sweeper.append(Timer(IDLE / 10, _sweep))
        _sweeper[0].daemon = True
        _sweeper[0].start()


def _sweep() -> None:
    with _guard:
        _sweeper.clear()
        _drop_idle()
        _look_later()


def _note(session: Session, person_id: UUID, identity: x25519.Identity) -> list[UUID]:
    """Note which organisations' keys this person has proven to open; a damaged grant proves nothing."""
    rows = select(KeyGrant, OrganisationKey.organisation_id).join(
        OrganisationKey, OrganisationKey.id == KeyGrant.key_id
    )
    opened = []
    for grant, organisation_id in session.execute(rows.where(KeyGrant.person_id == person_id)):
        if grant.opened_at is None and _opens(grant, identity):
            grant.opened_at = now()
        opened.append(organisation_id)
    return opened


def _opens(grant: KeyGrant, identity: x25519.Identity) -> bool:
    try:
        boxes.unbox(grant.sealed, [identity], "A key grant")
    except Damaged:
        return False
    return True


def of(sign_in_id: UUID | None) -> Keys | None:
    """The keys of that sign-in, and ten minutes more for them; None when it has none (any more)."""
    with _guard:
        moment = _drop_idle()
        found = _unlocked.get(sign_in_id) if sign_in_id else None
        if found is None:
            return None
        _unlocked[found[1].sign_in_id] = (moment, found[1])
        return found[1]


def forget(sign_in_id: UUID) -> None:
    """Forget the keys of one sign-in."""
    with _guard:
        _unlocked.pop(sign_in_id, None)


def forget_person(person_id: UUID) -> None:
    """Forget the keys of a person in this process, wherever they are signed in."""
    with _guard:
        _drop(key for key, (_, keys) in _unlocked.items() if keys.person_id == person_id)


def forget_organisation(organisation_id: UUID) -> None:
    """Forget the keys of everybody here who holds that organisation's."""
    with _guard:
        _drop(key for key, (_, keys) in _unlocked.items() if organisation_id in keys.organisations)


def _drop_idle() -> float:
    moment = clock()
    _drop(key for key, (used, _) in _unlocked.items() if moment - used >= IDLE)
    return moment


def _drop(sign_ins: Iterable[UUID]) -> None:
    for sign_in_id in list(sign_ins):
        del _unlocked[sign_in_id]
