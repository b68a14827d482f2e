"""Notices reach a real mail server, and say only that something waits."""

import contextlib
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from serving import free_port
from sqlalchemy import select

from core import notifications
from core.accounts.models import Person
from core.database import now
from core.outbox import QueuedJob
from core.platform import EXTENSION, Platform
from core.testing import Settings, Town, create_app, drain


class Letterbox:
    """Keeps what an SMTP server receives; refuses the first `refusals` letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusals = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 try later"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 kept"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    box = Letterbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def mailing(
    letterbox: tuple[Letterbox, str], migrated: Path, tmp_path: Path
) -> Iterator[tuple[Letterbox, Flask]]:
    box, url = letterbox
    folder = Path(shutil.copytree(migrated, tmp_path / "instance"))
    app = create_app(
        Settings(
            instance=folder,
            testing=True,
            strict=True,
            search_engine="fts5",
            mail_url=url,
            base_url="https://camove.example",
        )
    )
    yield box, app
    app.extensions[EXTENSION].database.close()


def tell(app: Flask, email: str, **changes: object) -> None:
    site: Platform = app.extensions[EXTENSION]
    town = Town(site)
    person_id = town.person(email, town.organisation("Мост"))
    with site.database.transaction() as session:
        person = session.get_one(Person, person_id)
        for name, value in changes.items():
            setattr(person, name, value)
        notifications.notify(
            session, [person_id, person_id], "core", "The report %(number)s waits", {"number": "R-17"}
        )


def test_a_letter_says_only_that_something_waits(mailing: tuple[Letterbox, Flask]) -> None:
    box, app = mailing
    tell(app, "ann@example.org", locale="en", name="Ann Secret")
    drain(app)
    [letter] = box.letters
    assert (letter["To"], letter["Subject"]) == ("ann@example.org", "camove: something waits for you")
    assert letter.get_content_type() == "text/plain"
    body = letter.get_content()
    assert body.splitlines() == [
        "The report R-17 waits", "", "Sign in to see it: https://camove.example/en/account/notifications",
    ]  # fmt: skip
    for sensitive in ("Secret", "Мост", "token"):
        assert sensitive not in letter.as_string()


def test_in_the_readers_language(mailing: tuple[Letterbox, Flask]) -> None:
    box, app = mailing
    tell(app, "ann@example.org", locale="ru")
    drain(app)
    [letter] = box.letters
    assert "/ru/account/notifications" in letter.get_content()
    assert letter["Subject"] != "camove: something waits for you"


@pytest.mark.parametrize("state", [{"disabled": True}, {"sample": True}])
def test_no_letter_to_closed_accounts_and_invented_people(
    mailing: tuple[Letterbox, Flask], state: dict[str, bool]
) -> None:
    box, app = mailing
    tell(app, "ann@example.org", **state)
    drain(app)
    assert box.letters == []


def test_a_refused_letter_is_tried_again(mailing: tuple[Letterbox, Flask]) -> None:
    box, app = mailing
    box.refusals = 1
    tell(app, "ann@example.org")
    drain(app)
    assert box.letters == []
    database = app.extensions[EXTENSION].database
    with database.transaction() as session:
        [job] = session.scalars(select(QueuedJob))
        assert (job.attempts, job.error.split(" at ")[0]) == (1, "SMTPDataError")
        job.due = job.due.replace(year=2020)
    drain(app)
    assert len(box.letters) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_server_without_a_valid_certificate_gets_neither_password_nor_letter(
    app: Flask, tmp_path: Path, scheme: str
) -> None:
    """Whoever sits on the line could else read invitations, and become the person who was invited."""
    box, served = Letterbox(), own_certificate(tmp_path)
    port = free_port()
    asked: list[str] = []

    def admit(_server: Any, _session: Any, _envelope: Any, _mechanism: str, auth: Any) -> AuthResult:
        asked.append(str(auth))
        return AuthResult(success=True)

    secured = (
        {"ssl_context": served} if scheme == "smtps" else {"tls_context": served, "require_starttls": True}
    )
    controller = Controller(box, hostname="127.0.0.1", port=port, authenticator=admit, **secured)
    loop = threading.Thread(target=controller._run, args=(threading.Event(),), daemon=True)
    loop.start()
    wait_for(port)
    settings = Settings(
        instance=tmp_path, testing=True, mail_url=f"{scheme}://camove:secret@127.0.0.1:{port}"
    )
    mailer = notifications.Mailer(settings)
    with pytest.raises(ssl.SSLCertVerificationError):
        mailer.deliver(mailer.message("ada@example.org", "s", "b"))
    assert (asked, box.letters) == ([], [])
    controller.loop.call_soon_threadsafe(controller.loop.stop)
    loop.join()


def wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
            return
        time.sleep(0.05)


def own_certificate(folder: Path) -> ssl.SSLContext:
    """What anybody can make: a certificate for the right address that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now() - timedelta(1)).not_valid_after(now() + timedelta(1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "mail.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def test_without_a_mail_server_the_notice_stays_in_the_app(app: Flask, town: Town) -> None:
    tell(app, "ann@example.org")
    drain(app)
    browser = town.browser(app, "ann@example.org")
    assert "The report R-17 waits" in browser.get("/en/account/notifications").text
    with town.site.database.reading() as session:
        assert session.scalars(select(QueuedJob)).all() == []
