"""The forms of the register of employers. Each change wants a reason, which everybody who reads the register sees."""

from datetime import date

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import Form
from plugins.monitoring.forms.answers import EMPTY, Chosen, Longest, choice, codes, read_day
from plugins.monitoring.forms.work import NewEmployerForm
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.words import NAME_SOURCES, RELATION_KINDS


class ReasonForm(Form):
    """Why; nobody is named in it."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        description=lazy_gettext("Everybody who reads the register sees it. Name no people."),
        validators=[Chosen(lazy_gettext("Write the reason.")), Longest(1000)],
    )


class FactsFields(Form):
    """What an employer is."""

    legal_form = SelectField(
        lazy_gettext("Legal form"), choices=lambda: [EMPTY, *codes("legal_form")()], default=""
    )
    natural_person = BooleanField(
        lazy_gettext("It is a person, not a firm"),
        description=lazy_gettext(
            "A sole trader, for example. Less is ever published about a person. "
            "Known by itself from the legal form and the number."
        ),
    )
    sector = SelectField(
        lazy_gettext("Kind of work"), choices=lambda: [EMPTY, *codes("sector")()], default=""
    )


class AddForm(FactsFields, NewEmployerForm):
    """A new employer with its first number."""


class CorrectForm(FactsFields, ReasonForm):
    """The same facts, corrected."""

    legal_name = StringField(
        lazy_gettext("Full legal name"),
        validators=[Chosen(lazy_gettext("Enter the legal name")), Longest(300)],
    )
    country = choice(lazy_gettext("Country"), "country", lazy_gettext("Choose the country"))
    region = SelectField(lazy_gettext("Region"), choices=lambda: [EMPTY, *codes("region")()], default="")


class NameForm(ReasonForm):
    """Another name, and where it was met."""

    name = StringField(
        lazy_gettext("Name"), validators=[Chosen(lazy_gettext("Enter the name")), Longest(300)]
    )
    source = SelectField(
        lazy_gettext("Where is it from?"),
        choices=lambda: [(code, str(text)) for code, text in NAME_SOURCES.items()],
    )


class NumberForm(ReasonForm):
    """Another company number."""

    scheme = choice(lazy_gettext("Kind of number"), "scheme", lazy_gettext("Choose the kind of number"))
    number = StringField(
        lazy_gettext("Company number"), validators=[Chosen(lazy_gettext("Enter the number")), Longest(64)]
    )
    validate_number = NewEmployerForm.validate_number


class SiteForm(ReasonForm):
    """A place of work in words."""

    label = StringField(
        lazy_gettext("Place"),
        description=lazy_gettext("For example, a district or a building site. Never an exact address."),
        validators=[Chosen(lazy_gettext("Enter the place")), Longest(200)],
    )
    region = SelectField(lazy_gettext("Region"), choices=lambda: [EMPTY, *codes("region")()], default="")


class RelationForm(ReasonForm):
    """What this employer is for another one."""

    kind = SelectField(
        lazy_gettext("What is it for the other?"),
        default="subcontractor",
        choices=lambda: [(code, str(text)) for code, text in RELATION_KINDS.items()],
    )
    other = SelectField(
        lazy_gettext("The other employer"),
        validators=[Chosen(lazy_gettext("Choose the other employer"))],
    )
    since = StringField(lazy_gettext("Since"), validators=[Longest(20)])
    until = StringField(lazy_gettext("Until"), validators=[Longest(20)])

    def validate_since(self, field: StringField) -> None:
        """A day, or nothing."""
        if (field.data or "").strip() and read_day(field.data) is None:
            raise ValidationError(gettext("Write the date as day, month and year, for example 27.3.2026."))

    def validate_until(self, field: StringField) -> None:
        """A day that is not before the first one, or nothing."""
        self.validate_since(field)
        first, last = self.days
        if first and last and last < first:
            raise ValidationError(gettext("Enter an end that is not before the beginning."))

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The days as read."""
        return read_day(self.since.data or ""), read_day(self.until.data or "")
