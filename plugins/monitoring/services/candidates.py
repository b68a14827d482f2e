"""Which employers of the register may be meant by a name and its numbers. It only proposes: a person decides."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Float,
    Select,
    String,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.toolkit import Database
from plugins.monitoring.models import Apart, CommonKey, Employer, Identifier, NameKey, Spelling
from plugins.monitoring.register import kin, matching
from plugins.monitoring.register.identifiers import SCHEMES, check, compact
from plugins.monitoring.register.name_keys import keys, whole

PER_KEY = 100
"""So many employers are read for one key: a key with more tells too little to be read to its end."""
COMPARED = 200
"""So many employers are compared by their names, those that share the rarest keys first."""
READ = 400
"""With so many employers read from the rarest keys, the more common ones add nothing but time."""
COMMON, RARE = 20, 5
"""Keys of at least so many employers are counted; any other is taken to have this many."""
PART = 10_000
"""So many counted keys are written at once."""

Number = tuple[str, str]


@dataclass(frozen=True)
class Proposal:
    """An employer that may be meant: it has the same number ("number"), or a like name ("name")."""

    employer: Employer
    why: str
    score: float


def proposals(
    session: Session,
    names: Iterable[str],
    numbers: Collection[Number] = (),
    *,
    limit: int = 10,
    without: Collection[UUID] = (),
) -> list[Proposal]:
    """Employers with one of these numbers first, then those with a like name; each at its survivor.

    `numbers` are (scheme, value). A like name is not proposed where both have a sound number of one scheme and
    none is shared: those are two firms until a person says otherwise.
    """
    same = set(kin.survivors(session, _numbered(session, numbers)).values()) - set(without)
    scores = _scores(session, names, limit)
    found = kin.families(session, (scores.keys() | same) - set(without))
    contrary = _contrary(session, found, numbers) - same
    best = sorted(found.keys() - contrary, key=lambda each: (each not in same, -scores.get(each, 0)))[:limit]
    rows = {each.id: each for each in session.scalars(select(Employer).where(Employer.id.in_(best)))}
    return [
        Proposal(rows[each], "number" if each in same else "name", scores.get(each, 0))
        for each in best
        if each in rows
    ]


def duplicates(session: Session, employer: Employer, limit: int = 10) -> list[Proposal]:
    """Other records that may be this employer, without those that a person has said are not."""
    mine = kin.members(session, employer.id)
    ids = [each.id for each in mine]
    names = list(dict.fromkeys(name for each in mine for name in (each.legal_name, *each.aliases)))
    numbers = {(number.scheme, number.value) for each in mine for number in each.identifiers}
    return proposals(session, names, numbers, limit=limit, without={*ids, *told_apart(session, ids)})


def told_apart(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """The survivors of records which a person has said are not one of these."""
    rows = select(Apart.one_id, Apart.other_id).where(or_(Apart.one_id.in_(ids), Apart.other_id.in_(ids)))
    others = {each for row in session.execute(rows) for each in row} - set(ids)
    return set(kin.survivors(session, others).values())


def alike(session: Session, name: str, limit: int = 10) -> list[matching.Candidate[UUID]]:
    """The records with the names most like `name`, best first; a record with two such names stands once."""
    known = compared(session, name)
    found: dict[UUID, matching.Candidate[UUID]] = {}
    for each in matching.candidates(name, known, limit * 3):
        employer_id = UUID(str(each.id))
        found.setdefault(employer_id, matching.Candidate(employer_id, each.score))
    return list(found.values())[:limit]


def compared(session: Session, name: str) -> list[tuple[Hashable, str]]:
    """The (id, normalised name) pairs that are worth comparing with `name`: some hundreds of any register.

    The ids are as the driver gives them: to make hundreds of UUIDs takes as long as to compare their names.
    """
    rare = rarest(session, keys(name))
    if not rare:
        return []
    values: dict[str, str | float] = {}
    for place, (key, employers) in enumerate(rare.items()):
        values |= {f"key{place}": key, f"weight{place}": 1 / employers}
    return [(row[0], row[1]) for row in session.execute(_reading(len(rare)), values).all()]


def rarest(session: Session, wanted: Collection[str]) -> dict[str, int]:
    """The rarest of these keys, as many as give enough employers, each with how many have it, about."""
    if not wanted:
        return {}
    names = {f"key{place}": key for place, key in enumerate(sorted(wanted))}
    common = {row[0]: row[1] for row in session.execute(_counting(len(names)), names)}
    chosen: dict[str, int] = {}
    for key in sorted(wanted, key=lambda each: (common.get(each, RARE), each)):
        if sum(min(each, PER_KEY) for each in chosen.values()) >= READ:
            break
        chosen[key] = common.get(key, RARE)
    return chosen


@cache
def _counting(count: int) -> Select[str, int]:
    places: list[BindParameter[str]] = [bindparam(f"key{place}") for place in range(count)]
    return select(CommonKey.key, CommonKey.employers).where(CommonKey.key.in_(places))


@cache
def _reading(count: int) -> Select[str, str]:
    """One statement for so many keys: a short read for each, so that a common one costs no more than a rare one.

    An employer weighs more the rarer the keys are that it shares.
    """
    reads = [
        select(NameKey.employer_id, bindparam(f"weight{place}", type_=Float()).label("weight"))
        .where(NameKey.key == bindparam(f"key{place}"))
        .limit(PER_KEY)
        .subquery(f"read{place}")
        for place in range(count)
    ]
    sharing = union_all(*(select(each.c.employer_id, each.c.weight) for each in reads)).subquery("sharing")
    best = (
        select(sharing.c.employer_id)
        .group_by(sharing.c.employer_id)
        .order_by(func.sum(sharing.c.weight).desc())
        .limit(COMPARED)
        .cte("best")
    )
    return select(_bare(Spelling.employer_id), Spelling.normalised).join(
        best, best.c.employer_id == Spelling.employer_id
    )


def count_keys(database: Database) -> None:
    """Count anew how many employers have each key. Until then a new key counts as rare, which costs time only."""
    rows = select(NameKey.key, func.count().label("employers")).group_by(NameKey.key)
    with database.reading() as session:
        found = session.execute(rows.having(func.count() >= COMMON)).all()
    with database.transaction() as session:
        session.execute(delete(CommonKey))
        for start in range(0, len(found), PART):
            part = found[start : start + PART]
            session.execute(insert(CommonKey), [{"key": key, "employers": many} for key, many in part])


def _bare(column: InstrumentedAttribute[UUID]) -> ColumnElement[str]:
    return type_coerce(column, String)


def _scores(session: Session, names: Iterable[str], limit: int) -> dict[UUID, float]:
    best: dict[UUID, float] = {}
    for name in names:
        for each in alike(session, name, 2 * limit):
            best[each.id] = max(best.get(each.id, 0), each.score)
    ends = kin.survivors(session, best)
    return {end: max(best[each] for each in best if ends[each] == end) for end in set(ends.values())}


def _numbered(session: Session, numbers: Collection[Number]) -> list[UUID]:
    if not numbers:
        return []
    same = or_(*(and_(Identifier.scheme == scheme, Identifier.value == value) for scheme, value in numbers))
    return list(session.scalars(select(Identifier.employer_id).where(same).limit(PER_KEY)))


def _contrary(session: Session, found: dict[UUID, list[UUID]], numbers: Collection[Number]) -> set[UUID]:
    """Those who have sound numbers of a scheme of which `numbers` has sound ones too, and share none of them."""
    mine: defaultdict[str, set[str]] = defaultdict(set)
    for scheme, value in numbers:
        if scheme != "other" and not check(scheme, value).problem:
            mine[scheme].add(value)
    if not mine:
        return set()
    roots = {member: root for root, members in found.items() for member in members}
    rows = select(Identifier).where(
        Identifier.employer_id.in_(roots), Identifier.scheme.in_(mine), Identifier.problem == ""
    )
    theirs: defaultdict[tuple[UUID, str], set[str]] = defaultdict(set)
    for each in session.scalars(rows):
        theirs[roots[each.employer_id], each.scheme].add(each.value)
    return {root for (root, scheme), values in theirs.items() if not values & mine[scheme]}


def search(session: Session, text: str, limit: int = 25) -> list[Employer]:
    """Employers for what somebody typed: a company number, the beginning of a word, or a name as they heard it."""
    number = compact(text)
    numbered = _numbered(session, [(scheme, number) for scheme in SCHEMES]) if number else []
    begun = _begun(session, text)
    known = dict.fromkeys(
        (*numbered, *begun[: limit // 2], *(each.id for each in alike(session, text, limit)))
    )
    ends = list(dict.fromkeys(kin.survivors(session, known).values()))[:limit]
    rows = {each.id: each for each in session.scalars(select(Employer).where(Employer.id.in_(ends)))}
    return [rows[each] for each in ends if each in rows]


def _begun(session: Session, text: str) -> list[UUID]:
    """Those of whose words one begins so, where a single word was typed: the shortest words first."""
    words = matching.spelt(text)
    if len(words) != 1:
        return []
    start = whole(words[0])
    rows = select(NameKey.employer_id).where(NameKey.key >= start, NameKey.key < start + "\x7f")
    return list(session.scalars(rows.order_by(NameKey.key).limit(COMPARED)))
