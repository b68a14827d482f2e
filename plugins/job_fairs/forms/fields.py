"""Validators and fields that several forms share."""

from typing import Any

from wtforms import Field, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation, ValidationError

from plugins.job_fairs.language import gettext, lazy_gettext


def text(label: Any, message: Any = None, *, most: int = 200, hint: Any = "") -> StringField:
    """A line of text; with a message it must be filled in."""
    first = InputRequired(message) if message else Optional()
    long = lazy_gettext("Write it shorter.")
    return StringField(label, description=hint, validators=[first, Length(max=most, message=long)])


def number(label: Any, low: int, high: int, default: int | None = None, hint: Any = "") -> IntegerField:
    """A whole number within limits."""
    return WholeNumber(
        label,
        description=hint,
        default=default,
        validators=[
            Optional() if default is None else InputRequired(lazy_gettext("Enter a number.")),
            NumberRange(low, high, lazy_gettext("This number is too small or too large.")),
        ],
    )


def weight(label: Any, high: int, hint: Any = "") -> IntegerField:
    """A weight from 0 to `high`, 1 at first; left empty it is 0."""
    limits = NumberRange(0, high, lazy_gettext("This number is too small or too large."))
    return WholeNumber(label, description=hint, default=1, validators=[Optional(), limits])


class WholeNumber(IntegerField):
    """A number typed with blanks is one; anything else is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        typed = "".join(valuelist[0].split()) if valuelist else ""
        self.data = None
        if typed:
            if not typed.lstrip("-").isdecimal() or len(typed) > 9:
                raise ValueError(gettext("Enter a whole number."))
            self.data = int(typed)


class Inn:
    """The tax number of Kyrgyzstan: 14 digits."""

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise for anything else; blanks are let through."""
        field.data = "".join((field.data or "").split())
        if len(field.data) != 14 or not field.data.isascii() or not field.data.isdigit():
            raise ValidationError(gettext("The INN has 14 digits. Check it on the tax card."))


class Ticked:
    """Demands a tick."""

    def __init__(self, message: Any) -> None:
        """Keep the words; they are translated when they are shown."""
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        """Stop unless the box is ticked."""
        if not field.data:
            raise StopValidation(str(self.message))
