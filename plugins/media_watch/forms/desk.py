"""The forms of coders and adjudicators: one screen, native controls, so that the keyboard alone is enough."""

from typing import Any

from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.form import Form as PlainForm

from core.toolkit import Form, language
from plugins.media_watch.codebook import CODEBOOK
from plugins.media_watch.language import gettext, lazy_gettext

GROUP_FIELDS = ("group", "category", "stance", "exclusion", "place", "quote")
BLOCKS = 3
"""Groups that one article may be coded for."""


class GroupForm(PlainForm):
    """One target group."""

    group = SelectField(lazy_gettext("Target group"), validate_choice=False)
    category = SelectField(lazy_gettext("Category"), validate_choice=False)
    stance = SelectField(lazy_gettext("Whose voice"), validate_choice=False)
    exclusion = SelectField(lazy_gettext("Exclusion"), validate_choice=False)
    place = SelectField(lazy_gettext("Where it stands"), validate_choice=False)
    quote = TextAreaField(lazy_gettext("The words it rests on"))

    def offer(self, country: str) -> None:
        """Fill in the choices, in the visitor's language."""
        none = [("", "-")]
        here = language()
        groups = [(each, CODEBOOK.label("group", each, here)) for each in CODEBOOK.groups(country)]
        self.group.choices = none + groups
        self.category.choices = none + [(c, f"{c} {label}") for c, label in CODEBOOK.labels("category", here)]
        self.stance.choices = none + CODEBOOK.labels("stance", here)
        self.exclusion.choices = none + [
            (c, f"{c} {label}") for c, label in CODEBOOK.labels("exclusion", here)
        ]
        self.place.choices = none + CODEBOOK.labels("place", here)


class CodeForm(Form):
    """What a coder finds in one article."""

    number = HiddenField()
    relevant = RadioField(
        lazy_gettext("Does the article speak of a group of the list?"), validate_choice=False
    )
    codes = FieldList(FormField(GroupForm), min_entries=BLOCKS, max_entries=BLOCKS)
    confidence = SelectField(lazy_gettext("How sure are you?"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Note"))

    def offer(self, country: str) -> "CodeForm":
        """Fill in the choices."""
        self.relevant.choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
        sure = (("1", gettext("Unsure")), ("2", gettext("Fairly sure")), ("3", gettext("Sure")))
        self.confidence.choices = list(sure)
        for each in self.codes:
            each.form.offer(country)
        return self

    def raw(self) -> dict[str, Any]:
        """The answer as it is kept."""
        rows = [{name: str(each.data.get(name) or "") for name in GROUP_FIELDS} for each in self.codes]
        return {
            "relevant": self.relevant.data or "",
            "codes": rows,
            "confidence": self.confidence.data or "2",
            "note": self.note.data or "",
        }


class DecideForm(CodeForm):
    """What an adjudicator decides."""

    reason = TextAreaField(lazy_gettext("Reason of the decision"))
