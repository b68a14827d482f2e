"""A whole fair in Batken, from the council's idea to the report, in real windows, on a phone, with the network cut."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from browser.desk import Desk, Photograph
from browser.live import Live, Windows, ru
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import actors
from core.accounts.models import Person as Account
from core.database import now
from core.permissions import Actor
from plugins.job_fairs import codes
from plugins.job_fairs.models import Fair, Interview, Registration, Scan
from plugins.job_fairs.services import day, lists, outcomes, planning
from plugins.monitoring.models import Identifier, Listing

pytestmark = pytest.mark.browser
TITLE = "Ярмарка вакансий в Баткене"
BAD = "10203199500017"
EMPLOYERS = (
    ("ОсОО «Сказочный сад»", "11111199500011", "Повар", "5120"),
    ("ОсОО «Небывалая нить»", "12222199500012", "Швея", "8153"),
)
BY_TABLE = 55


class Fairs:
    """The site behind the windows: what would take a day by hand is done by the same services."""

    def __init__(self, live: Live) -> None:
        self.live, self.fair_id = live, UUID(int=0)

    def act(self, work: Callable[[Session, Actor, Fair], object]) -> None:
        """Do something as the council."""
        site = self.live.site
        with self.live.app.app_context(), site.database.transaction() as session:
            account = session.get_one(Account, self.live.people["council"])
            actor = actors.load(session, site.register, account)
            work(session, actor, session.get_one(Fair, self.fair_id))

    def shift(self, minutes: int) -> None:
        """Time goes on: the fair began so many minutes ago."""

        def move(_session: Session, _actor: Actor, fair: Fair) -> None:
            fair.starts = now() - timedelta(minutes=minutes)

        self.act(move)

    def codes(self, state: str) -> list[str]:
        with self.live.site.database.reading() as session:
            rows = select(Registration.code).filter_by(fair_id=self.fair_id, state=state)
            return list(session.scalars(rows.order_by(Registration.code)))


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of the pages are those of fairs."""
    monkeypatch.setattr("browser.live.SPOKEN", ["job_fairs"])


@pytest.fixture
def banned(live: Live) -> None:
    """A published entry bears a number of Kyrgyzstan."""
    with live.site.database.transaction() as session:
        listed = session.scalars(select(Listing).where(Listing.state == "published")).first()
        assert listed is not None
        session.add(Identifier(employer_id=listed.employer_id, scheme="kg-inn", value=BAD))


def test_a_fair_from_the_idea_to_hired_three_months_later(
    live: Live, windows: Windows, banned: None, spoken: None, photograph: Callable[[Page, str], None]
) -> None:
    council, fairs = Desk(windows.of("council"), photograph), Fairs(live)
    propose(council, fairs)
    address = council.page.locator(".copy-value").inner_text()
    visitor = Desk(windows.of(script=False), photograph)
    for number, employer in enumerate((("ОсОО «Чужое»", BAD, "Сварщик", "7212"), *EMPLOYERS)):
        apply(visitor, address, *employer)
        visitor.titled("This employer cannot take part" if number == 0 else "Your application has arrived")
        visitor.photograph("applied")
    for number, (name, *_) in enumerate(EMPLOYERS):
        vet(council, fairs, name, f"A{number + 1}")
    place_booths(council, fairs)
    council.open(f"/ru/job_fairs/{fairs.fair_id}")
    council.press("Open registration", "fair")
    register(council, visitor, fairs)
    plan(council, fairs)
    print_all(council, fairs)
    fairs.shift(10)
    council.open(f"/ru/job_fairs/{fairs.fair_id}")
    council.press("Begin the fair")
    doors(council, windows, fairs, photograph)
    walk_in(council, fairs)
    marks(council, fairs)
    council.open(f"/ru/job_fairs/{fairs.fair_id}")
    council.press("Close the fair")
    for wave, minutes in (("day", 10), ("weeks", 20 * 24 * 60), ("months", 100 * 24 * 60)):
        fairs.shift(minutes)
        ask(council, fairs, wave)
    finish(council, visitor, fairs)


def propose(council: Desk, fairs: Fairs) -> None:
    council.open("/ru/job_fairs/new")
    council.choose("Region", "Баткенская область")
    for field, words in {
        "Name in Russian": TITLE, "Name in Kyrgyz": "Баткендеги жумуш жарманкеси", "Venue and address": "Дом культуры",
        "Telephone of the council": "+996 3622 00000", "Partners": "Министерство труда, айыл өкмөтү, НПО «Пример»",
        "Day": f"{now() + timedelta(days=20):%d.%m.%Y}", "Begins at": "10:00",
    }.items():  # fmt: skip
        council.fill(field, words)
    council.press("Keep as a draft", "propose")
    council.page.wait_for_url("**/job_fairs/*-*")
    fairs.fair_id = UUID(council.page.url.rsplit("/", 1)[1])
    council.press("Announce")
    council.shows(ru("Announced"))


