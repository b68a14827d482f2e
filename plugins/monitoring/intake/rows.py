"""The rows of a table, read column by column: each becomes a case, or is refused with its reasons.

What a text means in its column is worked out once, however many rows have it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from plugins.monitoring.intake.cells import CURRENCY_WORDS, read_amount, read_day
from plugins.monitoring.intake.columns import Column
from plugins.monitoring.intake.private import folded
from plugins.monitoring.register.identifiers import Identifier, check
from plugins.monitoring.taxonomy import TAXONOMY

WAGE_ARREARS = "wage_arrears"
LONGEST_COUNT = 6
NUMBERS = ("inn", "ogrn", "bin")

Value = TypeVar("Value")
Asked = TypeVar("Asked", bound=Hashable)


class Problem(NamedTuple):
    """What stands in the way, in which column, with the text that was found there."""

    column: str
    code: str
    value: str = ""


class CaseRow(NamedTuple):
    """One case as it would be taken in. Codes are of the taxonomy, or "" where the file does not tell."""

    reference: str
    received: date | None
    employer: str
    identifiers: tuple[Identifier, ...]
    country: str
    region: str
    sector: str
    violation: str
    amount_due: Decimal | None
    amount_paid: Decimal | None
    currency: str
    description: str
    women: int
    men: int
    unknown: int
    minors: int
    source_status: str


class RowResult(NamedTuple):
    """A row by its number in the file (the header is row 1).

    Without a case it is refused, though its amounts count in the file's totals; with one, its problems warn.
    """

    number: int
    case: CaseRow | None
    problems: tuple[Problem, ...]
    amount_due: Decimal | None = None
    amount_paid: Decimal | None = None


@dataclass(frozen=True)
class Reading:
    """What the whole file has told about its columns."""

    columns: Mapping[str, Column]
    order: str
    marks: Mapping[str, str]
    defaults: Mapping[str, str]
    references: Mapping[str, int]


class Meant(NamedTuple, Generic[Value]):
    """What a text means, and the code of its problem, with which text; a problem that only warns keeps the row."""

    value: Value
    problem: str = ""
    found: str = ""
    warns: bool = False


@dataclass
class RowsReader:
    """Reads the filled rows of a file and collects their problems by the place of the row among them."""

    reading: Reading
    rows: Sequence[tuple[str, ...]]
    width: int
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)

    def results(self, numbers: Iterable[int]) -> list[RowResult]:
        """Each row under its number: its case, unless a problem refuses it."""
        cases = self._cases()
        self._check_whole(cases)
        none: tuple[Problem, ...] = ()
        return [
            RowResult(number, case, none, case.amount_due, case.amount_paid)
            if place not in self.problems
            else RowResult(
                number,
                None if place in self.refused else case,
                tuple(self.problems[place]),
                case.amount_due,
                case.amount_paid,
            )
            for place, (number, case) in enumerate(zip(numbers, cases, strict=True))
        ]

    def _cases(self) -> list[CaseRow]:
        """All cases; the order in which the columns are read is the order of a row's problems."""
        due, due_in = self._amounts("amount_due")
        paid, paid_in = self._amounts("amount_paid")
        default = self.reading.defaults["country"]
        country = [each or default for each in self._codes("country")]
        women, men, unknown, minors = self._workers()
        received = self._each("received", self._day)
        identifiers = self._identifiers(country)
        region, sector = self._codes("region"), self._sectors()
        violation = self._violations(due, paid)
        found = zip(
            self._texts("reference"), received, map(_one_line, self._texts("employer")), identifiers, country, region,
            sector, violation, due, paid, self._currencies(due_in, paid_in), self._texts("description"), women, men,
            unknown, minors, self._texts("status"), strict=True,
        )  # fmt: skip
        return list(map(CaseRow._make, found))

    def _check_whole(self, cases: Sequence[CaseRow]) -> None:
        references = self.reading.references
        for place, (case, cells) in enumerate(zip(cases, self.rows, strict=True)):
            if not case.employer:
                self._problem(place, "employer", "employer_missing")
            if not (case.violation or case.description or place in self.refused):
                self._problem(place, "", "nothing_alleged")
            if references.get(case.reference, 0) > 1:
                self._problem(place, "reference", "reference_twice", case.reference)
            if len(cells) > self.width and (extra := [cell for cell in cells[self.width :] if cell]):
                self._problem(place, "", "extra_cells", str(len(extra)))

    def _problem(self, place: int, name: str, code: str, value: str = "", *, warns: bool = False) -> None:
        column = self.reading.columns.get(name)
        self.problems.setdefault(place, []).append(Problem(column.header if column else "", code, value))
        if not warns:
            self.refused.add(place)

    def _texts(self, name: str) -> list[str]:
        """The cells of a field, or "" for each row when the file has no such column."""
        column = self.reading.columns.get(name)
        return [cells[column.place] for cells in self.rows] if column else [""] * len(self.rows)

    def _each(self, name: str, meaning: Callable[[str], Meant[Value]]) -> list[Value]:
        """What the cells of a field mean."""
        return self._all(name, self._texts(name), meaning)

    def _all(self, name: str, asked: list[Asked], meaning: Callable[[Asked], Meant[Value]]) -> list[Value]:
        """What each of these means; their problems are those of the field `name`."""
        known = {each: meaning(each) for each in set(asked)}
        if wrong := {each for each, meant in known.items() if meant.problem}:
            for place, each in enumerate(asked):
                if each in wrong:
                    meant = known[each]
                    self._problem(place, name, meant.problem, meant.found, warns=meant.warns)
        return [known[each].value for each in asked]

    def _codes(self, name: str) -> list[str]:
        def meaning(text: str) -> Meant[str]:
            code = CODES[name].get(folded(text), "") if text else ""
            return Meant(code, f"unknown_{name}" if text and not code else "", text)

        return self._each(name, meaning)

    def _amounts(self, name: str) -> tuple[list[Decimal | None], list[str]]:
        def meaning(text: str) -> Meant[tuple[Decimal | None, str]]:
            if not text:
                return Meant((None, ""))
            amount, currency, problem = read_amount(text, self.reading.marks[name])
            return Meant((amount, currency), problem, text)

        found = self._each(name, meaning)
        return [amount for amount, _ in found], [currency for _, currency in found]

    def _day(self, text: str) -> Meant[date | None]:
        found = read_day(text, self.reading.order) if text else None
        return Meant(found, "date" if text and not found else "", text)

    def _sectors(self) -> list[str]:
        numbers = map(sector_of_naics, self._texts("naics"))
        return [code or other for code, other in zip(self._codes("sector"), numbers, strict=True)]

    def _violations(self, due: list[Decimal | None], paid: list[Decimal | None]) -> list[str]:
        """As the file says; where it says nothing, an amount means arrears."""
        codes = zip(self._texts("violation"), self._codes("violation"), due, paid, strict=True)
        return [
            code if text or (owed is None and given is None) else WAGE_ARREARS
            for text, code, owed, given in codes
        ]

    def _currencies(self, due: list[str], paid: list[str]) -> list[str]:
        default = self.reading.defaults["currency"]

        def meaning(written: tuple[str, str, str]) -> Meant[str]:
            found = sorted(set(written) - {""})
            problem = "currency_conflict" if len(found) > 1 else ""
            return Meant(found[0] if found else default, problem, ", ".join(found))

        return self._all("currency", list(zip(due, paid, self._codes("currency"), strict=True)), meaning)

    def _identifiers(self, countries: list[str]) -> list[tuple[Identifier, ...]]:
        """A wrong number warns, it does not refuse: verification will ask for it."""
        found: list[tuple[Identifier, ...]] = [()] * len(self.rows)
        for name in NUMBERS:
            if name in self.reading.columns:
                asked = list(zip(self._texts(name), countries, strict=True))
                more = self._all(name, asked, lambda pair, name=name: _number(name, *pair))  # type: ignore[misc]
                found = [one + other for one, other in zip(found, more, strict=True)]
        return found

    def _workers(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """Women, men, unknown and minors; a total above women and men leaves the rest unknown."""
        women, men, minors, total = (
            self._each(name, _count) for name in ("women", "men", "minors", "workers")
        )
        unknown = [
            (every or one + other) - one - other for one, other, every in zip(women, men, total, strict=True)
        ]
        for place, rest in enumerate(unknown):
            if rest < 0:
                self._problem(place, "workers", "workers_do_not_add_up", self._texts("workers")[place])
            elif minors[place] > women[place] + men[place] + rest:
                self._problem(place, "minors", "minors_too_many", self._texts("minors")[place])
        return women, men, [max(rest, 0) for rest in unknown], minors


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _count(text: str) -> Meant[int]:
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT):
        return Meant(0, "count", text)
    return Meant(int(text or 0))


