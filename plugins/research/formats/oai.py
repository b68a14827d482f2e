"""OAI-PMH 2.0 (openarchives.org): answers as XML, resumption tokens that need no memory, deletions for ever.

`deletedRecord` is persistent. A token carries the question and where to go on, signed by its own text only: it opens
nothing that the question did not, and holds for a day. A withdrawn version is a deleted record.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, register_namespace

from plugins.research.formats import datacite, ddi
from plugins.research.formats.record import Record, rights_of
from plugins.research.formats.trees import XSI, add, add_each, text_of

SPACE = "http://www.openarchives.org/OAI/2.0/"
SCHEMA = f"{SPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
DC, OAI_DC = "http://purl.org/dc/elements/1.1/", "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DATACITE = "http://schema.datacite.org/oai/oai-1.1/"
TOKEN_LASTS = timedelta(days=1)
SECOND = "%Y-%m-%dT%H:%M:%SZ"
for _name, _space in (("oai", SPACE), ("dc", DC), ("oai_dc", OAI_DC)):
    register_namespace(_name, _space)


class OaiProblem(ValueError):
    """An error of the protocol; `code` is one of its names, such as badArgument."""

    def __init__(self, code: str, words: str) -> None:
        """Keep both; the words are English, as the protocol's are."""
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Wish:
    """What a list asks for; `after` is the identifier behind which it goes on, `seen` how many came before."""

    prefix: str
    begins: str = ""
    ends: str = ""
    set_name: str = ""
    after: str = ""
    seen: int = 0
    made: str = ""


