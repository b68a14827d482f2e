"""What tables of figures, their rows and their columns are called."""

from dataclasses import dataclass

from core.toolkit import Machine, language
from plugins.monitoring.figures.disclosure import TOTAL
from plugins.monitoring.figures.periods import Period
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.lifecycle import DOSSIER, REPORT
from plugins.monitoring.services.figures import FigureTable
from plugins.monitoring.taxonomy import TAXONOMY

TITLES = {
    "report_country": lazy_gettext("Reports by country"),
    "report": lazy_gettext("Reports by state"),
    "country": lazy_gettext("Allegations by country"),
    "violation": lazy_gettext("Allegations by kind of violation"),
    "indicator": lazy_gettext("Allegations by indicator of forced labour"),
    "sector": lazy_gettext("Allegations by sector"),
    "region": lazy_gettext("Allegations by region"),
    "state": lazy_gettext("Allegations by result of verification"),
    "workers": lazy_gettext("Workers concerned, by kind of violation and sex"),
    "age": lazy_gettext("Workers concerned, by age"),
    "dossier": lazy_gettext("Dossiers by state"),
    "answer": lazy_gettext("Answers of authorities"),
    "outcome": lazy_gettext("Outcomes of dossiers"),
    "recovered": lazy_gettext("Money recovered through dossiers, rounded to thousands"),
    "money": lazy_gettext("Wages reported, rounded to thousands"),
    "steps": lazy_gettext("Days from sending a report to each step"),
}

COLUMNS = {
    "number": lazy_gettext("Number"),
    "women": lazy_gettext("Women"),
    "men": lazy_gettext("Men"),
    "other": lazy_gettext("Another sex"),
    "unknown": lazy_gettext("Sex not known"),
    TOTAL: lazy_gettext("In total"),
    "due": lazy_gettext("Owed"),
    "paid": lazy_gettext("Paid of it"),
    "recovered": lazy_gettext("Recovered"),
    "first": lazy_gettext("A quarter of reports within"),
    "median": lazy_gettext("Half of reports within"),
    "third": lazy_gettext("Three quarters within"),
}

ROWS = {
    "minors": lazy_gettext("Under 18"),
    "adults": lazy_gettext("18 and older, or age not known"),
    "pending": lazy_gettext("Not decided yet"),
    "verified": lazy_gettext("Confirmed"),
    "unverified": lazy_gettext("Not confirmed"),
    "refuted": lazy_gettext("Refuted"),
    "in_time": lazy_gettext("Answered in time"),
    "late": lazy_gettext("Answered late, or due and not answered"),
    "waiting": lazy_gettext("Not due yet"),
    "none": lazy_gettext("No outcome yet"),
    "not_registered": lazy_gettext("Not registered yet"),
    "taken": lazy_gettext("Taken by a coordinator"),
    "sorted": lazy_gettext("Given to verifiers"),
    "judged": lazy_gettext("Findings proposed"),
    "decided": lazy_gettext("Decided"),
}

KINDS = {"workers": "violation", "money": "currency", "recovered": "currency", "report_country": "country"}
MACHINES: dict[str, Machine] = {"report": REPORT, "dossier": DOSSIER}


def title(table: FigureTable) -> str:
    """The name of a table."""
    return str(TITLES[table.code])


def column(code: str) -> str:
    """The name of a column."""
    return str(COLUMNS[code])


def row(table: str, code: str) -> str:
    """The name of a row: a word of the taxonomy, a state, or one of our own."""
    if code == TOTAL:
        return str(COLUMNS[TOTAL])
    if table in MACHINES:
        names = {state.name: state.label for state in MACHINES[table].states}
        return str(gettext(names[code])) if code in names else code
    if code in ROWS:
        return str(ROWS[code])
    if code.endswith("/other"):
        return f"{label('country', code.partition('/')[0])}: {label('region', 'other')}"
    return label(KINDS.get(table, table), code)


def label(kind: str, code: str) -> str:
    """A word of the taxonomy in the visitor's language."""
    return TAXONOMY.label(kind, code, language())


def scope(code: str) -> str:
    """The name of a country, or of all together."""
    return label("country", code) if code else str(gettext("All countries"))


def period(asked: Period) -> str:
    """A year, or a quarter of it."""
    if not asked.quarter:
        return str(asked.year)
    return str(gettext("%(year)s, quarter %(quarter)s", year=asked.year, quarter=asked.quarter[1:]))


def hidden() -> str:
    """What stands in the place of a hidden number; one word for all, so that nobody can tell which are small."""
    return str(gettext("hidden"))


def note(threshold: int) -> str:
    """What the word means; it stands on the page and under each table."""
    words = gettext(
        "“Hidden” means: fewer than %(number)s, or a number that would let somebody work out one fewer than that.",
        number=threshold,
    )
    return str(words)


@dataclass(frozen=True)
class Told:
    """A table in words."""

    table: FigureTable
    title: str
    sentence: str
    bars: tuple[dict[str, object], ...]
    columns: tuple[dict[str, object], ...]
    rows: tuple[dict[str, object], ...]


def told(table: FigureTable, threshold: int) -> Told:
    """A table ready for a page: bars where it has one column, else rows."""
    columns: list[dict[str, object]] = [{"key": "row", "label": title(table)}]
    columns += [
        {"key": f"c{n}", "label": column(code), "numeric": True} for n, code in enumerate(table.columns)
    ]
    rows: list[dict[str, object]] = [
        {"row": row(table.code, each.code)} | {f"c{n}": shown(cell) for n, cell in enumerate(each.cells)}
        for each in table.rows
    ]
    bars: list[dict[str, object]] = [
        {"label": row(table.code, each.code), "value": shown(each.cells[0]), "code": each.code}
        for each in table.rows
        if each.code != TOTAL
    ]
    single = len(table.columns) == 1
    return Told(
        table,
        title(table),
        _sentence(table, threshold),
        tuple(bars) if single else (),
        tuple(columns),
        tuple(rows),
    )


def shown(cell: int | None) -> int | str:
    """A number, or the word for a hidden one."""
    return hidden() if cell is None else cell


def _sentence(table: FigureTable, threshold: int) -> str:
    whole = next((each.cells[-1] for each in table.rows if each.code == TOTAL), None)
    closed = sum(cell is None for each in table.rows for cell in each.cells)
    parts = [gettext("In total: %(number)s.", number=whole)] if whole is not None else []
    if closed:
        parts.append(
            gettext(
                "Hidden numbers: %(hidden)s (fewer than %(least)s, or they would give such a one away).",
                hidden=closed,
                least=threshold,
            )
        )
    return " ".join(parts)
