"""The doors of research: the catalogue that anybody sees, the desk, requests for access."""

import io
from uuid import UUID

from network import Network
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, new_id
from doors.door import (
    EVERYBODY,
    INVITATION,
    OPEN,
    PUBLIC_ROLE,
    SIGNED_IN,
    WORK,
    Door,
    Key,
    Records,
    Success,
    World,
    both,
    resource,
)
from plugins.research import sample, sample_studies
from plugins.research.models import Outsider, Study, Version
from plugins.research.services import access, letters, outsiders, reviewing

DEPOSITORS = frozenset({"depositor", "kg_depositor"})
MEMBERS = DEPOSITORS | {"scholar", "steward", "reader", "study_keeper"}
ASKERS = DEPOSITORS | {"scholar", "reader", "requester"}
STEWARDS = frozenset({"steward"})
KEEPERS = STEWARDS | {"study_keeper"}

SHOWN = Door(EVERYBODY, EVERYBODY, EVERYBODY, conduct=False)
DRAFT = Door(DEPOSITORS, frozenset({"depositor"}), frozenset({"kg_depositor"}))
OWN_DRAFT = Door(MEMBERS, DRAFT.ru, DRAFT.kg)
ASKING = Door(ASKERS, ASKERS, ASKERS)
DECIDING = Door(STEWARDS, STEWARDS, STEWARDS)
REVIEWING = Door(MEMBERS, frozenset(), frozenset())

DOORS: dict[Key, Door] = {
    **resource("research.datasets"),
    ("research.index", "GET", ""): OPEN,
    ("research.promise", "GET", ""): OPEN,
    ("research.elsewhere", "GET", ""): OPEN,
    ("research.concept", "GET", ""): SHOWN,
    ("research.dataset", "GET", ""): SHOWN,
    ("research.description", "GET", ""): SHOWN,
    ("research.download", "POST", ""): SHOWN,
    ("research.oai", "GET", ""): OPEN,
    ("research.studies_list", "GET", ""): OPEN,
    ("research.study", "GET", ""): SHOWN,
    ("research.instrument", "GET", ""): SHOWN,
    **both("research.new_study", Door(KEEPERS)),
    **both("research.change_study", Door(KEEPERS, KEEPERS, STEWARDS)),
    ("research.desk", "GET", ""): Door(MEMBERS),
    **both("research.deposit", Door(DEPOSITORS)),
    ("research.work", "GET", ""): OWN_DRAFT,
    ("research.encoding", "POST", ""): DRAFT,
    **both("research.about", DRAFT),
    ("research.columns", "GET", ""): DRAFT,
    ("research.labels", "POST", ""): DRAFT,
    **both("research.column", DRAFT),
    ("research.move", "POST", "check"): OWN_DRAFT,
    ("research.move", "POST", "discard"): OWN_DRAFT,
    ("research.move", "POST", "approve"): REVIEWING,
    ("research.move", "POST", "withdraw"): REVIEWING,
    **both("research.ask", ASKING),
    **both("research.ask_outside", SHOWN),
    **both("research.confirm", INVITATION),
    ("research.granted", "GET", ""): INVITATION,
    ("research.granted_download", "POST", ""): INVITATION,
    ("research.requests", "GET", ""): WORK,
    ("research.asked", "GET", ""): Door(
        SIGNED_IN, frozenset({"requester", "steward"}), frozenset({"reader", "steward"})
    ),
    ("research.decide", "POST", "grant"): DECIDING,
    ("research.decide", "POST", "refuse"): DECIDING,
}

CODEBOOK = b"<codeBook><dataDscr><var name='sex'><labl xml:lang='en'>Sex</labl></var></dataDscr></codeBook>"
UNAUDITED = {
    "research.download": "wants a grant; audited and tested in research/test_research_life.py",
    "research.granted_download": "the grant here is used up; audited and tested in research/test_research_outside.py",
}
TOLD = {"signed_name": "Имя", "organisation": "–", "purpose": "Статья", "outputs": "", "team": ""}
NO_LINK = "no-such-token"
VARIANTS = {"research.move": "name", "research.decide": "name"}


def outsider(session: Session, version: Version, email: str) -> Outsider:
    """Somebody without an account who asked for it and has a letter."""
    number = new_id()
    told = TOLD | {"email": email}
    outsiders.ask(session, version, number, told, "Соглашение", "ru", merges=False)
    return session.get_one(Outsider, number)