def dublin_core(record: Record) -> Element:
    """The record as unqualified Dublin Core."""
    root = Element(f"{{{OAI_DC}}}dc", {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {OAI_DC[:-1]}.xsd"})
    inner = Element(f"{{{DC}}}inner")
    add_each(inner, "title", record.title)
    for name in record.creators:
        add(inner, "creator", name)
    for word in record.keywords:
        add(inner, "subject", word)
    add_each(inner, "description", record.abstract)
    for name, value in (("publisher", record.publisher), ("date", record.published.isoformat()),
                        ("type", "Dataset"), ("identifier", record.url), ("identifier", record.handle),
                        ("relation", record.concept_url), ("rights", rights_of(record))):  # fmt: skip
        add(inner, name, value)
    for country in record.countries:
        add(inner, "coverage", country)
    root.extend(list(inner))
    return root


def _datacite(record: Record) -> Element:
    root = Element(f"{{{OAI_DATACITE}}}oai_datacite")
    add(root, "schemaVersion", "4.7")
    add(root, "datacentreSymbol", "CAMOVE")
    add(root, "payload").append(datacite.element(record))
    return root


FORMATS: Mapping[str, tuple[str, str, Callable[[Record], Element]]] = {
    "oai_dc": (f"{OAI_DC[:-1]}.xsd", OAI_DC, dublin_core),
    "oai_datacite": (f"{OAI_DATACITE}oai.xsd", OAI_DATACITE, _datacite),
    "oai_ddi": (ddi.SCHEMA, ddi.SPACE, ddi.element),
}
"""Prefix -> schema, namespace, and what makes the record."""


def token(wish: Wish, now: datetime) -> str:
    """A resumption token: the question and the place, readable by anybody."""
    told = asdict(wish) | {"made": now.strftime(SECOND)}
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def wish_of(text: str, now: datetime) -> Wish:
    """The wish in a token. Raises OaiProblem for one that is broken, from tomorrow, or older than a day."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        wish = Wish(**told)
        made = moment(wish.made)
        sound = isinstance(wish.seen, int) and all(
            isinstance(each, str) for each in (wish.prefix, wish.after)
        )
    except (binascii.Error, UnicodeError, ValueError, TypeError, OaiProblem) as error:
        raise OaiProblem("badResumptionToken", "The token cannot be read.") from error
    if not sound or wish.prefix not in FORMATS or not now - TOKEN_LASTS <= made <= now:
        raise OaiProblem("badResumptionToken", "The token has expired; begin anew.")
    return wish


def moment(text: str) -> datetime:
    """A day or a second as the protocol writes them, in UTC. Raises OaiProblem."""
    for form in (SECOND, "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise OaiProblem("badArgument", "Dates are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")


def envelope(base_url: str, asked: Mapping[str, str], now: datetime) -> Element:
    """The frame of every answer; after a protocol error the question is left out of it, as the standard wants."""
    root = Element(f"{{{SPACE}}}OAI-PMH", {f"{{{XSI}}}schemaLocation": SCHEMA})
    add(root, "responseDate", now.strftime(SECOND))
    add(root, "request", base_url, **dict(asked))
    return root


def error(base_url: str, problem: OaiProblem, now: datetime) -> str:
    """The answer to a wrong question."""
    root = envelope(base_url, {}, now)
    add(root, "error", problem.words, code=problem.code)
    return text_of(root)


def identify(
    base_url: str, asked: Mapping[str, str], name: str, mail: str, first: datetime, now: datetime
) -> str:
    """Who answers here."""
    root = envelope(base_url, asked, now)
    told = add(root, "Identify")
    for key, value in (("repositoryName", name), ("baseURL", base_url), ("protocolVersion", "2.0"),
                       ("adminEmail", mail), ("earliestDatestamp", first.strftime(SECOND)),
                       ("deletedRecord", "persistent"), ("granularity", "YYYY-MM-DDThh:mm:ssZ")):  # fmt: skip
        add(told, key, value)
    return text_of(root)


def metadata_formats(base_url: str, asked: Mapping[str, str], now: datetime) -> str:
    """The prefixes that can be asked for."""
    root = envelope(base_url, asked, now)
    listed = add(root, "ListMetadataFormats")
    for prefix, (schema, space, _) in FORMATS.items():
        one = add(listed, "metadataFormat")
        for key, value in (("metadataPrefix", prefix), ("schema", schema), ("metadataNamespace", space)):
            add(one, key, value)
    return text_of(root)


def sets(base_url: str, asked: Mapping[str, str], names: Mapping[str, str], now: datetime) -> str:
    """One set for each organisation that has published."""
    root = envelope(base_url, asked, now)
    listed = add(root, "ListSets")
    for name, title in names.items():
        one = add(listed, "set")
        add(one, "setSpec", name)
        add(one, "setName", title)
    return text_of(root)


def listing(
    base_url: str, asked: Mapping[str, str], records: Sequence[Record], prefix: str, resume: str | None, total: int,
    seen: int, now: datetime,
) -> str:  # fmt: skip
    """ListRecords or ListIdentifiers. `resume` None: the list is whole; "": this is its last part."""
    root = envelope(base_url, asked, now)
    verb = asked["verb"]
    listed = add(root, verb)
    for each in records:
        if verb == "ListIdentifiers":
            _header(listed, each)
        else:
            _record(listed, each, prefix)
    if resume is not None:
        add(listed, "resumptionToken", resume, completeListSize=str(total), cursor=str(seen),
            **({"expirationDate": (now + TOKEN_LASTS).strftime(SECOND)} if resume else {}))  # fmt: skip
    return text_of(root)


def one(base_url: str, asked: Mapping[str, str], record: Record, prefix: str, now: datetime) -> str:
    """GetRecord."""
    root = envelope(base_url, asked, now)
    _record(add(root, "GetRecord"), record, prefix)
    return text_of(root)


def identifier(record: Record) -> str:
    """The OAI identifier of a version."""
    return f"oai:{record.handle}"


def _header(parent: Element, record: Record) -> None:
    made = add(parent, "header", **({"status": "deleted"} if record.withdrawn else {}))
    add(made, "identifier", identifier(record))
    add(made, "datestamp", record.changed.astimezone(UTC).strftime(SECOND))
    add(made, "setSpec", record.set_name)


def _record(parent: Element, record: Record, prefix: str) -> None:
    made = add(parent, "record")
    _header(made, record)
    if not record.withdrawn:
        add(made, "metadata").append(FORMATS[prefix][2](record))
