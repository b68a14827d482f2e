"""The forms of a dossier: to whom, what became of it, who may read it, and whether a ZIP is whole."""

from datetime import date
from decimal import Decimal

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import Form
from plugins.monitoring.forms.answers import (
    EMPTY,
    Chosen,
    Longest,
    choice,
    codes,
    count_field,
    money_field,
    read_day,
)
from plugins.monitoring.forms.work import DayForm
from plugins.monitoring.language import gettext, lazy_gettext

ANSWER_LENGTH = 4000


def _risk() -> list[tuple[str, str]]:
    return [
        ("nobody", gettext("No, nobody")),
        ("agreed", gettext("Yes, and those people know it and want the dossier")),
        ("open", gettext("Yes, or nobody has asked them yet")),
    ]


class DossierForm(Form):
    """To whom the dossier goes, and whether it may go at all."""

    addressee = choice(lazy_gettext("To which authority?"), "addressee", lazy_gettext("Choose the authority"))
    status_risk = RadioField(
        lazy_gettext("Could the letter bring a worker trouble because of their papers?"),
        choices=_risk,
        validate_choice=False,
    )
    confidential = BooleanField(
        lazy_gettext("Ask the authority not to tell the employer who complained (Labour Code, article 358)"),
        default=True,
    )


class SentForm(DayForm):
    """When and how the dossier left."""

    channel = choice(lazy_gettext("How was it sent?"), "channel", lazy_gettext("Choose how it was sent"))
    proof = StringField(lazy_gettext("Number of the receipt"), validators=[Longest(100)])


class ForwardedForm(DayForm):
    """To which other body, and when."""

    to = choice(
        lazy_gettext("Which authority has it now?"), "addressee", lazy_gettext("Choose the authority")
    )


class ExtendedForm(Form):
    """Until when the authority has given itself time; that day lies ahead."""

    read: date
    until = StringField(lazy_gettext("New last day"), validators=[Chosen(lazy_gettext("Enter the date"))])

    def validate_until(self, field: StringField) -> None:
        """Read the day as people write it."""
        found = read_day(field.data or "")
        if found is None:
            raise ValidationError(gettext("Write the date as day, month and year, for example 27.3.2026."))
        self.read = found


class OutcomeForm(DayForm):
    """What came of it; numbers of people, never names."""

    outcome = choice(lazy_gettext("What came of it?"), "outcome", lazy_gettext("Choose what came of it"))
    women = StringField(lazy_gettext("Women who were helped"), validators=[count_field])
    men = StringField(lazy_gettext("Men who were helped"), validators=[count_field])
    unknown = StringField(lazy_gettext("Helped, sex not known"), validators=[count_field])
    recovered = StringField(lazy_gettext("Money that workers received"), validators=[money_field])
    currency = SelectField(lazy_gettext("Currency"), choices=lambda: [EMPTY, *codes("currency")()])

    def validate_currency(self, field: SelectField) -> None:
        """An amount needs its currency."""
        if bool(self.recovered.data) != bool(field.data):
            raise ValidationError(gettext("Enter the amount and its currency, or neither."))

    def counts(self) -> dict[str, int]:
        """The people who were helped."""
        return {name: int(self[name].data or 0) for name in ("women", "men", "unknown")}

    def amount(self) -> Decimal | None:
        """The money, if any."""
        return Decimal(self.recovered.data) if self.recovered.data else None


def _days() -> list[tuple[str, str]]:
    return [(str(n), gettext("%(number)s days", number=n)) for n in (7, 30, 90, 180)]


class ShareForm(Form):
    """For whom a link is, and how long."""

    recipient = StringField(
        lazy_gettext("For whom?"),
        validators=[Chosen(lazy_gettext("Write which office the link is for")), Longest(200)],
    )
    days = SelectField(lazy_gettext("For how long?"), choices=_days, default="30")


class AnswerForm(Form):
    """What the authority answers, on the page of its link."""

    text = TextAreaField(
        lazy_gettext("Your answer"),
        validators=[Chosen(lazy_gettext("Write your answer")), Longest(ANSWER_LENGTH)],
    )


class VerifyForm(Form):
    """A ZIP to compare with what was signed."""

    file = FileField(lazy_gettext("The ZIP as you received it"), render_kw={"accept": ".zip,application/zip"})

    def validate_file(self, field: FileField) -> None:
        """There must be one."""
        if not field.data:
            raise ValidationError(gettext("Choose the ZIP"))
