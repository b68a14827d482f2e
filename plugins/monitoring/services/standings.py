"""The answer to other plugins that ask whether there is a published listing about an employer."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.toolkit import Standing


def about(_session: Session, _scheme: str, _number: str, _name: str, _country: str) -> Iterable[Standing]:
    """The published listings of the employer with that number or, where none is given, of that name."""
    # There is no public list yet, so nothing is published: the true answer today.
    return ()
