"""The links of the main navigation: what members may open, and what is published for everybody while it is."""

from collections.abc import Iterator

from core.toolkit import Actor, NavItem, reading
from plugins.monitoring import rights
from plugins.monitoring.language import gettext
from plugins.monitoring.publication import limits
from plugins.monitoring.services import figures


def items(actor: Actor) -> Iterator[NavItem]:
    """All links, each with the right that it needs."""
    yield NavItem("monitoring.queue", gettext("What waits"), rights.REPORT_TRIAGE, weight=9)
    yield NavItem("monitoring.reports", gettext("Reports"), rights.REPORT_VIEW, weight=10)
    yield NavItem("monitoring.dossiers", gettext("Dossiers"), rights.DOSSIER_VIEW, weight=11)
    yield NavItem("monitoring.employers", gettext("Employers"), rights.EMPLOYER_VIEW, weight=12)
    yield NavItem("monitoring.figures", gettext("Figures"), rights.FIGURES_VIEW, weight=13)
    yield NavItem("monitoring.norms", gettext("Norms"), rights.NORM_VIEW, weight=14)
    yield NavItem("monitoring.listings", gettext("Public list"), rights.LISTING_VIEW, weight=15)
    yield from _published(actor)


def _published(actor: Actor) -> Iterator[NavItem]:
    """Members have the figures, and the list at work, in their own links already."""
    if not actor.may(rights.LISTING_VIEW) and limits.is_on(reading()):
        yield NavItem("monitoring.published", gettext("Confirmed reports of violations"), weight=50)
    if not actor.may(rights.FIGURES_VIEW) and figures.is_public(reading()):
        yield NavItem("monitoring.public_figures", gettext("Figures"), weight=51)
