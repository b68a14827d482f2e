"""DataCite Metadata Schema 4.7 as XML and as JSON (schema.datacite.org/meta/kernel-4.7)."""

import json
from xml.etree.ElementTree import Element, register_namespace

from plugins.research.formats.record import LICENCES, Record, rights_of
from plugins.research.formats.trees import XSI, add, add_each, text_of

SPACE = "http://datacite.org/schema/kernel-4"
SCHEMA = "http://schema.datacite.org/meta/kernel-4.7/metadata.xsd"
register_namespace("xsi", XSI)


def element(record: Record) -> Element:
    """The `resource` element: property order as the schema's documentation has it."""
    root = Element(f"{{{SPACE}}}resource", {f"{{{XSI}}}schemaLocation": f"{SPACE} {SCHEMA}"})
    if record.doi:
        add(root, "identifier", record.doi, identifierType="DOI")
    else:
        add(root, "identifier", record.url, identifierType="URL")
    _people(root, record)
    add_each(add(root, "titles"), "title", record.title)
    add(root, "publisher", record.publisher)
    add(root, "publicationYear", str(record.year))
    add(root, "resourceType", "Survey data", resourceTypeGeneral="Dataset")
    _subjects(root, record)
    _dates(root, record)
    add(root, "language", next(iter(record.title), "ru"))
    handles = add(root, "alternateIdentifiers")
    add(handles, "alternateIdentifier", record.handle, alternateIdentifierType="camove handle")
    _related(root, record)
    add(add(root, "formats"), "format", "text/csv")
    add(root, "version", record.number)
    _rights(root, record)
    add_each(add(root, "descriptions"), "description", record.abstract, descriptionType="Abstract")
    _places(root, record)
    return root


def _people(root: Element, record: Record) -> None:
    creators = add(root, "creators")
    for name in record.creators:
        add(add(creators, "creator"), "creatorName", name, nameType="Organizational")


def _subjects(root: Element, record: Record) -> None:
    if record.keywords:
        subjects = add(root, "subjects")
        for word in record.keywords:
            add(subjects, "subject", word)


def _dates(root: Element, record: Record) -> None:
    dates = add(root, "dates")
    add(dates, "date", record.published.isoformat(), dateType="Issued")
    if any(record.collected):
        add(dates, "date", "/".join(record.collected), dateType="Collected")
    if record.embargo:
        add(dates, "date", record.embargo.isoformat(), dateType="Available")
    if record.withdrawn:
        add(dates, "date", record.changed.date().isoformat(), dateType="Withdrawn")


def _related(root: Element, record: Record) -> None:
    related = add(root, "relatedIdentifiers")
    kind = {"relatedIdentifierType": "URL"}
    add(related, "relatedIdentifier", record.concept_url, relationType="IsVersionOf", **kind)
    if record.previous:
        add(related, "relatedIdentifier", record.previous, relationType="IsNewVersionOf", **kind)


def _rights(root: Element, record: Record) -> None:
    listed = add(root, "rightsList")
    add(listed, "rights", rights_of(record))
    if address := LICENCES.get(record.licence):
        add(listed, "rights", record.licence, rightsURI=address, rightsIdentifier=record.licence.lower(),
            rightsIdentifierScheme="SPDX", schemeURI="https://spdx.org/licenses/")  # fmt: skip


def _places(root: Element, record: Record) -> None:
    if record.countries:
        places = add(root, "geoLocations")
        for country in record.countries:
            add(add(places, "geoLocation"), "geoLocationPlace", country)


def as_xml(record: Record) -> str:
    """The XML document."""
    return text_of(element(record))


def as_json(record: Record) -> str:
    """The same as JSON, in the form of DataCite's REST API."""
    dates = [{"date": record.published.isoformat(), "dateType": "Issued"}]
    if any(record.collected):
        dates.append({"date": "/".join(record.collected), "dateType": "Collected"})
    if record.embargo:
        dates.append({"date": record.embargo.isoformat(), "dateType": "Available"})
    related = [_link(record.concept_url, "IsVersionOf")]
    if record.previous:
        related.append(_link(record.previous, "IsNewVersionOf"))
    told = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "alternateIdentifiers": [
            {"alternateIdentifier": record.handle, "alternateIdentifierType": "camove handle"}
        ],
        "creators": [{"name": name, "nameType": "Organizational"} for name in record.creators],
        "titles": [{"title": text, "lang": language} for language, text in record.title.items() if text],
        "publisher": {"name": record.publisher},
        "publicationYear": str(record.year),
        "types": {"resourceType": "Survey data", "resourceTypeGeneral": "Dataset"},
        "subjects": [{"subject": word} for word in record.keywords],
        "dates": dates,
        "language": next(iter(record.title), "ru"),
        "version": record.number,
        "rightsList": _rights_json(record),
        "descriptions": [
            {"description": text, "descriptionType": "Abstract", "lang": language}
            for language, text in record.abstract.items()
            if text
        ],
        "relatedIdentifiers": related,
        "geoLocations": [{"geoLocationPlace": country} for country in record.countries],
        "url": record.url,
    }
    if record.doi:
        told["doi"] = record.doi
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _link(address: str, relation: str) -> dict[str, str]:
    return {"relatedIdentifier": address, "relatedIdentifierType": "URL", "relationType": relation}


def _rights_json(record: Record) -> list[dict[str, str]]:
    found = [{"rights": rights_of(record)}]
    if address := LICENCES.get(record.licence):
        found.append({"rights": record.licence, "rightsUri": address})
    return found
