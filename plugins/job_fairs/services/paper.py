"""What is printed: slips for people, lists for desks and doors. Codes only; a name is written by hand."""

import io
from typing import Any

import segno
from sqlalchemy.orm import Session

from core.toolkit import Actor, best_label, require
from plugins.job_fairs import rights
from plugins.job_fairs.models import Fair, Interview, Registration
from plugins.job_fairs.services import planning, registrations
from plugins.job_fairs.words import REASONS

MOST_FREE = 3
"""How many free desks a slip names: more would not fit, and they go fast."""

KINDS = ("slips", "desks", "doors", "programme", "poster")


def paper(
    session: Session, actor: Actor, fair: Fair, kind: str, clock: Any, titles: dict[str, str],
    only: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The data of a paper for the template. `clock` writes a time, `titles` are the words of the language.

    `only` is the code of the one person whose slip is printed anew.
    """
    require(actor, rights.SEEKER_REGISTER, fair.subject())
    booked = planning.appointments(session, fair)
    common = {
        "kind": kind,
        "title": best_label(fair.title),
        "venue": fair.venue,
        "phone": fair.phone,
        "words": titles,
    }
    common["begins"], common["partners"] = clock(fair.starts, day=True), fair.partners
    rows = {"slips": _slips, "desks": _desks, "doors": _doors, "programme": _programme, "poster": _programme}[
        kind
    ]
    made = rows(session, fair, booked, clock)
    if only and kind == "slips":
        made = [each for each in made if each["code"].replace(" ", "") == only]
    return common | {"rows": made}


def _slips(session: Session, fair: Fair, booked: list[Interview], clock: Any) -> list[dict[str, Any]]:
    versions = [each for each in planning.versions(session, fair) if each.published_at]
    unmet = planning.unmet(versions[0]) if versions else {}
    names = {str(each.id): each.name for each in fair.participations}
    free = planning.also_free(session, fair)
    made = []
    for each in _counted(session, fair):
        own = [one for one in booked if one.registration_id == each.id]
        met = {str(one.participation_id) for one in own}
        missed = [
            (names.get(e, ""), str(REASONS[why])) for e, why in unmet.get(str(each.id), []) if e not in met
        ]
        made.append(
            {
                "code": f"{each.code[:3]} {each.code[3:]}",
                "qr": _qr(each.code),
                "interviews": [_line(fair, one, clock) for one in own],
                "free": [
                    f"{clock(fair.begins(slot))} {name}" for name, slot in free.get(each.id, [])[:MOST_FREE]
                ],
                "missed": [f"{name}: {why}" for name, why in missed],
            }
        )
    return made


def _counted(session: Session, fair: Fair) -> list[Registration]:
    return [each for each in registrations.of(session, fair) if each.state in registrations.COUNTED]


def _qr(code: str) -> str:
    """The code as a picture that any camera reads."""
    made = io.BytesIO()
    segno.make(code, error="m", micro=False).save(made, kind="svg", border=0, scale=4)
    return made.getvalue().decode()


def _line(fair: Fair, each: Interview, clock: Any) -> dict[str, str]:
    employer = each.participation
    return {
        "time": clock(fair.begins(each.slot)), "zone": employer.zone, "booth": employer.booth,
        "employer": employer.name, "desk": str(each.desk.number),
        "code": f"{each.registration.code[:3]} {each.registration.code[3:]}",
    }  # fmt: skip


def _desks(_session: Session, fair: Fair, booked: list[Interview], clock: Any) -> list[dict[str, Any]]:
    return [
        {
            "employer": employer.name, "booth": employer.booth, "desk": str(desk.number),
            "interviews": [_line(fair, each, clock) for each in booked if each.desk_id == desk.id],
        }
        for employer in sorted(fair.participations, key=lambda each: (each.zone, each.booth))
        if employer.state == "accepted" for desk in employer.desks
    ]  # fmt: skip


def _doors(session: Session, fair: Fair, booked: list[Interview], clock: Any) -> list[dict[str, Any]]:
    first = {each.registration_id: each for each in reversed(booked)}
    return [
        {
            "code": f"{each.code[:3]} {each.code[3:]}",
            "first": clock(fair.begins(first[each.id].slot)) if each.id in first else "–",
        }
        for each in sorted(_counted(session, fair), key=lambda one: one.code)
    ]


def _programme(_session: Session, fair: Fair, _booked: list[Interview], _clock: Any) -> list[dict[str, Any]]:
    return [
        {
            "employer": each.name,
            "zone": each.zone,
            "booth": each.booth,
            "vacancies": [v.title for v in each.vacancies if v.state == "accepted"],
        }
        for each in sorted(fair.participations, key=lambda one: (one.zone, one.booth, one.name))
        if each.state == "accepted"
    ]
