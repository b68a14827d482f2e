"""Contacts of sources: sealed by who reports, opened by who holds the key, and shown on no other page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from answers import ANSWERS, fields
from network import Network

from core import vault
from core.accounts.models import Membership
from core.accounts.roles import KEY_HOLDER
from core.audit import AuditEntry
from core.outbox import QueuedJob
from core.testing import PASSWORD, Browser, Town, drain
from plugins.monitoring.models import IdentityRequest
from plugins.monitoring.services import custody, identities, triage

BASE = "/ru/monitoring/reports"
CONTACT = {
    "name": "Айдана Канарейкина",
    "phone": "+996 555 700 811",
    "document": "AN7654321",
    "address": "Мытищи, ул. Неизвестная, 9",
    "safe": "Писать после 20:00",
    "workplace": "Люберцы, Котельническая, 31, корпус 4",
    "notes": "Единственная из бригады, кто говорит по-узбекски",
}
WHY = "Инспектор Канареев просит о встрече"


@dataclass
class Case:
    """A sent report, its first source, and one browser a person, so that what was unlocked stays so."""

    net: Network
    report: UUID
    source: UUID
    browsers: dict[str, Browser]

    def of(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = self.net.browser(who)
        return self.browsers[who]

    def path(self, step: str = "", report: UUID | None = None) -> str:
        return f"{BASE}/{report or self.report}/contact/{self.source}{step}"

    def seal(self, **values: str) -> int:
        return self.of("monitor").post(self.path(), **(values or CONTACT)).status_code

    def unlock(self, who: str) -> None:
        answer = self.of(who).post("/ru/account/confirm", **{"confirm-password": PASSWORD})
        assert answer.status_code == 302

    def ask(self, who: str = "monitor", reason: str = WHY) -> UUID:
        """Ask the custodian; gives the request."""
        answer = self.of(who).post(self.path("/ask"), self.path("/open"), reason=reason)
        assert answer.status_code == 302
        return self.requests()[0].id

    def requests(self) -> list[IdentityRequest]:
        """The requests about this source, newest first."""
        with self.net.site.database.reading() as session:
            found = list(custody.of_source(session, self.source))
            session.expunge_all()
            return found

    def decide(self, request: UUID, answer: str = "grant", who: str = "custodian") -> int:
        self.unlock(who)
        return self.of(who).post(self.path(f"/requests/{request}/{answer}"), self.path("/open")).status_code

    def let(self) -> None:
        """The monitor has asked and the custodian has agreed."""
        assert self.decide(self.ask()) == 302

    def open(self, who: str = "custodian") -> str:
        if not self.requests():
            self.let()
        self.unlock(who)
        answer = self.of(who).get(self.path("/open"))
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def sealed(self) -> bool:
        place = vault.Place("monitoring_source", self.source, self.net.organisations["most"])
        with self.net.site.database.reading() as session:
            return bool(vault.has(session, [place]))


def _case(net: Network) -> Case:
    report = net.sent()
    return Case(net, report, net.report(report).sources[0].id, {})


@pytest.fixture
def bare(net: Network) -> Case:
    """Without a vault."""
    return _case(net)


@pytest.fixture
def case(net: Network) -> Iterator[Case]:
    """With a ready vault: the custodian and the organisation's administrator hold its key."""
    holders = [net.people["org_admin"], net.people["custodian"]]
    Town(net.site).vault(net.organisations["most"], *holders)
    yield _case(net)
    for person in (*holders, net.people["monitor"]):
        vault.keyring.forget_person(person)


def test_who_reports_seals_and_who_holds_the_key_reads(case: Case) -> None:
    assert case.seal() == 302
    page = case.open()
    assert all(text in page for text in CONTACT.values())
    assert case.net.audited("core.vault.read", case.source) == 1


def test_half_a_contact_is_enough_and_what_is_left_empty_stays(case: Case) -> None:
    assert case.seal(phone="0700 1") == 302
    assert case.seal(name="Бермет") == 302
    page = case.open()
    assert "Бермет" in page
    assert "0700 1" in page


