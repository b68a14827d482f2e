"""The forms of accounts."""

import re
from collections.abc import Sequence

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import Field
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp, ValidationError

from core.accounts import labels, passwords, tokens
from core.accounts.credentials import clean_email
from core.accounts.passwords import Refusal
from core.database import now
from core.i18n import gettext, lazy_gettext, ngettext
from core.settings import LOCALE_NAMES
from core.web.forms import Form

ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

TYPE_PASSWORD = lazy_gettext("Enter your password")
TYPE_CODE = lazy_gettext("Enter the code")


def email_field() -> StringField:
    """An e-mail address."""
    return StringField(
        lazy_gettext("E-mail address"),
        [
            DataRequired(lazy_gettext("Enter the e-mail address")),
            Length(max=254, message=lazy_gettext("Enter a shorter e-mail address")),
            Regexp(ADDRESS, message=lazy_gettext("Enter the e-mail address like this: name@example.org")),
        ],
        filters=[lambda value: clean_email(value or "")],
    )


def name_field(label: str) -> StringField:
    """A person's name."""
    return StringField(
        label,
        [
            DataRequired(lazy_gettext("Enter the name")),
            Length(max=200, message=lazy_gettext("Enter a shorter name")),
        ],
        filters=[lambda value: (value or "").strip()],
    )


class SignInForm(Form):
    """The first step."""

    email = email_field()
    password = PasswordField(lazy_gettext("Password"), [InputRequired(TYPE_PASSWORD)])


class CodeForm(Form):
    """A one-time code or a recovery code."""

    code = StringField(lazy_gettext("Code"), [DataRequired(TYPE_CODE), Length(max=64)])


class KeyForm(Form):
    """What a security key answered; the script of the site fills it in."""

    answer = HiddenField()

    def validate_answer(self, field: Field) -> None:
        """Without a script there is no answer."""
        if not field.data:
            raise ValidationError(
                gettext(
                    "The key was not asked: the page had not loaded yet, or this browser cannot. "
                    "Press the button again, or use the code of the app"
                )
            )


class NewKeyForm(KeyForm):
    """A key with the name that its owner gives it."""

    name = StringField(
        lazy_gettext("Name of the key"),
        [
            DataRequired(lazy_gettext("Give the key a name")),
            Length(max=60, message=lazy_gettext("Enter a shorter name")),
        ],
        filters=[lambda value: (value or "").strip()],
    )


class PasswordForm(Form):
    """The password once more, before something that matters."""

    password = PasswordField(lazy_gettext("Password"), [InputRequired(TYPE_PASSWORD)])


class ReplaceFactorForm(CodeForm, PasswordForm):
    """Another app in place of the one in use."""


class NewPassword(Form):
    """A password that is chosen; `words` must be set before validation."""

    words: Sequence[str] = ()
    new = PasswordField(lazy_gettext("New password"), [InputRequired(lazy_gettext("Enter a new password"))])
    again = PasswordField(
        lazy_gettext("New password again"),
        [
            InputRequired(lazy_gettext("Enter the new password again")),
            EqualTo("new", lazy_gettext("Enter the same new password in both fields")),
        ],
    )

    def validate_new(self, field: Field) -> None:
        """Length, the list, patterns, and the person's own words."""
        refused = passwords.refusal(field.data, self.own_words())
        if refused:
            raise ValidationError(refusal_words(refused))

    def own_words(self) -> Sequence[str]:
        """What the password must not lean on."""
        return self.words


class ChangePasswordForm(NewPassword):
    """The old password and the new one."""

    password = PasswordField(lazy_gettext("Present password"), [InputRequired(TYPE_PASSWORD)])


class AcceptForm(NewPassword):
    """A new account."""

    name = name_field(lazy_gettext("Your name"))

    def own_words(self) -> Sequence[str]:
        """The name that is being typed counts too."""
        return (*self.words, self.name.data or "")


class LanguageForm(Form):
    """The saved language."""

    language = SelectField(lazy_gettext("Language"), choices=list(LOCALE_NAMES.items()))