def links(session: Session, steward: Actor, version: Version, downloads: int = 0) -> dict[str, str]:
    """The link of one who has not confirmed yet, and that of one who has so many downloads left."""
    waiting, holder = (outsider(session, version, f"{name}@outside.example") for name in ("waits", "holds"))
    outsiders.confirm(session, holder)
    session.refresh(holder, ["request"])
    assert holder.request is not None
    access.decide(session, steward, holder.request, "grant", revision=1)
    holder.request.downloads_left = downloads
    return {
        "confirm": letters.token_of(letters.CONFIRM, waiting.id),
        "granted": letters.token_of(letters.GRANTED, holder.id),
    }


def records(world: World) -> Records:
    """A draft, one that is still being read, one that was published, and a request for it, in that world."""
    net, place = world.net, world.place
    kyrgyz = place == "talas"
    depositor, asker = ("kg_depositor", "reader") if kyrgyz else ("depositor", "requester")
    with net.app.app_context(), net.site.database.transaction() as session:
        mine, scholar = net.actor(session, depositor), net.actor(session, "scholar")
        home = net.organisations[place]
        draft = sample.survey(session, mine, home, "Опрос", 1)
        shown = sample.survey(session, mine, home, "Опрос", 2)
        sample.through(session, mine, shown)
        reviewing.approve(session, scholar, shown, "Да.", revision=shown.revision)
        reviewing.publish(session, scholar, shown, revision=shown.revision)
        answers = {"purpose": "Статья", "outputs": "", "team": "", "merges": False}
        asked = access.ask(session, net.actor(session, asker), shown, answers, "Соглашение", "Имя")
        arriving = Version(
            id=new_id(), dataset_id=draft.dataset_id, organisation_id=home, depositor_id=mine.person_id
        )
        session.add(arriving)
        sample_studies.add(session, net.actor(session, "steward"), home, shown)
        rows = select(Study).where(Study.id == shown.dataset.study_id)
        study = session.scalars(rows).one()
        paper = {"slug": study.slug, "instrument_id": study.instruments[0].id}
        slug, number = shown.dataset.slug, shown.number
        opened = {} if kyrgyz else links(session, net.actor(session, "steward"), shown)
    public = {"slug": slug, "number": number}
    one, request = {"version_id": draft.id}, {"request_id": asked.id}
    return {
        "api.research.datasets.one": {"key": UUID(int=1)},
        "research.concept": {"slug": slug},
        "research.study": {"slug": paper["slug"]},
        "research.change_study": {"slug": paper["slug"]},
        "research.instrument": paper,
        "research.dataset": public,
        "research.description": public | {"name": "datacite.xml"},
        "research.download": public | {"name": "csv.zip"},
        "research.ask": public,
        "research.ask_outside": public,
        "research.confirm": {"token": opened.get("confirm", NO_LINK)},
        "research.granted": {"token": opened.get("granted", NO_LINK)},
        "research.granted_download": {"token": opened.get("granted", NO_LINK), "name": "csv.zip"},
        **{f"research.{name}": one for name in ("work", "about", "columns", "labels", "move")},
        "research.column": one | {"position": 0},
        "research.encoding": {"version_id": arriving.id},
        **{f"research.{name}": request for name in ("asked", "decide")},
    }


def successes(net: Network) -> dict[str, Success]:
    """For each changing route: who succeeds, with which form, in which variant."""
    about = {
        "title_ru": "Опрос", "abstract_ru": "О труде.", "consent": "Да.", "level": "open", "sensitivity": "S1",
        "licence": "CC-BY-4.0", "revision": "7",
    }  # fmt: skip
    signed = {"purpose": "Статья", "agreed": "y", "signed_name": "Имя Фамилия"}
    study = {"title_ru": "Исследование", "aim_ru": "Цель"}
    return {
        "research.new_study": ("steward", study, ""),
        "research.change_study": ("steward", study | {"revision": "1"}, ""),
        "research.deposit": ("depositor", {"title": "Опрос", "file": (io.BytesIO(b"a\n1\n"), "a.csv")}, ""),
        "research.encoding": ("depositor", {"encoding": "cp1251"}, ""),
        "research.about": ("depositor", about, ""),
        "research.labels": (
            "depositor",
            {"codebook": (io.BytesIO(CODEBOOK), "ddi.xml"), "revision": "7"},
            "",
        ),
        "research.column": ("depositor", {"role": "key", "recode": "keep", "revision": "7"}, ""),
        "research.move": ("depositor", {"revision": "7"}, "discard"),
        "research.ask": ("reader", signed, ""),
        "research.ask_outside": (
            PUBLIC_ROLE,
            signed | {"email": "asks@outside.example", "organisation": "–", "again": str(new_id())},
            "",
        ),
        "research.confirm": (PUBLIC_ROLE, {}, ""),
        "research.decide": ("steward", {"revision": "1"}, "grant"),
    }
