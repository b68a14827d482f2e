"""The forms of sealed contacts. No field may be filled in by the browser or kept by it."""

from wtforms import StringField, TextAreaField

from core.toolkit import Form
from plugins.monitoring.forms.answers import Chosen, Longest
from plugins.monitoring.language import lazy_gettext


class ContactForm(Form):
    """Through whom a source can be reached; nothing is required, since half a contact helps too."""

    name = StringField(lazy_gettext("Name"), validators=[Longest(200)])
    phone = StringField(lazy_gettext("Telephone or messenger"), validators=[Longest(200)])
    document = StringField(lazy_gettext("Number of a document"), validators=[Longest(200)])
    address = StringField(lazy_gettext("Address"), validators=[Longest(500)])
    safe = TextAreaField(lazy_gettext("How and when is it safe to get in touch?"), validators=[Longest(2000)])
    workplace = StringField(lazy_gettext("Exact address of the work"), validators=[Longest(500)])
    notes = TextAreaField(lazy_gettext("Notes that could betray who it is"), validators=[Longest(4000)])

    def typed(self) -> dict[str, str]:
        """What was typed, without what was left empty."""
        fields = (
            *(self.name, self.phone, self.document, self.address, self.safe),
            *(self.workplace, self.notes),
        )
        pairs = {each.name: (each.data or "").strip() for each in fields}
        return {name: text for name, text in pairs.items() if text}


class SearchForm(Form):
    """What to look for; sent by POST, so that it stands in no address and no log."""

    text = StringField(
        lazy_gettext("Name, number or address"),
        validators=[Chosen(lazy_gettext("Enter what to look for")), Longest(200)],
    )


class EraseForm(Form):
    """Only a button."""


class AskForm(Form):
    """Why a sealed contact is to be opened."""

    reason = TextAreaField(
        lazy_gettext("Why does it have to be opened?"),
        validators=[Chosen(lazy_gettext("Write why it has to be opened")), Longest(1000)],
    )
