"""Three invented joint studies, after the themes of the network: relations with employers, domestic work, families."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import Actor, queue_index, render_pdf
from plugins.research.models import Instrument, Study, Version
from plugins.research.services import shelf, studies
from plugins.research.services.studies import Told

TEMPLATE = Path(__file__).parent / "templates" / "research" / "questionnaire.typ"
QUESTIONS = ("Сколько вам полных лет?", "Платили ли вам вовремя?", "Кому вы рассказали о нарушении?")
PARTNERS = ("НПО «Талас» (пример)", "Центр «Тяньшань» (пример)")
STUDIES = (
    ("Отношения с работодателями (пример)", "Иш берүүчүлөр менен мамиле (мисал)", "Relations with employers (sample)",
     "Кто и как нарушает трудовые права мигрантов, и что помогает. Выдуманное исследование."),
    ("Женщины в домашнем труде (пример)", "Үй жумушундагы аялдар (мисал)", "Women in domestic work (sample)",
     "Условия и риски труда нянь, сиделок и помощниц по дому. Выдуманное исследование."),
    ("Семьи мигрантов (пример)", "Мигранттардын үй-бүлөлөрү (мисал)", "Families of migrants (sample)",
     "Как отъезд меняет жизнь детей и родителей. Выдуманное исследование."),
)  # fmt: skip


def add(session: Session, keeper: Actor, organisation_id: UUID, survey: Version) -> None:
    """Three studies; the published survey is of the first, which has a questionnaire and a publication too."""
    paper = render_pdf(TEMPLATE, {"title": STUDIES[0][0], "questions": list(QUESTIONS)})
    for number, (ru, ky, en, aim) in enumerate(STUDIES):
        first = number == 0
        told = Told(
            {"title": {"ru": ru, "ky": ky, "en": en}, "aim": {"ru": aim}}, True, PARTNERS,
            [{"text": "Пример П. Невыплата заработка // Журнал-пример. 2026.", "address": "https://example.org/"}]
            if first else [],
            frozenset({survey.dataset_id}) if first else frozenset(),
            added={"Анкета (пример)": studies.keep(paper)} if first else {},
        )  # fmt: skip
        studies.begin(session, keeper, organisation_id, told)


def remove(session: Session, organisation_ids: Sequence[UUID]) -> None:
    """Remove the studies of those organisations, with their questionnaires."""
    rows = select(Study).where(Study.organisation_id.in_(organisation_ids))
    for each in session.scalars(rows).all():
        queue_index(session, [f"research:study:{each.id}"])
        for one in each.instruments:
            _forget(session, one)
        session.delete(each)
    session.flush()


def _forget(session: Session, one: Instrument) -> None:
    """Destroy a file that no other study names."""
    others = select(Instrument.id).where(Instrument.sha256 == one.sha256, Instrument.id != one.id)
    if session.scalars(others).first() is None:
        shelf.forget(one.sha256, studies.INSTRUMENT)
