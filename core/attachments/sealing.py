"""Originals at rest: age files (age-encryption.org/v1), which any member can open with the stock tool if we vanish.

Where an organisation has a vault, only its unlocked members can open them. Until then, and for the pieces of an upload
that is still on its way, it is the site's own key, kept outside the data folder.
"""

from collections.abc import Sequence
from uuid import UUID

from pyrage import DecryptError, decrypt, encrypt, x25519
from sqlalchemy.orm import Session

from core import vault
from core.attachments.models import SITE
from core.settings import Settings, write_once

KEY = "attachments.age"


def recipients_of(session: Session, organisation_id: UUID) -> list[str]:
    """To whom the originals of an organisation are sealed; nobody means: to the site."""
    return list(vault.recipients(session, organisation_id))


def seal(settings: Settings, recipients: Sequence[str], content: bytes) -> tuple[bytes, str]:
    """The sealed bytes, and what to note about who can open them."""
    if recipients:
        return encrypt(content, [x25519.Recipient.from_str(each) for each in recipients]), " ".join(
            recipients
        )
    return seal_here(settings, content), SITE


def seal_here(settings: Settings, content: bytes) -> bytes:
    """Sealed to the site's own key."""
    sealed: bytes = encrypt(content, [_identity(settings).to_public()])
    return sealed


def open_here(settings: Settings, sealed: bytes) -> bytes:
    """What was sealed to the site's own key. Raises vault.Damaged for a flipped bit or another key."""
    try:
        content: bytes = decrypt(sealed, [_identity(settings)])
    except DecryptError as error:
        raise vault.Damaged("the file does not open with the site's key attachments.age") from error
    return content


def _identity(settings: Settings) -> x25519.Identity:
    path = settings.keys / KEY
    if not path.exists():
        settings.prepare()
        write_once(path, str(x25519.Identity.generate()).encode())
    return x25519.Identity.from_str(path.read_text().strip())
