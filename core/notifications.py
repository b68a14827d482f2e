"""Notices to people: kept in the app, and sent by e-mail as plain text that says only that something waits."""

import smtplib
import ssl
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core import outbox
from core.accounts.models import Notification, Person
from core.contract import Job
from core.database import Database, now
from core.i18n import core_domain, domain_of, mark
from core.settings import Settings

JOB = "core.mail"

SUBJECT = mark("camove: something waits for you")
BODY = mark("Sign in to see it: %(address)s")


def notify(
    session: Session,
    people: Iterable[UUID],
    domain: str,
    message: str,
    values: Mapping[str, str] | None = None,
    *,
    endpoint: str = "",
    arguments: Mapping[str, str] | None = None,
) -> None:
    """Leave a notice for each person and queue its e-mail. `message` is a msgid of `domain`.

    `values` must hold nothing sensitive: a reference number, never a name.
    """
    for person_id in sorted(set(people)):
        notice = Notification(
            person_id=person_id,
            domain=domain,
            message=message,
            values=dict(values or {}),
            endpoint=endpoint,
            arguments=dict(arguments or {}),
        )
        session.add(notice)
        session.flush()
        outbox.put(session, JOB, {"notification": str(notice.id)})


def text(notice: Notification, language: str) -> str:
    """The sentence in the reader's language."""
    return domain_of(notice.domain).text(language, notice.message, **notice.values)


def of(session: Session, person_id: UUID, limit: int = 50) -> Sequence[Notification]:
    """The newest notices of a person."""
    rows = select(Notification).where(Notification.person_id == person_id)
    return session.scalars(rows.order_by(Notification.created_at.desc()).limit(limit)).all()


def unread(session: Session, person_id: UUID) -> int:
    """How many notices a person has not seen."""
    rows = select(func.count()).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return session.scalar(rows) or 0


def mark_read(session: Session, person_id: UUID) -> None:
    """Note that the person has seen their list."""
    rows = update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    session.execute(rows.values(read_at=now()))


class Mailer:
    """Sends notices by SMTP; without a mail server in the settings they stay in the app only."""

    def __init__(self, settings: Settings) -> None:
        """Read where the mail server is: `smtp://user:password@host:587` or `smtps://...:465`."""
        self._settings = settings
        self._server = urlsplit(settings.mail_url)

    def job(self) -> Job:
        """The worker's part."""
        return Job(JOB, self._send)

    def _send(self, database: Database, payloads: Sequence[Mapping[str, Any]]) -> None:
        if not self._server.hostname:
            return
        for payload in payloads:
            with database.reading() as session:
                notice = session.get(Notification, UUID(payload["notification"]))
                person = session.get(Person, notice.person_id) if notice else None
                if notice is None or person is None or person.disabled or person.sample:
                    continue
                message = self._compose(notice, person)
            self.deliver(message)

    def _compose(self, notice: Notification, person: Person) -> EmailMessage:
        address = f"{self._settings.base_url}/{person.locale}/account/notifications"
        lines = [text(notice, person.locale), "", core_domain.text(person.locale, BODY, address=address)]
        return self.message(person.email, core_domain.text(person.locale, SUBJECT), "\n".join(lines))

    def message(self, to: str, subject: str, body: str) -> EmailMessage:
        """A plain-text message from this site."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._settings.mail_from, to, subject
        message.set_content(body)
        return message

    def deliver(self, message: EmailMessage) -> None:
        """Hand one message to the mail server; raises what SMTP raises, and the worker tries again."""
        with self.connect(timeout=20) as server:
            if self._server.username:
                server.login(self._server.username, self._server.password or "")
            server.send_message(message)

    def connect(self, timeout: float) -> smtplib.SMTP:
        """A connection to the mail server, its certificate checked: a letter may carry an invitation."""
        host, port = self._server.hostname or "", self._server.port or 0
        context = ssl.create_default_context()
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        server = smtplib.SMTP(host, port, timeout=timeout)
        if self._server.username:
            try:
                server.starttls(context=context)
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server
