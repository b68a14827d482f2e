"""Drawing the figures of a period: what every plugin and core itself can tell, and who could not."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from core.contract import Figure, Period
from core.database import now
from core.i18n import core_domain, domain_of, mark
from core.periodic import own
from core.periodic.content import section
from core.platform import platform

SUMMARY, NETWORK, PROMISES = "core-summary", "core-network", "core-promises"
"""Sections of core; the hyphen keeps them apart from the names of plugins."""

TITLES = {
    SUMMARY: mark("Summary"),
    NETWORK: mark("The network"),
    PROMISES: mark("What was promised"),
}


def drawn(session: Session, period: Period) -> dict[str, Any]:
    """The figures of a period as they are now: plain values, ready to be kept as JSON.

    Plugins are asked within their budgets, so call it outside a transaction that writes.
    """
    told = platform.plugins.figures(session, period)
    by_plugin: dict[str, list[Figure]] = {name: [] for name in told.asked}
    for each in told.answers:
        by_plugin[each.name.partition(".")[0]].append(each)
    return {
        "drawn_at": now().isoformat(timespec="seconds"),
        "sections": [
            section(NETWORK, title_of(NETWORK), own.organisations(session)),
            *(section(name, title_of(name), figures) for name, figures in by_plugin.items()),
            section(PROMISES, title_of(PROMISES), own.promises(session, period)),
        ],
        "missing": [{"code": each, "title": title_of(each)} for each in told.missing],
    }


def title_of(code: str) -> dict[str, str]:
    """What a section is called, by language."""
    if code in TITLES:
        return core_domain.texts(TITLES[code])
    record = platform.plugins.records.get(code)
    manifest = record.manifest if record else None
    return domain_of(code).texts(manifest.title if manifest else code)


def sections_of(snapshot: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """The parts that may have a text, in their order: the summary, then those with figures."""
    yield SUMMARY, title_of(SUMMARY)
    yield from ((each["code"], each["title"]) for each in snapshot.get("sections", ()))
