"""The form of an entry."""

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from handbook.language import lazy_gettext
from core.toolkit import Form

LONG = lazy_gettext("This is too long.")


class EntryForm(Form):
    """What a new entry says."""

    title = StringField(
        lazy_gettext("Title"), [DataRequired(lazy_gettext("Give it a title.")), Length(max=200, message=LONG)]
    )
    text = TextAreaField(lazy_gettext("Text"), [Length(max=20_000, message=LONG)])
