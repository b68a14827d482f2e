"""The forms of depositors and reviewers."""

from datetime import date
from typing import Any

from wtforms import FileField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from core.toolkit import Form
from plugins.research.dictionary import Category, Column
from plugins.research.forms.answers import Chosen, Longest, choices
from plugins.research.language import gettext, lazy_gettext
from plugins.research.words import CLASSES, LEVELS, RECODES, ROLES


class DepositForm(Form):
    """A file and what it is called."""

    title = StringField(
        lazy_gettext("Title in Russian"),
        [Chosen(lazy_gettext("Give the data a title in Russian.")), Longest(300)],
    )
    file = FileField(lazy_gettext("File with the data"))


class CodebookForm(Form):
    """Labels from a file."""

    codebook = FileField(lazy_gettext("Codebook: DDI (XML) or Data Package (JSON)"))


class EncodingForm(Form):
    """How a text file is to be read."""

    encoding = RadioField(
        lazy_gettext("Which of these reads right?"),
        [Chosen(lazy_gettext("Choose the one that you can read."))],
    )


def day(value: str) -> date | None:
    """A day as people write it: 27.3.2026, or 2026-03-27."""
    parts = value.replace("/", ".").strip(".").split(".")
    try:
        if len(parts) == 3:
            number, month, year = (int(part) for part in parts)
            return date(year, month, number)
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def is_day(_form: Form, field: StringField) -> None:
    """A day, or nothing."""
    if (field.data or "").strip() and day(field.data) is None:
        raise ValidationError(gettext("Write the day as 27.3.2026."))


class AboutForm(Form):
    """What is said of the whole."""

    title_ru = StringField(
        lazy_gettext("Title in Russian"),
        [Chosen(lazy_gettext("Give the data a title in Russian.")), Longest(300)],
    )
    title_ky = StringField(lazy_gettext("Title in Kyrgyz"), [Longest(300)])
    title_en = StringField(lazy_gettext("Title in English"), [Longest(300)])
    abstract_ru = TextAreaField(
        lazy_gettext("What the data are about, in Russian"),
        [Chosen(lazy_gettext("Describe the data in a few sentences.")), Longest(5000)],
    )
    abstract_en = TextAreaField(lazy_gettext("What the data are about, in English"), [Longest(5000)])
    consent = TextAreaField(
        lazy_gettext("What respondents agreed to"),
        [Chosen(lazy_gettext("Say what respondents agreed to.")), Longest(2000)],
    )
    creators = StringField(lazy_gettext("Who made the survey, separated by semicolons"), [Longest(500)])
    keywords = StringField(lazy_gettext("Keywords, separated by commas"), [Longest(500)])
    countries = StringField(lazy_gettext("Countries by their two letters, such as KG, RU"), [Longest(100)])
    collected_from = StringField(lazy_gettext("First day of the survey"), [is_day])
    collected_to = StringField(lazy_gettext("Last day of the survey"), [is_day])
    method = StringField(lazy_gettext("How people were asked"), [Longest(500)])
    population = StringField(lazy_gettext("Whom the survey stands for"), [Longest(500)])
    level = SelectField(lazy_gettext("Who may use the data"), choices=lambda: choices(LEVELS))
    sensitivity = SelectField(lazy_gettext("How sensitive the answers are"), choices=lambda: choices(CLASSES))
    licence = SelectField(
        lazy_gettext("Licence of open data"),
        choices=[("CC-BY-4.0", "CC BY 4.0"), ("CC-BY-NC-4.0", "CC BY-NC 4.0"), ("CC0-1.0", "CC0 1.0")],
    )
    embargo = StringField(lazy_gettext("Closed until, if at all"), [is_day])
    leave_out = IntegerField(
        lazy_gettext("Leave out rows that fewer people than this look like (0: leave out none)"), [Optional()]
    )

    def about(self) -> dict[str, Any]:
        """What the version keeps of it."""
        titles = {"ru": self.title_ru.data, "ky": self.title_ky.data, "en": self.title_en.data}
        abstracts = {"ru": self.abstract_ru.data, "en": self.abstract_en.data}
        days = {name: day(self[name].data or "") for name in ("collected_from", "collected_to")}
        return {
            "title": {code: text.strip() for code, text in titles.items() if text and text.strip()},
            "abstract": {code: text.strip() for code, text in abstracts.items() if text and text.strip()},
            "creators": _parts(self.creators.data, ";"), "keywords": _parts(self.keywords.data, ","),
            "countries": [each.upper() for each in _parts(self.countries.data, ",") if len(each) == 2],
            "consent": (self.consent.data or "").strip(), "method": (self.method.data or "").strip(),
            "population": (self.population.data or "").strip(), "licence": self.licence.data,
            "leave_out": max(0, min(self.leave_out.data or 0, 100)),
            **{name: each.isoformat() if each else "" for name, each in days.items()},
        }  # fmt: skip


