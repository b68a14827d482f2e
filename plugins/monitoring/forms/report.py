"""The steps of the report, in the order of background section 3.1: safety comes first."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from core.toolkit import language
from plugins.monitoring.forms.answers import (
    EMPTY,
    Chosen,
    Longest,
    StepForm,
    choice,
    codes,
    count_field,
    day_field,
    money_field,
    month_field,
)
from plugins.monitoring.language import gettext, lazy_gettext
from plugins.monitoring.register.identifiers import check
from plugins.monitoring.taxonomy import AGES, CITIZENS, TAXONOMY

ANSWER = lazy_gettext("Choose an answer")
KINDS = "image/jpeg,image/png,image/webp,image/heic,application/pdf"


SEXES = ("women", "men", "other", "unknown")


def yes_no() -> list[tuple[str, str]]:
    """Answers to a question about safety; not knowing is a true answer."""
    return [("yes", gettext("Yes")), ("no", gettext("No")), ("unknown", gettext("I do not know"))]


def question(label: Any) -> RadioField:
    """A question about safety."""
    return RadioField(label, choices=yes_no, validators=[Chosen(ANSWER)])


class SafetyForm(StepForm):
    """Is anybody in danger? It decides how fast the network moves."""

    danger = question(lazy_gettext("Is anybody in danger now?"))
    working = question(lazy_gettext("Are the people still working there?"))
    minors = question(lazy_gettext("Are there children under 18 among them?"))
    violence = question(lazy_gettext("Were they beaten, threatened or locked in?"))
    status = question(lazy_gettext("Could a complaint bring them trouble because of their papers?"))


class OriginForm(StepForm):
    """How the report came to be, and what the people want."""

    method = choice(
        lazy_gettext("How did you learn of it?"), "method", lazy_gettext("Choose how you learned of it")
    )
    received_on = StringField(
        lazy_gettext("When did you learn of it?"),
        validators=[Chosen(lazy_gettext("Enter the date")), day_field],
    )
    wishes = SelectMultipleField(
        lazy_gettext("What do the people want?"),
        choices=codes("wish"),
        validators=[Chosen(lazy_gettext("Choose at least one answer"))],
    )


class EmployerForm(StepForm):
    """Who the report is about, as it was heard; a person links it to the registry later."""

    name = StringField(
        lazy_gettext("Name of the employer"),
        validators=[Chosen(lazy_gettext("Enter the employer's name")), Longest(300)],
    )
    legal_name = StringField(
        lazy_gettext("Legal name with its form, if you know it"), validators=[Longest(300)]
    )
    role = choice(
        lazy_gettext("Who is it to the workers?"),
        "role",
        lazy_gettext("Choose what the employer is to the workers"),
    )
    country = choice(
        lazy_gettext("Country of the work"), "country", lazy_gettext("Choose the country of the work")
    )
    region = SelectField(lazy_gettext("Region"), choices=lambda: [EMPTY, *_regions()])
    scheme = SelectField(lazy_gettext("Kind of number"), choices=lambda: [EMPTY, *codes("scheme")()])
    identifier = StringField(lazy_gettext("Company number"), validators=[Longest(64)])
    sector = choice(lazy_gettext("Kind of work"), "sector", lazy_gettext("Choose the kind of work"))
    site = StringField(lazy_gettext("Town or settlement"), validators=[Longest(200)])

    def validate_identifier(self, field: StringField) -> None:
        """A number needs its kind; a wrong check digit is only a warning, shown before sending."""
        if field.data and not self.scheme.data:
            raise ValidationError(gettext("Choose which kind of number it is, above."))

    def validate_region(self, field: SelectField) -> None:
        """A region lies in its country."""
        known = field.data in TAXONOMY.codes("region")
        entry = TAXONOMY.entry("region", field.data) if known else {}
        if entry.get("country") not in (None, "", self.country.data):
            raise ValidationError(gettext("Choose a region of the country above."))


def _regions() -> list[tuple[str, str]]:
    return TAXONOMY.labels("region", language())


def identifier_problem(answers: dict[str, Any]) -> str:
    """What is odd about the company number typed: "", or a code to warn about."""
    scheme, number = answers.get("scheme", ""), answers.get("identifier", "")
    return check(scheme, number).problem if scheme and number else ""


class AllegationForm(StepForm):
    """One kind of violation."""

    violation = choice(lazy_gettext("What happened?"), "violation", lazy_gettext("Choose what happened"))
    indicators = SelectMultipleField(
        lazy_gettext("Signs of forced labour that you saw"), choices=codes("indicator")
    )
    from_month = StringField(
        lazy_gettext("Since which month?"),
        validators=[Chosen(lazy_gettext("Enter the month and year")), month_field],
    )
    to_month = StringField(lazy_gettext("Until which month?"), validators=[month_field])
    ongoing = BooleanField(lazy_gettext("It goes on now"))
    women = StringField(lazy_gettext("Women"), validators=[count_field])
    men = StringField(lazy_gettext("Men"), validators=[count_field])
    other = StringField(lazy_gettext("Another sex"), validators=[count_field])
    unknown = StringField(lazy_gettext("Sex not known"), validators=[count_field])
    minors = StringField(lazy_gettext("Of all these, under 18"), validators=[count_field])
    age_18 = StringField(lazy_gettext("Aged 18 to 29"), validators=[count_field])
    age_30 = StringField(lazy_gettext("Aged 30 to 44"), validators=[count_field])
    age_45 = StringField(lazy_gettext("Aged 45 or more"), validators=[count_field])
    citizens_kg = StringField(lazy_gettext("Citizens of Kyrgyzstan"), validators=[count_field])
    citizens_uz = StringField(lazy_gettext("Citizens of Uzbekistan"), validators=[count_field])
    citizens_tj = StringField(lazy_gettext("Citizens of Tajikistan"), validators=[count_field])
    citizens_kz = StringField(lazy_gettext("Citizens of Kazakhstan"), validators=[count_field])
    citizens_ru = StringField(lazy_gettext("Citizens of Russia"), validators=[count_field])
    citizens_other = StringField(
        lazy_gettext("Citizens of another country, or of none"), validators=[count_field]
    )
    amount = StringField(lazy_gettext("Amount owed to all of them"), validators=[money_field])
    currency = SelectField(lazy_gettext("Currency"), choices=lambda: [EMPTY, *codes("currency")()])
    facts = TextAreaField(
        lazy_gettext("What happened, in your words"),
        validators=[Chosen(lazy_gettext("Tell in a few sentences what happened")), Longest(10_000)],
    )
    basis = choice(lazy_gettext("How is it known?"), "basis", lazy_gettext("Choose how it is known"))

    def _counted(self, names: Iterable[str]) -> int | None:
        """The sum of these fields; None while one of them is no number."""
        typed = [(self[name].data or "0").strip() for name in names]
        return sum(map(int, typed)) if all(each.isascii() and each.isdigit() for each in typed) else None

    def validate_unknown(self, _field: StringField) -> None:
        """Without anybody affected there is no allegation."""
        if self._counted(SEXES) == 0:
            raise ValidationError(
                gettext("Enter how many workers it concerns, at least in one of these fields.")
            )

    def _among_all(self, names: Iterable[str]) -> None:
        total, part = self._counted(SEXES), self._counted(names)
        if total is not None and part is not None and part > total:
            raise ValidationError(gettext("Enter at most as many as all the workers together."))

    def validate_minors(self, _field: StringField) -> None:
        """The minors are among the workers counted."""
        self._among_all(["minors"])

    def validate_age_45(self, _field: StringField) -> None:
        """The ages together are at most all workers; the rest is not known."""
        self._among_all(["minors", *AGES])

    def validate_citizens_other(self, _field: StringField) -> None:
        """Nobody is counted with two citizenships."""
        self._among_all(CITIZENS)

    def validate_currency(self, field: SelectField) -> None:
        """An amount needs its currency."""
        if self.amount.data and not field.data:
            raise ValidationError(gettext("Choose the currency of the amount."))

    def validate_to_month(self, field: StringField) -> None:
        """Time runs forward."""
        if field.data and self.from_month.data and field.data < self.from_month.data:
            raise ValidationError(gettext("Enter a month that is not before the first one."))


class SourceForm(StepForm):
    """Where the facts come from, and what may be done with them. No names: they are not asked for anywhere."""

    kind = choice(
        lazy_gettext("Who or what is the source?"), "source", lazy_gettext("Choose who or what the source is")
    )
    group = StringField(lazy_gettext("Mark for sources that know each other"), validators=[Longest(40)])
    reliability = choice(
        lazy_gettext("How reliable is the source?"), "reliability", lazy_gettext("Choose how reliable it is")
    )
    decision_in_force = BooleanField(lazy_gettext("It is an official decision in force"))
    supports = SelectMultipleField(
        lazy_gettext("Which allegations does it support?"),
        validators=[Chosen(lazy_gettext("Choose at least one allegation"))],
    )
    consents = SelectMultipleField(
        lazy_gettext("To which uses does the source agree?"), choices=codes("consent")
    )
    withhold = StringField(lazy_gettext("What must be kept back, and from whom?"), validators=[Longest(300)])
    consent_how = choice(lazy_gettext("How was the consent given?"), "consent_how", "", optional=True)
    consent_on = StringField(
        lazy_gettext("When did you ask the source about each use?"),
        validators=[Chosen(lazy_gettext("Enter the date when you asked")), day_field],
    )

    def answers(self) -> dict[str, Any]:
        """The kind decides whether the source is primary; an unmarked one stands for itself."""
        given = super().answers()
        known = (
            TAXONOMY.entry("source", given["kind"]) if given.get("kind") in TAXONOMY.codes("source") else {}
        )
        return given | {"primary": bool(known.get("primary"))}


class EvidenceForm(StepForm):
    """A photo. Its metadata is kept sealed and is never shown or sent."""

    attachment = ""
    """The id of the file once it was received."""

    photo = FileField(lazy_gettext("Photo or PDF"), render_kw={"accept": KINDS})
    title = StringField(
        lazy_gettext("What does it show?"),
        validators=[Chosen(lazy_gettext("Say in a few words what the photo shows")), Longest(200)],
    )
    source = SelectField(
        lazy_gettext("Which source gave it?"),
        validators=[Chosen(lazy_gettext("Choose which source gave the photo"))],
    )
    kind = choice(lazy_gettext("What kind of thing is it?"), "evidence", "", optional=True)
    taken_on = StringField(lazy_gettext("When was it taken or written?"), validators=[day_field])
    maker = choice(lazy_gettext("Who made it?"), "maker", "", optional=True)
    chain = StringField(lazy_gettext("Through whose hands did it come to you?"), validators=[Longest(300)])
    supports = SelectMultipleField(lazy_gettext("Which allegations does it support?"))
