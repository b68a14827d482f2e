"""The living pattern page: every macro of the kit in each state, for the eye and for the browser tests."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired

REGIONS = {"bishkek": "Bishkek", "osh": "Osh", "batken": "Batken", "naryn": "Naryn"}
PROBLEMS = {
    "wages": "Wages were not paid in full or on time",
    "papers": "Papers were taken away",
    "work": "Other work than was promised",
    "жекелештирилбеген": "Жекелештирилбеген маалыматтарды иштеп чыгуу",
}


def choices(labels: dict[str, str]) -> list[SelectChoice]:
    """Options of a choice field, in the order given."""
    return [SelectChoice(value, label) for value, label in labels.items()]


def _refuse(form: Form, field: Field) -> None:  # noqa: ARG001 - the signature of a WTForms validator
    raise ValidationError(f"Say what to do about “{field.label.text}” here")


class _Contact(Form):
    phone = StringField("Phone", [InputRequired("Enter a phone number, such as 0555 12 34 56")])


class PatternForm(Form):
    """One field of each kind."""

    text = StringField("Employer's name", [InputRequired("Enter the employer's name")])
    number = IntegerField("How many people", description="A whole number")
    date = DateField("When it happened")
    story = TextAreaField("What happened", [InputRequired("Describe what happened, even shortly")])
    region = SelectField("Region", choices=choices(REGIONS))
    problem = RadioField(
        "What went wrong most", [InputRequired("Choose what went wrong")], choices=choices(PROBLEMS)
    )
    shift = RadioField("Shift", choices=choices({"day": "Day", "night": "Night"}))
    needs = SelectMultipleField("What would help", choices=choices(PROBLEMS))
    agreed = BooleanField("I agree that the council reads this report")
    photo = FileField("Photo of the contract", render_kw={"accept": "image/*,.pdf"})
    scan = FileField("Photo of the pay slip", render_kw={"accept": "image/*,.pdf"})
    password = PasswordField("Password", [InputRequired("Enter your password")])
    code = StringField("Code from the app", [InputRequired("Enter the six digits that the app shows")])
    contact = FormField(_Contact)
    relatives = FieldList(FormField(_Contact), min_entries=1)


class RefusingForm(PatternForm):
    """The same form where each field has an error."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse everything."""
        every = {
            name: [_refuse]
            for name, field in self._fields.items()
            if not isinstance(field, FormField | FieldList)
        }
        return bool(super().validate(every | (extra_validators or {})))


def _forms() -> dict[str, Form]:
    """A form filled well and the same form with an error on every field."""
    typed = {"text": "ООО «Ромашка»", "story": "Two lines\nof text", "region": "osh", "problem": "papers"}
    chosen = {"shift": "day", "needs": ["wages"], "number": 3}
    wrong = {"text": "<b>", "number": "many", "date": "yesterday", "region": "osh", "shift": "day"}
    failed = RefusingForm(MultiDict({f"bad-{name}": value for name, value in wrong.items()}), prefix="bad-")
    failed.validate()
    return {"good": PatternForm(data=typed | chosen), "bad": failed}


def pattern_forms() -> dict[str, Any]:
    """Everything that `pattern.html` shows, invented."""
    columns = [{"key": "name", "label": "Employer"}, {"key": "region", "label": "Region"}]
    return {
        "forms": _forms(),
        "filters": PatternForm(prefix="find-"),
        "columns": [*columns, {"key": "number", "label": "Reports", "numeric": True}],
        "rows": [
            {"name": {"text": "ООО «Ромашка»", "href": "#row"}, "region": "Жалал-Абад", "number": 1204},
            {"name": "<b>Bold</b> Ltd", "region": None, "number": 7},
        ],
        "bars": [
            {"label": "Wages were not paid in full or on time", "value": 1204},
            {"label": "Papers were taken away by the employer or by the agent", "value": 640},
            {"label": "Other", "value": 27},
            {"label": "Unknown", "value": 0},
        ],
    }
