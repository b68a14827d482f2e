"""Schematics of countries and regions: tiles of equal size that claim no border. Pure places and numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

Grid = Sequence[Sequence[str]]

COUNTRIES: Grid = (("RU", "KZ", "KG"), ("TM", "UZ", "TJ"))
KYRGYZSTAN: Grid = (("KG-T", "KG-C", "KG-GB"), ("KG-J", "KG-N", "KG-Y"), ("KG-B", "KG-GO", "KG-O"))
RUSSIA: Grid = (("RU-SPE", "RU-SVE", "RU-NVS"), ("RU-MOW", "RU-MOS", ""))
REGIONS: Mapping[str, Grid] = {"KG": KYRGYZSTAN, "RU": RUSSIA}

WIDTH, HEIGHT, FULL = 120, 100, 98
"""Of a tile, in units of a picture 360 wide, and of the longest bar in it."""


def tiles(grid: Grid, values: Mapping[str, Any], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """A tile for each place: where it stands, its label, its value and the length of its bar.

    A value that is no number, such as the word for a withheld one, has no bar and is `closed`. A place without a value
    is told as "–": nothing was counted there under its own name. Gives nothing where no place has a value.
    """
    if not any(code in values for row in grid for code in row):
        return []
    numbers = [each for each in values.values() if isinstance(each, int | float)]
    most = max([1, *numbers])
    return [
        {
            "x": WIDTH * column, "y": HEIGHT * line, "label": labels.get(code, code),
            "value": values.get(code, "–"), "bar": _length(values.get(code), most),
            "closed": code in values and not isinstance(values[code], int | float),
        }
        for line, row in enumerate(grid)
        for column, code in enumerate(row)
        if code
    ]  # fmt: skip


def height(grid: Grid) -> int:
    """How high the picture of a grid is."""
    return HEIGHT * len(grid)


def _length(value: object, most: float) -> float:
    return round(FULL * value / most, 1) if isinstance(value, int | float) else 0
