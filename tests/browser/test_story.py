"""The story that camove is for, told by six people in real windows, with a script and without one."""

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from babel.dates import format_date
from browser import counts
from browser.desk import Desk, Photograph, label, named, photo
from browser.live import Live, Windows, ru
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from core.database import now
from core.testing import drain

pytestmark = pytest.mark.browser
DIASPORA = "Объединение диаспоры «Мост»"
FIRM = "ООО «Сказочный терем»"
FACTS = "Бригаде каменщиков не платят четвёртый месяц, ведомости переписывают задним числом."
PHOTO = "Табель на стене бытовки"
REFERENCE = re.compile(r"M-[0-9A-Z]{4}-[0-9A-Z]{4}")


def days_ago(number: int) -> str:
    return f"{now() - timedelta(days=number):%d.%m.%Y}"


def begin(monitor: Desk) -> str:
    """Start a report; gives its address."""
    monitor.open("/ru/monitoring/reports/new")
    monitor.press("Start the report", "before-start")
    monitor.titled("Draft report")
    return monitor.page.url


def tell_safety_and_origin(monitor: Desk) -> None:
    monitor.follow("Safety first", "steps")
    for question in (
        "Is anybody in danger now?",
        "Are there children under 18 among them?",
        "Were they beaten, threatened or locked in?",
    ):
        monitor.answer(question, "No")
    monitor.answer("Are the people still working there?", "Yes")
    monitor.answer("Could a complaint bring them trouble because of their papers?", "I do not know")
    monitor.press("Continue", "safety")
    monitor.choose("How did you learn of it?", label("method", "interview"))
    monitor.fill("When did you learn of it?", days_ago(3))
    monitor.tick(label("wish", "pay"))
    monitor.press("Continue", "origin")


def tell_employer(monitor: Desk) -> None:
    """The number is mistyped first: the page of checking warns, and does not forbid."""
    monitor.fill("Name of the employer", FIRM)
    monitor.choose("Who is it to the workers?", label("role", "employer"))
    monitor.choose("Country of the work", label("country", "RU"))
    monitor.choose("Region", label("region", "RU-MOS"))
    monitor.fill("Town or settlement", "Мытищи")
    monitor.choose("Kind of work", label("sector", "construction"))
    monitor.fill("Company number", "500100732258")
    monitor.press("Continue", "employer-without-kind")
    monitor.shows(ru("Choose which kind of number it is, above."))
    monitor.choose("Kind of number", label("scheme", "ru-inn"))
    monitor.press("Continue", "employer")


def tell_allegations(monitor: Desk) -> None:
    monitor.choose("What happened?", label("violation", "wage_arrears"))
    monitor.fill("What happened, in your words", FACTS)
    monitor.fill("Since which month?", "7.2026")
    monitor.tick(ru("It goes on now"))
    monitor.fill("Women", "2")
    monitor.fill("Men", "11")
    monitor.fill("Amount owed to all of them", "1 480 000,50")
    monitor.choose("Currency", label("currency", "RUB"))
    monitor.choose("How is it known?", label("basis", "heard_directly"))
    monitor.press("Continue", "allegation")
    monitor.follow("Add another", "allegations")
    monitor.choose("What happened?", label("violation", "passport_withheld"))
    monitor.press("Save draft", "allegation-begun")
    monitor.titled("Draft report")


def finish_allegations(monitor: Desk, draft: str) -> None:
    """Another day: the draft still knows what was begun."""
    monitor.page.goto(draft)
    monitor.follow("What happened", "come-back")
    monitor.page.get_by_role("link", name=label("violation", "passport_withheld")).click()
    monitor.fill("What happened, in your words", "Паспорта забрал прораб «для регистрации» и не отдаёт.")
    monitor.fill("Since which month?", "8.2026")
    monitor.fill("Sex not known", "9")
    monitor.choose("How is it known?", label("basis", "heard_directly"))
    monitor.press("Continue", "allegation-finished")
    monitor.follow("Continue", "both-allegations")


