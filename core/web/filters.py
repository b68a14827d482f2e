"""How templates show dates and numbers: long forms only, since 8/3/26 is March to one reader and August to another."""

from datetime import date, datetime
from decimal import Decimal

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal

from core.i18n import language

LONG = {"ru": "d MMMM y 'г.'", "ky": "y-'ж'., d-MMMM", "en": "d MMMM y"}
MONTH = {"ru": "LLLL y 'г.'", "ky": "y-'ж'., LLLL", "en": "LLLL y"}


def long_date(value: date | datetime | None) -> str:
    """8 March 2026, in the visitor's language; empty for none."""
    return format_date(value, LONG[language()]) if value else ""


def month(value: str | date | None) -> str:
    """March 2026, from a date or a `YYYY-MM`."""
    if isinstance(value, str):
        value = date.fromisoformat(f"{value[:7]}-01") if value else None
    return format_date(value, MONTH[language()]) if value else ""


def moment(value: datetime | None) -> str:
    """8 March 2026, 14:05."""
    return f"{format_datetime(value, LONG[language()])}, {format_datetime(value, 'HH:mm')}" if value else ""


def number(value: float | Decimal | None) -> str:
    """1 234 567,89, grouped as the language does."""
    return "" if value is None else format_decimal(value)


def install(app: Flask) -> None:
    """Name them for templates."""
    app.jinja_env.filters.update(date=long_date, month=month, datetime=moment, number=number)
