"""Shapes of the public charts, in units of a picture 360 wide: intervals first, no podium. Pure numbers and words."""

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, LINE, LEFT, RIGHT = 360, 52, 8, 352


def intervals(shown: Mapping[str, Mapping[str, Any]], reference: float) -> dict[str, Any]:
    """One line for each outlet with its interval and its value on a common scale from 0; groups, then by name."""
    most = max([0.05, reference, *(float(each["high"]) for each in shown.values())])
    order = sorted(shown.values(), key=lambda each: (each.get("group", 99), str(each["name"])))
    rows = [
        {
            "name": each["name"], "y": LINE * number + 18, "low": _x(each["low"], most),
            "width": max(1.0, round(_x(each["high"], most) - _x(each["low"], most), 1)),
            "value": _x(each["index"], most), "few": each["status"] != "ranked",
        }
        for number, each in enumerate(order)
    ]  # fmt: skip
    return {"rows": rows, "height": LINE * len(rows) + 24, "reference": _x(reference, most), "most": most}


def over_time(told: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """One line for each quarter of one outlet, oldest first, on a common scale from 0: never a trend line."""
    shown = {f"{number:03}": {**entry, "name": period} for number, (period, entry) in enumerate(told)}
    plain = {key: {**entry, "group": int(key)} for key, entry in shown.items()}
    return intervals(plain, 0)


def _x(value: float, most: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * float(value) / most, 1)


def shares(shown: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The share of xenophobic articles of each outlet in per cent, by name."""
    rows = sorted(shown.values(), key=lambda each: str(each["name"]))
    return [{"label": each["name"], "value": round(100 * each["share"], 1)} for each in rows]
