"""Which gates stand between one release and the public: the rules of `gates.py`, asked of what the database holds."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.toolkit import now
from plugins.media_watch import authors, gates, tallies
from plugins.media_watch.gates import Refusal
from plugins.media_watch.models import Notice, PersonNotice, Release
from plugins.media_watch.standing import LEAST_SHOWN


def shut_gates(session: Session, release: Release, *, told: bool = True) -> list[Refusal]:
    """The gates that are shut, signatures apart; `told`: those of notices too."""
    found = tallies.coded(session, release.round)
    rated = tallies.rate(release.round, found)
    n_eff = {key: each.n_eff for key, each in rated.outlets.items()} if rated else {}
    shut = gates.coding(*tallies.open_work(session, release.round, found))
    shut += gates.reliability(tallies.measure(found)) + gates.sizes(n_eff)
    if told:
        heard: list[Notice | PersonNotice] = [*release.notices, *release.person_notices]
        sent: dict[str, datetime] = {each.name: each.sent_at for each in heard}
        answered = {each.name: each.replied_at is not None for each in heard}
        people = [
            f"{each['name']} ({each['outlet']})" for each in authors.findings(release.round, found).values()
        ]
        shut += gates.replies([*_outlets(release, n_eff), *people], sent, answered, now())
    return shut


def _outlets(release: Release, n_eff: Mapping[str, float]) -> list[str]:
    """Names of the outlets that must be told: all shown; of a correction, those that were told of a change."""
    listed = release.round.frame.get("names", {})
    told = {str(each.outlet_id): each.outlet.name for each in release.notices}
    shown = [key for key, value in n_eff.items() if value >= LEAST_SHOWN]
    if release.corrects is not None:
        shown = [key for key in shown if key in told]
    return [told.get(key, str(listed.get(key, key))) for key in shown]