def tell_source(monitor: Desk, kind: str, group: str) -> None:
    monitor.choose("Who or what is the source?", label("source", kind))
    for name in ("wage_arrears", "passport_withheld"):
        monitor.page.get_by_label(re.compile(rf"^\d\. {re.escape(label('violation', name))}$")).check()
    monitor.fill("Mark for sources that know each other", group)
    monitor.choose("How reliable is the source?", label("reliability", "usually_reliable"))
    for use in ("statistics", "coordination", "dossier_anonymous"):
        monitor.tick(label("consent", use))
    monitor.fill("When did you ask the source about each use?", days_ago(3))
    monitor.press("Continue", f"source-{kind}")


def tell_sources(monitor: Desk) -> None:
    tell_source(monitor, "worker", "А")
    monitor.follow("Add another", "sources")
    tell_source(monitor, "document", "Б")
    monitor.follow("Continue")


def lose_network(monitor: Desk) -> None:
    """In the middle of the report, once the phone has what it needs."""
    expect(monitor.page.locator("[data-ready]")).to_have_text(ru("This form works offline now"))
    monitor.window.lose_network()


def find_network(monitor: Desk, draft: str) -> None:
    """All that was told meanwhile is sent, in its order; then the photo can go."""
    monitor.shows(re.compile(re.escape(ru("Photos"))))
    monitor.photograph("without-network")
    monitor.window.find_network()
    expect(monitor.page.locator("[data-phone] [role=status]")).to_have_text(
        ru("Everything that waited on this phone has been sent.")
    )
    monitor.page.goto(draft)
    monitor.follow("Photos", "network-back")


def tell_photo(monitor: Desk) -> None:
    monitor.page.get_by_label(named("Photo or PDF")).set_input_files(photo())
    monitor.fill("What does it show?", PHOTO)
    monitor.field("Which source gave it?").select_option("1")
    if monitor.page.locator(".sending").is_visible():  # a script sends it in pieces, meanwhile
        expect(monitor.page.locator("[name=upload]")).not_to_have_value("")
    monitor.press("Continue", "photo")
    monitor.follow("Continue", "photos")


def check(monitor: Desk) -> None:
    """Read all answers, mend the number."""
    monitor.titled("Check your answers")
    for told in (FIRM, FACTS, PHOTO, "Мытищи", label("consent", "dossier_anonymous")):
        monitor.shows(told)
    monitor.shows(ru("The digits of this number do not fit together. Compare it with the paper."))
    change = re.compile(re.escape(ru("Company number")))
    monitor.page.get_by_role("link", name=change).click()
    monitor.fill("Company number", "5001 0073 2259")
    monitor.press("Continue", "number-mended")
    monitor.titled("Check your answers")
    expect(monitor.page.locator("main .notice.warn")).to_have_count(0)


def send_without_network(monitor: Desk) -> None:
    """The line is gone again at the last button: the report waits on the phone, and goes when the line is back."""
    lose_network(monitor)
    monitor.press("Send the report", "check")
    monitor.page.wait_for_url("**/sent")
    expect(monitor.page.locator("[data-queue]")).to_have_text(ru("Waiting to be sent: {n}").format(n=1))
    monitor.photograph("waits-on-the-phone")
    monitor.window.find_network()


def sent(monitor: Desk) -> str:
    """What the site says of the report that came; gives its reference."""
    monitor.titled("Report sent")
    monitor.shows(ru("What happens next"))
    monitor.photograph("sent")
    found = REFERENCE.search(monitor.page.locator("main").inner_text())
    assert found
    return found[0]


