"""What may be done to a column before release: each rule turns one value into a coarser one. Nothing here does I/O.

| recode | rule | example |
|---|---|---|
| keep | | 23 -> 23 |
| drop | | the column is left out |
| bands | lower bounds | `15,30,45`: 23 -> 15-29, 50 -> 45+, 9 -> <15 |
| month, year | | 2026-03-27 -> 2026-03, 2026 |
| prefix | characters kept | `2`: KG-B -> KG |
| merge | lines `new = old, old` | `south = KG-B, KG-O` |
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from plugins.research.dictionary import Column

RECODES = ("keep", "drop", "bands", "month", "year", "prefix", "merge")
DATE = re.compile(r"(\d{4})-(\d{2})(-\d{2})?([T ].*)?")


class RuleProblem(ValueError):
    """The rule of a recoding cannot be read; `code` says why: bands, prefix, merge, merge_twice."""

    def __init__(self, code: str, detail: str = "") -> None:
        """Keep the code for the page to translate."""
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


Rule = Callable[[str], str]


def rule_of(column: Column) -> Rule:
    """What happens to each value of the column. Codes for "no answer" stay as they are. Raises RuleProblem."""
    makers: dict[str, Callable[[str], Rule]] = {"bands": _bands, "prefix": _prefix, "merge": _merge}
    made = makers[column.recode](column.rule) if column.recode in makers else _PLAIN.get(column.recode, _same)
    missing = column.missing_codes
    return lambda value: value if value in missing else made(value)


def _same(value: str) -> str:
    return value


def _cut_date(length: int) -> Rule:
    return lambda value: value[:length] if DATE.fullmatch(value) else ""


_PLAIN: Mapping[str, Rule] = {"month": _cut_date(7), "year": _cut_date(4)}
"""A date that is not written as one becomes missing: half a date could still be a whole one."""


def _bands(rule: str) -> Rule:
    try:
        bounds = [Decimal(each) for each in re.split(r"[,;\s]+", rule.strip()) if each]
    except InvalidOperation as error:
        raise RuleProblem("bands", rule) from error
    if not bounds or bounds != sorted(set(bounds)):
        raise RuleProblem("bands", rule)
    return lambda value: _band(value, bounds)


def _band(value: str, bounds: list[Decimal]) -> str:
    try:
        number = Decimal(value.replace(",", "."))
    except InvalidOperation:
        return ""
    below = [bound for bound in bounds if bound <= number]
    if not below:
        return f"<{bounds[0]}"
    following = bounds[len(below)] if len(below) < len(bounds) else None
    whole = following is not None and following == following.to_integral_value()
    if following is None:
        return f"{below[-1]}+"
    return f"{below[-1]}-{following - 1}" if whole and _is_whole(bounds) else f"{below[-1]}-<{following}"


def _is_whole(bounds: list[Decimal]) -> bool:
    return all(bound == bound.to_integral_value() for bound in bounds)


def _prefix(rule: str) -> Rule:
    if not rule.strip().isdigit() or not 1 <= int(rule) <= 50:
        raise RuleProblem("prefix", rule)
    return lambda value: value[: int(rule)]


def merged(rule: str) -> dict[str, str]:
    """Old code -> new code of a merge. Raises RuleProblem."""
    found: dict[str, str] = {}
    for line in filter(None, (each.strip() for each in rule.splitlines())):
        new, mark, old = line.partition("=")
        codes = [each.strip() for each in old.split(",") if each.strip()]
        if not mark or not new.strip() or not codes:
            raise RuleProblem("merge", line)
        for code in codes:
            if code in found:
                raise RuleProblem("merge_twice", code)
            found[code] = new.strip()
    if not found:
        raise RuleProblem("merge", rule)
    return found


def _merge(rule: str) -> Rule:
    pairs = merged(rule)
    return lambda value: pairs.get(value, value)
