"""The forms of the public list: grounds, circumstances, risk, letters, reply, and what strangers write."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import Form
from plugins.monitoring.forms.answers import EMPTY, Chosen, Longest, codes, count_field, read_day
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.publication.words import DECISIONS, REPLIES, RISKS, TESTS

TEXT = 4000


def said(pairs: Any) -> Any:
    """The choices as plain words of the visitor's language, asked for when the form is made."""
    return lambda: [(code, str(text)) for code, text in pairs]


def day_text(_form: Form, field: StringField) -> None:
    """Refuse what is no day; the service judges whether it may lie ahead."""
    if read_day(field.data or "") is None:
        raise ValidationError(gettext("Write the date as day, month and year, for example 27.3.2026."))


def day_of(field: StringField) -> date:
    """The day that a valid field holds."""
    found = read_day(field.data or "")
    assert found is not None  # noqa: S101 - the form was valid
    return found


def _day(label: Any) -> StringField:
    return StringField(label, validators=[Chosen(lazy_gettext("Enter the date")), day_text])


class GroundsForm(Form):
    """The confirmed reports that an entry of tier B stands on."""

    reports = SelectMultipleField(
        lazy_gettext("Confirmed reports"), validators=[Chosen(lazy_gettext("Choose at least one report"))]
    )


class DecisionForm(Form):
    """The official decision that an entry of tier A stands on."""

    kind = RadioField(
        lazy_gettext("What kind of decision is it?"),
        choices=said(DECISIONS.items()),
        validators=[Chosen(lazy_gettext("Choose the kind of decision"))],
    )
    body = StringField(
        lazy_gettext("Who decided?"),
        validators=[Chosen(lazy_gettext("Enter the court or the authority")), Longest(200)],
    )
    number = StringField(
        lazy_gettext("Number of the decision"),
        validators=[Chosen(lazy_gettext("Enter the number of the decision")), Longest(100)],
    )
    on = _day(lazy_gettext("Day of the decision"))
    last_fact = _day(lazy_gettext("Day of the last fact that it establishes"))
    violations = SelectMultipleField(
        lazy_gettext("What does it establish?"),
        choices=codes("violation"),
        validators=[Chosen(lazy_gettext("Choose what it establishes"))],
    )
    in_force = BooleanField(lazy_gettext("It is in force: no appeal is open"))
    paper = FileField(lazy_gettext("Photo or PDF of the decision"))


class CircumstancesForm(Form):
    """What was found out beside the reports."""

    register_source = StringField(
        lazy_gettext("In which open register did you find the number, and when?"), validators=[Longest(200)]
    )
    migrants_on_site = StringField(
        lazy_gettext("How many migrants work on the site, at least?"), validators=[count_field]
    )
    reidentification = RadioField(
        lazy_gettext("Could the employer tell who spoke, from the facts, the place, the time and the sex?"),
        choices=said(TESTS),
        validate_choice=False,
    )


class RiskForm(Form):
    """The question that stands before everything."""

    answer = RadioField(
        lazy_gettext("Could publishing get a source, a worker or a partner prosecuted or punished?"),
        choices=said(RISKS),
        validators=[Chosen(lazy_gettext("Answer the question of prosecution"))],
    )
    note = TextAreaField(lazy_gettext("What you weighed"), validators=[Longest(TEXT)])


class LettersForm(Form):
    """The two letters to the employer."""

    post_on = _day(lazy_gettext("Day of the registered letter"))
    post_number = StringField(
        lazy_gettext("Number of the registered letter"),
        validators=[Chosen(lazy_gettext("Enter the number of the registered letter.")), Longest(100)],
    )
    email_on = _day(lazy_gettext("Day of the e-mail to its official address"))


class ReplyForm(Form):
    """What the employer replied."""

    kind = RadioField(
        lazy_gettext("What came?"),
        choices=said(REPLIES),
        validators=[Chosen(lazy_gettext("Choose what came"))],
    )
    text = TextAreaField(
        lazy_gettext("The reply, as it will stand beside the entry"), validators=[Longest(TEXT)]
    )


class IndicatorsForm(Form):
    """Indicators of forced labour that the board finds."""

    indicators = SelectMultipleField(lazy_gettext("Indicators of forced labour"), choices=codes("indicator"))


class RenewForm(Form):
    """The new report of a renewal."""

    report = SelectField(
        lazy_gettext("New confirmed report"), validators=[Chosen(lazy_gettext("Choose the new report"))]
    )
    stance = RadioField(
        lazy_gettext("Its sources"),
        choices=lambda: [
            ("left", gettext("Have left the employer")),
            ("accepted", gettext("Are still there and accept it in writing")),
        ],
        validators=[Chosen(lazy_gettext("Say how its sources stand"))],
    )

    def offer(self, reports: list[Any]) -> None:
        """The reports to choose from."""
        self.report.choices = [EMPTY, *((str(each.id), each.reference) for each in reports)]


class AnswerDisputeForm(Form):
    """The answer to a dispute."""

    text = TextAreaField(
        lazy_gettext("Your answer"), validators=[Chosen(lazy_gettext("Write your answer")), Longest(TEXT)]
    )
    upheld = BooleanField(lazy_gettext("It is well founded on the face of it: suspend the entry at once"))


class DisputeForm(Form):
    """What anybody may write against a public entry."""

    text = TextAreaField(
        lazy_gettext("What is wrong in this entry?"),
        validators=[Chosen(lazy_gettext("Write what is wrong")), Longest(TEXT)],
    )
    documented = BooleanField(lazy_gettext("We have a document that proves it and will send it by post"))


class FindForm(Form):
    """A name or a number, in an address that can be passed on."""

    class Meta(Form.Meta):
        """A search changes nothing, so it carries no token."""

        csrf = False

    name = StringField(lazy_gettext("Name or company number"))
