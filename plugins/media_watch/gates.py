"""What stands between a rating and the public: rules in code, each refusal with its gate and what is missing.

Source: section 2.6 of the method. A gate's code is put into words by `words.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugins.media_watch.agreement import Agreement
from plugins.media_watch.standing import LEAST_SHOWN

PUBLISH, PRELIMINARY = 0.80, 2 / 3
LEAST_LOW = 0.60
LEAST_UNITS, LEAST_FOUND = 100, 20
REPLY_DAYS = timedelta(days=14)
TRAINING_ALPHA, TRAINING_ITEMS = 0.80, 30
DRIFT_SHARE = 0.10


@dataclass(frozen=True)
class Refusal:
    """A gate that is shut, and the numbers or names that say what is missing."""

    gate: str
    values: Mapping[str, object]


def reliability(measured: Agreement) -> list[Refusal]:
    """What the agreement of the coders lacks for a publication."""
    found = sum(number for level, number in measured.said.items() if level) // 2
    shut = []
    if measured.units < LEAST_UNITS or found < LEAST_FOUND:
        shut.append(Refusal("units", {"units": measured.units, "found": found}))
    if measured.alpha is None:
        return [*shut, Refusal("alpha_undefined", {})]
    if measured.alpha < PRELIMINARY:
        shut.append(Refusal("alpha", {"alpha": round(measured.alpha, 3)}))
    if measured.low is None or measured.low < LEAST_LOW:
        shut.append(Refusal("alpha_low", {"low": round(measured.low or 0, 3)}))
    return shut


def preliminary(measured: Agreement) -> bool:
    """Whether what is published must be marked as preliminary."""
    return measured.alpha is not None and measured.alpha < PUBLISH


def sizes(n_eff: Mapping[str, float]) -> list[Refusal]:
    """At least one outlet has enough effective articles to be shown."""
    enough = any(value >= LEAST_SHOWN for value in n_eff.values())
    return [] if enough else [Refusal("n_eff", {"most": round(max(n_eff.values(), default=0), 1)})]


def replies(
    shown: Sequence[str], sent: Mapping[str, datetime], answered: Mapping[str, bool], now: datetime
) -> list[Refusal]:
    """Every outlet that will be shown was told, and has answered or had its fourteen days."""
    untold = [each for each in shown if each not in sent]
    waiting = [
        each for each in shown if each in sent and not answered.get(each) and now < sent[each] + REPLY_DAYS
    ]
    shut = [Refusal("notice", {"outlets": ", ".join(untold)})] if untold else []
    return shut + ([Refusal("reply_window", {"outlets": ", ".join(waiting)})] if waiting else [])


def coding(open_codes: int, open_disputes: int) -> list[Refusal]:
    """All coded, all disputes decided."""
    shut = [Refusal("coding", {"number": open_codes})] if open_codes else []
    return shut + ([Refusal("disputes", {"number": open_disputes})] if open_disputes else [])


def admitted(alpha: float | None, items: int) -> bool:
    """Whether a coder has passed the training against the known codes."""
    return alpha is not None and alpha >= TRAINING_ALPHA and items >= TRAINING_ITEMS
