"""Which column of a file is which field: English, Russian and Kyrgyz headers, and what is never taken in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plugins.monitoring.intake.private import folded, is_private

MAPPED, DROPPED, UNKNOWN = "mapped", "dropped", "unknown"


SYNONYMS = {
    "reference": "case number|case no|case id|case reference|case ref|reference|номер|номер дела|номер случая"
    "|номер обращения|номер сообщения|номери|ишнин номери|билдирүүнүн номери|rootuuid|uuid",
    "received": "indate|in date|date received|received|received on|date|дата|дата получения|дата сообщения"
    "|дата обращения|дата поступления|күнү|датасы|алынган күнү|кабыл алынган күнү",
    "status": "case status|status|статус|состояние|абалы",
    "employer": "employer|employer name|company|company name|name of employer|работодатель|компания"
    "|организация|название работодателя|наименование работодателя|фирма|предприятие|ишкана|иш берүүчү"
    "|иш берүүчүнүн аталышы|компаниянын аталышы",
    "inn": "inn|employer inn|tin|tax number|инн|инн работодателя|стн|иш берүүчүнүн стну",
    "ogrn": "ogrn|ogrnip|огрн|огрнип",
    "bin": "bin|iin|бин|иин|бин иин|бсн|жсн",
    "country": "country|country of work|страна|страна работы|өлкө|иштеген өлкө",
    "region": "region|регион|область|субъект|облус|аймак",
    "sector": "sector|industry|отрасль|сфера|тармак",
    "naics": "naics|naics code|folder naics code",
    "amount_due": "wd wages due|wages due|amount due|due|arrears|долг|сумма долга|задолженность"
    "|сумма задолженности|не выплачено|карыз|карыздын суммасы|төлөнбөгөн сумма|төлөнбөгөн эмгек акы",
    "amount_paid": "wr wages paid|wages paid|amount paid|paid|recovered|выплачено|оплачено"
    "|сумма выплаты|возвращено|төлөндү|төлөнгөн|төлөнгөн сумма",
    "currency": "currency|валюта|валютасы",
    "violation": "violation|violation class|violation type|type of violation|class|нарушение|вид нарушения"
    "|тип нарушения|класс нарушения|укук бузуу|укук бузуунун түрү|бузуу",
    "description": "description|what happened|facts|details|описание|что произошло|что случилось|факты"
    "|обстоятельства|сүрөттөмө|эмне болду|фактылар",
    "workers": "workers|workers affected|number of workers|работников|количество работников|число работников"
    "|пострадавших|человек|кызматкерлер|кызматкерлердин саны|жумушчулар|жумушчулардын саны",
    "women": "women|workers women|женщин|женщины|аялдар",
    "men": "men|workers men|мужчин|мужчины|эркектер",
    "minors": "minors|children|несовершеннолетних|несовершеннолетние|дети|жашы жетпегендер|балдар",
}


@dataclass(frozen=True)
class Column:
    """What becomes of a column: "mapped", "dropped" (never taken in) or "unknown" (not understood)."""

    header: str
    place: int
    fate: str
    field: str = ""


def understand(headers: Sequence[str]) -> tuple[Column, ...]:
    """Tell for each header in its order what it is; two columns may turn out to be the same field."""
    return tuple(_column(header, place) for place, header in enumerate(headers))


def _column(header: str, place: int) -> Column:
    # Survey exports write group/question: the question decides.
    names = [folded(part) for part in re.split(r"[/.:]", header) if part.strip()] or [""]
    whole = folded(header)
    if is_private(header):
        return Column(header, place, DROPPED)
    field = FIELDS.get(whole) or FIELDS.get(names[-1], "")
    return Column(header, place, MAPPED if field else UNKNOWN, field)


FIELDS = {folded(name): field for field, names in SYNONYMS.items() for name in names.split("|")}
