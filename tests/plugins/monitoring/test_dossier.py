"""The dossier: what it may hold, its hash, and its letter as it comes out of the printer."""

import hashlib
import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from core.documents import render_pdf
from plugins.monitoring.dossier.letter import (
    DATED,
    TEMPLATE,
    Addressee,
    Annex,
    Applicant,
    Dossier,
    Employer,
    Fact,
    Number,
    canonical,
    content_hash,
    document,
    payload,
)

EXAMPLE = Dossier(
    reference="KG-2026-0042",
    version=2,
    day=date(2026, 11, 23),
    addressee=Addressee("Государственная инспекция труда в Свердловской области", "Свердловская область"),
    applicant=Applicant("Общественное объединение «Пример өнөктөш»", "Кыргызстан"),
    employer=Employer(
        legal_name="ООО «Вымышленный Строй»",
        heard_names=("Вымстрой", "Көңүл Үй Курулуш"),
        numbers=(Number("ИНН", "7707083893"), Number("ОГРН", "1027700132195")),
        country="Россия",
        region="Свердловская область",
        sector="Строительство и ремонт",
        role="Субподрядчик",
    ),
    facts=(
        Fact(
            label="Невыплата или задержка зарплаты",
            text="Бригада работала на отделке жилого дома. С августа заработная плата не выплачивается, "
            "на вопросы о сроке представитель работодателя отвечает отказом.\n"
            "Ведомости велись, копии двух листов приложены.",
            first=date(2026, 8, 1),
            ongoing=True,
            women=3,
            men=11,
            unknown=2,
            minors=1,
            amount=Decimal("1284500.5"),
            currency="₽",
            sources=3,
            source_kinds=("пострадавший работник", "коллега по работе", "документ"),
        ),
        Fact(
            label="Изъятие паспорта или других документов",
            text="Паспорта шести работников хранятся в конторе участка и не выдаются по требованию.",
            first=date(2026, 9, 1),
            last=date(2026, 10, 1),
            men=6,
            sources=2,
            source_kinds=("пострадавший работник", "наблюдение монитора"),
        ),
    ),
    requests=(
        "Проверить изложенные факты и принять меры в пределах полномочий.",
        "Сообщить о результатах по адресу заявителя.",
    ),
    prepared_by="Общественное объединение «Пример өнөктөш»",
    annexes=(
        Annex(
            1,
            "Лист ведомости за август, очищенная копия",
            "Фотография",
            hashlib.sha256(b"1").hexdigest(),
            482133,
        ),
        Annex(
            2,
            "Лист ведомости за сентябрь, очищенная копия",
            "Фотография",
            hashlib.sha256(b"2").hexdigest(),
            2310990,
        ),
        Annex(
            3,
            "Переписка о сроках выплаты, выдержка без имён",
            "Документ",
            hashlib.sha256(b"3").hexdigest(),
            900,
        ),
    ),
    approved=date(2026, 11, 20),
    limits="Число работников указано со слов источников. Сумма долга посчитана по двум листам ведомости; "
    "полной ведомости у заявителя нет.",
)