def test_an_empty_contact_is_refused(case: Case) -> None:
    answer = case.of("monitor").post(case.path(), name="  ")
    assert answer.status_code == 422
    assert "Заполните хотя бы одно" in answer.get_data(as_text=True)
    assert not case.sealed()


def test_without_the_key_the_writer_cannot_read(case: Case) -> None:
    case.seal()
    case.let()
    case.unlock("monitor")
    answer = case.of("monitor").get(case.path("/open"))
    assert answer.status_code == 409
    assert "Айдана" not in answer.get_data(as_text=True)


def test_a_key_without_the_permission_opens_nothing(case: Case) -> None:
    case.seal()
    case.unlock("org_admin")
    assert case.of("org_admin").get(case.path("/open")).status_code == 403


def test_closed_keys_ask_for_the_password(case: Case) -> None:
    case.seal()
    case.let()
    case.browsers["custodian"] = case.net.browser("custodian")
    answer = case.of("custodian").get(case.path("/open"))
    assert answer.status_code == 409
    assert "/ru/account/confirm?next=" in answer.get_data(as_text=True)


def test_without_a_vault_the_page_explains_and_takes_nothing(bare: Case) -> None:
    page = bare.of("monitor").get(bare.path()).get_data(as_text=True)
    assert "ещё нет ключа" in page
    assert "textarea" not in page
    answer = bare.of("monitor").post(bare.path(), page=f"{BASE}/{bare.report}", **CONTACT)
    assert answer.status_code in (400, 409)
    assert not bare.sealed()


def test_when_the_organisation_is_locked_meanwhile_nothing_typed_is_lost(case: Case) -> None:
    browser, town = case.of("monitor"), Town(case.net.site)
    with case.net.site.database.transaction() as session:
        vault.holders.lock(session, town.actor(case.net.people["member"]), case.net.organisations["most"])
    browser = case.browsers["monitor"] = case.net.browser("monitor")
    answer = browser.post(case.path(), page="/ru/account/", **CONTACT)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert all(text in page for text in CONTACT.values())
    assert "заблокирована" in page
    assert not case.sealed()


@pytest.mark.parametrize("who", ["other", "kg_monitor", "coordinator2", "lawyer", "first"])
def test_of_another_organisation_there_is_nothing(case: Case, who: str) -> None:
    case.seal()
    for step in ("", "/open", "/erase"):
        assert case.of(who).get(case.path(step)).status_code in (403, 404)
    report = case.of(who).get(f"{BASE}/{case.report}")
    assert "/contact/" not in report.get_data(as_text=True)


def test_a_source_of_another_report_is_not_found(case: Case) -> None:
    other = case.net.sent()
    assert case.of("monitor").get(case.path(report=other)).status_code == 404
    case.source = uuid4()
    assert case.of("monitor").get(case.path()).status_code == 404


def test_the_contact_stands_on_no_other_page_and_in_no_other_row(case: Case) -> None:
    case.seal()
    drain(case.net.app)
    pages = [
        case.of(who).get(path).get_data(as_text=True)
        for who in ("monitor", "coordinator", "custodian")
        for path in (
            f"{BASE}/{case.report}", f"{BASE}", "/ru/work", "/ru/account/notifications",
            "/ru/search?q=Канарейкина", "/ru/monitoring/contacts", case.path(), case.path("/erase"),
            case.path("/open"),
        )
    ]  # fmt: skip
    for text in CONTACT.values():
        assert not [page for page in pages if re.sub(r'name="q"[^>]*', "", page).count(text)]
    with case.net.site.database.reading() as session:
        kept = [str(each.fields) for each in session.query(AuditEntry)]
        kept += [str(each.payload) for each in session.query(QueuedJob)]
    assert not [text for text in CONTACT.values() if text in "".join(kept)]


