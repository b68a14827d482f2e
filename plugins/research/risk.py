"""How easily a row can be singled out: k, l, harm share, t, weighted and household risk (background 5.4).

A key class is the rows that agree in all key variables; missing is a value of its own. k is the smallest class
(Sweeney 2002); l the fewest distinct sensitive values in a class (Machanavajjhala et al. 2007), `entropy_l` its entropy
form exp(H); t the largest total-variation distance of a class to the whole (Li et al. 2007, equal ground distance).
Records are mappings of text; None and "" are missing. Nothing here does I/O; `engine` computes the same over a file and
a test holds the two together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, prod

Record = Mapping[str, str | None]
Key = tuple[str, ...]
MISSING = ""


@dataclass
class KeyClass:
    """The rows that share a key: how many, the sum of their weights, their sensitive values."""

    size: int = 0
    weight: float = 0.0
    values: Counter[str] = field(default_factory=Counter)

    def add(self, value: str, weight: float) -> None:
        """Count one more row."""
        self.size += 1
        self.weight += weight
        self.values[value] += 1

    def share(self, but: frozenset[str] = frozenset()) -> float:
        """The largest share of one sensitive value, those of `but` left aside; 0 where nothing is left."""
        return max((n for value, n in self.values.items() if value not in but), default=0) / self.size

    def entropy(self) -> float:
        """Exp of the Shannon entropy of its sensitive values: how many equally likely ones it is worth."""
        return exp(-sum(n / self.size * log(n / self.size) for n in self.values.values()))

    def distance(self, whole: Mapping[str, float]) -> float:
        """Total-variation distance between its sensitive values and those of all rows, 0 to 1."""
        return sum(abs(self.values[value] / self.size - share) for value, share in whole.items()) / 2


@dataclass(frozen=True)
class Metrics:
    """What a risk run found. Shares and risks lie between 0 and 1; counts are of records or of classes."""

    records: int
    classes: int
    k: int
    unique: int
    classes_at_risk: int
    records_at_risk: int
    highest_risk: float
    average_risk: float
    l_distinct: int
    l_entropy: float
    largest_share: float
    harm_share: float
    t: float
    expected: float
    highest_weighted: float
    household_risk: float = 0.0
    k_wildcard: int = 0


def key_of(record: Record, variables: Sequence[str]) -> Key:
    """The key of a record, missing values kept as a value of their own."""
    return tuple(record.get(name) or MISSING for name in variables)


def classes_of(
    records: Iterable[Record], variables: Sequence[str], sensitive: str = "", weight: str = ""
) -> dict[Key, KeyClass]:
    """The key classes; without a weight variable each row weighs 1. A weight that is no number counts as 1."""
    found: dict[Key, KeyClass] = defaultdict(KeyClass)
    for record in records:
        found[key_of(record, variables)].add(record.get(sensitive) or MISSING, weight_of(record, weight))
    return dict(found)


def weight_of(record: Record, variable: str) -> float:
    """The weight of a record; 1 where there is none that counts."""
    try:
        value = float(record.get(variable) or 1) if variable else 1.0
    except ValueError:
        return 1.0
    return value if value > 0 else 1.0


def metrics(
    classes: Mapping[Key, KeyClass],
    threshold: int,
    benign: frozenset[str] = frozenset(),
    household: float = 0.0,
) -> Metrics:
    """The figures of those classes; `threshold` is the class size below which a record is at risk.

    Raises ValueError where there is no record: nothing can be said of an empty file.
    """
    if not classes:
        raise ValueError("no records")
    each, records = list(classes.values()), sum(one.size for one in classes.values())
    small = [one.size for one in each if one.size < threshold]
    whole = _whole(each, records)
    return Metrics(
        records=records,
        classes=len(each),
        k=min(one.size for one in each),
        unique=sum(one.size == 1 for one in each),
        classes_at_risk=len(small),
        records_at_risk=sum(small),
        highest_risk=max(1 / one.size for one in each),
        average_risk=len(each) / records,
        l_distinct=min(len(one.values) for one in each),
        l_entropy=min(one.entropy() for one in each),
        largest_share=max(one.share() for one in each),
        harm_share=max(one.share(benign) for one in each),
        t=max(one.distance(whole) for one in each),
        expected=sum(one.size / one.weight for one in each),
        highest_weighted=max(1 / one.weight for one in each),
        household_risk=household,
        k_wildcard=smallest_wildcard(classes),
    )


def _whole(classes: Sequence[KeyClass], records: int) -> dict[str, float]:
    counted: Counter[str] = sum((one.values for one in classes), Counter())
    return {value: n / records for value, n in counted.items()}


def household_risks(
    records: Iterable[Record], classes: Mapping[Key, KeyClass], variables: Sequence[str], household: str
) -> dict[str, float]:
    """For each household the chance that at least one member is found: 1 - product(1 - 1/f) over its members."""
    members: dict[str, list[int]] = defaultdict(list)
    for record in records:
        if name := record.get(household):
            members[name].append(classes[key_of(record, variables)].size)
    return {name: 1 - prod(1 - 1 / size for size in sizes) for name, sizes in members.items()}


MOST_COMPARED = 4000
"""Classes up to which every pair is compared for the wildcard reading."""


def smallest_wildcard(classes: Mapping[Key, KeyClass]) -> int:
    """K where a missing value matches anything, as sdcMicro reads it: larger classes. Shown beside ours, never decides.

    0 where there are more classes than can be compared pair by pair.
    """
    if not any(MISSING in key for key in classes):
        return min(one.size for one in classes.values())
    if len(classes) > MOST_COMPARED:
        return 0
    pairs = list(classes.items())
    return min(sum(one.size for other, one in pairs if _matches(key, other)) for key, _ in pairs)


def _matches(left: Key, right: Key) -> bool:
    return all(a == b or MISSING in (a, b) for a, b in zip(left, right, strict=True))