def _parts(text: str | None, mark: str) -> list[str]:
    return [each.strip() for each in (text or "").split(mark) if each.strip()]


class ColumnForm(Form):
    """What is said of one column."""

    label_ru = StringField(lazy_gettext("Label in Russian"), [Longest(500)])
    label_ky = StringField(lazy_gettext("Label in Kyrgyz"), [Longest(500)])
    label_en = StringField(lazy_gettext("Label in English"), [Longest(500)])
    role = SelectField(lazy_gettext("What the column is"), choices=lambda: choices(ROLES))
    recode = SelectField(lazy_gettext("What is done to it before release"), choices=lambda: choices(RECODES))
    rule = TextAreaField(lazy_gettext("The rule for that"), [Longest(5000)])
    values = TextAreaField(lazy_gettext("Labels of its values, one a line: code = label"), [Longest(20_000)])
    missing = StringField(lazy_gettext("Codes that mean “no answer”, separated by commas"), [Longest(500)])
    benign = StringField(lazy_gettext("Codes that harm nobody, separated by commas"), [Longest(500)])
    cleared = StringField(
        lazy_gettext("If it looks like names or numbers of people: why it is none"), [Longest(500)]
    )

    def fill(self, column: Column, language: str) -> None:
        """Show what is kept."""
        for code in ("ru", "ky", "en"):
            self[f"label_{code}"].data = column.label.get(code, "")
        self.role.data, self.recode.data, self.rule.data = column.role, column.recode, column.rule
        self.cleared.data = column.cleared
        self.values.data = "\n".join(
            f"{each.code} = {each.label.get(language) or each.label.get('ru', '')}"
            for each in column.categories if each.label
        )  # fmt: skip
        self.missing.data = ", ".join(each.code for each in column.categories if each.missing)
        self.benign.data = ", ".join(each.code for each in column.categories if each.benign)

    def column(self, before: Column, language: str) -> Column:
        """The column as it was typed; labels of values in other languages stay."""
        labels = {code: (self[f"label_{code}"].data or "").strip() for code in ("ru", "ky", "en")}
        missing, benign = (_parts(self[name].data, ",") for name in ("missing", "benign"))
        typed = dict(_pairs(self.values.data or ""))
        known = {each.code: each.label for each in before.categories}
        codes = dict.fromkeys([*typed, *missing, *benign])
        categories = tuple(
            Category(
                code,
                {**known.get(code, {}), **({language: typed[code]} if typed.get(code) else {})},
                code in missing,
                code in benign,
            )
            for code in codes
        )
        return Column(
            before.name, before.kind, {code: text for code, text in labels.items() if text}, self.role.data,
            categories, self.recode.data, (self.rule.data or "").strip(), (self.cleared.data or "").strip(),
        )  # fmt: skip


def _pairs(text: str) -> list[tuple[str, str]]:
    found = (line.partition("=") for line in text.splitlines() if line.strip())
    return [(code.strip(), label.strip()) for code, _, label in found if code.strip()]


class MoveForm(Form):
    """A move, with a reason where one is wanted."""

    reason = TextAreaField(lazy_gettext("Reason"), [Longest(2000)])