def test_the_search_finds_inside_the_seal_for_holders_alone(case: Case) -> None:
    case.seal()
    case.unlock("custodian")
    found = case.of("custodian").post("/ru/monitoring/contacts", text="канарейкина").get_data(as_text=True)
    assert case.path("/open") in found
    by_number = case.of("custodian").post("/ru/monitoring/contacts", text="0555700811"[1:])
    assert case.path("/open") in by_number.get_data(as_text=True)
    nothing = case.of("custodian").post("/ru/monitoring/contacts", text="Никто")
    assert "/open" not in nothing.get_data(as_text=True)
    assert case.net.audited("core.vault.scan") == 3
    assert case.of("monitor").client.get("/ru/monitoring/contacts").status_code == 403


def test_erasing_destroys_the_contact_and_leaves_a_trace(case: Case) -> None:
    case.seal()
    asked = case.of("monitor").get(case.path("/erase"))
    assert "навсегда" in asked.get_data(as_text=True)
    assert case.sealed()
    assert case.of("monitor").post(case.path("/erase")).status_code == 302
    assert not case.sealed()
    assert case.net.audited("monitoring.identity.erase", case.source) == 1
    assert "Стёрт" in case.of("monitor").get(f"{BASE}/{case.report}").get_data(as_text=True)
    assert "ничего не запечатано" in case.of("custodian").get(case.path("/open")).get_data(as_text=True)
    drain(case.net.app)


def test_a_closed_report_says_who_is_asked_to_erase(case: Case) -> None:
    case.seal()
    words = "К кому обратиться:"
    assert words not in case.of("coordinator").get(f"{BASE}/{case.report}").get_data(as_text=True)
    case.net.act("coordinator", case.report, triage.move, "take")
    case.net.act("coordinator", case.report, triage.move, "reject", reason="Дубль")
    page = case.of("monitor").get(f"{BASE}/{case.report}").get_data(as_text=True)
    assert words in page
    assert "Custodian" in page


def test_a_contact_that_is_written_in_the_draft_stays_with_its_source(case: Case) -> None:
    net, monitor = case.net, case.of("monitor")
    draft = net.draft(sources=[])
    for position, source in enumerate(ANSWERS["sources"]):
        page = f"{BASE}/{draft}/draft/sources/{position}"
        assert monitor.post(page, **fields(source)).status_code == 302
    kept = identities.sources(net.report(draft))
    assert len(kept) == 2
    listed = monitor.get(f"{BASE}/{draft}/draft/sources/").get_data(as_text=True)
    case.report, case.source = draft, kept[1][0]
    assert case.path() in listed
    assert case.seal() == 302
    assert monitor.post(f"{BASE}/{draft}/draft/sources/0/remove", f"{BASE}/{draft}/draft/sources/0")
    assert identities.sources(net.report(draft)) == kept[1:]
    assert case.sealed()
    monitor.post(f"{BASE}/{draft}/draft/sources/0/remove", f"{BASE}/{draft}/draft/sources/0")
    assert not case.sealed()


def test_a_sent_source_keeps_the_id_of_the_draft(case: Case) -> None:
    net, wanted = case.net, uuid4()
    sources = [
        {**each, "id": str(wanted if n == 0 else uuid4())} for n, each in enumerate(ANSWERS["sources"])
    ]
    sent = net.report(net.sent(sources=sources))
    assert sent.sources[0].id == wanted


def test_a_damaged_contact_is_said_in_words(case: Case) -> None:
    case.seal()
    case.let()
    with case.net.site.database.transaction() as session:
        damaged = "UPDATE core_vault_field SET body = zeroblob(93) WHERE name = 'name'"
        session.connection().exec_driver_sql(damaged)
    case.unlock("custodian")
    answer = case.of("custodian").get(case.path("/open"))
    assert answer.status_code == 409
    assert "Печать на этой записи не сходится" in answer.get_data(as_text=True)


def test_another_role_beside_the_key_reads_too(case: Case) -> None:
    """The monitor of the sample network is a holder as well."""
    case.seal()
    with case.net.site.database.transaction() as session:
        mine = session.query(Membership).filter_by(person_id=case.net.people["monitor"]).one()
        mine.roles = [*mine.roles, KEY_HOLDER]
    town, database = Town(case.net.site), case.net.site.database
    vault.holders.join(database, case.net.site.settings, town.actor(case.net.people["monitor"]), PASSWORD)
    holder = case.net.people["custodian"]
    with database.transaction() as session:
        vault.holders.grant(
            session, town.actor(holder), vault.keyring.of(holder), case.net.organisations["most"],
            case.net.people["monitor"],
        )  # fmt: skip
    assert "Айдана" in case.open("monitor")


