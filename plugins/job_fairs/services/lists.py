"""A table of people, as a helper brings it: judged row by row, taken in whole or not at all.

Columns: channel, name, phone, sex (f, m), birth_year, language (ky, ru), from and until (such as 10:15), wishes (booths
or names of employers, the dearest first, separated by `|`) and consent. UTF-8, separated by commas or semicolons.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, require, vault
from plugins.job_fairs import rights
from plugins.job_fairs.models import Fair, Registration
from plugins.job_fairs.regions import UTC_OFFSET
from plugins.job_fairs.services import registrations
from plugins.job_fairs.services.registrations import CHANNELS, MOST_WISHES, SEXES, Person

COLUMNS = ("channel", "name", "phone", "sex", "birth_year", "language", "from", "until", "wishes", "consent")
SEX = {"": "0", "f": "2", "m": "1", "ж": "2", "м": "1", "а": "2", "э": "1"} | {each: each for each in SEXES}
YES = ("1", "yes", "да", "ооба", "+", "x", "х")
MOST_ROWS, MOST_BYTES = 2000, 2_000_000


@dataclass(frozen=True)
class Line:
    """One row of the table: its number in the file, and the codes of what is wrong (empty: it would be taken)."""

    number: int
    problems: tuple[str, ...]


class BadTable(Exception):
    """The file is no such table; `code` says why."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class _Row:
    number: int
    id: UUID
    person: Person | None
    wishes: tuple[UUID, ...]
    contact: dict[str, str]
    consent: bool
    problems: tuple[str, ...]


def judge(session: Session, actor: Actor, fair: Fair, content: bytes) -> list[Line]:
    """Say of each row what would become of it; nothing is written. Raises Denied, BadTable."""
    require(actor, rights.SEEKER_REGISTER, fair.subject())
    return [Line(each.number, _all_problems(session, fair, each)) for each in _rows(fair, content)]


def take(
    session: Session, actor: Actor, fair: Fair, content: bytes, told: Callable[[int, int], None] | None = None
) -> list[Registration]:
    """Take all rows in, or none. The same file again gives the same registrations.

    Raises Denied, BadTable, vault.NotReady; GuardFailed with the codes of the first row that is wrong.
    """
    require(actor, rights.SEEKER_REGISTER, fair.subject())
    rows = _rows(fair, content)
    wrong = [problems for each in rows if (problems := _all_problems(session, fair, each))]
    if wrong:
        raise GuardFailed("import", list(wrong[0]))
    made = []
    for number, each in enumerate(rows, 1):
        if each.person is None:
            raise GuardFailed("import", list(each.problems))
        made.append(
            registrations.register(
                session, actor, fair, each.id, each.person, each.wishes, each.contact, consent=each.consent
            )
        )
        if told:
            told(number, len(rows))
    return made


def _all_problems(session: Session, fair: Fair, each: _Row) -> tuple[str, ...]:
    if each.problems or each.person is None:
        return each.problems
    known = session.get(Registration, each.id)
    if known is not None:
        return () if known.fair_id == fair.id else ("taken",)
    found = registrations.missing(session, fair, each.person, each.wishes, consent=each.consent)
    sealable = not any(each.contact.values()) or vault.readiness(session, fair.organisation_id).ready
    return (*found, *(() if sealable else ("vault_not_ready",)))


def _rows(fair: Fair, content: bytes) -> list[_Row]:
    if len(content) > MOST_BYTES:
        raise BadTable("too_large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadTable("not_utf8") from error
    if "\0" in text:
        raise BadTable("not_utf8")
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    try:
        reader.fieldnames = names = [name.strip() for name in reader.fieldnames or ()]
        rows = list(reader)
    except csv.Error as error:
        raise BadTable("unreadable") from error
    if missing := {"from", "until", "wishes", "consent"} - set(names):
        raise BadTable("columns_missing:" + ",".join(sorted(missing)))
    if not 0 < len(rows) <= MOST_ROWS:
        raise BadTable("no_rows" if not rows else "too_many_rows")
    return [_row(fair, number, cells) for number, cells in enumerate(rows, 2)]


def _row(fair: Fair, number: int, cells: dict[str, str | None]) -> _Row:
    """One row; all that is wrong with it at once. Its id follows from fair, number and words: twice is once."""
    found = {name: " ".join((cells.get(name) or "").split()) for name in COLUMNS}
    problems = [] if None not in cells else ["more_cells"]
    channel, sex = found["channel"] or "paper", SEX.get(found["sex"].casefold())
    if channel not in CHANNELS or channel == "web":
        problems.append("channel_unknown")
    if sex is None:
        problems.append("sex_unknown")
    born = _number(found["birth_year"])
    if found["birth_year"] and (born is None or not 1930 <= born <= 2013):
        problems.append("birth_year_wrong")
    first, last = _slot(fair, found["from"]), _slot(fair, found["until"])
    if first is None or last is None:
        problems.append("window_wrong")
    wishes, unknown = _wishes(fair, found["wishes"])
    if unknown:
        problems.append("employer_unknown")
    if len(found["name"]) > 120 or len(found["phone"]) > 32:
        problems.append("too_long")
    language = found["language"] if found["language"] in ("ky", "ru") else "ru"
    person = None
    if not problems and first is not None and last is not None:
        person = Person(channel, first, max(first, last - 1), sex or "0", born, language)
    identity = uuid5(NAMESPACE_URL, f"{fair.id}/{number}/" + "/".join(found.values()))
    contact = {"name": found["name"], "phone": found["phone"]}
    agreed = found["consent"].casefold() in YES
    return _Row(number, identity, person, wishes, contact, agreed, tuple(problems))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _slot(fair: Fair, typed: str) -> int | None:
    """The slot that begins at a time such as 10:15; the end of the fair is the slot behind the last."""
    hour, _, minute = typed.partition(":")
    at = (_number(hour), _number(minute))
    if at[0] is None or at[1] is None:
        return None
    begins = fair.starts.hour * 60 + fair.starts.minute + UTC_OFFSET * 60
    after = (at[0] * 60 + at[1] - begins) % (24 * 60)
    slot, rest = divmod(after, fair.slot_minutes)
    return slot if not rest and slot <= fair.slots else None


def _wishes(fair: Fair, typed: str) -> tuple[tuple[UUID, ...], Sequence[str]]:
    """Employers by booth or by name, separated by `|`, the dearest first; and those that are not there."""
    there: dict[str, UUID] = {}
    for each in fair.participations:
        if each.state == "accepted":
            there |= {each.booth.casefold(): each.id, each.name.casefold(): each.id}
    there.pop("", None)
    names = [part.strip().casefold() for part in typed.split("|") if part.strip()]
    known = tuple(there[name] for name in names if name in there)
    return known[: MOST_WISHES + 1], [name for name in names if name not in there]
