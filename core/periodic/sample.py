"""Invented reports: one that is published, with a correction, and one draft. Made by the services that people use."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.accounts import actors
from core.accounts.models import Person
from core.approvals import Approval
from core.contract import SampleCast
from core.database import Database, now
from core.periodic import drawing, periods, services
from core.periodic.models import PeriodicReport
from core.permissions import Actor
from core.platform import platform
from core.workflow import Passage

TITLE = {
    "ru": "Трудовая миграция: что сделала сеть (пример)",
    "ky": "Эмгек миграциясы: тармак эмне кылды (үлгү)",
    "en": "Labour migration: what the network did (example)",
}
DRAFT_TITLE = {"ru": "Отчёт сети за последний квартал (пример)", "ky": "Акыркы чейректеги отчёт (үлгү)"}
SUMMARY = {
    "ru": "Все цифры и тексты этого отчёта вымышлены: он показывает, как выглядит отчёт.\n"
          "Чаще всего люди сообщали о невыплате заработной платы. Каждое сообщение проверили два человека из разных "
          "организаций, и только проверенное ушло в инспекцию труда.",
    "ky": "Бул отчёттогу бардык сандар жана тексттер ойдон чыгарылган: ал отчёт кандай болорун көрсөтөт.\n"
          "Адамдар көбүнчө айлык акынын төлөнбөгөнү жөнүндө билдиришти. Ар бир билдирүүнү ар башка уюмдан эки киши "
          "текшерди, текшерилгени гана эмгек инспекциясына жөнөтүлдү.",
    "en": "All numbers and texts of this report are invented: it shows what a report looks like.\n"
          "Most often people reported wages that were not paid. Two people of different organisations checked each "
          "report, and only what was confirmed went to a labour inspectorate.",
}  # fmt: skip
ON_EMPLOYERS = {
    "ru": "Рекомендация: проверять в первую очередь строительные подрядные организации, на которые приходится "
          "наибольшая доля сообщений.",
}  # fmt: skip
CORRECTED = {
    "ru": "Добавлен текст на кыргызском и английском языках. Цифры не изменились.",
    "ky": "Кыргыз жана англис тилиндеги текст кошулду. Сандар өзгөргөн жок.",
    "en": "The text in Kyrgyz and English was added. No number has changed.",
}
PARTS = ("monitoring",)


def add(database: Database, cast: SampleCast) -> None:
    """Two editions on last year and a draft on the last quarter; after the plugins' records are committed."""
    year, last = str(now().year - 1), periods.offered(now().date())
    quarter = next(each for each in last if "-" in each.code)
    _published(database, cast, year)
    drawn = _drawn(database, quarter.code)
    with database.transaction() as session:
        first = _actor(session, cast, "net_coordinator")
        made = services.begin(session, first, quarter.code, DRAFT_TITLE, sample=True)
        services.keep_figures(session, first, made.id, drawn, revision=made.revision)


def _published(database: Database, cast: SampleCast, period: str) -> None:
    drawn = _drawn(database, period)
    with database.transaction() as session:
        first, second = (_actor(session, cast, each) for each in ("net_coordinator", "admin"))
        made = services.begin(session, first, period, TITLE, sample=True)
        services.keep_figures(session, first, made.id, drawn, revision=made.revision)
        services.write(
            session, first, made.id, drawing.SUMMARY, {"ru": SUMMARY["ru"]}, revision=made.revision
        )
        _publish(session, first, second, made)
        better = services.correct(session, first, made.id)
        services.change(session, first, better.id, TITLE, CORRECTED, revision=better.revision)
        services.write(session, first, better.id, drawing.SUMMARY, SUMMARY, revision=better.revision)
        if any(each["code"] in PARTS for each in drawn["sections"]):
            services.write(session, first, better.id, PARTS[0], ON_EMPLOYERS, revision=better.revision)
        _publish(session, first, second, better)


def _publish(session: Session, first: Actor, second: Actor, report: PeriodicReport) -> None:
    services.move(session, first, report.id, "propose", revision=report.revision)
    services.move(session, second, report.id, "publish", revision=report.revision)


def _drawn(database: Database, period: str) -> dict[str, Any]:
    with database.reading() as session:
        return drawing.drawn(session, periods.read(period))


def _actor(session: Session, cast: SampleCast, key: str) -> Actor:
    return actors.load(session, platform.register, session.get_one(Person, cast.people[key]))


def remove(session: Session) -> None:
    """Remove the invented reports with their history."""
    own: list[UUID] = list(session.scalars(select(PeriodicReport.id).where(PeriodicReport.sample)))
    for table in (Passage, Approval):
        session.execute(delete(table).where(table.object_id.in_(own)))
    session.execute(delete(PeriodicReport).where(PeriodicReport.id.in_(own)))
