"""Citations: CSL-JSON, BibTeX, RIS, and lines in the style of APA 7 and of GOST R 7.0.100-2018."""

import json
import re
from datetime import date

from plugins.research.formats.record import Record

TEX = re.compile(r"([\\{}&%$#_^~])")


def _where(record: Record) -> str:
    return f"https://doi.org/{record.doi}" if record.doi else record.url


def csl(record: Record, language: str = "ru") -> dict[str, object]:
    """The item of CSL-JSON (citationstyles.org schema 1.0.2)."""
    told: dict[str, object] = {
        "id": record.handle,
        "type": "dataset",
        "title": record.name(language),
        "author": [{"literal": name} for name in record.creators],
        "publisher": record.publisher,
        "issued": {"date-parts": [[record.published.year, record.published.month, record.published.day]]},
        "version": record.number,
        "URL": record.url,
        "language": language,
    }
    if record.doi:
        told["DOI"] = record.doi
    return told


def as_csl_json(record: Record, language: str = "ru") -> str:
    """A file that reference managers take."""
    return json.dumps([csl(record, language)], ensure_ascii=False, indent=1) + "\n"


def as_bibtex(record: Record, language: str = "ru") -> str:
    """A BibTeX entry; organisations stand in braces so that they are not taken for a first and a last name."""
    authors = " and ".join(f"{{{_tex(name)}}}" for name in record.creators)
    fields = {
        "author": authors,
        "title": f"{{{_tex(record.name(language))}}}",
        "year": str(record.year),
        "publisher": _tex(record.publisher),
        "version": record.number,
        "url": record.url,
        **({"doi": record.doi} if record.doi else {}),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{re.sub(r'[^A-Za-z0-9.-]', '-', record.handle)},\n{body}\n}}\n"


def _tex(text: str) -> str:
    return TEX.sub(r"\\\1", text)


def as_ris(record: Record, language: str = "ru") -> str:
    """An RIS entry, lines ended as the format wants."""
    lines = [("TY", "DATA"), *(("AU", name) for name in record.creators), ("TI", record.name(language)),
             ("PY", str(record.year)), ("DA", f"{record.published:%Y/%m/%d}"), ("PB", record.publisher),
             ("ET", record.number), *((("DO", record.doi),) if record.doi else ()), ("UR", record.url),
             ("ER", "")]  # fmt: skip
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)


def apa(record: Record, language: str = "en") -> str:
    """A line in the style of APA 7, section 10.9."""
    authors = ", ".join(record.creators)
    return (
        f"{authors}. ({record.year}). {record.name(language)} (Version {record.number}) [Data set]. "
        f"{record.publisher}. {_where(record)}"
    )


def gost(record: Record, day: date, language: str = "ru") -> str:
    """A line after GOST R 7.0.100-2018 for an electronic resource, with the day on which it was looked at."""
    authors = ", ".join(record.creators)
    return (
        f"{record.name(language)}, версия {record.number} : [набор данных] / {authors}. – "
        f"{record.publisher}, {record.year}. – URL: {_where(record)} (дата обращения: {day:%d.%m.%Y}). – "
        f"Текст : электронный."
    )
