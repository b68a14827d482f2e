"""The settings of the public list: whether it is on, and the numbers of the board with their floors."""

from sqlalchemy.orm import Session

from core.toolkit import Setting, get_setting, mark
from plugins.monitoring.publication.gates import Thresholds

PUBLIC = Setting(
    "monitoring.listing_public",
    mark("Publish the list of confirmed reports"),
    "no",
    mark("Write yes only after a lawyer has checked the rules of your country, and write below who it was."),
)
REVIEW = Setting(
    "monitoring.listing_review",
    mark("Who has checked the list before it was switched on, and when"),
    "",
    mark("For example: counsel of the network, 12 March 2026. While this is empty the list stays off."),
)
NUMBERS = {
    "workers": (mark("Public list: fewest workers concerned"), 2),
    "sources": (mark("Public list: fewest independent sources"), 2),
    "primary": (mark("Public list: fewest sources that saw or lived it"), 1),
    "organisations": (mark("Public list: fewest reporting organisations, without a paper"), 1),
    "migrants": (mark("Public list: fewest migrants on the site"), 3),
    "arrears_months": (mark("Public list: fewest months of unpaid wages"), 1),
    "no_contract_workers": (mark("Public list: fewest workers without a contract"), 1),
    "votes": (mark("Public list: votes of the board"), 2),
}
"""Label and floor of each; the defaults stand in `Thresholds`."""

MOST = 9
FACT_MONTHS = Setting(
    "monitoring.listing_fact_months",
    mark("Public list: most months since the last fact"),
    str(Thresholds.fact_months),
    mark("Never more than 12."),
)
SETTINGS = {
    name: Setting(
        f"monitoring.listing_{name}",
        label,
        str(getattr(Thresholds, name)),
        mark("The rules of the network set the default. A number that would endanger people is not taken."),
    )
    for name, (label, _) in NUMBERS.items()
}
ALL = (PUBLIC, REVIEW, *SETTINGS.values(), FACT_MONTHS)


def is_on(session: Session) -> bool:
    """Whether this deployment has switched the list on and says who has checked it."""
    return get_setting(session, PUBLIC).strip().lower() == "yes" and bool(
        get_setting(session, REVIEW).strip()
    )


def thresholds(session: Session) -> Thresholds:
    """The numbers in force; what is no number is the default, and none falls below its floor."""
    chosen = {name: max(_number(session, setting), NUMBERS[name][1]) for name, setting in SETTINGS.items()}
    chosen["votes"] = min(chosen["votes"], MOST)
    months = min(max(_number(session, FACT_MONTHS), 1), Thresholds.fact_months)
    return Thresholds(fact_months=months, **chosen)


def _number(session: Session, setting: Setting) -> int:
    text = get_setting(session, setting).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else int(setting.default)
