"""Forms of people and employers, and of the day."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from core.toolkit import Form, best_label, language, new_id, now, sort_key
from plugins.job_fairs import occupations
from plugins.job_fairs.forms.fields import Inn, Ticked, number, text
from plugins.job_fairs.language import gettext, lazy_gettext
from plugins.job_fairs.regions import places
from plugins.job_fairs.services.employers import Opening
from plugins.job_fairs.services.registrations import MOST_WANTED, MOST_WISHES, Person
from plugins.job_fairs.words import CHANNELS, EDUCATIONS, RETURNED, SCHEDULES, SEXES


def place_choices() -> list[tuple[str, str]]:
    """Raions and towns, below none, in the language of the page."""
    return [("", "–"), *sorted(((code, best_label(names)) for code, names in places().items()), key=_by_name)]


def _by_name(choice: tuple[str, str]) -> str:
    return sort_key(choice[1])


def wanted_choices() -> list[tuple[str, str]]:
    """What is wanted most; all other occupations are found by their vacancies."""
    return [("", "–"), *((each.code, each.title(language())) for each in occupations.wanted())]


class ApplyForm(Form):
    """What an employer tells of itself."""

    name = text(lazy_gettext("Name of the employer"), lazy_gettext("Enter the name of the employer."))
    inn = StringField(lazy_gettext("INN"), validators=[InputRequired(lazy_gettext("Enter the INN.")), Inn()])
    desks = number(lazy_gettext("How many people will hold interviews at once"), 1, 12, 1)
    needs = TextAreaField(
        lazy_gettext("What the booth needs"),
        validators=[Optional(), Length(max=500, message=lazy_gettext("Write it shorter."))],
    )


class VacancyForm(Form):
    """A vacancy. Women only or men only cannot be said: the law forbids it."""

    class Meta(Form.Meta):
        """It is part of a page that carries the token."""

        csrf = False

    title = text(lazy_gettext("Vacancy"))
    occupation = text(
        lazy_gettext("Occupation"),
        hint=lazy_gettext(
            "A word in Russian, Kyrgyz or English, such as швея, or the four digits of ISCO-08."
        ),
    )
    openings = number(lazy_gettext("How many people are wanted"), 1, 1000, 1)
    wage_min = number(lazy_gettext("Wage a month from, som"), 0, 10_000_000)
    wage_max = number(lazy_gettext("Wage a month up to, som"), 0, 10_000_000)
    schedule = SelectField(
        lazy_gettext("Schedule"),
        choices=lambda: [(code, str(label)) for code, label in SCHEDULES.items()],
        default="day",
        validate_choice=False,
    )
    soate = SelectField(
        lazy_gettext("Raion or town of the work"), choices=place_choices, validate_choice=False
    )
    valid_through = text(
        lazy_gettext("Valid until"),
        most=10,
        hint=lazy_gettext("For example, 27.3.2027; empty: until the fair is over"),
    )
    contract = BooleanField(lazy_gettext("With a written contract"))
    abroad = BooleanField(lazy_gettext("The work is abroad"))
    licence = text(lazy_gettext("Licence number of the agency, for work abroad"), most=64)

    @property
    def filled(self) -> bool:
        """Whether anything was typed; what was not is no vacancy."""
        return bool(self.title.data or self.occupation.data)

    def validate_title(self, field: StringField) -> None:
        """A vacancy has a name."""
        if self.filled and not field.data:
            raise ValidationError(gettext("Enter the name of the vacancy."))

    def validate_occupation(self, field: StringField) -> None:
        """One occupation, or the nearest ones to choose from."""
        if not self.filled:
            return
        if self.code is None:
            near = occupations.search(field.data or "")
            if not near:
                raise ValidationError(gettext("No such occupation. Try another word, or ask the council."))
            choices = "; ".join(f"{each.code} {each.title(language())}" for each in near)
            raise ValidationError(
                gettext("Several fit. Type the digits of one: %(choices)s", choices=choices)
            )

    def validate_wage_max(self, _field: StringField) -> None:
        """The upper end is not below the lower."""
        low, high = self.wage_min.data, self.wage_max.data
        if low is not None and high is not None and high < low:
            raise ValidationError(gettext("The upper wage must not be below the lower."))

    def validate_licence(self, field: StringField) -> None:
        """Work abroad needs a licence."""
        if self.abroad.data and not field.data:
            raise ValidationError(gettext("Enter the licence number: work abroad is shown only with it."))

    def validate_valid_through(self, field: StringField) -> None:
        """A day that is not over yet."""
        if field.data and (self.last_day is None or self.last_day < now().date()):
            raise ValidationError(gettext("Write the day as 27.3.2027; it must not be over."))

    @property
    def last_day(self) -> date | None:
        """Until when the vacancy is open, if that was said."""
        try:
            typed = (self.valid_through.data or "").strip()
            return datetime.strptime(typed, "%d.%m.%Y").replace(tzinfo=UTC).date()
        except ValueError:
            return None

    @property
    def code(self) -> str | None:
        """The occupation, if exactly one is meant."""
        typed = (self.occupation.data or "").strip()
        if typed in occupations.occupations():
            return typed
        near = occupations.search(typed)
        return near[0].code if len(near) == 1 else None

    def opening(self) -> Opening:
        """The vacancy, once it is sound."""
        names = ("title", "openings", "wage_min", "wage_max", "contract", "abroad")
        values: dict[str, Any] = {name: self[name].data for name in names}
        schedule = self.schedule.data if self.schedule.data in SCHEDULES else "day"
        place = self.soate.data if self.soate.data in places() else ""
        return Opening(
            isco08=self.code or "", licence=self.licence.data or "", schedule=schedule, soate=place,
            valid_through=self.last_day, **values,
        )  # fmt: skip


class SeekerForm(Form):
    """A person who wants to come. Nothing is asked that is not needed."""

    registration_id = HiddenField(default=lambda: str(new_id()))
    channel = SelectField(
        lazy_gettext("How did the person register?"),
        choices=lambda: [(code, str(label)) for code, label in CHANNELS.items() if code != "web"],
    )
    name = text(lazy_gettext("Name"), most=120)
    phone = text(
        lazy_gettext("Telephone"), most=32, hint=lazy_gettext("It may be shared with others in the family.")
    )
    sex = SelectField(
        lazy_gettext("Sex"),
        choices=lambda: [(code, str(label)) for code, label in SEXES.items()],
        default="0",
    )
    birth_year = number(lazy_gettext("Year of birth"), 1930, 2013)
    language = SelectField(
        lazy_gettext("Language of the interview"), choices=[("ky", "Кыргызча"), ("ru", "Русский")]
    )
    # The service knows these lists too: an answer that was not sent at all is as good as none.
    soate = SelectField(
        lazy_gettext("Raion or town where the person lives"), choices=place_choices, validate_choice=False
    )
    education = SelectField(
        lazy_gettext("Education"),
        choices=lambda: [(code, str(label)) for code, label in EDUCATIONS.items()],
        validate_choice=False,
    )
    returned = SelectField(
        lazy_gettext("Came back from work abroad"),
        choices=lambda: [(code, str(label)) for code, label in RETURNED.items()],
        validate_choice=False,
    )
    wanted_1 = SelectField(
        lazy_gettext("Occupation looked for"), choices=wanted_choices, validate_choice=False
    )
    wanted_2 = SelectField(lazy_gettext("Second occupation"), choices=wanted_choices, validate_choice=False)
    wanted_3 = SelectField(lazy_gettext("Third occupation"), choices=wanted_choices, validate_choice=False)
    messages = BooleanField(
        lazy_gettext("The person agrees to text messages about appointments to this telephone")
    )
    first_slot = SelectField(lazy_gettext("Can be there from"))
    last_slot = SelectField(lazy_gettext("Must leave at"))
    consent = BooleanField(
        "",
        validators=[Ticked(lazy_gettext("Without consent nobody can be registered. Ask, and tick the box."))],
    )
    wish_1 = SelectField(lazy_gettext("First wish"), default="")
    wish_2 = SelectField(lazy_gettext("Second wish"), default="")
    wish_3 = SelectField(lazy_gettext("Third wish"), default="")
    wish_4 = SelectField(lazy_gettext("Fourth wish"), default="")
    wish_5 = SelectField(lazy_gettext("Fifth wish"), default="")

    def offer(self, times: list[str], employers: list[tuple[str, str]], until: str) -> None:
        """Put in the beginnings of the slots, the end, the employers, and until when contacts are kept."""
        self.first_slot.choices = [(str(n), each) for n, each in enumerate(times[:-1])]
        self.last_slot.choices = [(str(n), each) for n, each in enumerate(times[1:])]
        if not self.is_submitted():
            self.last_slot.data = str(len(times) - 2)
        for each in self.wishes:
            each.choices = [("", "–"), *employers]
        self.consent.label.text = gettext(
            "The person agrees: name and telephone are kept sealed until %(day)s for this fair and for calls about"
            " its outcome, then erased; the other answers are counted without the name. This can be taken back at"
            " any time.",
            day=until,
        )

    @property
    def wishes(self) -> list[Any]:
        """The fields of the wishes."""
        return [self[f"wish_{n + 1}"] for n in range(MOST_WISHES)]

    @property
    def looked_for(self) -> list[Any]:
        """The fields of the occupations."""
        return [self[f"wanted_{n + 1}"] for n in range(MOST_WANTED)]

    def chosen(self) -> list[UUID]:
        """The employers in the order of the wishes."""
        return [UUID(each.data) for each in self.wishes if each.data]

    def person(self, channel: str = "") -> Person:
        """What was answered."""
        return Person(
            channel or self.channel.data,
            int(self.first_slot.data),
            int(self.last_slot.data),
            self.sex.data,
            self.birth_year.data,
            self.language.data,
            self.returned.data or "unknown",
            self.soate.data or "",
            self.education.data or "",
            tuple(dict.fromkeys(each.data for each in self.looked_for if each.data)),
            bool(self.messages.data),
        )

    def contact(self) -> dict[str, str]:
        """What is to be sealed."""
        return {"name": (self.name.data or "").strip(), "phone": (self.phone.data or "").strip()}


class CheckInForm(Form):
    """A code at the door; `scan_id` makes a repeat count once."""

    scan_id = HiddenField(default=lambda: str(new_id()))
    code = text(lazy_gettext("Code of the person"), lazy_gettext("Type the six digits."), most=20)
    door = text(lazy_gettext("Door"), most=40)
