"""The form with which a consent is taken back."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import ValidationError

from core.toolkit import Form, language
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.taxonomy import TAXONOMY


class WithdrawForm(Form):
    """Some uses, or all of them."""

    uses = SelectMultipleField(lazy_gettext("Which uses does the source take back?"))
    everything = BooleanField(lazy_gettext("All of them"))

    def offer(self, given: Sequence[str]) -> None:
        """Only what the source agrees to can be taken back."""
        self.uses.choices = [(code, TAXONOMY.label("consent", code, language())) for code in given]

    def validate_everything(self, field: BooleanField) -> None:
        """Something must be chosen."""
        if not field.data and not self.uses.data:
            raise ValidationError(gettext("Choose at least one use, or all of them."))

    def chosen(self) -> list[str]:
        """The uses that end."""
        offered = [str(code) for code, _ in self.uses.choices]
        return offered if self.everything.data else list(self.uses.data or [])
