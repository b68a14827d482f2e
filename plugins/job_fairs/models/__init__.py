"""The tables of job_fairs."""

from plugins.job_fairs.models.fair import Desk, Fair, Participation, Vacancy
from plugins.job_fairs.models.outcome import Outcome
from plugins.job_fairs.models.plan import Interview, PlanVersion, Scan
from plugins.job_fairs.models.seeker import Registration, Wish

__all__ = [
    "Desk", "Fair", "Interview", "Outcome", "Participation", "PlanVersion", "Registration", "Scan", "Vacancy", "Wish",
]  # fmt: skip
