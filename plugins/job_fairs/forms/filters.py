"""The filter of vacancies: a GET form whose address can be shared."""

from typing import Any

from wtforms import SelectField

from core.toolkit import Form, best_label
from plugins.job_fairs.forms.fields import text
from plugins.job_fairs.language import gettext, lazy_gettext
from plugins.job_fairs.regions import regions
from plugins.job_fairs.services import vacancies
from plugins.job_fairs.services.vacancies import Wanted
from plugins.job_fairs.words import SCHEDULES

MOST = 9


class VacancyFilter(Form):
    """What somebody looks for."""

    class Meta(Form.Meta):
        """A filter changes nothing."""

        csrf = False

    region = SelectField(
        lazy_gettext("Region"),
        choices=lambda: (
            [("", gettext("All regions"))] + [(code, best_label(names)) for code, names in regions().items()]
        ),
    )
    occupation = text(lazy_gettext("Occupation"), most=80)
    wage = text(lazy_gettext("Wage a month from, som"), most=12)
    schedule = SelectField(
        lazy_gettext("Schedule"),
        choices=lambda: [("", gettext("Any"))] + [(code, str(label)) for code, label in SCHEDULES.items()],
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        """Whatever the address holds that is no choice counts as nothing."""
        super().__init__(*given, **more)
        for field in (self.region, self.schedule):
            field.data = field.data if field.data in {code for code, _ in field.choices} else ""

    def wanted(self) -> Wanted:
        """What was asked for."""
        digits = "".join((self.wage.data or "").split())
        wage = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MOST else 0
        codes = vacancies.meant((self.occupation.data or "").replace("\0", "")[:80])
        return Wanted(self.region.data, codes, wage, self.schedule.data)
