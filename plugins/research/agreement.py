"""The data-use agreement: its text, whose exact wording a request keeps with its hash."""

from typing import Any

from plugins.research.language import gettext, lazy_gettext

VERSION = "2026-11"
CLAUSES: tuple[Any, ...] = (
    lazy_gettext("I use the data only for the purpose that I described, and only together with the people whom I named."),
    lazy_gettext("I do not try to find out who the respondents are, and I do not link the data with others unless I said so."),
    lazy_gettext("I publish no table with a number below ten, and nothing from which one can be worked out."),
    lazy_gettext("I keep the data encrypted, pass them on to nobody, and destroy them when my access ends."),
    lazy_gettext("If the data are lost, or somebody could be recognised, I tell the data steward within a day."),
    lazy_gettext("I cite the data with their version in everything that I publish from them."),
)  # fmt: skip


def text() -> str:
    """The agreement in the visitor's language, as it is signed."""
    head = gettext("Data-use agreement, version %(version)s", version=VERSION)
    return "\n".join([str(head), *(f"{number}. {each}" for number, each in enumerate(CLAUSES, start=1))])
