"""The doors of job_fairs: the council's pages, the day, and what everybody may see."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from network import Network

from core.toolkit import Actor, now
from doors.door import EVERYBODY, NOBODY, OPEN, Door, Key, Records, Success, World, both, resource
from plugins.job_fairs.models import Participation
from plugins.job_fairs.services import day, employers, fairs, planning, registrations
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.fairs import Facts
from plugins.job_fairs.services.registrations import Person

ORGANISERS = frozenset({"organiser", "kg_organiser"})
WORKERS = ORGANISERS | {"fair_helper"}
DOORKEEPERS = WORKERS | {"fair_desk"}
READERS = DOORKEEPERS | {"fair_coordinator", "fair_reader"}
FAIRS = Door(READERS)
SEEN = Door(
    READERS,
    frozenset({"organiser", "fair_helper", "fair_desk", "fair_reader", "fair_coordinator"}),
    frozenset({"kg_organiser", "fair_coordinator"}),
)
FAIR = Door(WORKERS, frozenset({"organiser", "fair_helper"}), frozenset({"kg_organiser"}))
DAY = Door(DOORKEEPERS, frozenset({"organiser", "fair_helper", "fair_desk"}), frozenset({"kg_organiser"}))
MANAGING = Door(ORGANISERS, frozenset({"organiser"}), frozenset({"kg_organiser"}))
LINK = Door(EVERYBODY, EVERYBODY, NOBODY, conduct=False)

DOORS: dict[Key, Door] = {
    **resource("job_fairs.fairs"),
    **resource("job_fairs.vacancies"),
    ("job_fairs.index", "GET", ""): FAIRS,
    **both("job_fairs.new_fair", Door(ORGANISERS)),
    ("job_fairs.fair", "GET", ""): SEEN,
    ("job_fairs.move_fair", "POST", "plan"): MANAGING,
    ("job_fairs.papers", "GET", ""): FAIR,
    **both("job_fairs.participation", MANAGING),
    ("job_fairs.vet_vacancy", "POST", ""): MANAGING,
    **both("job_fairs.register", FAIR),
    **both("job_fairs.planning", MANAGING),
    ("job_fairs.publish", "POST", ""): MANAGING,
    **both("job_fairs.check_in", DAY),
    ("job_fairs.scans", "POST", ""): DAY,
    ("job_fairs.door_codes", "GET", ""): DAY,
    ("job_fairs.door_forms", "GET", ""): OPEN,
    ("job_fairs.messages", "GET", ""): FAIR,
    ("job_fairs.messages_file", "GET", ""): FAIR,
    **both("job_fairs.marks", DAY),
    **both("job_fairs.edit_fair", MANAGING),
    **both("job_fairs.next_fair", MANAGING),
    **both("job_fairs.booths", MANAGING),
    **both("job_fairs.outcomes", FAIR),
    ("job_fairs.outcome_contacts", "GET", ""): FAIR,
    ("job_fairs.people", "GET", ""): FAIR,
    ("job_fairs.person", "GET", ""): FAIR,
    ("job_fairs.change_person", "POST", "give"): FAIR,
    **both("job_fairs.duplicates", FAIR),
    ("job_fairs.duplicate_contacts", "GET", ""): FAIR,
    **both("job_fairs.waiting_list", MANAGING),
    ("job_fairs.answer_offer", "POST", "yes"): MANAGING,
    ("job_fairs.report", "GET", ""): SEEN,
    ("job_fairs.report_pdf", "GET", ""): SEEN,
    ("job_fairs.period", "GET", ""): FAIRS,
    ("job_fairs.public_report", "GET", ""): LINK,
    ("job_fairs.public_vacancies", "GET", ""): OPEN,
    ("job_fairs.own_feed", "GET", ""): LINK,
    ("job_fairs.static", "GET", ""): OPEN,
    ("job_fairs.public_fairs", "GET", ""): OPEN,
    ("job_fairs.public_fair", "GET", ""): LINK,
    ("job_fairs.calendar_feed", "GET", ""): OPEN,
    **both("job_fairs.apply", LINK),
    **both("job_fairs.sign_up", LINK),
}

UNAUDITED: dict[str, str] = {}
"""Routes that change something and leave no entry here, each with its reason."""

VARIANTS = {
    "job_fairs.move_fair": "name",
    "job_fairs.change_person": "act",
    "job_fairs.answer_offer": "answer",
}


ONE = (
    "fair", "move_fair", "register", "check_in", "scans", "door_codes", "messages", "edit_fair", "next_fair", "booths",
    "people", "report", "report_pdf",
)  # fmt: skip


def records(world: World) -> Records:
    """An open fair with an employer accepted and one waiting, somebody with an interview; and one that is planned."""
    net, who = world.net, f"{world.prefix}organiser"
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, who)
        found = fairs.propose(session, actor, world.organisation, _facts(20))
        planned = fairs.propose(session, actor, world.organisation, _facts(90))
        draft = fairs.propose(session, actor, world.organisation, _facts(120))
        rows: dict[str, Any] = {"waits": _staff(session, actor, found), "planned": planned.id}
        seeker = registrations.register(
            session, actor, found, uuid4(), Person("phone", 0, 3), [found.participations[0].id], consent=True
        )
        desk = found.participations[0].desks[0]
        rows["seeker"] = seeker.code
        rows["vacancy"] = session.get_one(Participation, rows["waits"]).vacancies[0].id
        rows["interview"] = planning.book(session, actor, found, seeker, desk, 0).id
        _staff(session, actor, planned)
        fairs.move(session, actor, planned, "plan", revision=planned.revision)
        planning.make(session, actor, planned, "balanced")
        ran, present, other, offer = _run(
            session, actor, fairs.propose(session, actor, world.organisation, _now())
        )
        rows |= {"ran": ran.id, "present": present.id, "other": other.id, "offer": offer.id}
        there, token, fair_id, draft_id = found.participations[0].id, found.apply_token, found.id, draft.id
        waiting, planned_id = rows["waits"], planned.id
    one, shown = {"fair_id": fair_id}, {"fair_id": fair_id if world.name == "ru" else draft_id}
    plan, today = {"fair_id": planned_id}, {"fair_id": rows["ran"]}
    world.net.__dict__[f"fair_{world.name}"] = rows | {"there": there}
    return {
        "api.job_fairs.fairs.one": {"key": UUID(int=1)},
        "api.job_fairs.vacancies.one": {"key": UUID(int=1)},
        **{f"job_fairs.{name}": one for name in ONE},
        **{f"job_fairs.{name}": today | {"wave": "day"} for name in ("outcomes", "outcome_contacts")},
        **{f"job_fairs.{name}": today for name in ("duplicates", "duplicate_contacts", "waiting_list")},
        **{f"job_fairs.{name}": {"registration_id": rows["present"]} for name in ("person", "change_person")},
        "job_fairs.answer_offer": today | {"interview_id": rows["offer"]},
        "job_fairs.public_report": {"fair_id": _reported(world) if world.name == "ru" else draft_id},
        "job_fairs.own_feed": {
            "token": f"own-token-{rows['ran']}" if world.name == "ru" else "no-such-token"
        },
        "job_fairs.static": {"filename": "fairs.css"},
        "job_fairs.messages_file": one | {"kind": "csv"},
        "job_fairs.papers": one | {"kind": "slips"},
        "job_fairs.participation": {"participation_id": waiting},
        "job_fairs.vet_vacancy": {"vacancy_id": rows["vacancy"]},
        "job_fairs.marks": {"participation_id": there},
        "job_fairs.planning": plan,
        "job_fairs.publish": plan | {"number": 1},
        "job_fairs.public_fair": shown,
        "job_fairs.sign_up": shown,
        "job_fairs.apply": {"token": token if world.name == "ru" else "no-such-token"},
    }


def _facts(days: int) -> Facts:
    starts = now() + timedelta(days=days)
    return Facts(
        "KG-B", {"ru": "Ярмарка", "ky": "Жарманке"}, f"Клуб {days}", "+996 3622 00000", starts, slots=8
    )


def _now() -> Facts:
    """A fair that began ten minutes ago."""
    return Facts("KG-B", {"ru": "Сегодня"}, "Клуб сегодня", "1", now() - timedelta(minutes=10), slots=8)


def _run(session: Any, actor: Actor, fair: Any) -> tuple[Any, Any, Any, Any]:
    """A fair on its day: somebody is there, somebody else is registered and holds an offer."""
    _staff(session, actor, fair)
    wish = [fair.participations[0].id]
    people = [
        registrations.register(
            session, actor, fair, uuid4(), Person("phone", 0, 7, "2", 1990), wish, consent=True
        )
        for _ in range(2)
    ]
    fairs.move(session, actor, fair, "plan", revision=fair.revision)
    version = planning.make(session, actor, fair, "balanced")
    planning.publish(session, actor, fair, version, revision=fair.revision)
    fairs.move(session, actor, fair, "start", revision=fair.revision)
    day.check_in(session, actor, fair, people[0].code, uuid4(), "1")
    people[0].feed_token = f"own-token-{fair.id}"
    offer = next(each for each in planning.standing(session, fair) if each.registration_id == people[1].id)
    offer.state, offer.expires_at = "offered", now() + timedelta(hours=2)
    return fair, people[0], people[1], offer


def _reported(world: World) -> Any:
    """A fair whose results are entered."""
    net = world.net
    with net.app.app_context(), net.site.database.transaction() as session:
        actor = net.actor(session, f"{world.prefix}organiser")
        made = fairs.propose(session, actor, world.organisation, _facts(150))
        made.state = "reported"
        return made.id


def _staff(session: Any, actor: Actor, fair: Any) -> Any:
    """Two employers, the first accepted; registration open. Gives the second."""
    fairs.move(session, actor, fair, "announce", revision=fair.revision)
    opening = Opening("Швея", "8153", 2)
    made = [
        employers.apply(
            session, actor, fair, Application(f"ОсОО «{each}»", f"0123456789012{each}", 1, "", [opening])
        )
        for each in (1, 2)
    ]
    employers.accept(
        session,
        actor,
        made[0],
        revision=1,
        zone="A",
        booth="A1",
        desks=1,
        vacancies=employers.proposed(made[0]),
    )
    fairs.move(session, actor, fair, "open", revision=fair.revision)
    return made[1].id


def _scan(code: str) -> dict[str, str]:
    return {"id": str(uuid4()), "code": code, "door": "1", "at": now().isoformat()}


def successes(net: Network) -> dict[str, Success]:
    """For each changing route: who succeeds, with which form, in which variant."""
    facts = net.__dict__["fair_ru"]
    fair = {
        "region": "KG-B", "title_ru": "Ярмарка", "title_ky": "Жарманке", "day": "27.3.2027", "time": "10:00",
        "slot_minutes": "15", "slots": "20", "rest": "0", "walk": "0", "reserve": "15",
    }  # fmt: skip
    person = {
        "registration_id": str(uuid4()), "sex": "2", "birth_year": "1990", "language": "ky", "first_slot": "0",
        "last_slot": "3", "consent": "y", "wish_1": str(facts["there"]),
    }  # fmt: skip
    vacancy = {
        "v0-title": "Повар",
        "v0-occupation": "5120",
        "v0-openings": "1",
        "v1-openings": "1",
        "v2-openings": "1",
    }
    return {
        "job_fairs.new_fair": ("organiser", fair, ""),
        "job_fairs.move_fair": ("organiser", {"revision": "3"}, "plan"),
        "job_fairs.participation": (
            "organiser",
            {"revision": "1", "zone": "A", "booth": "A2", "desks": "1", "lunch": "", "decision": "accept"}
            | {"vacancy": str(facts["vacancy"])},
            "",
        ),
        "job_fairs.vet_vacancy": ("organiser", {"revision": "1", "decision": "accept"}, ""),
        "job_fairs.register": ("fair_helper", person | {"channel": "helper"}, ""),
        "job_fairs.sign_up": ("anonymous", person | {"registration_id": str(uuid4())}, ""),
        "job_fairs.planning": ("organiser", {"choice": "balanced", "engine": "1"}, ""),
        "job_fairs.publish": ("organiser", {"revision": "4"}, ""),
        "job_fairs.check_in": (
            "fair_helper",
            {"scan_id": str(uuid4()), "code": facts["seeker"], "door": "1"},
            "",
        ),
        "job_fairs.marks": ("fair_helper", {str(facts["interview"]): "done"}, ""),
        "job_fairs.scans": (
            "fair_desk",
            {"scans": json.dumps([_scan(facts["seeker"])])},
            "",
        ),
        "job_fairs.edit_fair": ("organiser", fair | {"revision": "3", "slots": "8"}, ""),
        "job_fairs.next_fair": ("organiser", {"day": "27.3.2028", "time": "10:00"}, ""),
        "job_fairs.booths": ("organiser", {f"x-{facts['there']}": "1", f"y-{facts['there']}": "2"}, ""),
        "job_fairs.outcomes": (
            "fair_helper",
            {f"status-{facts['present']}": "hired", f"revision-{facts['present']}": "0"},
            "",
        ),
        "job_fairs.change_person": ("fair_helper", {}, "give"),
        "job_fairs.duplicates": (
            "fair_helper",
            {"keep": str(facts["present"]), "drop": str(facts["other"])},
            "",
        ),
        "job_fairs.waiting_list": ("organiser", {"hours": "2"}, ""),
        "job_fairs.answer_offer": ("organiser", {}, "yes"),
        "job_fairs.apply": (
            "anonymous",
            {"name": "ОсОО «Три»", "inn": "01234567890129", "desks": "1"} | vacancy,
            "",
        ),
    }
