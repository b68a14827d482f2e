"""Notices reach a real mail server, and say only that something waits."""

import shutil
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from core import notifications
from core.accounts.models import Person
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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


def test_without_a_mail_server_the_notice_stays_in_the_app(app: Flask, town: Town) -> None:
    tell(app, "ann@example.org")
    drain(app)
    browser = town.browser(app, "ann@example.org")
    assert "The report R-17 waits" in browser.get("/en/account/notifications").text
    with town.site.database.reading() as session:
        assert session.scalars(select(QueuedJob)).all() == []
