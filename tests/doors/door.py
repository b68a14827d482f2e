"""What a door is, and who there is to knock: the words of every table in this folder.

Tables are written from what each page is for (design, section "Roles"), not from what the code answers. Two worlds:
RU is an NGO of Russia with its coordinator, its legal officer and two named verifiers; KG is another NGO in
another country with its own. `monitor` reports for the Russian NGO; `other` for a second one of Russia.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from network import ELSEWHERE, PEOPLE, Network

PUBLIC_ROLE = "anonymous"
NEWCOMER = "newcomer"
"""A monitor of the Russian NGO who has not yet accepted the code of conduct."""

EVERYBODY = frozenset({PUBLIC_ROLE, NEWCOMER, *PEOPLE}) - ELSEWHERE
SIGNED_IN = EVERYBODY - {PUBLIC_ROLE}
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """One page: who holds its permission at all, and whom the Russian and the Kyrgyz record let in.

    `ru` and `kg` are None where the page has no record. Whoever holds the permission but not for this record
    finds nothing there (404); whoever does not hold it is refused (403). Pages between
    the two factors lead whoever has shown none to the sign-in.
    """

    holders: frozenset[str]
    ru: frozenset[str] | None = None
    kg: frozenset[str] | None = None
    conduct: bool = True
    leads_to_sign_in: frozenset[str] = NOBODY

    @property
    def worlds(self) -> tuple[str, ...]:
        """Where to knock: at both records, or once where there is none."""
        return ("ru",) if self.ru is None else ("ru", "kg")

    def expected(self, who: str, world: str) -> str:
        """ok, sign_in, conduct, refused or absent."""
        if who not in self.holders:
            return "sign_in" if who == PUBLIC_ROLE else "refused"
        if who == NEWCOMER and self.conduct:
            return "conduct"
        if who in self.leads_to_sign_in:
            return "sign_in"
        let_in = {"ru": self.ru, "kg": self.kg}[world]
        return "ok" if let_in is None or who in let_in else "absent"


class TokenDoor(Door):
    """An address of REST: a browser's sign-in opens none, whoever it belongs to.

    tests/core/test_rest.py knocks with tokens.
    """

    def expected(self, _who: str, _world: str) -> str:
        """Always 401."""
        return "401"


OPEN = Door(EVERYBODY, conduct=False)
WORK = Door(SIGNED_IN)
INVITATION = Door(EVERYBODY, EVERYBODY, NOBODY, conduct=False)
"""A page that a link opens, to whoever has it."""

Key = tuple[str, str, str]
"""Endpoint, method, and which of several variants of the address ("" where there is one)."""

Records = dict[str, dict[str, Any]]
"""The values of each address, by endpoint."""

Success = tuple[str, dict[str, Any], str]
"""Who succeeds at a door, with which form, in which variant."""


def resource(name: str, *writes: str) -> dict[Key, Door]:
    """The addresses of a resource of REST; `writes` are POST, PATCH or both."""
    door, many, one = TokenDoor(NOBODY), f"api.{name}", f"api.{name}.one"
    found: dict[Key, Door] = {(many, "GET", ""): door, (one, "GET", ""): door}
    return found | {(many if each == "POST" else one, each, ""): door for each in writes}


def both(endpoint: str, door: Door, variant: str = "") -> dict[Key, Door]:
    """The form and its sending."""
    return {(endpoint, "GET", variant): door, (endpoint, "POST", variant): door}


@dataclass(frozen=True)
class World:
    """One of the two NGOs between which nothing may pass, and who acts in it."""

    net: Network
    name: str
    place: str
    monitor: str
    coordinator: str
    verifiers: tuple[str, str]

    @property
    def prefix(self) -> str:
        """How its people are told from those of the other."""
        return "" if self.name == "ru" else "kg_"

    @property
    def organisation(self) -> UUID:
        """Its NGO."""
        return self.net.organisations[self.place]
