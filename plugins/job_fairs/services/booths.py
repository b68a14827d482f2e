"""Where the booths stand: a simple grid, one employer a square."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, audit, require
from plugins.job_fairs import rights
from plugins.job_fairs.models import Fair, Participation

COLUMNS, ROWS = 6, 8


def there(fair: Fair) -> list[Participation]:
    """The employers who have a place to get, by zone and booth."""
    mine = [each for each in fair.participations if each.state == "accepted"]
    return sorted(mine, key=lambda each: (each.zone, each.booth, each.name))


def place(session: Session, actor: Actor, fair: Fair, squares: Mapping[UUID, tuple[int, int] | None]) -> None:
    """Put employers on squares (column, row, from 1), or off the grid. Raises Denied, GuardFailed."""
    require(actor, rights.FAIR_MANAGE, fair.subject())
    mine = {each.id: each for each in there(fair)}
    wanted = {each: squares.get(each, _square(own)) for each, own in mine.items()}
    taken = [each for each in wanted.values() if each is not None]
    if len(set(taken)) != len(taken):
        raise GuardFailed("place", ["place_taken"])
    if any(not (1 <= x <= COLUMNS and 1 <= y <= ROWS) for x, y in taken):
        raise GuardFailed("place", ["no_such_square"])
    # All leave first: two that change places would meet in the unique key otherwise.
    for each in fair.participations:
        each.grid_x = each.grid_y = None
    session.flush()
    for employer_id, square in wanted.items():
        if square is not None:
            mine[employer_id].grid_x, mine[employer_id].grid_y = square
    session.flush()
    audit.record(session, actor, "job_fairs.fair.place_booths", fair.id)


def _square(each: Participation) -> tuple[int, int] | None:
    return (each.grid_x, each.grid_y) if each.grid_x and each.grid_y else None
