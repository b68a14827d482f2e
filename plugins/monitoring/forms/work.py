"""The forms of coordinators, verifiers and legal officers: one page each."""

from datetime import date
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import Form, now
from plugins.monitoring.forms.answers import EMPTY, Chosen, Longest, choice, codes, read_day
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.register.identifiers import check, tells_birth


class MoveForm(Form):
    """A move with the reason for it."""

    reason = TextAreaField(lazy_gettext("Reason"), validators=[Longest(2000)])


class FilterForm(Form):
    """What to show of the list; shareable as an address."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it carries no token."""

        csrf = False

    state = SelectField(lazy_gettext("State"), validate_choice=False)
    urgent = BooleanField(lazy_gettext("Only urgent ones"))
    number = StringField(lazy_gettext("Number"))


class VerifiersForm(Form):
    """Two people: the first of another organisation, the second somebody else again."""

    first = SelectField(
        lazy_gettext("First verifier"), validators=[Chosen(lazy_gettext("Choose the first verifier"))]
    )
    second = SelectField(
        lazy_gettext("Second verifier"), validators=[Chosen(lazy_gettext("Choose the second verifier"))]
    )

    def validate_second(self, field: SelectField) -> None:
        """The two are different people."""
        if field.data and field.data == self.first.data:
            raise ValidationError(gettext("Choose another person than the first verifier."))


class NewEmployerForm(Form):
    """An employer for the registry."""

    legal_name = StringField(
        lazy_gettext("Full legal name"),
        validators=[Chosen(lazy_gettext("Enter the legal name")), Longest(300)],
    )
    country = choice(lazy_gettext("Country"), "country", lazy_gettext("Choose the country"))
    region = SelectField(lazy_gettext("Region"), choices=lambda: [EMPTY, *codes("region")()], default="")
    scheme = SelectField(
        lazy_gettext("Kind of number"), choices=lambda: [EMPTY, *codes("scheme")()], default=""
    )
    number = StringField(lazy_gettext("Company number"), validators=[Longest(64)])

    def validate_number(self, field: StringField) -> None:
        """The registry takes sound numbers only: verification would stop at a wrong one."""
        if not field.data or self.scheme.errors:
            return
        if not self.scheme.data:
            raise ValidationError(gettext("Choose which kind of number it is, above."))
        checked = check(self.scheme.data, field.data)
        if checked.problem:
            raise ValidationError(number_warning(checked.problem))
        if tells_birth(checked.scheme, checked.value):
            raise ValidationError(
                gettext(
                    "This number tells a person's day of birth. The register does not keep it: leave it out."
                )
            )


def number_warning(problem: str) -> str:
    """What is odd about a company number, and what to do."""
    words: dict[str, Any] = {
        "length": gettext("This number has too many or too few digits. Compare it with the paper."),
        "checksum": gettext("The digits of this number do not fit together. Compare it with the paper."),
        "structure": gettext(
            "No number of this kind looks like this. Check the kind of number and its digits."
        ),
    }
    return str(words.get(problem, ""))


class DayForm(Form):
    """A form with a day that is not in the future."""

    read: date
    day = StringField(lazy_gettext("Date"), validators=[Chosen(lazy_gettext("Enter the date"))])

    def validate_day(self, field: StringField) -> None:
        """Read the day as people write it."""
        found = read_day(field.data or "")
        if found is None:
            raise ValidationError(gettext("Write the date as day, month and year, for example 27.3.2026."))
        if found > now().date():
            raise ValidationError(gettext("Enter a date that is not in the future."))
        self.read = found


class RegisteredForm(DayForm):
    """The authority's own number and day; all terms run from it."""

    number = StringField(
        lazy_gettext("Incoming number"),
        validators=[Chosen(lazy_gettext("Enter the incoming number")), Longest(100)],
    )
