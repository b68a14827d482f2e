"""Two organisations with holders, and short ways to seal and read; used by the tests of the vault."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core import vault
from core.accounts.roles import KEY_HOLDER, MEMBER
from core.database import Database, new_id
from core.permissions import ANONYMOUS, Actor
from core.testing import Town
from core.vault import Place

FIELDS = {"name": "Айгүл Токтобаева", "phone": "+996 555 12 34 56", "place": "Бишкек, ул. Киевская, 77"}


@dataclass
class House:
    """`first` and `second` hold the key of `ours`; `third` may hold one; `stranger` holds that of `theirs`."""

    town: Town
    ours: UUID
    theirs: UUID
    first: UUID
    second: UUID
    third: UUID
    stranger: UUID
    member: UUID
    sheet: str

    @classmethod
    def of(cls, town: Town) -> "House":
        ours, theirs = town.organisation("Наши"), town.organisation("Другие")
        people = [town.person(f"{name}@ours.example", ours, KEY_HOLDER) for name in ("ada", "bek", "cyr")]
        others = [town.person(f"{name}@theirs.example", theirs, KEY_HOLDER) for name in ("dan", "els")]
        member = town.person("mem@ours.example", ours, MEMBER)
        sheet = town.vault(ours, people[0], people[1])
        town.vault(theirs, others[0], others[1])
        return cls(town, ours, theirs, *people, others[0], member, sheet)

    @property
    def database(self) -> Database:
        return self.town.site.database

    def leave(self) -> None:
        for person in (self.first, self.second, self.third, self.stranger, self.member):
            vault.keyring.forget_person(person)

    def place(self, organisation_id: UUID | None = None) -> Place:
        return Place("monitoring_report", new_id(), organisation_id or self.ours)

    def put(self, fields: Mapping[str, str] = FIELDS, place: Place | None = None) -> Place:
        where = place or self.place()
        with self.database.transaction() as session:
            vault.seal(session, ANONYMOUS, where, fields)
        return where

    def read(self, place: Place, person: UUID | None = None) -> dict[str, str]:
        who = person or self.first
        with self.database.transaction() as session:
            return vault.unseal(session, self.actor(who), place, vault.keyring.of(who))

    def actor(self, person: UUID) -> Actor:
        return self.town.actor(person)
