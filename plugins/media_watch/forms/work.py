"""The forms of editors and coordinators."""

from wtforms import BooleanField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from core.toolkit import Form
from plugins.media_watch.language import lazy_gettext

NEEDED = lazy_gettext("Fill in this field")
LONG = lazy_gettext("This is too long")


class OutletForm(Form):
    """An outlet."""

    country = SelectField(lazy_gettext("Country list"), validate_choice=False)
    name = StringField(lazy_gettext("Name"), [DataRequired(NEEDED), Length(max=200, message=LONG)])
    site = StringField(lazy_gettext("Address of the site"), [Length(max=300, message=LONG)])
    aliases = StringField(lazy_gettext("Other names, with commas between"), [Length(max=500, message=LONG)])
    owner = StringField(lazy_gettext("Owner"), [Length(max=200, message=LONG)])
    contact = StringField(lazy_gettext("Public contact of the editors"), [Length(max=200, message=LONG)])

    def facts(self) -> dict[str, object]:
        """What the form says, for the service."""
        names = [each.strip() for each in (self.aliases.data or "").split(",")]
        told = {key: (getattr(self, key).data or "").strip() for key in ("name", "site", "owner", "contact")}
        return {**told, "aliases": [each for each in names if each]}


class FeedForm(Form):
    """The address of a feed."""

    url = StringField(
        lazy_gettext("Address of the feed"), [DataRequired(NEEDED), Length(max=2048, message=LONG)]
    )


class ListForm(Form):
    """A list of feeds as a file."""

    country = SelectField(lazy_gettext("Country list"), validate_choice=False)
    file = FileField(lazy_gettext("OPML file"))


class ArticlesForm(Form):
    """What to show of the articles."""

    class Meta(Form.Meta):
        """A filter changes nothing, so it carries no token."""

        csrf = False

    outlet = SelectField(lazy_gettext("Outlet"), validate_choice=False)
    topic = SelectField(lazy_gettext("Which articles"), validate_choice=False)


class AuthorForm(Form):
    """Who signed an article."""

    name = StringField(lazy_gettext("Name of the author"), [Length(max=200, message=LONG)])
    kind = SelectField(lazy_gettext("Kind of signature"), validate_choice=False)
    everywhere = BooleanField(lazy_gettext("Also all articles of the outlet with exactly this byline"))


class RoundForm(Form):
    """A round of coding."""

    country = SelectField(lazy_gettext("Country list"), validate_choice=False)
    period = StringField(lazy_gettext("Quarter"), [DataRequired(NEEDED), Length(max=7, message=LONG)])
    risk = IntegerField(
        lazy_gettext("Articles with risk words, of each outlet"), [Optional(), NumberRange(0, 500)]
    )
    rest = IntegerField(
        lazy_gettext("Other articles of the topic, of each outlet"), [Optional(), NumberRange(0, 500)]
    )
    check = IntegerField(
        lazy_gettext("Articles outside the topic, in all"), [Optional(), NumberRange(0, 500)]
    )


class ReasonForm(Form):
    """A step with its reason."""

    reason = TextAreaField(lazy_gettext("Reason"), [Length(max=2000, message=LONG)])


class ReplyForm(Form):
    """What an outlet answers."""

    reply = TextAreaField(lazy_gettext("Your reply, printed in full"))
