"""A new epoch: a new key for the organisation, then every data key wrapped anew for it.

The first step is one transaction, after which everything opens with the new key: the old one is kept sealed to it
(`OrganisationKey.heir`). The second goes in batches, may be killed anywhere, and is finished by running it again.
A copy of the database taken before stays readable to whoever held the old key then. Files sealed before keep their
wrapping; the heir opens them.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from core import audit
from core.accounts.roles import VAULT_HOLD
from core.database import Database
from core.permissions import Actor, Subject, require
from core.vault import boxes, epochs, organisation_keys
from core.vault.envelope import SEALED
from core.vault.keyring import Keys
from core.vault.models import DataKey, KeyGrant, MemberKey, OrganisationKey, SealedRecord
from core.vault.problems import Closed, Damaged, VaultProblem

BATCH = 250
"""Data keys a transaction."""


def rotate(
    database: Database,
    actor: Actor,
    keys: Keys | None,
    organisation_id: UUID,
    without: UUID | None = None,
) -> str:
    """A new epoch for all holders but `without`, and all data keys under it. Gives the new sheet's text, ONCE.

    Raises Denied, Closed, VaultProblem("no_holder" or "oneself").
    """
    with database.transaction() as session:
        sheet = begin(session, actor, keys, organisation_id, without)
    finish(database, actor, keys, organisation_id)
    return sheet


def begin(
    session: Session, actor: Actor, keys: Keys | None, organisation_id: UUID, without: UUID | None = None
) -> str:
    """The first step alone: from its commit on nothing new is sealed to the old key. Gives the sheet's text."""
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    keys = organisation_keys.admitted(session, actor, keys, organisation_id)
    known = organisation_keys.identities(session, keys, organisation_id)
    old = organisation_keys.current(session, organisation_id, lock=True)
    if old is None or old.epoch not in known:
        raise Closed("no_grant")
    holders = organisation_keys.holders_of(session, old)
    if without == keys.person_id:
        raise VaultProblem("oneself")
    if without is not None and without not in {each.grant.person_id for each in holders}:
        raise VaultProblem("no_holder")
    grants = [each.grant for each in holders if each.grant.person_id != without]
    begun = epochs.begin(session, organisation_id, old.epoch + 1, _members(session, grants), actor.person_id)
    _carry(session, grants, old, begun.key)
    _bequeath(session, organisation_id, {epoch: str(key) for epoch, key in known.items()})
    audit.record(session, actor, "core.vault.rotate", organisation_id)
    if without is not None:
        audit.record(session, actor, "core.vault.withdraw", without)
    return begun.sheet


def _members(session: Session, grants: Sequence[KeyGrant]) -> Sequence[MemberKey]:
    people = [grant.person_id for grant in grants]
    return session.scalars(select(MemberKey).where(MemberKey.person_id.in_(people))).all()


def _carry(session: Session, grants: Sequence[KeyGrant], old: OrganisationKey, new: OrganisationKey) -> None:
    """What was proven stays proven, and what was unlocked before a lock stays refused."""
    new.locked_at = old.locked_at
    opened = {grant.person_id: grant.opened_at for grant in grants}
    for grant in session.scalars(select(KeyGrant).filter_by(key_id=new.id)):
        grant.opened_at = opened[grant.person_id]


def _bequeath(session: Session, organisation_id: UUID, secrets: dict[int, str]) -> None:
    """Each earlier key to the next epoch's; then nobody needs a grant or a sheet for an earlier one, and those go."""
    rows = {row.epoch: row for row in organisation_keys.all_of(session, organisation_id)}
    for epoch, secret in secrets.items():
        if epoch + 1 in rows:
            rows[epoch].heir = rows[epoch].heir or boxes.box(secret.encode(), rows[epoch + 1].recipient)
            rows[epoch].sheet_recipient, rows[epoch].sheet_sealed, rows[epoch].sheet_check = "", b"", {}
            for grant in session.scalars(select(KeyGrant).filter_by(key_id=rows[epoch].id)):
                session.delete(grant)
    session.flush()


def finish(database: Database, actor: Actor, keys: Keys | None, organisation_id: UUID) -> int:
    """Wrap what still hangs on an earlier epoch for the key in use; gives how many data keys. Run it again at will.

    A damaged data key is left as it is: `outdated` still counts it. Raises Denied, Closed, Damaged.
    """
    done, after = 0, UUID(int=0)
    while True:
        with database.reading() as session:
            batch = session.scalars(_old(organisation_id).where(DataKey.id > after).limit(BATCH)).all()
            turned = list(_turned(session, actor, keys, organisation_id, batch))
            after = batch[-1].id if batch else after
        if not batch:
            return done
        with database.transaction() as session:
            _write(session, turned)
        done += len(turned)


def outdated(session: Session, organisation_id: UUID) -> int:
    """How many data keys still hang on an earlier epoch: not 0 when a rotation was interrupted."""
    rows = _old(organisation_id).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _old(organisation_id: UUID) -> Select[DataKey]:
    newest = select(func.max(OrganisationKey.epoch)).filter_by(organisation_id=organisation_id)
    return (
        select(DataKey)
        .join(SealedRecord, SealedRecord.id == DataKey.sealed_record_id)
        .where(
            SealedRecord.organisation_id == organisation_id,
            SealedRecord.mode == SEALED,
            DataKey.epoch < newest.scalar_subquery(),
        )
        .order_by(DataKey.id)
    )


def _turned(
    session: Session, actor: Actor, keys: Keys | None, organisation_id: UUID, batch: Sequence[DataKey]
) -> Iterator[dict[str, object]]:
    keys = organisation_keys.admitted(session, actor, keys, organisation_id)
    known = organisation_keys.identities(session, keys, organisation_id)
    epoch, recipient = max(known), boxes.recipient_of(known[max(known)])
    for row in batch:
        try:
            plain = boxes.unbox(row.wrapped, [known[row.epoch]], f"Data key {row.id}")
        except (Damaged, KeyError):
            continue
        yield {
            "row": row.id,
            "old": row.epoch,
            "wrapped": boxes.box(plain, recipient),
            "epoch": epoch,
        }


def _write(session: Session, turned: Sequence[dict[str, object]]) -> None:
    """Only rows that still stand as they were read: one that was erased meanwhile must not come back."""
    table = DataKey.__table__
    statement = (
        table.update()  # type: ignore[attr-defined]
        .where(table.c.id == bindparam("row"), table.c.epoch == bindparam("old"))
        .values(wrapped=bindparam("wrapped"), epoch=bindparam("epoch"))
    )
    if turned:
        session.connection().execute(statement, list(turned))
