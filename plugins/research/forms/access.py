"""The forms of requesters and data stewards."""

import re
from contextlib import suppress
from uuid import UUID

from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from core.toolkit import Form, new_id
from plugins.research.forms.answers import Chosen, Longest
from plugins.research.forms.work import is_day
from plugins.research.language import gettext, lazy_gettext

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""An address as the HTML standard has it (4.10.5.1.5), which is never read as two."""


def is_address(_form: Form, field: StringField) -> None:
    """One address to which a letter can go."""
    if len(field.data) > 254 or not ADDRESS.fullmatch(field.data.strip()):
        raise ValidationError(gettext("Write an e-mail address such as name@example.org."))


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


class OutsideForm(RequestForm):
    """The same, of somebody without an account."""

    organisation = StringField(
        lazy_gettext("Your organisation"),
        [
            Chosen(lazy_gettext("Say for which organisation you ask, or that you ask for yourself.")),
            Longest(200),
        ],
    )
    email = StringField(
        lazy_gettext("Your e-mail address"), [Chosen(lazy_gettext("Write your e-mail address.")), is_address]
    )
    again = HiddenField()

    def told(self) -> dict[str, str]:
        """What the vault keeps."""
        names = ("signed_name", "organisation", "email", "purpose", "outputs", "team")
        return {name: (self[name].data or "").strip() for name in names}

    def number(self) -> UUID:
        """The number of this form: sent twice, it is taken once."""
        with suppress(ValueError):
            return UUID(self.again.data or "")
        return new_id()


class DecisionForm(Form):
    """What the data steward decides."""

    reason = TextAreaField(lazy_gettext("Reason"), [Longest(2000)])
    expires = StringField(lazy_gettext("Access ends on (a year at most)"), [is_day])
    downloads = IntegerField(lazy_gettext("How many downloads"), [Optional()])