def triage(coordinator: Desk, reference: str) -> str:
    """Find it among what waits, sort it, name two verifiers; gives the address of the report."""
    coordinator.open("/ru/work")
    coordinator.page.locator(".tile a").first.click()
    coordinator.photograph("waiting")
    coordinator.page.get_by_role("link", name=reference).click()
    address = coordinator.page.url
    coordinator.shows(DIASPORA)
    coordinator.unfold("Take this report")
    coordinator.press("Take this report", "report")
    coordinator.unfold("Start verification")
    coordinator.press("Start verification")
    coordinator.shows(ru("Link the report to an employer in the register."))
    coordinator.follow("Link the employer", "not-yet")
    coordinator.press("Add and link", "employer-new")
    coordinator.shows(ru("The employer was added to the register and linked."))
    coordinator.follow("Name two verifiers")
    first = coordinator.field("First verifier")
    assert "Нина Выдумкина" in first.inner_text()
    coordinator.choose("First verifier", option(first, "Үлгүбаева"))
    coordinator.choose("Second verifier", option(coordinator.field("Second verifier"), "Выдумкина"))
    coordinator.press("Save", "verifiers")
    coordinator.unfold("Start verification")
    coordinator.press("Start verification", "ready")
    coordinator.shows(ru("Under review"))
    return address


def option(select: Locator, part: str) -> str:
    return next(each for each in select.locator("option").all_inner_texts() if part in each)


def verify(first: Desk, second: Desk, address: str) -> None:
    first.page.goto(address)
    first.follow("Judge the allegations", "to-verify")
    finding = ru("Your finding")
    for group in first.page.get_by_role("group", name=finding).all():
        group.get_by_label(ru("Confirmed"), exact=True).check()
    for reason in first.page.get_by_label(ru("What you checked and how")).all():
        reason.fill("Слова работника и ведомость сходятся.")
    first.press("Propose these findings", "findings")
    first.shows(ru("Waits for the second verifier"))
    second.page.goto(address)
    second.follow("Read and confirm the findings")
    second.press("Confirm these findings", "confirm")
    second.shows(ru("Confirmed"))


def write_dossier(coordinator: Desk, address: str) -> str:
    coordinator.page.goto(address)
    coordinator.follow("Write a dossier", "verified")
    coordinator.shows(label("violation", "wage_arrears"))
    coordinator.choose("To which authority?", label("addressee", "labour_inspectorate"))
    coordinator.page.get_by_label(ru("Yes, and those people know it and want the dossier")).check()
    coordinator.press("Write the dossier", "dossier-new")
    expect(coordinator.page.get_by_role("button", name=ru("Approve the dossier"))).to_have_count(0)
    return coordinator.page.url


