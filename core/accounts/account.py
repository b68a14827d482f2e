"""What a person changes about their own account."""

from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.accounts import credentials, sign_ins
from core.accounts.models import Person
from core.permissions import Actor
from core.settings import LOCALES, Settings
from core.vault import holders
from core.vault.member_keys import Made


def change_password(
    session: Session, actor: Actor, password_hash: str, sign_in_id: UUID, turned: Made | None
) -> str | None:
    """Keep the new hash and end every other sign-in; gives this one's new token.

    `turned` is the person's key of the vault under the new password, None if there is none.
    """
    person = session.get_one(Person, actor.person_id)
    person.password_hash = password_hash
    holders.rewrap(session, person.id, turned)
    sign_ins.end_all(session, person.id, but=sign_in_id)
    audit.record(session, actor, "core.password.change", person.id, ("password_hash",))
    return sign_ins.rotate(session, sign_in_id)


def change_language(session: Session, actor: Actor, language: str) -> None:
    """Remember in which language the site opens and e-mails are written."""
    if language in LOCALES:
        session.get_one(Person, actor.person_id).locale = language
        audit.record(session, actor, "core.language.change", actor.person_id, ("locale",))


def renew_recovery_codes(session: Session, actor: Actor, settings: Settings) -> list[str]:
    """New recovery codes; all earlier ones end."""
    person = session.get_one(Person, actor.person_id)
    audit.record(session, actor, "core.recovery_codes.renew", person.id)
    return credentials.new_recovery_codes(session, settings, person.id)


def end_sign_in(session: Session, actor: Actor, sign_in_id: UUID) -> bool:
    """End one of the actor's own sign-ins; False if there is none such."""
    if not actor.person_id or not sign_ins.end(session, actor.person_id, sign_in_id):
        return False
    audit.record(session, actor, "core.sign_in.end", actor.person_id)
    return True


def end_other_sign_ins(session: Session, actor: Actor, sign_in_id: UUID) -> None:
    """End all of the actor's sign-ins but this one."""
    if actor.person_id and sign_ins.end_all(session, actor.person_id, but=sign_in_id):
        audit.record(session, actor, "core.sign_in.end_others", actor.person_id)
