"""The three waves in which people are asked what became of them, and what they may answer. Codes, no words."""

from dataclasses import dataclass
from datetime import date, timedelta

from plugins.job_fairs import retention

WAVES = ("day", "weeks", "months")
"""On the day itself, after two weeks, and after three months."""

SECOND_WAVE = timedelta(days=14)
STATUSES = ("unknown", "not_reached", "hired", "second", "no")
"""Not asked yet, called in vain, hired, a second meeting or a decision that is still awaited, and nothing."""

REACHED = STATUSES[2:]
SOURCES = ("seeker", "employer", "both")
CONTRACTS = ("yes", "no")
WAGES = ("under20", "20to35", "35to50", "over50")
"""Bands of a month's wage in thousand som, wide enough that none names a person."""

MOST_ATTEMPTS = 9


@dataclass(frozen=True)
class Told:
    """What was learned in one wave about one person. Raises ValueError for codes that there are not."""

    status: str
    source: str = ""
    attempts: int = 0
    contract: str = ""
    wage: str = ""

    def __post_init__(self) -> None:
        """Refuse unknown codes."""
        known = {
            "status": STATUSES, "source": ("", *SOURCES), "contract": ("", *CONTRACTS), "wage": ("", *WAGES),
        }  # fmt: skip
        if wrong := [name for name, codes in known.items() if getattr(self, name) not in codes]:
            raise ValueError(", ".join(wrong))
        if not 0 <= self.attempts <= MOST_ATTEMPTS:
            raise ValueError("attempts")

    def settled(self) -> "Told":
        """What follows from it: whoever is known was asked; contract and wage belong to those who were hired."""
        hired, reached = self.status == "hired", self.status in REACHED
        return Told(
            self.status,
            (self.source or "seeker") if reached else "",
            self.attempts if self.status == "unknown" else max(1, self.attempts),
            self.contract if hired else "",
            self.wage if hired else "",
        )


def due(last_day: date, wave: str) -> date:
    """The first day on which a wave can be asked, from the last day of the fair."""
    return {
        "day": last_day,
        "weeks": last_day + SECOND_WAVE,
        "months": retention.last_wave(last_day),
    }[wave]
