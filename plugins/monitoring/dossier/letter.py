"""What leaves the house in a dossier: the employer, counted facts, annexes with hashes. It names nobody."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

FORMAT = 3
DATED = ("day", "approved")
"""What approval itself adds."""

TEMPLATE = Path(__file__).parents[1] / "templates" / "monitoring" / "dossier.typ"


@dataclass(frozen=True)
class Addressee:
    """The body that is written to, in Russian, and its region."""

    name: str
    region: str


@dataclass(frozen=True)
class Applicant:
    """The organisation that files; persons file for it, and stand in no dossier."""

    organisation: str
    country: str


@dataclass(frozen=True)
class Number:
    """A company number with its Russian label, such as "ИНН"."""

    label: str
    value: str


@dataclass(frozen=True)
class Employer:
    """The employer in words fit to print; empty fields are left out of the letter."""

    legal_name: str
    heard_names: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    country: str = ""
    region: str = ""
    sector: str = ""
    role: str = ""


@dataclass(frozen=True)
class Fact:
    """One allegation: class, period (printed as months), workers and sources counted, money owed, reviewed norms."""

    label: str
    text: str
    first: date | None = None
    last: date | None = None
    ongoing: bool = False
    women: int = 0
    men: int = 0
    unknown: int = 0
    minors: int = 0
    amount: Decimal | None = None
    currency: str = ""
    sources: int = 0
    source_kinds: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Annex:
    """A file that goes with the letter: `size` in bytes, `sha256` of the copy that is sent."""

    number: int
    title: str
    kind: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Dossier:
    """A dossier of one version. Without `approved` it is printed as a draft."""

    reference: str
    version: int
    day: date
    addressee: Addressee
    applicant: Applicant
    employer: Employer
    facts: tuple[Fact, ...]
    requests: tuple[str, ...]
    prepared_by: str
    annexes: tuple[Annex, ...] = ()
    approved: date | None = None
    limits: str = ""
    confidential: bool = True
    language: str = "ru"
    taxonomy: str = ""


def payload(dossier: Dossier) -> dict[str, object]:
    """The dossier as plain JSON values: days as ISO text, amounts as text with two decimals."""
    plain: dict[str, object] = json.loads(json.dumps(asdict(dossier), default=_plain))
    return {"format": FORMAT, **plain}


def canonical(content: Mapping[str, object]) -> bytes:
    """The one way to write a payload: JSON in UTF-8, keys sorted, no spaces, without the day of approval.

    So what one person proposes and another approves is, byte for byte, what is frozen and sent.
    """
    lasting = {key: value for key, value in content.items() if key not in DATED}
    return json.dumps(lasting, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(dossier: Dossier) -> str:
    """SHA-256 of the canonical form, in hexadecimal: what is approved, printed and later compared."""
    return hashlib.sha256(canonical(payload(dossier))).hexdigest()


def document(dossier: Dossier) -> dict[str, object]:
    """What the template of the letter prints: the payload and its hash."""
    return {**payload(dossier), "content_hash": content_hash(dossier)}


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, ".2f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no plain form for {value!r}")