def test_nobody_opens_alone_one_asks_and_the_custodian_agrees(case: Case) -> None:
    case.seal()
    case.unlock("custodian")
    before = case.of("custodian").get(case.path("/open"))
    assert before.status_code == 200
    assert "Айдана" not in before.get_data(as_text=True)
    request = case.ask()
    assert WHY in case.of("custodian").get(case.path("/open")).get_data(as_text=True)
    assert (
        case.of("custodian").get("/ru/monitoring/contacts/requests").get_data(as_text=True).count("M-") >= 1
    )
    assert case.decide(request) == 302
    assert "Айдана" in case.open()
    net = case.net
    audited = {each: net.audited(f"monitoring.identity.{each}", request) for each in ("ask", "grant", "open")}
    assert audited == {"ask": 1, "grant": 1, "open": 1}
    with net.site.database.reading() as session:
        rows = session.query(AuditEntry).filter(AuditEntry.object_id == request).order_by(AuditEntry.sequence)
        who = {entry.action.rpartition(".")[2]: entry.person_id for entry in rows}
    assert (who["ask"], who["grant"]) == (net.people["monitor"], net.people["custodian"])


def test_nobody_agrees_to_their_own_request_nor_without_a_reason(case: Case) -> None:
    case.seal()
    lone = case.of("custodian").post(case.path("/ask"), case.path("/open"), reason=WHY)
    assert lone.status_code == 422
    assert case.requests() == []
    with case.net.site.database.transaction() as session:
        place = session.query(Membership).filter_by(person_id=case.net.people["colleague"]).one()
        place.roles = [*place.roles, "monitoring.custodian"]
    own = case.ask("custodian")
    assert case.decide(own) == 422
    assert case.of("monitor").post(case.path("/ask"), case.path("/open"), reason=" ").status_code == 422
    assert case.requests()[0].state == "waiting"
    assert case.decide(own, who="colleague") == 302
    assert "Айдана" in case.open()


def test_a_refusal_keeps_it_closed_and_a_permission_ends_after_a_day(case: Case) -> None:
    case.seal()
    assert case.decide(case.ask(), "refuse") == 302
    page = case.of("custodian").get(case.path("/open")).get_data(as_text=True)
    assert "Айдана" not in page
    assert case.requests()[0].state == "refused"
    case.let()
    assert "Айдана" in case.open()
    with case.net.site.database.transaction() as session:
        for each in custody.of_source(session, case.source):
            each.until = each.until and each.until - custody.LASTS
    case.unlock("custodian")
    assert "Айдана" not in case.of("custodian").get(case.path("/open")).get_data(as_text=True)


def test_the_reason_is_sealed_and_stands_in_no_audit(case: Case) -> None:
    case.seal()
    request = case.ask()
    with case.net.site.database.reading() as session:
        report = case.net.report(case.report)
        assert custody.reason(session, report, session.get_one(IdentityRequest, request)) == WHY
        kept = [str(each.fields) for each in session.query(AuditEntry)]
    assert not [each for each in kept if "Канареев" in each]
    case.of("monitor").post(case.path("/erase"))
    with case.net.site.database.reading() as session:
        assert custody.reason(session, report, session.get_one(IdentityRequest, request)) == ""


@pytest.mark.parametrize("who", ["other", "kg_monitor"])
def test_the_monitor_of_another_organisation_finds_no_request(case: Case, who: str) -> None:
    case.seal()
    request = case.ask()
    assert case.of(who).post(case.path("/ask"), BASE, reason=WHY).status_code == 404
    assert case.of(who).post(case.path(f"/requests/{request}/grant"), BASE).status_code == 403
    assert case.requests()[0].state == "waiting"
