"""Invented promises after the resolutions of the conference of June 2013 (section III), in each state."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.accounts.actors import SYSTEM
from core.commitments import services
from core.commitments.lifecycle import today
from core.commitments.models import Commitment
from core.contract import SampleCast
from core.workflow import Passage

PROMISES = (
    ("secretariat", 45, "", {
        "ru": "Выпустить информационный справочник по законодательству и обновлять его раз в полгода",
        "ky": "Мыйзамдар боюнча маалымат жыйнагын чыгарып, жарым жылда бир жаңыртып туруу",
        "en": "Publish the handbook of migration law and renew it twice a year",
    }),
    ("osh", 5, "", {
        "ru": "Провести ярмарку вакансий на местном рынке труда",
        "ky": "Жергиликтүү эмгек рыногунда вакансиялар жарманкесин өткөрүү",
        "en": "Hold a job fair on the local labour market",
    }),
    ("press", -20, "lapse", {
        "ru": "Объявить конкурс журналистов на лучшую статью о трудовых мигрантах",
        "ky": "Эмгек мигранттары жөнүндө эң мыкты макалага журналисттер сынагын жарыялоо",
        "en": "Announce the journalists' contest for the best article on labour migrants",
    }),
    ("institute", -60, "keep", {
        "ru": "Передать сети данные исследования об отношениях с работодателями",
        "ky": "Иш берүүчүлөр менен мамилелер жөнүндө изилдөөнүн маалыматтарын тармакка берүү",
        "en": "Hand the data of the study on relations with employers to the network",
    }),
    ("bishkek", -10, "drop", {
        "ru": "Провести пресс-тур для журналистов по населённым пунктам",
        "ky": "Журналисттер үчүн калктуу конуштар боюнча пресс-тур өткөрүү",
        "en": "Hold a press tour through the villages",
    }),
)  # fmt: skip
EVIDENCE = "https://camove.example/ru/research/"
REASON = "Перенесено на следующий год: нет средств на поездку."


def add(session: Session, cast: SampleCast) -> None:
    """Make them through the services that people use."""
    for key, days, name, text in PROMISES:
        due = today() + timedelta(days=days)
        made = services.promise(session, SYSTEM, cast.organisations[key], text, due)
        if name:
            services.move(
                session, SYSTEM, made.id, name, revision=made.revision, reason=REASON if name == "drop" else "",
                evidence=EVIDENCE if name == "keep" else "",
            )  # fmt: skip


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove those of these organisations with their history."""
    own = select(Commitment.id).where(Commitment.organisation_id.in_(organisation_ids))
    session.execute(delete(Passage).where(Passage.object_id.in_(own)))
    session.execute(delete(Commitment).where(Commitment.organisation_id.in_(organisation_ids)))
