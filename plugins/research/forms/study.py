"""The form of a joint study."""

from typing import Any
from uuid import UUID

from wtforms import BooleanField, FileField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import Form
from plugins.research.forms.answers import Chosen, Longest
from plugins.research.language import gettext, lazy_gettext

LANGUAGES = ("ru", "ky", "en")
MARK = "|"
WEB = ("https://", "http://")


def publications(text: str) -> list[dict[str, str]]:
    """Each line: the citation, and behind a bar its address, if it has one."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        words, mark, address = line.rpartition(MARK)
        found.append({"text": (words if mark else line).strip(), "address": address.strip() if mark else ""})
    return found


def are_publications(_form: Form, field: TextAreaField) -> None:
    """Every line has words, and its address begins as addresses do."""
    for each in publications(field.data or ""):
        if not each["text"] or (each["address"] and not each["address"].startswith(WEB)):
            raise ValidationError(
                gettext("Write each publication on a line of its own: words | https://address")
            )


class StudyForm(Form):
    """What the page of a study says."""

    title_ru = StringField(
        lazy_gettext("Title in Russian"),
        [Chosen(lazy_gettext("Give the study a title in Russian.")), Longest(300)],
    )
    title_ky = StringField(lazy_gettext("Title in Kyrgyz"), [Longest(300)])
    title_en = StringField(lazy_gettext("Title in English"), [Longest(300)])
    aim_ru = TextAreaField(
        lazy_gettext("What the study is for, in Russian"),
        [Chosen(lazy_gettext("Say in a few sentences what the study is for.")), Longest(5000)],
    )
    aim_ky = TextAreaField(lazy_gettext("What the study is for, in Kyrgyz"), [Longest(5000)])
    aim_en = TextAreaField(lazy_gettext("What the study is for, in English"), [Longest(5000)])
    partners = TextAreaField(lazy_gettext("Partners, one a line"), [Longest(3000)])
    publications = TextAreaField(
        lazy_gettext("Publications, one a line"), [Longest(10_000), are_publications]
    )
    datasets = SelectMultipleField(lazy_gettext("Datasets of the study"))
    dropped = SelectMultipleField(lazy_gettext("Take these questionnaires away"))
    instrument_title = StringField(lazy_gettext("What the questionnaire is called"), [Longest(300)])
    instrument = FileField(lazy_gettext("One more questionnaire (PDF)"))
    shown = BooleanField(lazy_gettext("Show the page to everybody"))

    def about(self) -> dict[str, dict[str, str]]:
        """The title and the aim by language, without the empty ones."""
        return {
            key: {code: text for code in LANGUAGES if (text := (self[f"{key}_{code}"].data or "").strip())}
            for key in ("title", "aim")
        }

    def lines(self) -> list[str]:
        """The partners."""
        return [line.strip() for line in (self.partners.data or "").splitlines() if line.strip()]

    def chosen(self, name: str) -> frozenset[UUID]:
        """The ids that were ticked in a field."""
        return frozenset(UUID(each) for each in self[name].data or ())


def filled(about: dict[str, Any], partners: list[str], told: list[dict[str, str]]) -> dict[str, Any]:
    """What the fields show of a study that is kept."""
    texts = {f"{key}_{code}": text for key, labels in about.items() for code, text in labels.items()}
    lines = [f"{each['text']} {MARK} {each['address']}" if each["address"] else each["text"] for each in told]
    return {**texts, "partners": "\n".join(partners), "publications": "\n".join(lines)}
