"""The forms of the legal officer: what a norm says, and that it was compared with its source."""

from datetime import date
from typing import Any

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import Form, now
from plugins.monitoring.forms.answers import Chosen, Longest, choice, read_day
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.models import NormText


class NormForm(Form):
    """An edition of a norm, as it may be printed in a letter."""

    read: date | None = None
    citation = StringField(
        lazy_gettext("Citation, as it stands in a letter"),
        validators=[Chosen(lazy_gettext("Enter the law and the article")), Longest(200)],
    )
    text = TextAreaField(lazy_gettext("What it says, in a sentence"), validators=[Longest(2000)])
    edition = StringField(
        lazy_gettext("Day of the edition of the law"),
        validators=[Chosen(lazy_gettext("Enter the day of the edition"))],
    )
    source = StringField(
        lazy_gettext("Where you read it"),
        validators=[Chosen(lazy_gettext("Say where the text stands")), Longest(500)],
    )

    def validate_edition(self, field: StringField) -> None:
        """Read the day as people write it; an edition of tomorrow is not in force."""
        self.read = _day(field)

    @property
    def said(self) -> NormText:
        """What was typed."""
        plain: tuple[Any, ...] = (self.citation.data, self.text.data, self.source.data)
        citation, text, source = ((each or "").strip() for each in plain)
        return NormText(citation, text, self.read, source)


class NewNormForm(NormForm):
    """A norm that is not there yet."""

    violation = choice(lazy_gettext("Violation"), "violation", lazy_gettext("Choose the violation"))
    country = choice(lazy_gettext("Country"), "country", lazy_gettext("Choose the country"))


class ReviewForm(Form):
    """That the text was compared with the law."""

    read: date
    seen = HiddenField()
    checked_on = StringField(
        lazy_gettext("When did you compare it?"), validators=[Chosen(lazy_gettext("Enter the date"))]
    )
    checked_in = StringField(
        lazy_gettext("With which source?"),
        validators=[Chosen(lazy_gettext("Say with which source you compared it")), Longest(500)],
    )

    def validate_checked_on(self, field: StringField) -> None:
        """A day that is not in the future."""
        self.read = _day(field)


def _day(field: StringField) -> date:
    found = read_day(field.data or "")
    if found is None:
        raise ValidationError(gettext("Write the date as day, month and year, for example 27.3.2026."))
    if found > now().date():
        raise ValidationError(gettext("Enter a date that is not in the future."))
    return found
