"""Forms of the council: a fair, a move, an employer's booth, a plan."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, ValidationError

from core.toolkit import Form, best_label, now
from plugins.job_fairs.forms.fields import number, text, weight
from plugins.job_fairs.language import gettext, lazy_gettext
from plugins.job_fairs.models import Fair
from plugins.job_fairs.planner import Weights
from plugins.job_fairs.regions import regions
from plugins.job_fairs.services.fairs import Facts
from plugins.job_fairs.services.weighing import OWN
from plugins.job_fairs.words import CHOICES

BISHKEK = ZoneInfo("Asia/Bishkek")
FACTS = ("region", "venue", "phone", "partners", "slot_minutes", "slots", "rest", "walk", "reserve")
YEARS = range(2000, 2100)


class DayForm(Form):
    """A day and a time where the fair is."""

    day = text(
        lazy_gettext("Day"),
        lazy_gettext("Enter the day."),
        most=10,
        hint=lazy_gettext("For example, 27.3.2027"),
    )
    time = text(
        lazy_gettext("Begins at"),
        lazy_gettext("Enter the time."),
        most=5,
        hint=lazy_gettext("For example, 10:00. Time of Bishkek, UTC+6."),
    )

    def validate_day(self, _field: object) -> None:
        """Day and time are those of a calendar."""
        if (self.day.data or "").strip() and (self.time.data or "").strip() and self.starts is None:
            raise ValidationError(gettext("Write the day as 27.3.2027 and the time as 10:00."))

    @property
    def starts(self) -> datetime | None:
        """The beginning in UTC."""
        try:
            typed = f"{(self.day.data or '').strip()} {(self.time.data or '').strip()}"
            told = datetime.strptime(typed, "%d.%m.%Y %H:%M").replace(tzinfo=BISHKEK)
        except ValueError:
            return None
        # At the ends of the calendar there is no day before or after, and all that counts from this one would fail.
        return told.astimezone(UTC) if told.year in YEARS else None


class FairForm(DayForm):
    """A fair as the council proposes it."""

    region = SelectField(
        lazy_gettext("Region"),
        choices=lambda: [(code, best_label(names)) for code, names in regions().items()],
    )
    title_ru = text(lazy_gettext("Name in Russian"), lazy_gettext("Enter the name in Russian."))
    title_ky = text(lazy_gettext("Name in Kyrgyz"), lazy_gettext("Enter the name in Kyrgyz."))
    venue = text(lazy_gettext("Venue and address"))
    phone = text(lazy_gettext("Telephone of the council"), most=32)
    partners = text(
        lazy_gettext("Partners"),
        most=500,
        hint=lazy_gettext("Ministry, ayyl okmotu, NGOs. Name no private people."),
    )
    slot_minutes = number(lazy_gettext("Minutes of an interview"), 5, 60, 15)
    slots = number(lazy_gettext("How many interviews one after another"), 1, 60, 20)
    rest = number(lazy_gettext("Free slots between two interviews of a person"), 0, 5, 0)
    walk = number(lazy_gettext("Free slots to walk between two zones"), 0, 5, 0)
    reserve = number(lazy_gettext("Share kept for those who come without registration, percent"), 0, 50, 15)

    @classmethod
    def of(cls, fair: Fair) -> "FairForm":
        """The form filled with a fair."""
        local = fair.starts.astimezone(BISHKEK)
        named = {name: getattr(fair, name) for name in FACTS}
        title = {"title_ru": fair.title.get("ru", ""), "title_ky": fair.title.get("ky", "")}
        return cls(data=named | title | {"day": f"{local.day}.{local:%m.%Y}", "time": f"{local:%H:%M}"})

    def facts(self) -> Facts:
        """What was typed, once it is sound."""
        # A field that was not sent at all is as empty as one that was left empty.
        values: dict[str, Any] = {name: "" if self[name].data is None else self[name].data for name in FACTS}
        title = {"ru": self.title_ru.data, "ky": self.title_ky.data}
        return Facts(title=title, starts=self.starts or now(), **values)


class MoveForm(Form):
    """A move, with a reason where one is asked for."""

    reason = TextAreaField(
        lazy_gettext("Reason"), validators=[Length(max=1000, message=lazy_gettext("Write it shorter."))]
    )


class AcceptForm(MoveForm):
    """The place of an employer at the fair."""

    zone = SelectField(lazy_gettext("Zone"), choices=[(each, each) for each in "ABCDEF"])
    booth = text(lazy_gettext("Booth"), most=8, hint=lazy_gettext("For example, A3"))
    desks = number(lazy_gettext("Desks"), 1, 12, 1)
    lunch = SelectField(lazy_gettext("Lunch of the first desk"), validate_choice=True)


class PlanForm(Form):
    """What shall count."""

    choice = SelectField(
        lazy_gettext("What shall count most?"),
        choices=lambda: [(code, str(label)) for code, label in CHOICES.items()],
    )
    weigh_count = weight(lazy_gettext("One interview weighs"), 20)
    weigh_people = weight(lazy_gettext("One person with an interview weighs"), 20)
    weigh_rank = weight(
        lazy_gettext("A less dear wish loses, in hundredths a step"),
        50,
        lazy_gettext("The more it loses, the more first choices are met, at the cost of interviews."),
    )
    engine = SelectField(
        lazy_gettext("How to calculate"),
        choices=lambda: [("1", gettext("Quickly")), ("2", gettext("Exactly, takes longer"))],
    )

    def validate_weigh_count(self, field: IntegerField) -> None:
        """Something must count, or the best plan would be an empty one."""
        if self.choice.data == OWN and not field.data and not self.weigh_people.data:
            raise ValidationError(gettext("Interviews or people must weigh something."))

    def own(self) -> Weights | None:
        """The organiser's own weights, where they were chosen."""
        if self.choice.data != OWN:
            return None
        count, people, rank = (
            each.data or 0 for each in (self.weigh_count, self.weigh_people, self.weigh_rank)
        )
        return Weights(count, people, rank / 100)
