"""The forms of writers, lawyers and distributors."""

from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, NumberRange

from core.toolkit import Form
from handbook import sources
from handbook.canon import LANGUAGES, PARTS
from handbook.forms.fields import SLUG, Longest, clean, day, is_day
from handbook.language import gettext, lazy_gettext
from handbook.models import Edition
from handbook.services.editing import Content

TITLE, BODY, CHANGED = 200, 40_000, 1_000


class ChapterForm(Form):
    """A new chapter."""

    slug = StringField(
        lazy_gettext("Address of the chapter"),
        [DataRequired(lazy_gettext("Give it an address.")), Longest(40)],
    )

    def validate_slug(self, field: Any) -> None:
        """Latin letters, digits and hyphens, so that it can be read out on the telephone."""
        if not SLUG.fullmatch(field.data or ""):
            raise ValidationError(
                gettext("Use small Latin letters, digits and hyphens, such as pay-not-paid.")
            )


class EditionForm(Form):
    """What an edition says, in three languages."""

    title_ru = StringField(lazy_gettext("Title in Russian"), [Longest(TITLE)])
    body_ru = TextAreaField(lazy_gettext("Text in Russian"), [Longest(BODY)])
    changed_ru = TextAreaField(lazy_gettext("What changed, in Russian"), [Longest(CHANGED)])
    title_ky = StringField(lazy_gettext("Title in Kyrgyz"), [Longest(TITLE)])
    body_ky = TextAreaField(lazy_gettext("Text in Kyrgyz"), [Longest(BODY)])
    changed_ky = TextAreaField(lazy_gettext("What changed, in Kyrgyz"), [Longest(CHANGED)])
    title_en = StringField(lazy_gettext("Title in English"), [Longest(TITLE)])
    body_en = TextAreaField(lazy_gettext("Text in English"), [Longest(BODY)])
    changed_en = TextAreaField(lazy_gettext("What changed, in English"), [Longest(CHANGED)])
    sources = TextAreaField(lazy_gettext("Sources, one a line"), [Longest(BODY)])
    review_by = StringField(lazy_gettext("Look at it again by"), [is_day])

    def validate_sources(self, field: Any) -> None:
        """Name the line that is no source."""
        try:
            sources.read(clean(field.data))
        except sources.SourceProblem as error:
            said = gettext(
                "Line %(number)s is not: what it is | address | day as 2026-01-31", number=error.number
            )
            raise ValidationError(said) from error

    @classmethod
    def showing(cls, edition: Edition) -> "EditionForm":
        """The form with what the edition says now."""
        values = {
            f"{part}_{code}": edition.texts.get(code, {}).get(part, "")
            for code in LANGUAGES
            for part in PARTS
        }
        values["sources"] = sources.written([sources.Source.of(each) for each in edition.sources])
        values["review_by"] = f"{edition.review_by:%d.%m.%Y}" if edition.review_by else ""
        return cls(formdata=None, data=values)

    def content(self) -> Content:
        """What was typed."""
        texts = {
            code: {part: clean(self[f"{part}_{code}"].data) for part in PARTS}
            for code in LANGUAGES
        }  # fmt: skip
        kept = [each.told() for each in sources.read(clean(self.sources.data))]
        return Content(texts, kept, day(self.review_by.data))


CHANNELS = ("print", "file", "messenger", "post")


class CopyForm(Form):
    """Who was given what."""

    edition = SelectField(lazy_gettext("Chapter"), validate_choice=True)
    partner = StringField(
        lazy_gettext("Organisation or place"),
        [DataRequired(lazy_gettext("Say who was given it.")), Longest(200)],
    )
    language = SelectField(lazy_gettext("Language"))
    channel = SelectField(lazy_gettext("How"))
    amount = IntegerField(
        lazy_gettext("Copies"),
        [NumberRange(1, 1_000_000, lazy_gettext("Type a number from 1 to 1,000,000."))],
    )
    given_on = StringField(lazy_gettext("Day"), [DataRequired(lazy_gettext("Type the day.")), is_day])

    def offer(self, editions: list[tuple[str, str]]) -> "CopyForm":
        """Fill in the choices, in the visitor's language."""
        self.edition.choices = editions
        self.language.choices = [
            ("ru", gettext("Russian")),
            ("ky", gettext("Kyrgyz")),
            ("en", gettext("English")),
        ]
        said = (gettext("On paper"), gettext("As a file"), gettext("By messenger"), gettext("By post"))
        self.channel.choices = list(zip(CHANNELS, said, strict=True))
        return self
