"""The forms of requesters and data stewards."""

from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional

from core.toolkit import Form
from plugins.research.forms.answers import Chosen, Longest
from plugins.research.forms.work import is_day
from plugins.research.language import lazy_gettext


class RequestForm(Form):
    """Why somebody wants the data, and their signature under the agreement."""

    purpose = TextAreaField(
        lazy_gettext("What you want the data for"),
        [Chosen(lazy_gettext("Say what you want the data for.")), Longest(3000)],
    )
    outputs = TextAreaField(lazy_gettext("What will come of it: an article, a report"), [Longest(2000)])
    team = TextAreaField(lazy_gettext("Who will work with the data besides you"), [Longest(2000)])
    merges = BooleanField(lazy_gettext("I want to link the data with others"))
    agreed = BooleanField(
        lazy_gettext("I have read the agreement and accept it"),
        [Chosen(lazy_gettext("Without the agreement there is no access."))],
    )
    signed_name = StringField(
        lazy_gettext("Your full name, as a signature"),
        [Chosen(lazy_gettext("Sign with your full name.")), Longest(200)],
    )


class DecisionForm(Form):
    """What the data steward decides."""

    reason = TextAreaField(lazy_gettext("Reason"), [Longest(2000)])
    expires = StringField(lazy_gettext("Access ends on (a year at most)"), [is_day])
    downloads = IntegerField(lazy_gettext("How many downloads"), [Optional()])