def apply(visitor: Desk, link: str, name: str, inn: str, title: str, code: str) -> None:
    visitor.page.goto(link)
    visitor.fill("Name of the employer", name)
    visitor.page.locator("#inn").fill(inn)
    visitor.page.locator("#v0-title").fill(title)
    visitor.page.locator("#v0-occupation").fill(code)
    visitor.press("Apply", "apply")


def vet(council: Desk, fairs: Fairs, name: str, booth: str) -> None:
    council.open(f"/ru/job_fairs/{fairs.fair_id}")
    council.page.get_by_role("link", name=name).click()
    council.page.locator("input[name=vacancy]").check()
    council.page.locator("#booth").fill(booth)
    council.page.locator("#desks").fill("3")
    council.press("Accept", "vet")
    council.shows(booth)


def place_booths(council: Desk, fairs: Fairs) -> None:
    """By numbers first, then by arrows: the numbers follow, and a square is never taken twice."""
    council.open(f"/ru/job_fairs/{fairs.fair_id}/booths")
    for number, field in enumerate(council.page.locator("input[name^=x-]").all()):
        field.fill(str(number + 1))
    for field in council.page.locator("input[name^=y-]").all():
        field.fill("1")
    council.press("Keep the plan of booths")
    council.shows(ru("The plan of booths is kept."))
    council.page.wait_for_load_state()
    booth = council.page.get_by_role("button", name="A1, ОсОО «Сказочный сад»")
    booth.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        council.page.keyboard.press(key)
    expect(council.page.locator("input[name^=x-]").first).to_have_value("2")
    expect(council.page.locator("input[name^=y-]").first).to_have_value("2")
    council.press("Keep the plan of booths", "booths")
    council.shows(ru("The plan of booths is kept."))


def register(council: Desk, visitor: Desk, fairs: Fairs) -> None:
    """Each channel once by page, the others from a table."""
    visitor.open(f"/ru/job_fairs/open/{fairs.fair_id}/register")
    fill_person(visitor)
    visitor.titled("You are registered")
    for channel in ("helper", "phone", "paper"):
        council.open(f"/ru/job_fairs/{fairs.fair_id}/register")
        council.page.locator("#channel").select_option(channel)
        fill_person(council)
        council.shows("Код")
    rows = ["from,until,wishes,consent,sex,birth_year"]
    rows += [
        f"10:00,14:00,{'A1|A2' if n % 2 else 'A2'},да,{'жм'[n % 2]},{1970 + n % 36}" for n in range(BY_TABLE)
    ]

    def take(session: Session, actor: Actor, fair: Fair) -> None:
        assert len(lists.take(session, actor, fair, "\n".join(rows).encode())) == BY_TABLE

    fairs.act(take)


def fill_person(desk: Desk) -> None:
    desk.page.locator("#sex").select_option("2")
    desk.page.locator("#birth_year").fill("1990")
    desk.page.locator("#wish_1").select_option(index=1)
    desk.page.locator("#consent").check()
    desk.press("Register", "register")


def plan(council: Desk, fairs: Fairs) -> None:
    council.open(f"/ru/job_fairs/{fairs.fair_id}")
    council.press("End registration and plan")
    council.follow("The plan")
    council.press("Make a plan")
    council.unfold("For whom, and why wishes failed")
    council.press("Publish this version", "plan")
    council.shows(ru("Plan published"))


def print_all(council: Desk, fairs: Fairs) -> None:
    for kind in ("slips", "desks", "doors", "programme", "poster"):
        answer = council.page.request.get(f"{fairs.live.base}/ky/job_fairs/{fairs.fair_id}/paper/{kind}.pdf")
        assert answer.body().startswith(b"%PDF"), kind


def let_in(council: Desk, code: str) -> None:
    council.page.locator("#code").fill(f"{code[:3]} {code[3:]}")
    council.press("Let in")