def printed(dossier: Dossier) -> str:
    pages = PdfReader(BytesIO(render_pdf(TEMPLATE, document(dossier)))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    return text.replace("\u00ad", "").replace("\u200b", "")


def test_the_letter_says_everything_that_leaves_the_house() -> None:
    text = printed(EXAMPLE).replace("\u202f", " ").replace("\u00a0", " ")
    for said in (
        *("KG-2026-0042", "версия 2", "23 ноября 2026 г.", "инспекция труда", "Көңүл Үй Курулуш", "өнөктөш"),
        *(
            "7707083893",
            "1 284 500,50 ₽",
            "август 2026 г.",
            "продолжается",
            "сентябрь 2026 г.",
            "октябрь 2026 г.",
        ),
        *("статья 358", "2,2 МБ", "470,8 КБ", "900 Б", "20 ноября 2026 г.", "Страница 1 из 2"),
        *(annex.sha256 for annex in EXAMPLE.annexes),
        content_hash(EXAMPLE),
    ):
        assert said in text


def test_a_letter_that_nobody_approved_says_so_and_empty_parts_are_left_out() -> None:
    bare = replace(EXAMPLE, approved=None, confidential=False, annexes=(), limits="")
    text = printed(bare)
    assert "ПРОЕКТ" in text
    assert "ПРОЕКТ" not in printed(EXAMPLE)
    assert not {"Приложения", "Конфиденциальность", "358", "Границы"} & set(text.split())


def test_the_objection_to_disclosure_is_ticked_by_default() -> None:
    assert next(field.default for field in fields(Dossier) if field.name == "confidential") is True


@pytest.mark.parametrize(
    "hostile", ['#read("/etc/passwd")', "$x^2$", "[*]", "= Заголовок", "#panic()", "ab" * 200]
)
def test_hostile_text_is_printed_as_text(hostile: str) -> None:
    fact = replace(EXAMPLE.facts[0], label=hostile, text=hostile)
    employer = replace(EXAMPLE.employer, legal_name=hostile, heard_names=(hostile,))
    text = printed(replace(EXAMPLE, facts=(fact,), employer=employer, requests=(hostile,), limits=hostile))
    assert text.replace(" ", "").count(hostile.replace(" ", "")) >= 5


def test_the_same_dossier_gives_the_same_bytes_and_hash() -> None:
    again = replace(EXAMPLE)
    assert content_hash(again) == content_hash(EXAMPLE)
    assert render_pdf(TEMPLATE, document(again)) == render_pdf(TEMPLATE, document(EXAMPLE))


CHANGES: dict[str, Any] = dict.fromkeys(
    ("reference", "prepared_by", "limits", "language", "taxonomy"), "x"
) | {
    "version": 3,
    "confidential": False,
    "facts": (),
    "annexes": (),
    "requests": (),
    "addressee": Addressee("x", "x"),
    "applicant": Applicant("x", "x"),
    "employer": Employer("x"),
}


@pytest.mark.parametrize("name", [field.name for field in fields(Dossier) if field.name not in DATED])
def test_any_change_changes_the_hash(name: str) -> None:
    assert content_hash(replace(EXAMPLE, **{name: CHANGES[name]})) != content_hash(EXAMPLE)


def test_what_is_proposed_is_what_is_approved_and_frozen() -> None:
    proposed = replace(EXAMPLE, day=date(2026, 1, 1), approved=None)
    assert content_hash(proposed) == content_hash(EXAMPLE)
    assert canonical(payload(proposed)) == canonical(payload(EXAMPLE))


def test_the_payload_is_plain_json_with_exact_amounts() -> None:
    plain = payload(EXAMPLE)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["facts"][0]["amount"] == "1284500.50"  # type: ignore[index]
    whole = replace(EXAMPLE, facts=(replace(EXAMPLE.facts[0], amount=Decimal(5)),))
    cents = replace(EXAMPLE, facts=(replace(EXAMPLE.facts[0], amount=Decimal("5.00")),))
    assert content_hash(whole) == content_hash(cents)


def test_the_hash_is_pinned() -> None:
    """A change of the canonical form needs a new FORMAT: letters already sent must stay checkable."""
    small = Dossier(
        "r", 1, date(2026, 1, 2), Addressee("a", ""), Applicant("o", "KG"), Employer("e"), (), (), "o"
    )
    assert content_hash(small) == "9a80663fd5059f3932a36de49a258658cfe6c7d0452ead943e751a36f3893ab5"


def test_no_field_is_there_for_a_person() -> None:
    names = {field.name for kind in (Dossier, Employer, Fact, Applicant, Annex) for field in fields(kind)}
    assert not names & {
        "person",
        "worker",
        "witness",
        "author",
        "phone",
        "address",
        "passport",
        "monitor",
        "reporter",
    }
