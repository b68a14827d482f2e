"""The forms of periodic reports."""

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import Length, ValidationError

from core.i18n import gettext, lazy_gettext
from core.web.forms import Form

SHORT = Length(max=200, message=lazy_gettext("Write at most 200 characters."))
LONG = Length(max=8000, message=lazy_gettext("Write at most 8000 characters."))


def words(form: Form, name: str) -> dict[str, str]:
    """What was typed in the three fields of `name`, by language."""
    typed = {code: form[f"{name}_{code}"].data for code in ("ru", "ky", "en")}
    return {code: text.strip() for code, text in typed.items() if text and text.strip()}


class TitleForm(Form):
    """What a report is called, and if it is a correction, what it changes. One language is enough."""

    title_ru = StringField(lazy_gettext("Title, in Russian"), [SHORT])
    title_ky = StringField(lazy_gettext("Title, in Kyrgyz"), [SHORT])
    title_en = StringField(lazy_gettext("Title, in English"), [SHORT])
    changes_ru = TextAreaField(lazy_gettext("What is corrected and why, in Russian"), [LONG])
    changes_ky = TextAreaField(lazy_gettext("What is corrected and why, in Kyrgyz"), [LONG])
    changes_en = TextAreaField(lazy_gettext("What is corrected and why, in English"), [LONG])
    revision = HiddenField()

    def validate_title_ru(self, _field: Field) -> None:
        """At least one."""
        if not words(self, "title"):
            raise ValidationError(gettext("Write the title, in at least one language"))


class BeginForm(TitleForm):
    """A new one: also, about what."""

    period = SelectField(lazy_gettext("Period"), choices=[])


class TextForm(Form):
    """The text of one section. An empty one is left out of the report."""

    text_ru = TextAreaField(lazy_gettext("Text, in Russian"), [LONG])
    text_ky = TextAreaField(lazy_gettext("Text, in Kyrgyz"), [LONG])
    text_en = TextAreaField(lazy_gettext("Text, in English"), [LONG])
    revision = HiddenField()


class MoveForm(Form):
    """A button."""

    move = StringField()
    revision = HiddenField()
