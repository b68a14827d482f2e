"""Reading and judging an import beside the bare parser of the same file: rows a second, and their ratio.

python -m bench.intake            (CAMOVE_BENCH_ROWS, default 2000)
"""

import csv
import io
import json
import os
import time
from collections.abc import Callable

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from plugins.monitoring.intake import dry_run
from plugins.monitoring.intake.dry_run import Wishes

ROWS = int(os.environ.get("CAMOVE_BENCH_ROWS", "2000"))
HEADS = [
    "_uuid",
    "employer/name",
    "employer/country",
    "allegations/violation",
    "allegations/men",
    "allegations/facts",
]
TABLE = ["Номер", "Работодатель", "Страна", "Нарушение", "Мужчины", "Факты"]


def rows(heads: list[str]) -> list[list[str]]:
    """Invented cases; no firm is meant."""
    body = [
        [f"u-{n}", f"ООО «Мост {n}»", "RU", "wage_arrears", str(n % 40 + 1), f"Бригаде {n} не платят."]
        for n in range(ROWS)
    ]
    return [heads, *body]


def as_csv(grid: list[list[str]]) -> bytes:
    """Those rows as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(grid)
    return out.getvalue().encode()


def as_xlsx(grid: list[list[str]]) -> bytes:
    """Those rows as a workbook."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("reports")
        for number, row in enumerate(grid):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def as_json(grid: list[list[str]]) -> bytes:
    """Those rows as a page of the API."""
    return json.dumps({"results": [dict(zip(grid[0], row, strict=True)) for row in grid[1:]]}).encode()


def bare_xlsx(content: bytes) -> object:
    """The bare parser of a workbook."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def bare_csv(content: bytes) -> object:
    """The bare parser of a CSV."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def best(act: Callable[[], object]) -> float:
    """Rows a second of the best of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return ROWS / min(times)


def main() -> None:
    """Print a line for each kind of file."""
    for name, make, bare in (
        ("survey.csv", as_csv, bare_csv),
        ("survey.xlsx", as_xlsx, bare_xlsx),
        ("survey.json", as_json, json.loads),
        ("table.csv", as_csv, bare_csv),
        ("table.xlsx", as_xlsx, bare_xlsx),
    ):
        content = make(rows(TABLE if name.startswith("table") else HEADS))
        parsed = best(lambda: bare(content))  # noqa: B023
        taken = best(lambda: dry_run.judge([(name, content)], Wishes(), {}))  # noqa: B023
        print(
            f"{name:<12} {ROWS} rows: bare {parsed:9.0f}/s, judged {taken:9.0f}/s, ratio {taken / parsed:.2f}"
        )


if __name__ == "__main__":
    main()
