"""Invented reports: a year, corrected once, and a quarter are published, another is a draft.

Made by the services that people use.
"""

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
QUARTER_TITLE = {
    "ru": "Отчёт сети за квартал (пример)",
    "ky": "Тармактын чейректик отчёту (үлгү)",
    "en": "Quarterly report of the network (example)",
}
INVENTED = {
    "ru": "Все цифры этого отчёта вымышлены: он показывает, как выглядит отчёт.",
    "ky": "Бул отчёттогу бардык сандар ойдон чыгарылган: ал отчёт кандай болорун көрсөтөт.",
    "en": "All numbers of this report are invented: it shows what a report looks like.",
}
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
EMPLOYERS = "monitoring"


def add(database: Database, cast: SampleCast) -> None:
    """Last year, the last quarter, and a draft on the one before; after the plugins' records are committed."""
    last, before, *_ = (each.code for each in periods.offered(now().date()) if "-" in each.code)
    year = str(now().year - 1)
    drawn = {code: _drawn(database, code) for code in (year, last, before)}
    with database.transaction() as session:
        first, second = (_actor(session, cast, each) for each in ("net_coordinator", "admin"))
        whole = _begun(session, first, year, TITLE, drawn[year])
        services.write(
            session, first, whole.id, drawing.SUMMARY, {"ru": SUMMARY["ru"]}, revision=whole.revision
        )
        _publish(session, first, second, whole)
        _correct(session, first, second, whole, drawn[year])
        short = _begun(session, first, last, QUARTER_TITLE, drawn[last])
        services.write(session, first, short.id, drawing.SUMMARY, INVENTED, revision=short.revision)
        _publish(session, first, second, short)
        _begun(session, first, before, QUARTER_TITLE, drawn[before])


def _begun(
    session: Session, actor: Actor, period: str, title: dict[str, str], drawn: dict[str, Any]
) -> PeriodicReport:
    made = services.begin(session, actor, period, title, sample=True)
    services.keep_figures(session, actor, made.id, drawn, revision=made.revision)
    return made


def _correct(
    session: Session, first: Actor, second: Actor, made: PeriodicReport, drawn: dict[str, Any]
) -> None:
    better = services.correct(session, first, made.id)
    services.change(session, first, better.id, TITLE, CORRECTED, revision=better.revision)
    services.write(session, first, better.id, drawing.SUMMARY, SUMMARY, revision=better.revision)
    if any(each["code"] == EMPLOYERS for each in drawn["sections"]):
        services.write(session, first, better.id, EMPLOYERS, ON_EMPLOYERS, revision=better.revision)
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
