"""Making, confirming and using the recovery sheet of an organisation."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import audit
from core.accounts.roles import VAULT_HOLD
from core.database import Database, now
from core.i18n import mark
from core.notifications import notify
from core.permissions import Actor, Subject, require
from core.settings import Settings
from core.vault import boxes, organisation_keys, own_key, sheets
from core.vault.keyring import Keys
from core.vault.models import KeyGrant, KeyRequest, MemberKey, OrganisationKey
from core.vault.problems import VaultProblem

USED = mark(
    "The recovery sheet of your organisation was used to open its sealed records. If you know nothing of it, "
    "lock the organisation and speak with your colleagues."
)


def put_sheet(key: OrganisationKey, secret: str) -> str:
    """Give the key a new sheet, to be confirmed; `secret` is the text of its private half. Gives the sheet's text."""
    sheet = sheets.new_sheet()
    key.sheet_recipient = boxes.recipient_of(sheet)
    key.sheet_sealed = boxes.box(secret.encode(), key.sheet_recipient)
    key.sheet_check, key.sheet_confirmed_at = sheets.check_of(str(sheet)), None
    return str(sheet)


def confirm_sheet(session: Session, actor: Actor, organisation_id: UUID, typed: Mapping[int, str]) -> None:
    """Two groups typed from the paper prove that it exists; `readiness` says which. Raises VaultProblem."""
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    key = organisation_keys.current(session, organisation_id, lock=True)
    if key is None:
        raise VaultProblem("no_vault")
    if not sheets.confirms(key.sheet_check, typed):
        raise VaultProblem("wrong_groups")
    key.sheet_check, key.sheet_confirmed_at = {}, now()
    audit.record(session, actor, "core.vault.sheet_confirm", organisation_id)


def new_sheet(session: Session, actor: Actor, keys: Keys | None, organisation_id: UUID) -> str:
    """Replace the sheet; gives its text ONCE, and until it is confirmed nothing is sealed.

    The old sheet no longer opens this database; it still opens an older copy of it, and files sealed before.
    Raises Closed.
    """
    keys = organisation_keys.admitted(session, actor, keys, organisation_id)
    known = organisation_keys.identities(session, keys, organisation_id)
    key = organisation_keys.current(session, organisation_id, lock=True)
    if key is None or key.epoch not in known:
        raise VaultProblem("no_vault")
    text = put_sheet(key, str(known[key.epoch]))
    audit.record(session, actor, "core.vault.sheet_new", organisation_id)
    return text


def restore_from_sheet(
    database: Database,
    settings: Settings,
    actor: Actor,
    organisation_id: UUID,
    sheet_text: str,
    password: str,
) -> None:
    """The sheet lets a member back in who may hold a key. Slow, with transactions of its own.

    Also while the organisation is locked: paper and one holder are two. Raises Denied, VaultProblem.
    """
    require(actor, VAULT_HOLD, Subject(organisation_id=organisation_id))
    try:
        sheet = sheets.parse(sheet_text)
    except ValueError:
        raise VaultProblem("wrong_sheet") from None
    made = own_key.prepare(database, settings, actor, password)
    with database.transaction() as session:
        member = own_key.keep(session, actor, made)
        recipient = boxes.recipient_of(sheet)
        rows = [
            row
            for row in organisation_keys.all_of(session, organisation_id)
            if row.sheet_recipient == recipient
        ]
        if not rows:
            raise VaultProblem("wrong_sheet")
        _tell_holders(session, organisation_id, member.person_id)
        for row in rows:
            secret = boxes.unbox(row.sheet_sealed, [sheet], f"The key of organisation {organisation_id}")
            _give_anew(session, row, secret.decode(), member)
        session.execute(
            delete(KeyRequest).filter_by(organisation_id=organisation_id, person_id=member.person_id)
        )
        audit.record(session, actor, "core.vault.restore", organisation_id)


def _tell_holders(session: Session, organisation_id: UUID, but: UUID) -> None:
    """Whoever finds the paper must not come in unnoticed."""
    key = organisation_keys.current(session, organisation_id)
    known = organisation_keys.holders_of(session, key) if key else ()
    arguments = {"organisation_id": str(organisation_id)}
    others = {each.grant.person_id for each in known} - {but}
    notify(session, others, "core", USED, endpoint="vault.state", arguments=arguments)


def _give_anew(session: Session, key: OrganisationKey, secret: str, member: MemberKey) -> None:
    session.execute(delete(KeyGrant).filter_by(key_id=key.id, person_id=member.person_id))
    organisation_keys.give(session, key, secret, member, member.person_id)
