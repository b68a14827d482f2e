"""DCAT-AP 3 as Turtle and JSON-LD, and schema.org's Dataset for the page (semiceu.github.io/DCAT-AP/releases/3.0.0)."""

import json
from typing import Any

from plugins.research.formats.record import LICENCES, File, Record, rights_of

ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
MEDIA = "https://www.iana.org/assignments/media-types/"
CODES = {"KG": "KGZ", "RU": "RUS", "KZ": "KAZ", "UZ": "UZB", "TJ": "TJK", "TM": "TKM"}

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
}


def access_right(record: Record) -> str:
    """PUBLIC for what anybody may take, RESTRICTED under conditions, NON_PUBLIC for results only."""
    if record.is_open:
        return f"{ACCESS}PUBLIC"
    return f"{ACCESS}NON_PUBLIC" if record.level == "closed" else f"{ACCESS}RESTRICTED"


def quoted(text: str, tag: str = "") -> str:
    """A Turtle literal (RDF 1.1 Turtle, 2.5.1)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"{tag}'


def as_turtle(record: Record) -> str:
    """The dataset with its distributions."""
    lines = [f"@prefix {name}: <{space}> ." for name, space in PREFIXES.items()]
    facts = [
        "a dcat:Dataset",
        *(f"dct:title {quoted(text, f'@{code}')}" for code, text in record.title.items() if text),
        *(f"dct:description {quoted(text, f'@{code}')}" for code, text in record.abstract.items() if text),
        f"dct:identifier {quoted(record.handle)}",
        f"dct:publisher [ a foaf:Agent ; foaf:name {quoted(record.publisher)} ]",
        *(f"dct:creator [ a foaf:Agent ; foaf:name {quoted(name)} ]" for name in record.creators),
        f"dct:issued {quoted(record.published.isoformat(), '^^xsd:date')}",
        f"dct:modified {quoted(record.changed.isoformat(), '^^xsd:dateTime')}",
        f"dct:accessRights <{access_right(record)}>",
        f"dcat:version {quoted(record.number)}",
        f"dcat:landingPage <{record.url}>",
        f"dcat:isVersionOf <{record.concept_url}>",
        *([f"dcat:previousVersion <{record.previous}>"] if record.previous else []),
        *(f"dcat:keyword {quoted(word)}" for word in record.keywords),
        *(f"dct:spatial <{COUNTRY}{CODES[code]}>" for code in record.countries if code in CODES),
        *_period(record),
        *(f"dcat:distribution <{record.url}#{file.name}>" for file in record.files),
    ]
    lines += ["", f"<{record.url}> " + " ;\n    ".join(facts) + " ."]
    lines += [_typed(record), *(_distribution(record, file) for file in record.files)]
    return "\n".join(lines) + "\n"


def _typed(record: Record) -> str:
    """What DCAT-AP wants to know of the things that are only named."""
    spatial = [f"<{COUNTRY}{CODES[code]}> a dct:Location ." for code in record.countries if code in CODES]
    return "\n".join([f"<{access_right(record)}> a dct:RightsStatement .", *spatial])


def _period(record: Record) -> list[str]:
    begins, ends = record.collected
    known = [f"dcat:{name} {quoted(day, '^^xsd:date')}"
             for name, day in (("startDate", begins), ("endDate", ends)) if len(day) == 10]  # fmt: skip
    return [f"dct:temporal [ a dct:PeriodOfTime ; {' ; '.join(known)} ]"] if known else []


def _distribution(record: Record, file: File) -> str:
    licence, digest = LICENCES.get(record.licence), quoted(file.sha256, "^^xsd:hexBinary")
    algorithm = "spdx:algorithm spdx:checksumAlgorithm_sha256"
    checksum = f"[ a spdx:Checksum ; {algorithm} ; spdx:checksumValue {digest} ]"
    facts = [
        "a dcat:Distribution",
        f"dct:title {quoted(file.name)}",
        f"dcat:accessURL <{record.url}>",
        f"dcat:mediaType <{MEDIA}{file.media}>",
        f"dcat:byteSize {quoted(str(file.size), '^^xsd:nonNegativeInteger')}",
        f"spdx:checksum {checksum}",
        *([f"dct:license <{licence}>"] if licence else []),
    ]
    typed = [f"<{MEDIA}{file.media}> a dct:MediaType ."]
    typed += [f"<{licence}> a dct:LicenseDocument ."] if licence else []
    return "\n".join([f"<{record.url}#{file.name}> " + " ;\n    ".join(facts) + " .", *typed])


def schema_org(record: Record, language: str = "ru") -> dict[str, Any]:
    """schema.org's Dataset, for the machines that read the page."""
    told: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": record.url,
        "identifier": [record.handle, *([f"https://doi.org/{record.doi}"] if record.doi else [])],
        "name": record.name(language),
        "description": record.abstract.get(language) or next(iter(record.abstract.values()), ""),
        "version": record.number,
        "datePublished": record.published.isoformat(),
        "creator": [{"@type": "Organization", "name": name} for name in record.creators],
        "publisher": {"@type": "Organization", "name": record.publisher},
        "keywords": list(record.keywords),
        "spatialCoverage": list(record.countries),
        "isAccessibleForFree": record.is_open,
        "conditionsOfAccess": rights_of(record),
        "variableMeasured": [column.label.get(language) or column.name for column in record.columns],
    }
    if address := LICENCES.get(record.licence):
        told["license"] = address
    if record.is_open:
        told["distribution"] = [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media,
                "contentUrl": record.url,
            }
            for file in record.files
        ]
    return told


def as_json_ld(record: Record, language: str = "ru") -> str:
    """The JSON-LD document."""
    return json.dumps(schema_org(record, language), ensure_ascii=False, indent=1) + "\n"