class ConfirmForm(Form):
    """Only a button."""


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField(
        lazy_gettext("What has happened"),
        [
            DataRequired(lazy_gettext("Write in a few words what has happened")),
            Length(max=500, message=lazy_gettext("Write at most 500 characters")),
        ],
        filters=[lambda value: (value or "").strip()],
    )


class ConductForm(Form):
    """Acceptance of the code of conduct."""

    accepted = BooleanField(
        lazy_gettext("I have read the code of conduct and will keep it"),
        [InputRequired(lazy_gettext("Tick the box to say that you will keep the code of conduct"))],
    )


class RolesForm(Form):
    """The roles in one organisation; the choices are set by the page."""

    roles = SelectMultipleField(lazy_gettext("Roles"), choices=[])


class InviteForm(RolesForm):
    """Somebody new."""

    name = name_field(lazy_gettext("Name"))
    email = email_field()


class OrganisationChoice(Form):
    """Which organisation."""

    organisation = SelectField(lazy_gettext("Organisation"), choices=[])


class NamesForm(Form):
    """A name in each language, and since when."""

    name_ru = StringField(lazy_gettext("Name in Russian"), [Length(max=200)])
    name_ky = StringField(lazy_gettext("Name in Kyrgyz"), [Length(max=200)])
    name_en = StringField(lazy_gettext("Name in English"), [Length(max=200)])
    since = DateField(
        lazy_gettext("In use since"),
        [InputRequired(lazy_gettext("Enter the day since which the name is in use"))],
        format=["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %m %Y"],
        default=lambda: now().date(),
    )

    def validate_name_ru(self, _field: Field) -> None:
        """One language is enough."""
        if not any(self.labels.values()):
            raise ValidationError(gettext("Enter the name in at least one language"))

    @property
    def labels(self) -> dict[str, str]:
        """The names by language."""
        typed = {"ru": self.name_ru.data, "ky": self.name_ky.data, "en": self.name_en.data}
        return {code: (name or "").strip() for code, name in typed.items()}


class OrganisationForm(NamesForm):
    """A new organisation."""

    kind = SelectField(
        lazy_gettext("Kind"), choices=[(str(code), label) for code, label in labels.KINDS.items()]
    )
    country = SelectField(lazy_gettext("Country"), choices=list(labels.COUNTRIES.items()))
    region = SelectField(
        lazy_gettext("Region of Kyrgyzstan"),
        choices=[("", lazy_gettext("None or another country")), *labels.REGIONS.items()],
    )

    def validate_region(self, field: Field) -> None:
        """Regions are those of one country."""
        if field.data and not field.data.startswith(f"{self.country.data}-"):
            raise ValidationError(gettext("Choose a region of the country above, or none"))


class TokenForm(Form):
    """A token for a program."""

    name = name_field(lazy_gettext("Which program is it for?"))
    scopes = SelectMultipleField(
        lazy_gettext("What may it do?"),
        [InputRequired(lazy_gettext("Choose at least one thing that the program may do"))],
    )
    days = RadioField(
        lazy_gettext("How long does it work?"),
        [InputRequired(lazy_gettext("Choose how long it works"))],
        choices=lambda: [(str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in tokens.DAYS],
        default="30",
    )

    def validate_name(self, field: Field) -> None:
        """It stands in a list."""
        if len(field.data) > 60:
            raise ValidationError(gettext("Enter a shorter name"))


def refusal_words(refused: Refusal) -> str:
    """What to do instead."""
    words = {
        Refusal.SHORT: gettext("Enter at least 12 characters. Several words make a good password"),
        Refusal.LONG: gettext("Enter at most 128 characters"),
        Refusal.COMMON: gettext(
            "Choose a password that others do not use: this one is on the lists of guessers"
        ),
        Refusal.PATTERN: gettext("Choose a password that is not a repetition or a row of keys"),
        Refusal.PERSONAL: gettext(
            "Choose a password that is not made of your name, e-mail address or camove"
        ),
    }
    return str(words[refused])
