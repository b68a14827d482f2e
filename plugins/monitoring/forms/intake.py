"""The form that takes in what was collected elsewhere."""

from wtforms import MultipleFileField, SelectField, TextAreaField

from core.toolkit import Form
from plugins.monitoring.forms.answers import EMPTY, Chosen, Longest, codes
from plugins.monitoring.language import gettext, lazy_gettext

KINDS = ".csv,.tsv,.txt,.xlsx,.json"


def orders() -> list[tuple[str, str]]:
    """How a date such as 3/4/2026 is meant."""
    return [EMPTY, ("dmy", gettext("Day first: 31/12/2026")), ("mdy", gettext("Month first: 12/31/2026"))]


class IntakeForm(Form):
    """Files, and what the files do not tell by themselves."""

    files = MultipleFileField(
        lazy_gettext("Files"),
        validators=[Chosen(lazy_gettext("Choose the files"))],
        render_kw={"accept": KINDS},
    )
    country = SelectField(
        lazy_gettext("Country of the work, where the file names none"),
        choices=lambda: [EMPTY, *codes("country")()],
    )
    currency = SelectField(
        lazy_gettext("Currency, where the file names none"), choices=lambda: [EMPTY, *codes("currency")()]
    )
    date_order = SelectField(lazy_gettext("How dates with slashes are written"), choices=orders)
    mapping = TextAreaField(
        lazy_gettext("Which question is which field"),
        validators=[Longest(200_000)],
        render_kw={"spellcheck": "false"},
    )
