"""Gate 4: whatever is done to the audit is found - edited, taken out, swapped, put in, cut off, or written anew.

Completeness (every state-changing route leaves an entry) is walked over the whole address map in
tests/core/test_matrix.py; here stands that none of the entries can be tampered with unseen.
"""

import copy
import hashlib
import hmac
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from core import audit, checkpoints
from core.audit import GENESIS, AuditEntry
from core.database import Base, Database, new_id
from core.permissions import Actor
from core.platform import EXTENSION, Platform
from core.signed_notes import Note
from core.witnessing import Refused, cosign, own_signer

SEED = 4
LENGTH = int(os.environ.get("CAMOVE_GATE_ROUNDS", "1")) * 100
COLUMNS = [column.name for column in Base.metadata.tables["core_audit"].columns]
KEY = b"k" * 32


def entries(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        found = list(session.query(AuditEntry).order_by(AuditEntry.sequence))
        session.expunge_all()
        return found


def fill(database: Database, length: int = LENGTH) -> None:
    draw = random.Random(SEED)
    people = [Actor(person_id=new_id(), organisations=(new_id(),)) for _ in range(4)] + [Actor()]
    with database.transaction() as session:
        for number in range(length):
            thing = new_id() if draw.random() < 0.7 else None
            audit.record(session, draw.choice(people), f"act.{number % 5}", thing, ("a", "b")[: number % 3])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[AuditEntry]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('gate4') / 'a.sqlite'}", audit_key=KEY)
    Base.metadata.tables["core_audit"].create(database.engine)
    fill(database)
    found = entries(database)
    database.close()
    assert list(audit.breaks(found, KEY)) == []
    return found


def broken(chain: list[AuditEntry]) -> bool:
    return next(audit.breaks(chain, KEY), None) is not None


def other(column: str, value: Any) -> Any:
    """A value that a forger would put there."""
    if column == "sequence":
        return value + 100_000
    if column == "at":
        return value + timedelta(microseconds=1)
    if column == "fields":
        return [] if value else ["a"]
    if column in {"person_id", "object_id", "organisation_id"}:
        return new_id() if value is None else None
    return ("0" if value[0] != "0" else "1") + value[1:]


def with_edit(chain: list[AuditEntry], row: int, column: str) -> list[AuditEntry]:
    forged = list(chain)
    forged[row] = copy.copy(chain[row])
    values = {name: getattr(chain[row], name) for name in COLUMNS}
    forged[row] = AuditEntry(**values | {column: other(column, values[column])})
    return forged


def test_every_edit_of_every_field_of_every_entry(whole: list[AuditEntry]) -> None:
    tried = [(row, column) for row in range(len(whole)) for column in COLUMNS]
    found = sum(broken(with_edit(whole, row, column)) for row, column in tried)
    print(f"gate 4: {found} of {len(tried)} edits found ({len(whole)} entries x {len(COLUMNS)} columns)")
    assert found == len(tried)


def test_every_deletion_swap_and_insertion(whole: list[AuditEntry]) -> None:
    last = len(whole) - 1
    cut = [whole[:row] + whole[row + 1 :] for row in range(last)]
    swapped = [[*whole[:row], whole[row + 1], whole[row], *whole[row + 2 :]] for row in range(last)]
    doubled = [[*whole[: row + 1], whole[row], *whole[row + 1 :]] for row in range(last + 1)]
    forged = cut + swapped + doubled
    found = sum(map(broken, forged))
    print(f"gate 4: {found} of {len(forged)} deletions, swaps and insertions found")
    assert found == len(forged)


def restamped(chain: list[AuditEntry], since: int, key: bytes) -> list[AuditEntry]:
    """The chain as somebody would write it anew from an entry on, with whatever key they have."""
    forged, previous = list(chain[:since]), chain[since - 1].mac if since else GENESIS
    for entry in chain[since:]:
        values = {name: getattr(entry, name) for name in COLUMNS}
        if entry.sequence == since + 1:
            values["action"] = "act.invented"
        made = AuditEntry(**values | {"previous": previous})
        made.mac = audit._mac(key, made)
        forged.append(made)
        previous = made.mac
    return forged


