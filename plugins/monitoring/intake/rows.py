"""One row of an import: read into a case, or refused with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from plugins.monitoring.intake.cells import CURRENCY_WORDS, read_amount, read_day
from plugins.monitoring.intake.columns import Column
from plugins.monitoring.intake.private import folded
from plugins.monitoring.register.identifiers import Identifier, check
from plugins.monitoring.taxonomy import TAXONOMY

WAGE_ARREARS = "wage_arrears"


@dataclass(frozen=True)
class Problem:
    """What stands in the way, in which column, with the text that was found there."""

    column: str
    code: str
    value: str = ""


@dataclass(frozen=True)
class CaseRow:
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


@dataclass(frozen=True)
class RowResult:
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


@dataclass
class RowReader:
    """Reads one row and collects its problems; `refused` is set by those that cost the row its place."""

    reading: Reading
    cells: tuple[str, ...]
    width: int
    problems: list[Problem] = field(default_factory=list)
    refused: bool = False

    def result(self, number: int) -> RowResult:
        """The case, unless a problem refuses it."""
        case = self._case()
        self._check_whole(case)
        return RowResult(
            number, None if self.refused else case, tuple(self.problems), case.amount_due, case.amount_paid
        )

    def text(self, name: str) -> str:
        """The cell of a field, or "" when the file has no such column."""
        column = self.reading.columns.get(name)
        return self.cells[column.place] if column else ""

    def _problem(self, name: str, code: str, value: str = "", *, refuse: bool = True) -> None:
        column = self.reading.columns.get(name)
        self.problems.append(Problem(column.header if column else "", code, value))
        self.refused = self.refused or refuse

    def _case(self) -> CaseRow:
        due, due_currency = self._amount("amount_due")
        paid, paid_currency = self._amount("amount_paid")
        country = self._code("country", "country") or self.reading.defaults["country"]
        women, men, unknown, minors = self._workers()
        return CaseRow(
            reference=self.text("reference"),
            received=self._day(),
            employer=" ".join(self.text("employer").split()),
            identifiers=self._identifiers(country),
            country=country,
            region=self._code("region", "region"),
            sector=self._code("sector", "sector") or sector_of_naics(self.text("naics")),
            violation=self._violation(due, paid),
            amount_due=due,
            amount_paid=paid,
            currency=self._currency({due_currency, paid_currency} - {""}),
            description=self.text("description"),
            women=women,
            men=men,
            unknown=unknown,
            minors=minors,
            source_status=self.text("status"),
        )

    def _check_whole(self, case: CaseRow) -> None:
        if not case.employer:
            self._problem("employer", "employer_missing")
        if not (case.violation or case.description or self.refused):
            self._problem("", "nothing_alleged")
        if self.reading.references.get(case.reference, 0) > 1:
            self._problem("reference", "reference_twice", case.reference)
        extra = [cell for cell in self.cells[self.width :] if cell]
        if extra:
            self._problem("", "extra_cells", str(len(extra)))

    def _day(self) -> date | None:
        text = self.text("received")
        found = read_day(text, self.reading.order) if text else None
        if text and not found:
            self._problem("received", "date", text)
        return found

    def _amount(self, name: str) -> tuple[Decimal | None, str]:
        text = self.text(name)
        if not text:
            return None, ""
        amount, currency, problem = read_amount(text, self.reading.marks[name])
        if problem:
            self._problem(name, problem, text)
        return amount, currency

    def _code(self, name: str, kind: str) -> str:
        text = self.text(name)
        code = CODES[kind].get(folded(text), "") if text else ""
        if text and not code:
            self._problem(name, f"unknown_{name}", text)
        return code

    def _violation(self, due: Decimal | None, paid: Decimal | None) -> str:
        if self.text("violation"):
            return self._code("violation", "violation")
        return WAGE_ARREARS if due is not None or paid is not None else ""

    def _currency(self, written: set[str]) -> str:
        named = self._code("currency", "currency")
        found = written | ({named} - {""})
        if len(found) > 1:
            self._problem("currency", "currency_conflict", ", ".join(sorted(found)))
        return min(found) if found else self.reading.defaults["currency"]

    def _identifiers(self, country: str) -> tuple[Identifier, ...]:
        """A wrong number warns, it does not refuse: verification will ask for it."""
        found = []
        for name in ("inn", "ogrn", "bin"):
            if text := self.text(name):
                found.append(check(scheme_of(name, text, country), text))
                if found[-1].problem:
                    self._problem(name, f"identifier_{found[-1].problem}", text, refuse=False)
        return tuple(found)

    def _workers(self) -> tuple[int, int, int, int]:
        women, men, minors, total = (self._count(name) for name in ("women", "men", "minors", "workers"))
        unknown = (total or women + men) - women - men
        if unknown < 0:
            self._problem("workers", "workers_do_not_add_up", self.text("workers"))
        elif minors > women + men + unknown:
            self._problem("minors", "minors_too_many", self.text("minors"))
        return women, men, max(unknown, 0), minors

    def _count(self, name: str) -> int:
        text = self.text(name)
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            self._problem(name, "count", text)
            return 0
        return int(text or 0)


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