def doors(council: Desk, windows: Windows, fairs: Fairs, photograph: Photograph) -> None:
    """Two doors, an hour without a network, one page opened anew in it; then all arrives and counts once."""
    first, *others = fairs.codes("confirmed")
    north, south = (door(windows, fairs, photograph, name) for name in ("север", "юг"))
    let_in(north, first)
    north.shows(ru("Came: %(code)s", code=first))
    expect(north.page.get_by_role("button", name=ru("Read codes with the camera"))).to_have_count(0)
    ready(north)
    for each in (north, south):
        each.window.lose_network()
    for number, code in enumerate(others[:2], 1):
        let_in(north, code)
        waits(north, number)
    let_in(south, others[0])
    south.page.clock.fast_forward("30:00")
    north.page.clock.fast_forward("30:00")
    unknown = next(each for each in map(codes.code, range(10**5)) if each not in [first, *others])
    alone(north, others[2], unknown)
    south.page.clock.fast_forward("30:00")
    kept = south.page.evaluate("JSON.stringify(localStorage)")
    for each in (north, south):
        each.window.find_network()
        each.page.evaluate("dispatchEvent(new Event('online'))")
    for each in (north, south):
        expect(each.page.locator("[data-number]")).to_contain_text("ничего не ждёт")
    expect(north.page.locator(".scan-queue li")).to_contain_text(unknown)
    north.page.get_by_role("button", name=ru("I have read this")).click()
    again(south, kept)
    admitted = {first: 1, others[0]: 2, others[1]: 1, others[2]: 1}
    with fairs.live.site.database.reading() as session:
        scans = list(
            session.scalars(select(Scan).join(Registration).where(Registration.fair_id == fairs.fair_id))
        )
        assert Counter(each.registration.code for each in scans) == admitted
        assert sorted(each.offline for each in scans) == [False, True, True, True, True]
        moments = [each.at for each in scans if each.offline]
        assert max(moments) - min(moments) > timedelta(minutes=25), "the clock of the phone is kept"
        assert {each.registration.state for each in scans} == {"present"}
    assert sorted(fairs.codes("present")) == sorted(admitted)
    camera(windows, fairs, photograph, others[3])

    def rest(session: Session, actor: Actor, fair: Fair) -> None:
        for code in others[4:-6]:
            day.check_in(session, actor, fair, code, uuid4(), "север")

    fairs.act(rest)
    for page in ("day", "report"):
        council.open(f"/ru/job_fairs/{fairs.fair_id}/{page}")
        council.shows(f"{others[0]}: север, юг")
    council.open(f"/ru/job_fairs/{fairs.fair_id}/day")
    council.photograph("day")


def door(windows: Windows, fairs: Fairs, photograph: Photograph, name: str) -> Desk:
    """A phone at a door, with a clock that can be put forward, ready for what comes."""
    desk = Desk(windows.of("council"), photograph)
    desk.page.clock.install()
    desk.open(f"/ru/job_fairs/{fairs.fair_id}/day")
    desk.page.locator("#door").fill(name)
    ready(desk)
    return desk


def ready(desk: Desk) -> None:
    expect(desk.page.locator("[data-ready]")).to_have_text(ru("This form works offline now"))
    desk.page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('camove-codes:'))")


def waits(desk: Desk, number: int) -> None:
    expect(desk.page.locator("[data-number]")).to_have_text(ru("Waiting on this phone: {n}").format(n=number))


CACHED = """async () => { let all = JSON.stringify(localStorage); for (const name of await caches.keys()) {
const cache = await caches.open(name); for (const each of await cache.keys())
if (each.url.includes("/offline/")) all += await (await cache.match(each)).text(); } return all; }"""


def alone(north: Desk, code: str, unknown: str) -> None:
    """The page is opened anew without a network: what waited still waits, and the door goes on."""
    north.page.reload()
    north.titled("Check-in")
    waits(north, 2)
    expect(north.page.locator("#door")).to_have_value("север")
    let_in(north, code)
    waits(north, 3)
    status = north.page.locator("[data-said]")
    let_in(north, f"{code[:-1]}{(int(code[-1]) + 1) % 10}")
    expect(status).to_have_text(ru("A digit of the code is wrong. Type the six digits again."))
    let_in(north, unknown)
    expect(status).to_contain_text(unknown)
    waits(north, 4)
    north.photograph("door-without-network")
    north.page.clock.fast_forward("30:00")
    held = north.page.evaluate(CACHED)
    assert code in held
    assert TITLE not in held
    assert "+996" not in held


def again(south: Desk, kept: str) -> None:
    """The phone forgot that it has sent: the same scans arrive once more."""
    south.page.evaluate("(kept) => Object.assign(localStorage, JSON.parse(kept))", kept)
    with south.page.expect_response("**/scans"):
        south.page.reload()
    expect(south.page.locator("[data-number]")).not_to_contain_text("1")


DETECTOR = """globalThis.BarcodeDetector = class { static async getSupportedFormats() { return ["qr_code"]; }
async detect(video) { return video.videoWidth && globalThis.held ? [{ rawValue: globalThis.held }] : []; } };"""


