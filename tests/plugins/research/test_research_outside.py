"""People without an account ask by mail, are decided upon as members are, and download through one link."""

import io
import json
import re
import socket
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update
from survey_lab import Lab
from werkzeug.test import TestResponse

from core import testing
from core.accounts.models import Notification
from core.audit import AuditEntry
from core.database import new_id, now
from core.outbox import QueuedJob
from core.permissions import Actor
from core.testing import Browser
from core.vault.models import SealedRecord
from plugins.research.models import Event, Outsider, Request, Version
from plugins.research.services import access, outsiders

NAME, ADDRESS = "Айгерим Канарейкина", "canary.outside@university.example"
PURPOSE = "Диссертация-канарейка о найме"
DOOR = "/ru/account/sign-in"


class Post:
    """A real mail server that keeps what arrives."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    made = Post()
    made.server.start()
    yield made
    made.server.stop()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, post: Post) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("outside") / "instance"
    made = Lab(folder, mail_url=f"smtp://127.0.0.1:{post.port}")
    yield made
    made.site.database.close()


@pytest.fixture(scope="module")
def version(lab: Lab) -> Version:
    rows = ["region,violation", *["1,unpaid"] * 37, *["2,none"] * 40]
    return lab.published("\n".join([*rows, ""]).encode(), "request", region="key", violation="sensitive")


def form(email: str, **more: str) -> dict[str, str]:
    told = {"email": email, "organisation": "Университет", "purpose": PURPOSE, "outputs": "", "team": ""}
    return told | {"agreed": "y", "signed_name": NAME, "again": str(new_id())} | more


def press(browser: Browser, path: str) -> TestResponse:
    """Send a form whose page may be gone; its token comes from another page."""
    answer = browser.post(path, page=DOOR)
    answer.get_data()
    answer.close()
    return answer


def asking(version: Version) -> str:
    return f"/ru/research/r/{version.dataset.slug}/{version.number}/request-by-mail"


def ask(lab: Lab, version: Version, email: str, **more: str) -> TestResponse:
    return lab.browser().post(asking(version), page=DOOR, **form(email, **more))


def links(lab: Lab, post: Post, email: str) -> list[str]:
    """The links in the letters to one address, as they arrive from the real server; oldest first."""
    testing.drain(lab.app)
    found = []
    for people, content in post.letters:
        if people == [email]:
            text = text_of(content)
            found += re.findall(r"https?://[^/\s]+(/\S+)", text)
    return found


def text_of(content: bytes) -> str:
    return str(message_from_bytes(content, policy=default).get_content())


def confirmed(lab: Lab, version: Version, post: Post, email: str) -> UUID:
    """Somebody asks and confirms; gives the request."""
    assert ask(lab, version, email).status_code == 200
    (link,) = links(lab, post, email)
    assert press(lab.browser(), link).status_code == 200
    with lab.site.database.reading() as session:
        return session.scalars(select(Outsider.request_id).order_by(Outsider.id.desc())).first() or new_id()


def decide(lab: Lab, request_id: UUID, name: str, **more: Any) -> None:
    with lab.app.app_context(), lab.site.database.transaction() as session:
        found = session.get_one(Request, request_id)
        access.decide(session, lab.actor("steward"), found, name, revision=found.revision, **more)


def granted(lab: Lab, version: Version, post: Post, email: str, downloads: int = 10) -> tuple[UUID, str]:
    """Somebody is granted access; gives the request and the link."""
    request_id = confirmed(lab, version, post, email)
    decide(lab, request_id, "grant", downloads=downloads)
    return request_id, links(lab, post, email)[-1]


def requests(lab: Lab) -> int:
    with lab.site.database.reading() as session:
        return session.scalar(select(func.count(Request.id))) or 0


def test_the_whole_way_from_the_form_to_the_package(lab: Lab, version: Version, post: Post) -> None:
    stranger, steward = lab.browser(), lab.browser("steward")
    assert "request-by-mail" in stranger.get(asking(version).rsplit("/", 1)[0]).text
    answer = ask(lab, version, ADDRESS)
    (link,) = links(lab, post, ADDRESS)
    before = steward.get("/ru/research/requests").text
    assert (answer.status_code, requests(lab), "без учётной записи" in before) == (200, 0, False)
    assert told_people(lab) == set()
    assert stranger.get(link).status_code == 200
    assert requests(lab) == 0, "a program that reads mail opens links too"
    assert press(stranger, link).status_code == 200
    assert press(stranger, link).status_code == 200
    assert requests(lab) == 1
    assert told_people(lab) == {lab.people["steward"]}
    page = seen(steward)
    assert all(each in page for each in (NAME, ADDRESS, PURPOSE, "Университет"))
    request_id = UUID(re.findall(r"/requests/([0-9a-f-]{36})", steward.get("/ru/research/requests").text)[0])
    stands = {"revision": "1", "expires": "", "downloads": "2"}
    assert steward.post(f"/ru/research/requests/{request_id}/grant", **stands).status_code == 302
    mine = links(lab, post, ADDRESS)[-1]
    shown = stranger.get(mine)
    assert shown.status_code == 200
    assert version.dataset.slug in shown.text
    package = press(stranger, f"{mine}/data/csv.zip")
    with zipfile.ZipFile(io.BytesIO(package.data)) as held:
        assert held.read("data.csv").count(b"\n") == 78
        assert json.loads(held.read("manifest.json"))["grant"] == str(request_id)
    with lab.site.database.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "download")).one()
        assert (event.detail["grant"], event.person_id) == (str(request_id), None)
        assert session.get_one(Request, request_id).downloads_left == 1
        assert "research.version.download" in session.scalars(select(AuditEntry.action)).all()


def seen(steward: Browser) -> str:
    """The page of the newest request, as the steward reaches it."""
    (first, *_) = re.findall(
        r'href="(/ru/research/requests/[0-9a-f-]{36})"', steward.get("/ru/research/requests").text
    )
    return steward.get(first).text


def told_people(lab: Lab) -> set[UUID]:
    with lab.site.database.reading() as session:
        rows = select(Notification.person_id).where(Notification.endpoint == "research.asked")
        return set(session.scalars(rows))


def test_what_they_tell_stands_in_the_vault_and_nowhere_else(lab: Lab, version: Version, post: Post) -> None:
    granted(lab, version, post, "canary.second@university.example")
    kept = b"".join(each.read_bytes() for each in lab.site.settings.instance.rglob("*") if each.is_file())
    for canary in (NAME, ADDRESS, PURPOSE, "canary.second", "Университет"):
        assert canary.encode() not in kept, canary
        assert json.dumps(canary).strip('"').encode() not in kept, canary
    tokens = [each.rsplit("/", 1)[1] for each in links(lab, post, "canary.second@university.example")]
    assert len(tokens) == 2
    assert all(each.encode() not in kept for each in tokens), "links are kept as hashes only"
    with lab.app.app_context(), lab.site.database.transaction() as session:
        asked = session.scalars(select(Request).order_by(Request.id.desc())).first()
        assert asked
        told, request_id = outsiders.told(session, Actor(), asked), asked.id
    looks = select(func.count()).where(
        AuditEntry.action == "research.request.read", AuditEntry.object_id == request_id
    )
    with lab.site.database.reading() as session:
        before = session.scalars(looks).one()
    assert NAME in lab.browser("steward").get(f"/ru/research/requests/{request_id}").text
    with lab.site.database.reading() as session:
        assert session.scalars(looks).one() == before + 1, "whoever reads it stands in the audit"
    assert (told["signed_name"], told["email"]) == (NAME, "canary.second@university.example")
    assert ADDRESS not in lab.browser("steward").get(
        f"/ru/search?q={ADDRESS.partition('@')[0]}"
    ).text.replace("q=", "")


def test_a_wrong_an_old_and_another_link_lead_nowhere(lab: Lab, version: Version, post: Post) -> None:
    ask(lab, version, "old@university.example")
    (link,) = links(lab, post, "old@university.example")
    token, browser = link.rsplit("/", 1)[1], lab.browser()
    for each in (f"{link}x", link.replace("confirm", "granted"), "/ru/research/granted/", f"{link[:-1]}%00"):
        assert browser.get(each).status_code == 404, each
        assert press(browser, f"{each}").status_code in (404, 405), each
    assert press(browser, f"/ru/research/granted/{token}/data/csv.zip").status_code == 404
    with lab.site.database.transaction() as session:
        old = update(Outsider).where(Outsider.confirm_hash == _hash(token))
        session.execute(old.values(asked_at=now() - timedelta(days=7, minutes=1)))
    assert (browser.get(link).status_code, press(browser, link).status_code) == (404, 404)
    before = sealed(lab)
    with lab.app.app_context():
        outsiders.forget(lab.site.database)
    with lab.site.database.reading() as session:
        assert session.scalars(select(Outsider).where(Outsider.confirm_hash == _hash(token))).all() == []
    assert sealed(lab) == before - 1, "what nobody confirmed is forgotten, and nothing else"


def sealed(lab: Lab) -> int:
    with lab.site.database.reading() as session:
        return session.scalar(select(func.count(SealedRecord.id))) or 0


def _hash(token: str) -> str:
    return outsiders.letters.hashed(token)


def test_the_limit_the_day_and_revocation_hold(lab: Lab, version: Version, post: Post) -> None:
    request_id, link = granted(lab, version, post, "limit@university.example", downloads=1)
    browser = lab.browser()
    assert press(browser, f"{link}/data/parquet.zip").status_code == 200
    assert press(browser, f"{link}/data/parquet.zip").status_code == 422
    with lab.site.database.transaction() as session:
        mine = update(Request).where(Request.id == request_id)
        session.execute(mine.values(expires_on=now().date() - timedelta(days=1), downloads_left=5))
    assert browser.get(link).status_code == 404
    assert press(browser, f"{link}/data/csv.zip").status_code == 404
    with lab.site.database.transaction() as session:
        session.execute(mine.values(expires_on=now().date()))
    assert browser.get(link).status_code == 200
    decide(lab, request_id, "revoke", reason="Передали другим.")
    assert browser.get(link).status_code == 404
    assert press(browser, f"{link}/data/csv.zip").status_code == 404
    testing.drain(lab.app)
    assert "Передали другим." in text_of(post.letters[-1][1])


@pytest.mark.parametrize(
    ("ends", "kept"), [("refuse", outsiders.REFUSED), ("revoke", outsiders.GRANTED), ("", outsiders.GRANTED)]
)
def test_who_asked_is_forgotten_long_after_the_end_and_not_before(
    lab: Lab, version: Version, post: Post, monkeypatch: pytest.MonkeyPatch, ends: str, kept: timedelta
) -> None:
    request_id = confirmed(lab, version, post, f"ended-{ends}@university.example")
    if ends != "refuse":
        decide(lab, request_id, "grant", downloads=1)
    if ends:
        decide(lab, request_id, ends, reason="Причина.")
    with lab.site.database.reading() as session:
        expires = session.get_one(Request, request_id).expires_on
    end = now() if ends or expires is None else datetime.combine(expires, time(23), UTC)
    for later, there in ((kept - timedelta(days=2), True), (kept + timedelta(days=2), False)):
        monkeypatch.setattr(outsiders, "now", lambda later=later: end + later)
        with lab.app.app_context():
            outsiders.forget(lab.site.database)
        with lab.site.database.reading() as session:
            found = session.scalars(select(Outsider).where(Outsider.request_id == request_id)).all()
            assert bool(found) is there, later
            assert session.get(Request, request_id) is not None
    page = lab.browser("steward").get(f"/ru/research/requests/{request_id}")
    assert page.status_code == 200
    assert f"ended-{ends}@" not in page.text


def test_a_withdrawn_or_closed_version_gives_a_holder_nothing(lab: Lab, version: Version, post: Post) -> None:
    """The matrix is asked for the grant of an outsider as for that of a member."""
    _, link = granted(lab, version, post, "matrix@university.example")
    browser = lab.browser()
    for values in (
        {"level": "closed"},
        {"embargo": now().date() + timedelta(days=1)},
        {"state": "withdrawn"},
    ):
        with lab.site.database.transaction() as session:
            before = {name: getattr(session.get_one(Version, version.id), name) for name in values}
            session.execute(update(Version).where(Version.id == version.id).values(values))
        answers = press(browser, f"{link}/data/csv.zip").status_code, browser.get(link).text
        with lab.site.database.transaction() as session:
            session.execute(update(Version).where(Version.id == version.id).values(before))
        assert (answers[0], "/data/csv.zip" in answers[1]) == (422, False), values
    assert press(browser, f"{link}/data/csv.zip").status_code == 200


def test_a_link_opens_its_own_grant_and_nothing_of_others(lab: Lab, version: Version, post: Post) -> None:
    one, link = granted(lab, version, post, "one@university.example")
    two, other = granted(lab, version, post, "two@university.example")
    browser = lab.browser()
    assert link != other
    press(browser, f"{link}/data/csv.zip")
    with lab.site.database.reading() as session:
        left = [session.get_one(Request, each).downloads_left for each in (one, two)]
    assert left == [9, 10]
    for each in (one, two):
        assert browser.get(f"/ru/research/requests/{each}").status_code in (302, 403)
        assert lab.browser("reader").get(f"/ru/research/requests/{each}").status_code == 404
        assert lab.browser("holder").get(f"/ru/research/requests/{each}").status_code == 404
    assert lab.browser("reader").get("/ru/research/requests").text.count("/ru/research/requests/") == 0
    public = asking(version).rsplit("/", 1)[0]
    assert press(browser, f"{public}/data/csv.zip").status_code == 422, (
        "the link opens its page, not the site"
    )


def test_asking_twice_makes_one_and_tells_nobody_who_asked(lab: Lab, version: Version, post: Post) -> None:
    again = str(new_id())
    first = ask(lab, version, "twice@university.example", again=again)
    second = ask(lab, version, "twice@university.example", again=again)
    unknown = ask(lab, version, "never@university.example")
    assert len({bare(each) for each in (first, second, unknown)}) == 1
    assert len(links(lab, post, "twice@university.example")) == 1
    confirmed_before = requests(lab)
    (link,) = links(lab, post, "twice@university.example")
    press(lab.browser(), link)
    known = ask(lab, version, "TWICE@university.example")
    assert bare(known) == bare(unknown)
    later = links(lab, post, "TWICE@university.example")[-1]
    assert press(lab.browser(), later).status_code == 422
    assert requests(lab) == confirmed_before + 1
    for _ in range(4):
        assert bare(ask(lab, version, "twice@university.example")) == bare(unknown)
    assert len(links(lab, post, "twice@university.example")) == 2, "three letters a day to one address"


def bare(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, re.sub(r'name="csrf_token"[^>]*>|class="reference">[^<]*<', "", answer.text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a@b.example,c@d.example"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"email": "nowhere"},
        {"email": "a" * 260 + "@b.example"},
        {"organisation": ""},
        {"signed_name": " "},
        {"agreed": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_typed_wrong_is_said_and_nothing_is_lost(
    lab: Lab, version: Version, wrong: dict[str, str]
) -> None:
    before = sealed(lab)
    answer = ask(lab, version, **{"email": "typed@university.example"} | wrong)
    assert (answer.status_code, PURPOSE in answer.text, sealed(lab)) == (422, True, before)


def test_data_that_are_not_given_on_agreement_cannot_be_asked_for(lab: Lab, version: Version) -> None:
    for level in ("open", "members", "closed"):
        with lab.site.database.transaction() as session:
            session.execute(update(Version).where(Version.id == version.id).values(level=level))
        assert lab.browser().get(asking(version)).status_code == 404
        assert ask(lab, version, "level@university.example").status_code == 404
    with lab.site.database.transaction() as session:
        session.execute(update(Version).where(Version.id == version.id).values(level="request"))
        waiting = session.scalars(select(QueuedJob.payload)).all()
    assert "level@" not in str(waiting)
