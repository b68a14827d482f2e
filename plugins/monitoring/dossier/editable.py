"""The letter as a DOCX for the lawyer's edits. All text is data: no links, no fields, no macros, nothing fetched."""

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from docx import Document
from docx.document import Document as Letter
from docx.shared import Pt

UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold; people paste such things without seeing them."""

CONFIDENTIAL = (
    "Заявитель возражает против сообщения работодателю сведений об источнике жалобы (статья 358 Трудового кодекса "
    "Российской Федерации). Просим не раскрывать работодателю и третьим лицам, от кого получены сведения."
)
DRAFT = "ПРОЕКТ ДЛЯ ПРАВКИ. Утверждённый текст хранится отдельно; этот файл в систему не возвращается."


def docx(letter: Mapping[str, Any]) -> bytes:
    """The letter of `plugins.monitoring.dossier.letter.payload` as a file for word processors."""
    made = Document()
    made.styles["Normal"].font.name = "Times New Roman"
    made.styles["Normal"].font.size = Pt(12)
    made.core_properties.author = _clean(letter["applicant"]["organisation"])
    made.core_properties.title = _clean(f"Обращение {letter['reference']}")
    made.core_properties.comments = ""
    _head(made, letter)
    _employer(made, letter["employer"])
    _facts(made, letter["facts"])
    _rest(made, letter)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _clean(text: object) -> str:
    return UNPRINTABLE.sub(" ", str(text))


def _lines(made: Letter, lines: Iterable[object], style: str | None = None) -> None:
    for line in lines:
        if text := _clean(line).strip():
            made.add_paragraph(text, style=style)


def _head(made: Letter, letter: Mapping[str, Any]) -> None:
    addressee, applicant = letter["addressee"], letter["applicant"]
    _lines(made, (DRAFT, addressee["name"], addressee["region"]))
    _lines(made, (f"Заявитель: {applicant['organisation']}, {applicant['country']}",))
    _lines(made, (f"№ {letter['reference']}, версия {letter['version']}",))
    made.add_heading("ОБРАЩЕНИЕ о возможных нарушениях трудовых прав работников", 1)


def _employer(made: Letter, employer: Mapping[str, Any]) -> None:
    made.add_heading("Работодатель", 2)
    known = (
        ("Наименование", employer["legal_name"]),
        ("Как называют работники", ", ".join(employer["heard_names"])),
        *((each["label"], each["value"]) for each in employer["numbers"]),
        ("Страна", employer["country"]),
        ("Регион", employer["region"]),
        ("Сфера деятельности", employer["sector"]),
        ("Роль", employer["role"]),
    )
    _lines(made, (f"{name}: {value}" for name, value in known if value))


def _facts(made: Letter, facts: Iterable[Mapping[str, Any]]) -> None:
    made.add_heading("Факты", 2)
    for fact in facts:
        made.add_heading(_clean(fact["label"]), 3)
        _lines(made, str(fact["text"]).splitlines())
        total = fact["women"] + fact["men"] + fact["unknown"]
        _lines(
            made,
            (
                (
                    f"Работников: {total} (женщины: {fact['women']}, мужчины: {fact['men']}, "
                    f"пол не указан: {fact['unknown']}), из них несовершеннолетних: {fact['minors']}"
                ),
                f"Период: {_period(fact)}",
                f"Сумма долга: {fact['amount']} {fact['currency']}" if fact["amount"] else "",
                f"Источников: {fact['sources']} ({', '.join(fact['source_kinds'])})",
                f"Нормы: {'; '.join(fact['norms'])}" if fact.get("norms") else "",
            ),
        )


def _period(fact: Mapping[str, Any]) -> str:
    first, last = (str(fact[name])[:7] if fact[name] else "" for name in ("first", "last"))
    return " — ".join(filter(None, (first, "продолжается" if fact["ongoing"] else last))) or "не указан"


def _rest(made: Letter, letter: Mapping[str, Any]) -> None:
    made.add_heading("Просим", 2)
    _lines(made, letter["requests"], "List Number")
    if letter["confidential"]:
        made.add_heading("Конфиденциальность", 2)
        _lines(made, (CONFIDENTIAL,))
    made.add_heading("Границы сведений", 2)
    _lines(made, (letter["limits"],))
    if letter["annexes"]:
        made.add_heading("Приложения", 2)
        _lines(
            made,
            (f"{each['number']}. {each['title']}. SHA-256 {each['sha256']}" for each in letter["annexes"]),
        )
    _lines(made, (f"Подготовлено: {letter['prepared_by']}", "Подпись заявителя: ____________________"))