def camera(windows: Windows, fairs: Fairs, photograph: Photograph, code: str) -> None:
    """Refused, the six digits are typed; allowed, a code before the camera is let in once."""
    start = "Read codes with the camera"
    for allowed in (False, True):
        window = windows.of("council", permissions=["camera"] if allowed else [])
        window.context.add_init_script(DETECTOR)
        desk = Desk(window, photograph)
        desk.open(f"/ru/job_fairs/{fairs.fair_id}/day")
        desk.press(start)
        status = desk.page.locator("[data-said]")
        if not allowed:
            expect(status).to_have_text(
                ru("The camera is not allowed or not there. Type the six digits instead.")
            )
            continue
        expect(status).to_have_text(ru("Hold the code before the camera."))
        with desk.page.expect_response("**/scans"):
            desk.page.evaluate("(code) => (globalThis.held = code)", code)
        expect(desk.page.locator("[data-line]")).to_have_text(ru("All that was kept has been sent."))
        desk.photograph("camera")
        desk.press("Switch the camera off")
    assert code in fairs.codes("present")


def walk_in(council: Desk, fairs: Fairs) -> None:
    """Somebody comes without registration and gets a desk of the reserve."""
    council.open(f"/ru/job_fairs/{fairs.fair_id}/register")
    council.page.locator("#channel").select_option("walk_in")
    fill_person(council)
    with fairs.live.site.database.reading() as session:
        person = session.scalars(
            select(Registration).filter_by(fair_id=fairs.fair_id, channel="walk_in")
        ).one()
        code, registration_id = person.code, person.id
    council.open(f"/ru/job_fairs/people/{registration_id}")
    council.press("Give this desk", "walk-in")
    council.shows(ru("The desk is given. Print a new slip."))
    council.open(f"/ru/job_fairs/{fairs.fair_id}/day")
    let_in(council, code)
    council.page.wait_for_url(f"**came={code}*")


def marks(council: Desk, fairs: Fairs) -> None:
    """One employer's paper list by the page, the rest alike."""
    council.open(f"/ru/job_fairs/{fairs.fair_id}/day")
    council.page.get_by_role("link", name=EMPLOYERS[0][0]).click()
    for select_ in council.page.locator("main select").all()[:5]:
        select_.select_option("done")
    council.press("Keep the marks", "marks")

    def rest(session: Session, actor: Actor, fair: Fair) -> None:
        for each in planning.appointments(session, fair):
            if each.state == "published":
                came = each.registration.state == "present"
                day.mark(session, actor, fair, each.id, "done" if came else "seeker_absent")

    fairs.act(rest)


def ask(council: Desk, fairs: Fairs, wave: str) -> None:
    """The grid by keyboard: the same question from person to person, then the page is kept."""
    council.open(f"/ru/job_fairs/{fairs.fair_id}/outcomes/{wave}")
    for _ in range(3):
        answers = council.page.locator("select[data-grid=status]")
        number = answers.count()
        if not number:
            break
        answers.first.focus()
        for place in range(number):
            for _ in range(2):
                council.page.keyboard.press("ArrowDown")
            if place % 3 == 0:
                council.page.keyboard.press("End")
            if place < number - 1:
                council.page.keyboard.press("Alt+ArrowDown")
        expect(answers.last).to_be_focused()
        last = council.page.get_by_role("button", name=ru("Keep the answers"), exact=True).count()
        council.press("Keep the answers" if last else "Keep and go on", f"outcomes-{wave}")
        council.page.wait_for_load_state()
        if last:
            break
    fairs.act(lambda session, _actor, fair: left(session, fair, wave))


def left(session: Session, fair: Fair, wave: str) -> None:
    assert outcomes.missing(session, fair)[wave] == 0, wave


def finish(council: Desk, visitor: Desk, fairs: Fairs) -> None:
    council.open(f"/ru/job_fairs/{fairs.fair_id}")
    council.press("Results are entered")
    council.shows(ru("Reported"))
    council.follow("Report of the fair")
    council.photograph("report")
    assert council.page.request.get(f"{fairs.live.base}/ru/job_fairs/{fairs.fair_id}/report.pdf").ok
    visitor.open(f"/ru/job_fairs/open/{fairs.fair_id}/report")
    visitor.shows(TITLE)
    with fairs.live.site.database.reading() as session:
        channels = set(session.scalars(select(Registration.channel).filter_by(fair_id=fairs.fair_id)))
        assert channels == {"web", "helper", "phone", "paper", "walk_in"}
        assert session.scalars(select(Interview.id).filter_by(fair_id=fairs.fair_id, state="done")).first()
        assert session.get_one(Fair, fairs.fair_id).state == "reported"
