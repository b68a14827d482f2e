"""The forms of the vault."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import DataRequired, Length

from core.accounts.views.forms import ConfirmForm, PasswordForm
from core.i18n import lazy_gettext
from core.web.forms import Form

__all__ = ["ConfirmForm", "GroupsForm", "LetInForm", "PasswordForm", "RestoreForm", "WithdrawForm"]

TYPE_GROUP = lazy_gettext("Type this group from the sheet")


class GroupsForm(Form):
    """Two groups of the recovery sheet, as they stand on the paper; the page says which."""

    first = StringField("", [DataRequired(TYPE_GROUP), Length(max=64)])
    second = StringField("", [DataRequired(TYPE_GROUP), Length(max=64)])

    @property
    def groups(self) -> tuple[Field, Field]:
        """Both fields in their order."""
        return self.first, self.second


class LetInForm(Form):
    """The code that was compared by voice: a key that came in its place meanwhile is not let in."""

    fingerprint = HiddenField()


class WithdrawForm(Form):
    """Why a holder loses the key."""

    reason = StringField(
        lazy_gettext("Reason"),
        [
            DataRequired(lazy_gettext("Write the reason in a few words")),
            Length(max=200, message=lazy_gettext("Write a shorter reason")),
        ],
    )


class RestoreForm(PasswordForm):
    """The whole sheet, and the password that opens the keys from now on."""

    sheet = TextAreaField(
        lazy_gettext("The groups of the recovery sheet"),
        [DataRequired(lazy_gettext("Type all groups of the sheet")), Length(max=400)],
    )
