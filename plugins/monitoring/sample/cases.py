"""The stories of the sample reports: believable, invented, in Russian and Kyrgyz."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SampleCase:
    """One story and where its report stands now."""

    stage: str
    employer: Mapping[str, str]
    allegations: Sequence[Mapping[str, Any]]
    sources: Sequence[Mapping[str, Any]]
    organisation: str = "moscow"
    reporter: str = "monitor"
    coordinator: str = "coordinator"
    language: str = "ru"
    legal_name: str = ""
    number: str = ""
    safety: Mapping[str, str] = field(default_factory=dict)
    days_ago: int = 12
    reason: str = ""
    verdict: str = "verified"
    dossier: str = ""
    photo: str = ""


def _employer(
    name: str, sector: str, site: str, number: str = "", region: str = "RU-MOW", country: str = "RU"
) -> dict[str, str]:
    # Sound numbers belong to somebody: invented firms get numbers of no scheme, or one that cannot exist.
    scheme = ("ru-inn" if number.isdigit() else "other") if number else ""
    return {
        "name": name, "role": "employer", "country": country, "region": region, "sector": sector, "site": site,
        "scheme": scheme, "identifier": number,
    }  # fmt: skip


def _wages(facts: str, amount: str, women: str = "", men: str = "", currency: str = "RUB") -> dict[str, Any]:
    return {
        "violation": "wage_arrears", "facts": facts, "amount": amount, "currency": currency, "women": women,
        "men": men, "unknown": "", "minors": "", "basis": "heard_directly", "indicators": ["ilo08"], "ongoing": True,
    }  # fmt: skip


def _papers(facts: str, men: str) -> dict[str, Any]:
    return {
        "violation": "passport_withheld", "facts": facts, "amount": "", "currency": "", "women": "", "men": men,
        "unknown": "", "minors": "", "basis": "seen", "indicators": ["ilo07"], "ongoing": True,
    }  # fmt: skip


def _source(kind: str, group: str, supports: Sequence[str], *consents: str) -> dict[str, Any]:
    return {
        "kind": kind, "group": group, "supports": list(supports), "reliability": "usually_reliable",
        "primary": kind in ("worker", "co_worker", "document"), "consents": ["statistics", "coordination", *consents],
        "decision_in_force": False,
    }  # fmt: skip


TWO = (
    _source("worker", "A", ["0"], "dossier_anonymous"),
    _source("document", "B", ["0"], "dossier_anonymous"),
)

CASES = (
    SampleCase(
        "draft",
        _employer("кафе «Пример-Лагман»", "hospitality", "Мытищи"),
        (
            _wages(
                "Поварам не платят с начала месяца, хозяин обещает заплатить «после праздников».",
                "96000",
                women="3",
                men="1",
            ),
        ),
        (),
        days_ago=2,
    ),
    SampleCase(
        "submitted",
        _employer("стройка «Образец-Монтаж»", "construction", "Люберцы", "7712345678"),
        (
            _wages(
                "Бригаде не платят три месяца. Прораб говорит, что деньги придут, когда сдадут дом.",
                "1250000",
                men="14",
            ),
            _papers("Паспорта лежат в сейфе у прораба, при увольнении не отдают.", "9"),
        ),
        (_source("worker", "A", ["0", "1"], "dossier_anonymous"), _source("co_worker", "A", ["0"])),
        safety={"violence": "yes"},
        days_ago=1,
        photo="Объявление у проходной",
    ),
    SampleCase(
        "submitted",
        _employer("«Үлгү-Тазалык» клиринг", "cleaning_security", "Москва"),
        (_wages("Тазалоочуларга эки ай айлык беришкен жок, келишим түзүлгөн эмес.", "210000", women="6"),),
        (_source("worker", "A", ["0"]),),
        language="ky",
        days_ago=6,
    ),
    SampleCase(
        "triage",
        _employer("склад «Вымысел-Логистик»", "transport", "Подольск", "ПРИМЕР-001"),
        (_wages("Ночные смены по 14 часов, переработку не оплачивают.", "340000", women="4", men="11"),),
        TWO,
    ),
    SampleCase(
        "needs_info",
        _employer("тепличное хозяйство «Мнимый луг»", "agriculture", "Кашира", region="RU-MOS"),
        (_wages("Сезонным рабочим заплатили половину обещанного.", "180000", women="8", men="5"),),
        (_source("relative", "A", ["0"]),),
        reason="Уточните, пожалуйста, кто подписывал ведомость и сколько человек ещё работает.",
    ),
    SampleCase(
        "verification",
        _employer("швейный цех «Придуманная нить»", "manufacturing", "Иваново", "ПРИМЕР-002", region=""),
        (_wages("Швеям удерживают «за жильё» половину заработка.", "430000", women="17", men="2"),),
        TWO,
        legal_name="ООО «Придуманная нить»",
        number="ПРИМЕР-002",
    ),
    SampleCase(
        "confirmation",
        _employer("автомойка «Несуществующая капля»", "services", "Химки", "ПРИМЕР-003", region="RU-MOS"),
        (_wages("Мойщикам платят только чаевыми, оклад не выдавали ни разу.", "150000", men="7"),),
        TWO,
        legal_name="ООО «Несуществующая капля»",
        number="ПРИМЕР-003",
        reason="Показания работников и табель сходятся.",
    ),
    SampleCase(
        "verified",
        _employer("ООО «Пример-Строй»", "construction", "Балашиха", "ПРИМЕР-004", region="RU-MOS"),
        (
            _wages(
                "Не выплачена зарплата за два месяца; расписки работодателя есть.",
                "890000.50",
                women="1",
                men="12",
            ),
        ),
        TWO,
        legal_name="ООО «Пример-Строй»",
        number="ПРИМЕР-004",
        reason="Два независимых источника, расписки осмотрены.",
        dossier="registered",
        photo="Расписка о долге, лица и подписи закрыты",
        days_ago=45,
    ),
    SampleCase(
        "verified",
        _employer("пекарня «Условный хлеб»", "manufacturing", "Тула", "ПРИМЕР-005", region=""),
        (_wages("Пекарям не оплачивают ночные часы.", "77000", women="5", men="3"),),
        TWO,
        legal_name="ООО «Условный хлеб»",
        number="ПРИМЕР-005",
        reason="Графики смен и слова двух сторон совпали.",
        dossier="drafting",
        days_ago=30,
    ),
    SampleCase(
        "verified",
        _employer("ООО «Пример-Логистика»", "transport", "Подольск", "ПРИМЕР-007", region="RU-MOS"),
        (
            _wages(
                "Складским работникам не выплатили зарплату за март и апрель.", "372000", women="4", men="6"
            ),
        ),
        TWO,
        legal_name="ООО «Пример-Логистика»",
        number="ПРИМЕР-007",
        reason="Два независимых источника, ведомости осмотрены.",
        dossier="recorded",
        photo="Ведомость, фамилии закрыты",
        days_ago=90,
    ),
    SampleCase(
        "verified",
        _employer("ООО «Образцовый клининг»", "services", "Москва", "ПРИМЕР-008"),
        (_wages("Уборщицам не платят за сверхурочные часы.", "118000", women="7"),),
        TWO,
        legal_name="ООО «Образцовый клининг»",
        number="ПРИМЕР-008",
        reason="Графики смен и слова двух сторон совпали.",
        dossier="answered",
        days_ago=60,
    ),
    SampleCase(
        "unverified",
        _employer("магазин «Выдуманный базар»", "trade", "Москва", "ПРИМЕР-006"),
        (
            _wages("Говорят, что грузчикам не платят.", "", men="2")
            | {"currency": "", "basis": "second_hand"},
        ),
        (_source("relative", "A", ["0"]),),
        legal_name="ООО «Выдуманный базар»",
        number="ПРИМЕР-006",
        verdict="unverified",
        reason="Второй источник найти не удалось.",
        days_ago=60,
    ),
    SampleCase(
        "rejected",
        _employer("сосед по общежитию", "other", "Москва"),
        (_wages("Сосед не вернул долг.", "5000", men="1"),),
        (_source("worker", "A", ["0"]),),
        reason="Это не о работе и не о работодателе.",
        days_ago=20,
    ),
    SampleCase(
        "submitted",
        _employer("«Мисал-Курулуш» ЖЧК", "construction", "Ош", region="KG-O", country="KG"),
        (
            _wages(
                "Курулушчуларга айлыгы үч ай кечигип жатат, прораб телефонун албайт.",
                "240000",
                men="9",
                currency="KGS",
            ),
        ),
        (_source("worker", "A", ["0"], "dossier_anonymous"),),
        organisation="bishkek",
        reporter="verifier",
        language="ky",
        days_ago=3,
    ),
)
