"""Gate 1 on PostgreSQL: every route, every role, own records and those of others.

On SQLite the same table is walked whole by tests/core/test_matrix.py, which also asserts the audit entries, the tokens
of forms and that an unknown id looks as a record of others does. Here everybody asks whom a record could keep out,
since that is what this database must find as the other does. Of those whom a page lets in the first two stand for all,
and one of those who lack the permission, which is known before any record is read; another one at each door.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from doors import DOORS, crowd
from doors.door import Key
from doors.site import Site, settle
from sqlalchemy import create_engine, text
from test_matrix import outcome, protected

LEAVING = ("account.quick_exit",)
"""What changes something though it is only read: it ends the sign-in."""

LACKING, ENTERING = 1, 2
"""How many of those who lack the permission ask at each door, and how many of those whom it lets in."""

ASKED: list[tuple[Key, str, str]] = []


@dataclass
class Shelf:
    """A copy of the database, from which each cell starts anew."""

    server: str
    name: str

    def run(self, *statements: str) -> None:
        """Statements outside of any transaction."""
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def keep(self) -> None:
        """Remember how the database stands now."""
        self.run(f"CREATE DATABASE {self.name}_rest TEMPLATE {self.name}")

    def put_back(self) -> None:
        """Undo everything since."""
        self.run(
            f"DROP DATABASE {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.name}_rest",
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[Site]:
    shelf = Shelf(postgresql_server, f"gate1_{uuid.uuid4().hex}")
    shelf.run(f"CREATE DATABASE {shelf.name}")
    url = postgresql_server.rsplit("/", 1)[0] + f"/{shelf.name}"
    made = settle(tmp_path_factory.mktemp("gate1") / "instance", database_url=url)
    made.net.site.database.close()
    shelf.keep()
    files = made.put_back

    def put_back() -> None:
        files()
        shelf.put_back()

    made.put_back = put_back  # type: ignore[method-assign]
    yield made
    made.net.site.database.close()
    shelf.run(f"DROP DATABASE {shelf.name} WITH (FORCE)", f"DROP DATABASE {shelf.name}_rest WITH (FORCE)")


def test_nobody_gets_further_than_the_table_says(site: Site) -> None:
    wrong = [line for key, door in DOORS.items() for world in door.worlds for line in knock(site, key, world)]
    print(f"gate 1: PostgreSQL, {len(wrong)} of {len(ASKED)} cells differ from the table, {len(DOORS)} doors")
    assert wrong == [], "\n".join(wrong)


def knock(site: Site, key: Key, world: str) -> Iterator[str]:
    """Ask as everybody who tells something new; of those whom a changing page lets in the first one stands for all."""
    door, entered = DOORS[key], 0
    refused = sorted(who for who in crowd(key, door, world) if door.expected(who, world) == "refused")
    left_out = set(refused) - set(random.Random(f"{key} {world}").sample(refused, min(LACKING, len(refused))))
    for who in crowd(key, door, world):
        if who in left_out:
            continue
        expected = door.expected(who, world)
        if expected == "ok" and entered >= (ENTERING if key[1] == "GET" else 1):
            continue
        answer = site.ask(key, who, world)
        ASKED.append((key, world, who))
        if outcome(answer) != expected or not protected(answer):
            yield f"{key} {who} at {world}: {outcome(answer)} ({answer.status_code}), expected {expected}"
        answer.close()
        changed = key[1] == "POST" and answer.status_code in (200, 302)
        if expected == "ok" and (changed or key[1] == "GET"):
            entered += 1
        if changed or key[0] in LEAVING:
            site.put_back()
