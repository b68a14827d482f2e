"""What to show of the figures, and of the queue."""

from wtforms import BooleanField, SelectField

from core.toolkit import Form
from plugins.monitoring.language import lazy_gettext


class FiguresForm(Form):
    """A whole period and a country; shareable as an address."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it carries no token."""

        csrf = False

    period = SelectField(lazy_gettext("Period"), validate_choice=False)
    country = SelectField(lazy_gettext("Country"), validate_choice=False)
    semicolons = BooleanField(lazy_gettext("Semicolons between the columns"))


class QueueForm(Form):
    """Which part of the queue."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it carries no token."""

        csrf = False

    region = SelectField(lazy_gettext("Region"), validate_choice=False)
    sector = SelectField(lazy_gettext("Sector"), validate_choice=False)
    late = BooleanField(lazy_gettext("Only late ones"))