def read_letter(lawyer: Desk, dossier: str, address: str, reference: str) -> None:
    """The PDF as a clerk gets it: Russian, the facts, the annexes with their hashes, and nobody's name."""
    fetch = lawyer.window.context.request
    answer = fetch.get(f"{dossier}/dossier.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.body())).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for words in (reference, FIRM, "500100732259", label("violation", "wage_arrears"), PHOTO):
        assert words in text
    lawyer.page.goto(address)
    sent_photo = fetch.get(str(lawyer.page.locator("img.photo").evaluate("image => image.src"))).body()
    assert hashlib.sha256(sent_photo).hexdigest() in text.replace(" ", "")
    assert "Примерова" not in text


def follow_up(coordinator: Desk) -> None:
    coordinator.page.reload()
    coordinator.fill("Date", days_ago(2))
    coordinator.choose("How was it sent?", label("channel", "epgu"))
    coordinator.press("Record as sent", "approved")
    coordinator.fill("Date", days_ago(1))
    coordinator.fill("Incoming number", "77/7-1-26-ОБ")
    coordinator.press("Record the registration", "sent")
    answer_by = coordinator.page.locator("dl.definition div", has_text=ru("Answer by"))
    expect(answer_by).to_contain_text(format_date(now().date() + timedelta(days=29), "d MMMM y", "ru"))
    coordinator.photograph("registered")


def forward(coordinator: Desk) -> None:
    """The labour inspectorate hands it on; the other authority registers it anew."""
    coordinator.unfold("Another authority has it now")
    form = coordinator.page.locator("form[action$='/forwarded']")
    form.get_by_label(named("Date")).fill(days_ago(1))
    form.locator("select").select_option("police")
    form.get_by_role("button").click()
    coordinator.shows(ru("Forwarded"))
    coordinator.fill("Date", days_ago(0))
    coordinator.fill("Incoming number", "Р-1187")
    coordinator.press("Record the registration", "forwarded")


def answer_through_the_link(coordinator: Desk, inspector: Desk) -> None:
    coordinator.unfold("Make a link")
    coordinator.fill("For whom?", "Полиция, дежурная часть")
    coordinator.press("Make the link")
    link = coordinator.page.locator("code.copy-value").inner_text()
    inspector.page.goto(link)
    inspector.shows(FIRM)
    inspector.fill("Your answer", "Проверка проведена, долг признан и выплачен. Р-1187")
    inspector.press("Send the answer", "inspector")
    inspector.shows(
        ru(
            "Your answer was received. The applicant will read it and may ask your office whether it is yours."
        )
    )
    coordinator.page.reload()
    coordinator.shows("Проверка проведена")
    coordinator.press("It is from the authority: accept it", "answer")


def recover(coordinator: Desk) -> None:
    """The wages came; what came of it stands on the dossier."""
    coordinator.fill("Date", days_ago(0))
    coordinator.choose("What came of it?", label("outcome", "wages_paid_full"))
    coordinator.fill("Men who were helped", "11")
    coordinator.fill("Women who were helped", "2")
    coordinator.fill("Money that workers received", "1 480 000,50")
    coordinator.choose("Currency", label("currency", "RUB"))
    coordinator.press("Record the outcome", "outcome")
    coordinator.shows(label("outcome", "wages_paid_full"))
    coordinator.shows(re.compile(r"1\s480\s000,5"))
    coordinator.press("Close the dossier", "recovered")


@pytest.fixture
def year(live: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """This year, over for the figures; other dossiers stand in them already."""
    with counts.earlier(live):
        yield counts.after_new_year(monkeypatch)


@pytest.fixture
def desk(windows: Windows, photograph: Photograph, script: bool) -> Iterator[Callable[[str], Desk]]:
    yield lambda person: Desk(windows.of(person, script=script), photograph)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_report_goes_from_a_phone_to_the_inspectorate(
    desk: Callable[[str], Desk], windows: Windows, script: bool, year: int
) -> None:
    """With a script the phone loses its network twice, and the story goes on to the wages and the figures."""
    monitor, coordinator, lawyer = desk("monitor"), desk("coordinator"), desk("lawyer")
    analyst = desk("analyst")
    before = counts.read(analyst, year, "figures-before")
    draft = begin(monitor)
    tell_safety_and_origin(monitor)
    tell_employer(monitor)
    if script:
        lose_network(monitor)
    tell_allegations(monitor)
    finish_allegations(monitor, draft)
    tell_sources(monitor)
    if script:
        find_network(monitor, draft)
    tell_photo(monitor)
    check(monitor)
    if script:
        send_without_network(monitor)
    else:
        monitor.press("Send the report", "check")
    reference = sent(monitor)
    address = triage(coordinator, reference)
    second = desk("second")
    verify(desk("verifier"), second, address)
    dossier = write_dossier(coordinator, address)
    lawyer.page.goto(dossier)
    lawyer.press("Approve the dossier", "to-approve")
    lawyer.shows(ru("Approved"))
    read_letter(lawyer, dossier, address, reference)
    follow_up(coordinator)
    if script:
        forward(coordinator)
        answer_through_the_link(coordinator, desk(""))
        recover(coordinator)
    after = counts.read(analyst, year, "figures-after")
    assert after.grown(before) == ((1, 1, 1_480_000) if script else (1, 0, 0))
    drain(windows.live.app)
    for person in ("monitor", "second", "kg_coordinator", "council", ""):
        reader, sees = desk(person), person in ("monitor", "second")
        reader.open(f"/ru/search?q={reference}")
        hit = reader.page.get_by_role("main").get_by_role("link", name=reference)
        expect(hit).to_have_count(1 if sees else 0)
        status = reader.page.goto(address)
        assert status is not None and (reference in reader.page.content()) == sees
