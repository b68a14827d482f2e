"""Invented surveys in the states that people meet, made by the same services; no real respondent is meant."""

import random
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, Passage, SampleCast, actor_of, queue_index
from plugins.research import dictionary, sample_studies
from plugins.research.dictionary import Category
from plugins.research.lifecycle import VERSION
from plugins.research.models import Dataset, Request, Version
from plugins.research.services import access, checking, deposits, describing, outsiders, reviewing, shelf

LABELS = {
    "region": ("Регион", "Аймак", "Region"),
    "sex": ("Пол", "Жынысы", "Sex"),
    "age": ("Возраст, полных лет", "Жашы", "Age in years"),
    "violation": ("Что нарушил работодатель", "Иш берүүчү эмнени бузду", "What the employer violated"),
    "weight": ("Вес", "Салмагы", "Weight"),
}
VALUES = {
    "region": {"1": "Чуйская область", "2": "Ошская область"},
    "sex": {"1": "Женский", "2": "Мужской"},
    "violation": {"1": "Ничего", "2": "Не заплатил", "3": "Отобрал документы", "99": "Отказ от ответа"},
}
CONSENT = "Анонимное использование для исследований и публикаций."
SURVEY = "Условия труда трудовых мигрантов (пример)"
WAITING = "Женщины, занятые домашним трудом (пример)"


def add(session: Session, cast: SampleCast) -> None:
    """A published survey on agreement with a request for it, one that waits for review, one to describe; studies."""
    people = {key: actor_of(session, person_id) for key, person_id in cast.people.items()}
    if not {"depositor", "scholar", "reader"} <= set(people):
        return
    place, depositor, scholar = cast.organisations["bishkek"], people["depositor"], people["scholar"]
    first = survey(session, depositor, place, SURVEY, 1)
    through(session, depositor, first)
    reviewing.approve(session, scholar, first, "Пример: группы достаточно велики.", revision=first.revision)
    reviewing.publish(session, scholar, first, revision=first.revision)
    answers = {
        "purpose": "Статья о невыплате заработка (пример).",
        "outputs": "",
        "team": "",
        "merges": False,
    }
    access.ask(session, people["reader"], first, answers, "Соглашение (пример)", "Гүлнара Ойдонбекова")
    sample_studies.add(session, scholar, scholar.organisations[0], first)
    through(session, depositor, survey(session, depositor, place, WAITING, 2))
    survey(session, depositor, place, "Семьи мигрантов (пример)", 3)


def table(seed: int) -> str:
    """The CSV of an invented survey."""
    luck = random.Random(seed)  # noqa: S311 - invented answers, nothing secret
    lines = ["region,sex,age,violation,weight"]
    for n in range(240):
        answer = luck.choice(["1", "1", "1", "2", "3", "99"])
        lines.append(f"{1 + n % 2},{1 + n // 2 % 2},{luck.randint(18, 59)},{answer},{80 + n % 40}")
    return "\n".join(lines) + "\n"


def survey(session: Session, depositor: Actor, place: UUID, title: str, seed: int) -> Version:
    """A deposit that was read and has the labels of its columns."""
    made = deposits.deposit(session, depositor, place, [table(seed).encode()], {"ru": title})
    deposits.settle(session, depositor, made.id, deposits.read(made.original, made.wishes))
    roles = {"region": "key", "sex": "key", "age": "key", "violation": "sensitive", "weight": "weight"}
    for position, each in enumerate(dictionary.columns(made.columns)):
        labels = dict(zip(("ru", "ky", "en"), LABELS[each.name], strict=True))
        values = tuple(
            Category(code, {"ru": text}, missing=code == "99", benign=code == "1")
            for code, text in VALUES.get(each.name, {}).items()
        )
        changed = replace(each, label=labels, categories=values, role=roles[each.name])
        if each.name == "age":
            changed = replace(changed, recode="bands", rule="18, 30, 45")
        describing.change_column(session, depositor, made, position, changed, revision=made.revision)
    return made


def through(session: Session, depositor: Actor, version: Version) -> None:
    """Describe, check and send for review."""
    about = {
        "abstract": {"ru": "Выдуманный опрос для знакомства с системой."}, "consent": CONSENT,
        "countries": ["KG", "RU"], "keywords": ["миграция", "труд"], "method": "Личное интервью",
        "collected_from": "2026-03-01", "collected_to": "2026-04-15",
    }  # fmt: skip
    describing.describe(session, depositor, version, about, "request", "S2", None, revision=version.revision)
    VERSION.move(session, depositor, version, "check", revision=version.revision)
    checking.settle(session, depositor, version.id, checking.checked(version))
    reviewing.submit(session, depositor, version, revision=version.revision)


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the datasets of the sample network and their files."""
    rows = select(Version).where(Version.organisation_id.in_(organisation_ids))
    versions = select(Version.id).where(Version.organisation_id.in_(organisation_ids))
    requests = select(Request.id).where(Request.version_id.in_(versions))
    session.execute(delete(Passage).where(Passage.object_id.in_(versions) | Passage.object_id.in_(requests)))
    outsiders.erase_of(session, organisation_ids)
    for each in session.scalars(rows).all():
        for sha256, kind in (
            (each.original, shelf.ORIGINAL), (each.working, shelf.PARQUET), (each.release, shelf.CSV),
            (each.parquet, shelf.PARQUET),
        ):  # fmt: skip
            shelf.forget(sha256, kind)
        queue_index(session, [f"research:version:{each.id}"])
        session.execute(delete(Request).where(Request.version_id == each.id))
        session.delete(each)
    session.flush()
    session.execute(delete(Dataset).where(Dataset.organisation_id.in_(organisation_ids)))
    sample_studies.remove(session, organisation_ids)
