"""The invented network of `camove demo`: made in one go, marked on every page, removed in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from core.accounts import conduct, credentials, passwords
from core.accounts.actors import SYSTEM
from core.accounts.directory import add_organisation
from core.accounts.models import Membership, Organisation, Person
from core.commitments import sample as promises
from core.contract import SampleCast
from core.permissions import Register
from core.platform import platform
from core.settings import Settings
from core.vault import sample as vault_sample


@dataclass(frozen=True)
class Invented:
    """Somebody of the sample network."""

    key: str
    name: str
    organisation: str
    roles: tuple[str, ...]


ORGANISATIONS = {
    "moscow": (
        "member_ngo",
        "RU",
        "RU-MOW",
        "Объединение диаспоры «Мост» (пример)",
        "«Көпүрө» диаспора бирикмеси (үлгү)",
    ),
    "bishkek": (
        "member_ngo",
        "KG",
        "KG-GB",
        "Центр «Тяньшань-право» (пример)",
        "«Тяньшань-укук» борбору (үлгү)",
    ),
    "spb": ("member_ngo", "RU", "RU-SPE", "Правовая группа «Нева» (пример)", "«Нева» укуктук тобу (үлгү)"),
    "osh": (
        "regional_council",
        "KG",
        "KG-O",
        "Малый общественный совет Оша (пример)",
        "Ош кичи коомдук кеңеши (үлгү)",
    ),
    "inspectorate": ("inspectorate", "RU", "RU-MOW", "Инспекция труда (пример)", "Эмгек инспекциясы (үлгү)"),
    "press": ("partner", "RU", "RU-MOW", "Союз журналистов (пример)", "Журналисттер бирлиги (үлгү)"),
    "institute": (
        "research_centre",
        "KG",
        "KG-GB",
        "Институт миграции (пример)",
        "Миграция институту (үлгү)",
    ),
    "secretariat": ("secretariat", "KG", "KG-GB", "Секретариат сети (пример)", "Тармактын катчылыгы (үлгү)"),
}

PEOPLE = (
    Invented("monitor", "Айгуль Примерова", "moscow", ("monitoring.reporter", "core.key_holder")),
    Invented("coordinator", "Пётр Образцов", "moscow", ("monitoring.coordinator",)),
    Invented("verifier", "Жылдыз Үлгүбаева", "bishkek", ("monitoring.verifier", "monitoring.reporter")),
    Invented("second", "Нина Выдумкина", "spb", ("monitoring.verifier",)),
    Invented("lawyer", "Олег Вымышленный", "spb", ("monitoring.legal_officer",)),
    Invented("kg_coordinator", "Бакыт Мисалов", "bishkek", ("monitoring.coordinator",)),
    Invented("council", "Гүлнара Ойдонбекова", "osh", ("core.member", "job_fairs.organiser")),
    Invented("custodian", "Динара Хранимова", "moscow", ("monitoring.custodian",)),
    Invented("org_admin", "Тимур Показов", "moscow", ("core.organisation_admin",)),
    Invented("analyst", "Салтанат Ойлобаева", "secretariat", ("monitoring.analyst",)),
    Invented("board", "Асель Условная", "bishkek", ("monitoring.board",)),
    Invented("board2", "Марат Допустимов", "osh", ("monitoring.board",)),
    Invented("board3", "Гульнара Предположенская", "spb", ("monitoring.board",)),
    Invented("media", "Дарья Фантазёрова", "moscow", ("media_watch.coordinator", "media_watch.editor")),
    Invented("kg_media", "Эмил Жомоков", "bishkek", ("media_watch.coordinator", "media_watch.editor")),
    Invented("coder_ru", "Лев Небылицын", "moscow", ("media_watch.coder",)),
    Invented("coder_kg", "Асель Тамсилова", "bishkek", ("media_watch.coder",)),
    Invented("judge", "Вера Сказкина", "spb", ("media_watch.adjudicator",)),
    Invented("press_first", "Игорь Вракин", "press", ("media_watch.signer",)),
    Invented("press_second", "Зоя Выдумова", "press", ("media_watch.signer",)),
    Invented("net_coordinator", "Жаныл Сунушова", "secretariat", ("core.coordinator",)),
    Invented("admin", "Анна Примерная", "secretariat", ("core.administrator",)),
    Invented("depositor", "Чынара Сынакова", "bishkek", ("research.depositor",)),
    Invented("scholar", "Эрмек Иликтев", "institute", ("research.reviewer", "research.steward")),
    Invented("reader", "Дамира Окурманова", "spb", ("research.reader",)),
)

HOLDERS = ("monitor", "org_admin")
"""Who holds the key of the first organisation."""


def email(key: str) -> str:
    """The address of an invented person; the domain can never receive mail (RFC 2606)."""
    return f"{key.replace('_', '-')}@camove.example"


def present(session: Session) -> bool:
    """Whether this site shows invented records."""
    return bool(session.scalar(select(exists().where(Organisation.sample))))


def real(session: Session) -> bool:
    """Whether this site holds an organisation that is not invented."""
    return bool(session.scalar(select(exists().where(Organisation.sample.is_(False)))))


def sign_ins(session: Session) -> list[tuple[str, str]]:
    """The address of everybody invented and their roles, in words for the command line."""
    rows = session.scalars(
        select(Membership).join(Membership.person).where(Person.sample).order_by(Membership.id)
    )
    return [(each.person.email, ", ".join(each.roles)) for each in rows]


def organisation_ids(session: Session) -> Sequence[UUID]:
    """The invented organisations."""
    return session.scalars(select(Organisation.id).where(Organisation.sample)).all()


def add(session: Session, settings: Settings, register: Register, password: str, secret: str) -> SampleCast:
    """Make the network. Everybody has the same password and the same second factor: they are for trying only.

    Roles of plugins that are not active are left out.
    """
    organisations = {key: _organisation(session, *facts) for key, facts in ORGANISATIONS.items()}
    password_hash = passwords.hashed(settings, password)
    people = {}
    for each in PEOPLE:
        person = Person(email=email(each.key), name=each.name, password_hash=password_hash, sample=True)
        person.conduct_version = conduct.CONDUCT_VERSION
        session.add(person)
        session.flush()
        credentials.set_totp(settings, person, secret)
        roles = [role for role in each.roles if role in register.roles]
        session.add(
            Membership(person_id=person.id, organisation_id=organisations[each.organisation], roles=roles)
        )
        people[each.key] = person.id
    session.flush()
    vault_sample.add(session, settings, organisations["moscow"], [people[each] for each in HOLDERS], password)
    cast = SampleCast(organisations, people)
    promises.add(session, cast)
    return cast


def give_role(session: Session, person_id: UUID, role: str) -> None:
    """For `camove_on_sample_data`: somebody of the invented network holds a role of your plugin too, where they belong.

    Real people get roles from their administrators only: for them, and for an unknown role, ValueError.
    """
    rows = select(Membership).join(Membership.person).where(Membership.person_id == person_id, Person.sample)
    membership = session.scalars(rows.order_by(Membership.id)).first()
    if membership is None or role not in platform.register.roles:
        raise ValueError(f"{role} cannot be given: only known roles, and only to invented people")
    membership.roles = sorted({*membership.roles, role})
    session.flush()


def _organisation(session: Session, kind: str, country: str, region: str, ru: str, ky: str) -> UUID:
    made = add_organisation(
        session,
        SYSTEM,
        kind=kind,
        country=country,
        region=region,
        labels={"ru": ru, "ky": ky},
        since=date(2013, 10, 1),
        sample=True,
    )
    return made.id


def remove(session: Session) -> None:
    """Remove the network; the audit keeps its entries, which hold ids only."""
    promises.remove(session, organisation_ids(session))
    session.execute(delete(Person).where(Person.sample))
    session.execute(delete(Organisation).where(Organisation.sample))