def test_a_chain_written_anew_without_the_key(whole: list[AuditEntry]) -> None:
    forged = [restamped(whole, since, b"x" * 32) for since in range(0, len(whole), 10)]
    unkeyed = restamped(whole, 5, b"")
    plain = list(whole)
    plain[-1] = AuditEntry(**{name: getattr(whole[-1], name) for name in COLUMNS} | {"action": "x"})
    plain[-1].mac = hashlib.sha256(b"x").hexdigest()
    tries = [*forged, unkeyed, plain]
    found = sum(map(broken, tries))
    print(f"gate 4: {found} of {len(tries)} chains written anew without the key found")
    assert found == len(tries)
    assert hmac.compare_digest(whole[-1].mac, audit._mac(KEY, whole[-1]))


def camove_audit_problems(site: Platform, notes: list[Note]) -> list[str]:
    with site.database.reading() as session:
        return audit.verify(session) + checkpoints.verify(session, site.settings, notes)


def unlock(site: Platform) -> None:
    """What somebody with the database in hand does first: drop the triggers."""
    with site.database.engine.begin() as connection:
        if site.database.is_sqlite:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER core_audit_no_{verb}"))
        else:
            connection.execute(text("DROP TRIGGER core_audit_append_only ON core_audit"))


def test_what_the_chain_cannot_show_the_witnesses_do(any_app: Flask, tmp_path: Path) -> None:
    """Cut tail, a chain written anew with the right key, and an older copy of everything put back."""
    site: Platform = any_app.extensions[EXTENSION]
    fill(site.database, 40)
    witness = own_signer("ngo.example", tmp_path / "witness.key")
    own = checkpoints.signer(site.settings).verifier
    with site.database.reading() as session:
        made = checkpoints.make(session, site.settings)
    assert made is not None
    cosigned = cosign(made, own, witness, tmp_path / "seen")
    assert camove_audit_problems(site, [cosigned]) == []
    unlock(site)

    with site.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM core_audit WHERE sequence > 35"))
    assert audit_alone(site) == [], "a cut tail leaves a chain that is whole in itself"
    assert any("cut off" in line for line in camove_audit_problems(site, [])), "the file knows"
    checkpoints.path(site.settings).unlink()
    assert camove_audit_problems(site, []) == [], "with the file gone too, the site itself cannot know"
    assert any("cut off" in line for line in camove_audit_problems(site, [cosigned])), "the witness knows"

    key = site.settings.key("audit")
    chain = entries(site.database)
    fill(site.database, 30)
    longer = entries(site.database)
    forged = restamped(longer, 10, key)
    assert list(audit.breaks(forged, key)) == []
    with site.database.engine.begin() as connection:
        for entry in forged[10:]:
            connection.execute(
                text("UPDATE core_audit SET action = :a, previous = :p, mac = :m WHERE sequence = :s"),
                {"a": entry.action, "p": entry.previous, "m": entry.mac, "s": entry.sequence},
            )
    assert audit_alone(site) == [], "whoever has the key can write the chain anew"
    assert any("written anew" in line for line in camove_audit_problems(site, [cosigned]))
    assert len(chain) < len(longer)

    with site.database.reading() as session:
        shown = checkpoints.make(session, site.settings)
    assert shown is not None
    cosign(shown, own, witness, tmp_path / "seen")
    with site.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM core_audit WHERE sequence > 20"))
    with site.database.reading() as session:
        shrunk = checkpoints.make(session, site.settings)
    assert shrunk is not None
    with pytest.raises(Refused):
        cosign(shrunk, own, witness, tmp_path / "seen")
    print(f"gate 4: cut tail, rewritten chain and roll-back found on {site.database.engine.dialect.name}")


def audit_alone(site: Platform) -> list[str]:
    with site.database.reading() as session:
        return audit.verify(session)


def test_the_database_itself_refuses(any_app: Flask) -> None:
    site: Platform = any_app.extensions[EXTENSION]
    fill(site.database, 3)
    for statement in ("UPDATE core_audit SET action = 'x'", "DELETE FROM core_audit"):
        with pytest.raises(Exception, match="append-only"), site.database.engine.begin() as connection:
            connection.execute(text(statement))
