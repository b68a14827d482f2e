"""What the forms share: days as people type them, and the errors in their words."""

import re
from datetime import date, datetime
from typing import Any

from wtforms import Field, ValidationError
from wtforms.validators import Length

from handbook.language import gettext, lazy_gettext

LONG = lazy_gettext("This is too long.")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Longest(Length):
    """At most so many characters."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most, message=LONG)


def clean(text: str | None) -> str:
    """What was typed, without characters that no database or page can hold."""
    return CONTROL.sub("", text or "").replace("\r\n", "\n").strip()


def day(text: str | None) -> date | None:
    """The day of `27.3.2026` or `2026-03-27`; None for anything else."""
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime((text or "").strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def is_day(_form: Any, field: Field) -> None:
    """Refuse what is typed and is no day."""
    if (field.data or "").strip() and day(field.data) is None:
        raise ValidationError(gettext("Type the day like this: 27.3.2026"))
