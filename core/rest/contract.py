"""What a plugin gives to REST: resources, each with its records, its functions and the access that a token needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import RAISE, Schema, fields, post_dump, validate
from sqlalchemy import Select
from sqlalchemy.orm import Session

from core.permissions import Actor

MOST = 100
"""Rows of one page at most."""


@dataclass(frozen=True)
class Access:
    """What a token may be made for, `<plugin>.<thing>.read` or `.write`; core's own begin with `core.`.

    `permissions` are those that its work needs. Whoever makes a token must hold them, and a token carries no other.
    """

    name: str
    label: str
    permissions: tuple[str, ...] = ()


class Undeclared(RuntimeError):
    """A record has a field that its schema does not declare, or lacks one that it does."""


class Record(Schema):
    """The base of all schemas here. What is not declared neither comes in nor goes out."""

    class Meta:
        """Marshmallow's hooks."""

        unknown = RAISE

    @post_dump(pass_original=True)
    def whole(self, data: dict[str, Any], original: Any, **_options: Any) -> dict[str, Any]:
        """Refuse to answer with another form than the document promises: a field too many could be a person's."""
        known = {each.attribute or name for name, each in self.fields.items()}
        needed = {each.data_key or name for name, each in self.fields.items() if each.required}
        strange = set(original) - known if isinstance(original, Mapping) else set()
        if strange or needed - set(data):
            raise Undeclared(f"{type(self).__name__}: {', '.join(sorted(strange | needed - set(data)))}")
        return data


class Coded(Record):
    """A code for programs with its words for people, in the language of the request."""

    code = fields.String(required=True)
    label = fields.String(required=True)


def text(longest: int, **more: Any) -> fields.String:
    """A text that comes in, of at most so many characters."""
    return fields.String(validate=validate.Length(max=longest, error="This is too long."), **more)


def one_of(codes: Sequence[str], **more: Any) -> fields.String:
    """A code that comes in."""
    words = "This is not one of the allowed values."
    return fields.String(validate=validate.OneOf(codes, error=words), **more)


@dataclass(frozen=True)
class Call:
    """One request as its functions see it. `writes`: in a transaction that changes, so lock what you read.

    `query` and `body` have passed their schemas. `new_id` is the id of what is created: a repeat brings the same.
    """

    session: Session
    actor: Actor
    organisation_id: UUID
    language: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    writes: bool = False
    new_id: UUID | None = None


Row = tuple[str, Mapping[str, Any]]
"""A record of a list, and the key after which the next page goes on."""


@dataclass(frozen=True)
class Resource:
    """Records of one kind under `/api/v1/<plugin>/<thing>`; `name` is `<plugin>.<thing>`.

    `items(call, after, limit)` gives up to `limit` rows behind the key `after` (empty: from the start). `item(call,
    key)` gives one record, and raises Denied for one that is not there or belongs to others. `create(call)` makes one
    with the id `call.new_id`; `change(call, key)` changes one. The texts are English: programmers read them.
    """

    name: str
    summary: str
    record: type[Record]
    read: Access
    items: Callable[[Call, str, int], Sequence[Row]]
    item: Callable[[Call, Any], Mapping[str, Any]]
    key: str = "uuid"
    query: type[Record] | None = None
    write: Access | None = None
    create: Callable[[Call], None] | None = None
    created: type[Record] | None = None
    change: Callable[[Call, Any], None] | None = None
    changed: type[Record] | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be mounted."""
        writing = (self.create, self.created), (self.change, self.changed)
        if any((function is None) is not (schema is None) for function, schema in writing):
            raise ValueError(f"{self.name}: each way to write has a function and a schema")
        if (self.write is None) is not (self.create is None and self.change is None):
            raise ValueError(f"{self.name}: whoever writes needs an access for it")

    @property
    def accesses(self) -> tuple[Access, ...]:
        """What tokens need for it."""
        return (self.read, self.write) if self.write else (self.read,)


@dataclass
class Shelf:
    """All resources of the site by name, and what tokens may be made for."""

    resources: dict[str, Resource] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)


def newest_first(
    call: Call,
    rows: Select[Any],
    column: Any,
    show: Callable[[Any], Mapping[str, Any]],
    after: str,
    limit: int,
) -> list[Row]:
    """A page of a query by its UUIDv7, the newest first: page 1,000 costs what page 1 costs."""
    rows = rows.where(column < UUID(after)) if after else rows
    found = call.session.scalars(rows.order_by(column.desc()).limit(limit)).unique()
    return [(str(each.id), show(each)) for each in found]


Thing = TypeVar("Thing")


def behind(
    found: Sequence[Thing],
    key: Callable[[Thing], str],
    show: Callable[[Thing], Mapping[str, Any]],
    after: str,
    limit: int,
) -> list[Row]:
    """A page of a list that is whole in memory; when the row of `after` is gone, the end."""
    keys = [key(each) for each in found]
    if after and after not in keys:
        return []
    start = keys.index(after) + 1 if after else 0
    return [(key(each), show(each)) for each in found[start : start + limit]]
