"""The forms of commitments."""

from typing import Any

from flask import request
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError

from core.commitments.lifecycle import COMMITMENT
from core.i18n import gettext, lazy_gettext
from core.web.forms import Form

LONG = Length(max=1000, message=lazy_gettext("Write at most 1000 characters."))
STATES = ("pending", *(each.name for each in COMMITMENT.states))


class WordsForm(Form):
    """What was promised, and until when. One language is enough."""

    text_ru = TextAreaField(lazy_gettext("What was promised, in Russian"), [LONG])
    text_ky = TextAreaField(lazy_gettext("What was promised, in Kyrgyz"), [LONG])
    text_en = TextAreaField(lazy_gettext("What was promised, in English"), [LONG])
    due = DateField(
        lazy_gettext("Until"),
        [InputRequired(lazy_gettext("Enter the day until which it was promised"))],
        format=["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %m %Y"],
    )
    revision = HiddenField()

    def validate_text_ru(self, _field: Field) -> None:
        """At least one."""
        if not self.words:
            raise ValidationError(gettext("Write what was promised, in at least one language"))

    @property
    def words(self) -> dict[str, str]:
        """The text by language."""
        typed = {"ru": self.text_ru.data, "ky": self.text_ky.data, "en": self.text_en.data}
        return {code: text.strip() for code, text in typed.items() if text and text.strip()}


class PromiseForm(WordsForm):
    """A new one: also, who promised it."""

    organisation = SelectField(lazy_gettext("Organisation"), choices=[])


class MoveForm(Form):
    """What became of it."""

    move = StringField()
    revision = HiddenField()
    evidence = StringField(
        lazy_gettext("What shows it"),
        [Length(max=500, message=lazy_gettext("Write at most 500 characters."))],
    )
    reason = TextAreaField(lazy_gettext("Reason"), [LONG])


class Filter(Form):
    """Which of them somebody wants to see."""

    class Meta(Form.Meta):
        """A filter changes nothing."""

        csrf = False

    state = SelectField(
        lazy_gettext("State"),
        choices=lambda: [
            ("", gettext("All")),
            ("pending", gettext("Not kept yet")),
            *((each.name, gettext(each.label)) for each in COMMITMENT.states),
        ],
    )
    mine = BooleanField(lazy_gettext("Only of my organisations"))

    def __init__(self, **more: Any) -> None:
        """Whatever the address holds that is no choice counts as nothing."""
        super().__init__(request.args, **more)
        self.state.data = self.state.data if self.state.data in STATES else ""


def number(text: str | None) -> int:
    """A revision that a form carries; what is no number fits no record."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
