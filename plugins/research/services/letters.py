"""Letters to people without an account: the link that confirms an address, and what was decided.

The token of a link is worked out from the id and a key of the site, so neither the queue nor the database holds one.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Database, Mailer, history, mark, now, outbox, platform, vault
from plugins.research.dictionary import best
from plugins.research.language import domain
from plugins.research.models import Outsider, Request

JOB = "research.letter"
CONFIRM, GRANTED = "confirm", "granted"
TABLE = "research_outsider"

SUBJECT = mark("camove: your request for data")
CONFIRMING = mark(
    "Somebody, we hope you, asked for access to the data “%(title)s” and gave this address. Open this link within "
    "seven days to confirm it: %(address)s"
)
STRANGER = mark("If it was not you, do nothing: the request is forgotten by itself, and nobody has seen it.")
GRANTING = mark(
    "You may use the data “%(title)s” until %(day)s. This link opens them, for you alone; do not pass it on: "
    "%(address)s"
)
REFUSING = mark("Your request for the data “%(title)s” was refused. Reason: %(reason)s")
REVOKING = mark("Your access to the data “%(title)s” was taken back. Reason: %(reason)s")


def place(outsider: Outsider) -> vault.Place:
    """Where what they tell of themselves is sealed."""
    return vault.Place(TABLE, outsider.id, outsider.version.organisation_id)


def token_of(purpose: str, outsider_id: UUID) -> str:
    """The token of a link, 256 bits."""
    content = purpose.encode() + outsider_id.bytes
    raw = hmac.new(platform.settings.key("research-outsider"), content, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def hashed(token: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def queue(session: Session, outsider: Outsider, name: str) -> None:
    """Queue a letter in the caller's transaction."""
    outbox.put(session, JOB, {"outsider": str(outsider.id), "letter": name})


def decided(session: Session, request: Request) -> None:
    """Write to whoever asked without an account; a grant gets its link."""
    found = session.scalars(select(Outsider).where(Outsider.request_id == request.id)).first()
    if found is None:
        return
    if request.state == "granted":
        found.grant_hash = hashed(token_of(GRANTED, found.id))
    queue(session, found, request.state)


def send(database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
    """The worker's part; what is no longer so by then is not sent."""
    mailer = Mailer(platform.settings)
    if not platform.settings.mail_url:
        return
    for payload in payloads:
        with database.reading() as session:
            found = session.get(Outsider, UUID(payload["outsider"]))
            message = _compose(session, mailer, found, payload["letter"]) if found else None
        if message is not None:
            mailer.deliver(message)


def _compose(session: Session, mailer: Mailer, found: Outsider, name: str) -> EmailMessage | None:
    to = vault.open_internal(session, place(found)).get("email")
    state = found.request.state if found.request else CONFIRM
    if not to or state != name:
        return None
    body = "\n\n".join(domain.text(found.language, each, **_values(session, found)) for each in WORDS[name])
    return mailer.message(to, domain.text(found.language, SUBJECT), body + "\n")


WORDS: Mapping[str, Sequence[str]] = {
    CONFIRM: (CONFIRMING, STRANGER),
    GRANTED: (GRANTING,),
    "refused": (REFUSING,),
    "revoked": (REVOKING,),
}


def _values(session: Session, found: Outsider) -> dict[str, str]:
    request, version = found.request, found.version
    passages = history(session, request.id) if request else []
    purpose, page = (GRANTED, "granted") if request else (CONFIRM, "confirm")
    base = f"{platform.settings.base_url.rstrip('/')}/{found.language}/research/{page}"
    last = (request.expires_on if request else None) or now().date()
    return {
        "title": best(version.about.get("title", {}), found.language) or version.dataset.slug,
        "address": f"{base}/{token_of(purpose, found.id)}",
        "day": f"{last:%d.%m.%Y}",
        "reason": passages[-1].reason if passages else "",
    }
