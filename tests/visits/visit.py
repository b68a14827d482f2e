"""What a visit to a page is: who opens it, with which values, and what it may weigh. The words of every table here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from browser.live import Live
from sqlalchemy import Select

from core.accounts.models import Person

KILOBYTES = {"text": 15, "form": 20, "offline form": 23, "list": 30, "dashboard": 60}
"""HTML, stylesheets and scripts of a first visit, compressed, by kind of page."""

Values = Callable[["Facts"], Mapping[str, Any]]


@dataclass(frozen=True)
class Visit:
    """One state of a page."""

    person: str
    kind: str = "text"
    name: str = ""
    values: Values = field(default=lambda facts: {})
    status: int = 200


Row = TypeVar("Row")


@dataclass
class Facts:
    """The live site, in which each table looks its records up by what they are."""

    live: Live
    links: dict[str, str] = field(default_factory=dict)
    """Links that were made for a page once, by what they are about."""

    @property
    def people(self) -> Mapping[str, UUID]:
        """The sample people."""
        return self.live.people

    def first(self, rows: Select[tuple[Row]], what: str) -> Row:
        """The first record, or a LookupError that says what the sample data lacks."""
        with self.live.site.database.reading() as session:
            found = session.scalars(rows).unique().first()
            session.expunge_all()
        if found is None:
            raise LookupError(f"the sample data lacks {what}")
        return found

    def person(self, key: str) -> dict[str, UUID]:
        """A person."""
        return {"person_id": self.people[key]}

    def organisation(self, key: str) -> dict[str, UUID]:
        """The organisation of a person."""
        with self.live.site.database.reading() as session:
            person = session.get_one(Person, self.people[key])
            return {"organisation_id": person.memberships[0].organisation_id}


def just(**values: Any) -> Values:
    """The same values each time."""
    return lambda facts: values


as_form, as_list = partial(Visit, kind="form"), partial(Visit, kind="list")
as_offline = partial(Visit, kind="offline form")
"""A form that brings the scripts for work without a network, some 8 KB: docs/decisions.md says why it weighs more."""
