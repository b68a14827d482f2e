"""DDI Codebook 2.5 (ddialliance.org): the study, the file and every variable, labels in each language they have."""

from xml.etree.ElementTree import Element

from plugins.research.dictionary import Column
from plugins.research.formats.record import LICENCES, Record, rights_of
from plugins.research.formats.trees import XSI, add, add_each, text_of

SPACE = "ddi:codebook:2_5"
SCHEMA = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"


def element(record: Record) -> Element:
    """The `codeBook` element. Frequencies stand in it only where the record holds them."""
    root = Element(
        f"{{{SPACE}}}codeBook", {"version": "2.5", f"{{{XSI}}}schemaLocation": f"{SPACE} {SCHEMA}"}
    )
    study = add(root, "stdyDscr")
    _citation(add(study, "citation"), record)
    _info(add(study, "stdyInfo"), record)
    if record.method:
        add(add(add(study, "method"), "dataColl"), "collMode", record.method)
    use = add(add(study, "dataAccs"), "useStmt")
    add(
        use, "conditions", f"{rights_of(record)}; {LICENCES.get(record.licence, record.licence)}".rstrip("; ")
    )
    text = add(add(root, "fileDscr", ID="F1"), "fileTxt")
    add(text, "fileName", f"{record.handle}.csv")
    sizes = add(text, "dimensns")
    add(sizes, "caseQnty", str(record.rows))
    add(sizes, "varQnty", str(len(record.columns)))
    if record.columns:
        variables = add(root, "dataDscr")
        for position, column in enumerate(record.columns, start=1):
            _variable(variables, position, column, record)
    return root


def _citation(parent: Element, record: Record) -> None:
    titles = add(parent, "titlStmt")
    first, *others = [(language, text) for language, text in record.title.items() if text]
    add(titles, "titl", first[1], first[0])
    for language, text in others:
        add(titles, "parTitl", text, language)
    add(titles, "IDNo", record.handle, agency="camove")
    statement = add(parent, "rspStmt")
    for name in record.creators:
        add(statement, "AuthEnty", name)
    produced = add(parent, "prodStmt")
    add(produced, "producer", record.publisher)
    distributed = add(parent, "distStmt")
    add(distributed, "distrbtr", record.publisher)
    add(distributed, "distDate", record.published.isoformat(), date=record.published.isoformat())
    add(add(parent, "verStmt"), "version", record.number, date=record.published.isoformat())
    add(parent, "holdings", URI=record.url)


def _info(parent: Element, record: Record) -> None:
    if record.keywords:
        subject = add(parent, "subject")
        for word in record.keywords:
            add(subject, "keyword", word)
    add_each(parent, "abstract", record.abstract)
    summary = add(parent, "sumDscr")
    for day, event in zip(record.collected, ("start", "end"), strict=True):
        if day:
            add(summary, "collDate", day, date=day, event=event)
    for country in record.countries:
        add(summary, "nation", country, abbr=country)
    if record.population:
        add(summary, "universe", record.population)
    add(summary, "dataKind", "Survey data")


def _variable(parent: Element, position: int, column: Column, record: Record) -> None:
    made = add(parent, "var", ID=f"V{position}", name=column.name, files="F1",
               intrvl="contin" if column.kind == "number" and not column.categories else "discrete")  # fmt: skip
    add_each(made, "labl", column.label, level="variable")
    counts = record.counts.get(column.name, {})
    for category in column.categories:
        one = add(made, "catgry", missing="Y" if category.missing else "N")
        add(one, "catValu", category.code)
        add_each(one, "labl", category.label, level="category")
        number = counts.get(category.code)
        if number is not None:
            add(one, "catStat", str(number), type_="freq")
    add(made, "varFormat", type_="numeric" if column.kind == "number" else "character")


def as_xml(record: Record) -> str:
    """The XML document."""
    return text_of(element(record))
