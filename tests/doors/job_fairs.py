"""The doors of job_fairs: the council's pages, the day, and what everybody may see."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from network import Network

from core.toolkit import Actor, now
from doors.door import EVERYBODY, NOBODY, OPEN, Door, Key, Records, Success, World, both
from plugins.job_fairs.services import employers, fairs, planning, registrations
from plugins.job_fairs.services.employers import Application, Opening
from plugins.job_fairs.services.fairs import Facts
from plugins.job_fairs.services.registrations import Person

ORGANISERS = frozenset({"organiser", "kg_organiser"})
WORKERS = ORGANISERS | {"fair_helper"}
READERS = WORKERS | {"fair_coordinator"}
FAIRS = Door(READERS)
SEEN = Door(
    READERS,
    frozenset({"organiser", "fair_helper", "fair_coordinator"}),
    frozenset({"kg_organiser", "fair_coordinator"}),
)
FAIR = Door(WORKERS, frozenset({"organiser", "fair_helper"}), frozenset({"kg_organiser"}))
MANAGING = Door(ORGANISERS, frozenset({"organiser"}), frozenset({"kg_organiser"}))
LINK = Door(EVERYBODY, EVERYBODY, NOBODY, conduct=False)

DOORS: dict[Key, Door] = {
    ("job_fairs.index", "GET", ""): FAIRS,
    **both("job_fairs.new_fair", Door(ORGANISERS)),
    ("job_fairs.fair", "GET", ""): SEEN,
    ("job_fairs.move_fair", "POST", "plan"): MANAGING,
    ("job_fairs.papers", "GET", ""): FAIR,
    **both("job_fairs.participation", MANAGING),
    **both("job_fairs.register", FAIR),
    **both("job_fairs.planning", MANAGING),
    ("job_fairs.publish", "POST", ""): MANAGING,
    **both("job_fairs.check_in", FAIR),
    **both("job_fairs.marks", FAIR),
    ("job_fairs.public_fairs", "GET", ""): OPEN,
    ("job_fairs.public_fair", "GET", ""): LINK,
    ("job_fairs.calendar_feed", "GET", ""): OPEN,
    **both("job_fairs.apply", LINK),
    **both("job_fairs.sign_up", LINK),
}

UNAUDITED: dict[str, str] = {}
"""Routes that change something and leave no entry here, each with its reason."""

VARIANTS = {"job_fairs.move_fair": "name"}


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
        rows["interview"] = planning.book(session, actor, found, seeker, desk, 0).id
        _staff(session, actor, planned)
        fairs.move(session, actor, planned, "plan", revision=planned.revision)
        planning.make(session, actor, planned, "balanced")
        there, token, fair_id, draft_id = found.participations[0].id, found.apply_token, found.id, draft.id
        waiting, planned_id = rows["waits"], planned.id
    one, shown = {"fair_id": fair_id}, {"fair_id": fair_id if world.name == "ru" else draft_id}
    plan = {"fair_id": planned_id}
    world.net.__dict__[f"fair_{world.name}"] = rows | {"there": there}
    return {
        **{f"job_fairs.{name}": one for name in ("fair", "move_fair", "register", "check_in")},
        "job_fairs.papers": one | {"kind": "slips"},
        "job_fairs.participation": {"participation_id": waiting},
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
    employers.accept(session, actor, made[0], revision=1, zone="A", booth="A1", desks=1)
    fairs.move(session, actor, fair, "open", revision=fair.revision)
    return made[1].id


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
            {"revision": "1", "zone": "A", "booth": "A2", "desks": "1", "lunch": "", "decision": "accept"},
            "",
        ),
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
        "job_fairs.apply": (
            "anonymous",
            {"name": "ОсОО «Три»", "inn": "01234567890129", "desks": "1"} | vacancy,
            "",
        ),
    }