def _number(name: str, text: str, country: str) -> Meant[tuple[Identifier, ...]]:
    if not text:
        return Meant(())
    found = check(scheme_of(name, text, country), text)
    return Meant((found,), f"identifier_{found.problem}" if found.problem else "", text, warns=True)


def scheme_of(name: str, text: str, country: str) -> str:
    """The scheme of a number by its column, the country and its count of digits."""
    digits = sum(letter.isdigit() for letter in text)
    if name == "inn":
        return {"KG": "kg-inn", "KZ": "kz-bin"}.get(country) or ("kg-inn" if digits == 14 else "ru-inn")
    if name == "ogrn":
        return "ru-ogrnip" if digits == 15 else "ru-ogrn"
    return "kz-bin"


def sector_of_naics(text: str) -> str:
    """Our sector for an American NAICS code, by its longest known beginning; "" when it has none."""
    return next((NAICS[text[:size]] for size in (3, 2) if text[:size] in NAICS), "")


def _codes(kind: str) -> dict[str, str]:
    """Codes by every way to write them: the code itself and its labels in three languages."""
    ways = {
        folded(label): code for locale in ("ky", "en", "ru") for code, label in TAXONOMY.labels(kind, locale)
    }
    return ways | {folded(code): code for code in TAXONOMY.codes(kind)}


CODES = {kind: _codes(kind) for kind in ("country", "region", "sector", "violation", "currency")}
CODES["currency"] |= {folded(word): code for word, code in CURRENCY_WORDS.items() if folded(word)}
NAICS = {
    start: code for code in TAXONOMY.codes("sector") for start in TAXONOMY.listed("sector", code, "naics")
}
