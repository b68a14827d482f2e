"""The regions of Kyrgyzstan, their names by language, and the clock near the border."""

import csv
import functools
from pathlib import Path

UTC_OFFSET = 6
"""Asia/Bishkek has been UTC+6 without summer time since 12 August 2005."""

NEIGHBOURS = frozenset({"KG-B", "KG-O", "KG-GO", "KG-J", "KG-T", "KG-C"})
"""Regions at a border where phones may show the hour of a neighbour: Tashkent, Dushanbe and Almaty are UTC+5."""


@functools.cache
def regions() -> dict[str, dict[str, str]]:
    """Names by ISO 3166-2 code and language."""
    return _names("regions.csv", "iso_3166_2", kyrgyz="name_ky")


@functools.cache
def places() -> dict[str, dict[str, str]]:
    """Raions and towns by SOATE code, names by language; Kyrgyz ones are not verified, so Russian stands for them."""
    return _names("places.csv", "soate", kyrgyz="name_ru")


def _names(name: str, code: str, kyrgyz: str) -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return {
            row[code]: {"en": row["name_en"], "ru": row["name_ru"], "ky": row[kyrgyz]}
            for row in csv.DictReader(file)
        }


@functools.cache
def prefixes() -> dict[str, str]:
    """With which five digits of SOATE the places of each region begin."""
    with (Path(__file__).parent / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["iso_3166_2"]: row["soate_prefix"] for row in csv.DictReader(file)}
