"""What the forms of the report have in common: choices from the taxonomy, and answers as plain JSON."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import Field, SelectField, SelectMultipleField, StringField
from wtforms.validators import StopValidation, ValidationError

from core.toolkit import Form, language, now
from plugins.monitoring.language import gettext
from plugins.monitoring.taxonomy import TAXONOMY

EMPTY = ("", "")


class StepForm(Form):
    """A step of the report; its answers go to and come from the draft unchanged."""

    def answers(self) -> dict[str, Any]:
        """What was typed, as the draft keeps it."""
        return {name: _plain(each) for name, each in self._fields.items() if each.type not in SKIPPED}


SKIPPED = ("CSRFTokenField", "HiddenField", "SubmitField", "FileField", "IntegerHidden")


def _plain(field: Field) -> Any:
    if isinstance(field, SelectMultipleField):
        return list(field.data or [])
    if field.type == "BooleanField":
        return bool(field.data)
    return (field.data or "").strip() if isinstance(field.data, str | None) else field.data


def codes(kind: str) -> Callable[[], list[tuple[str, str]]]:
    """The choices of a kind in the visitor's language, asked for when the form is made."""
    return lambda: TAXONOMY.labels(kind, language())


def choice(label: Any, kind: str, message: Any, *, optional: bool = False) -> SelectField:
    """A select from the taxonomy; an unanswered one says what to choose."""
    return SelectField(
        label,
        choices=lambda: [EMPTY, *codes(kind)()],
        validators=[] if optional else [Chosen(message)],
        validate_choice=True,
        default="",
    )


class Chosen:
    """Demands an answer, in words that say what to do. WTForms then knows the field as required."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: Any) -> None:
        """Keep the words; they are translated when they are shown."""
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Stop with our words when nothing was chosen or typed; WTForms' own remark on it would only repeat them."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors = []
            raise StopValidation(str(self.message))


class Longest:
    """Keeps a text within what the record can hold, in our words: WTForms' own have no Russian."""

    def __init__(self, most: int) -> None:
        """Allow `most` characters; the browser is told too."""
        self.most, self.field_flags = most, {"maxlength": most}

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise when the text is longer."""
        if len(field.data or "") > self.most:
            raise ValidationError(gettext("Shorten this to at most %(most)s characters.", most=self.most))


def read_day(text: str) -> date | None:
    """A day as people write it: 27.3.2026, 27/03/2026, 2026-03-27; None if it is none of these."""
    parts = text.replace("/", ".").replace(" ", ".").strip(".").split(".")
    try:
        if len(parts) == 3:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_month(text: str) -> str | None:
    """A month as people write it: 3.2026, 03/2026, 2026-03, 27.3.2026; as `YYYY-MM`, None if it is none of these."""
    if day := read_day(text):
        return f"{day:%Y-%m}"
    parts = text.replace("/", ".").replace("-", ".").replace(" ", ".").strip(".").split(".")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None
    month, year = (int(part) for part in (parts if len(parts[1]) > 2 else parts[::-1]))
    return f"{year:04}-{month:02}" if 1 <= month <= 12 and year > 1900 else None


def day_field(_form: Form, field: StringField) -> None:
    """Turn a tolerant date into ISO; refuse what cannot be read or lies in the future."""
    if not (field.data or "").strip():
        return
    day = read_day(field.data or "")
    if day is None:
        raise ValidationError(gettext("Write the date as day, month and year, for example 27.3.2026."))
    if day > now().date():
        raise ValidationError(gettext("Enter a date that is not in the future."))
    field.data = day.isoformat()


def month_field(_form: Form, field: StringField) -> None:
    """Turn a tolerant month into `YYYY-MM`."""
    if not (field.data or "").strip():
        return
    found = read_month(field.data or "")
    if found is None:
        raise ValidationError(gettext("Write the month and year, for example 3.2026."))
    field.data = found


def count_field(_form: Form, field: StringField) -> None:
    """Turn a tolerant count into digits."""
    text = (field.data or "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise ValidationError(gettext("Enter a whole number, for example 12."))
    field.data = text


def money_field(_form: Form, field: StringField) -> None:
    """Turn a tolerant amount into a plain decimal."""
    text = "".join((field.data or "").split()).replace(",", ".")
    if not text:
        field.data = ""
        return
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount < 10**11):
        raise ValidationError(gettext("Enter an amount in figures, for example 45 000."))
    field.data = f"{amount:.2f}"


def labels(kind: str, chosen: Sequence[str]) -> list[str]:
    """The words for some codes."""
    return [TAXONOMY.label(kind, code, language()) for code in chosen]
