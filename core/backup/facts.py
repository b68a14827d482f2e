"""What is true of a database at one moment, to compare a copy with what was copied."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, Uuid, column, desc, func, inspect, select, table
from sqlalchemy.orm import Session

from core import audit
from core.backup.problem import BackupProblem

CACHE = "search_"
"""Tables of the search index: a cache that is built anew, so no backup holds its rows."""
VERSIONS = "alembic_version"
ATTACHMENTS = "core_attachment"
ENDINGS = {"age": "sealed_sha256", "jpg": "copy_sha256", "small.jpg": "thumbnail_sha256"}
"""Ending of a file of an attachment -> the column with its hash; a database of an older release may lack some."""


@dataclass(frozen=True)
class Facts:
    """How many rows each table has, at which revision each lineage stands, and where the audit ends."""

    counts: dict[str, int] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    audit_sequence: int = 0
    audit_mac: str = ""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())


def facts_of(connection: Connection) -> Facts:
    """The facts of the state that this connection sees."""
    names = sorted(n for n in inspect(connection).get_table_names() if not n.startswith(CACHE))
    counts = {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in names
        if not name.startswith((VERSIONS, "sqlite_"))
    }
    sequence, mac = _head(connection) if audit.AuditEntry.__tablename__ in names else (0, "")
    return Facts(counts, _versions(connection, names), sequence, mac)


def _versions(connection: Connection, names: list[str]) -> dict[str, str]:
    found = {}
    for name in names:
        if name.startswith(VERSIONS):
            revision = connection.scalar(select(column("version_num")).select_from(table(name)))
            found[name.removeprefix(VERSIONS).strip("_") or "core"] = str(revision or "")
    return found


def _head(connection: Connection) -> tuple[int, str]:
    entry = table(audit.AuditEntry.__tablename__, column("sequence"), column("mac"))
    last = select(entry.c.sequence, entry.c.mac).order_by(desc(entry.c.sequence)).limit(1)
    row = connection.execute(last).first()
    return (row.sequence, row.mac) if row else (0, "")


def differences(expected: Facts, found: Facts) -> list[str]:
    """What a copy lacks of what was copied, one sentence each; none if they agree."""
    problems = [
        f"the table {name} has {found.counts.get(name, 'no')} rows instead of {count}"
        for name, count in expected.counts.items()
        if found.counts.get(name) != count
    ]
    if found.versions != expected.versions:
        problems.append("the versions of the tables differ")
    if (found.audit_sequence, found.audit_mac) != (expected.audit_sequence, expected.audit_mac):
        problems.append(f"the audit ends at {found.audit_sequence} instead of {expected.audit_sequence}")
    return problems


def chain_problems(connection: Connection, audit_key: bytes) -> list[str]:
    """Every break of the audit chain as this connection sees it."""
    with Session(connection, info={"audit_key": audit_key}) as session:
        return audit.verify(session)


def files(connection: Connection) -> dict[str, str]:
    """The files that rows point to: name below the folder of files -> SHA-256 (empty if it was not noted)."""
    if not inspect(connection).has_table(ATTACHMENTS):
        return {}
    known = {each["name"] for each in inspect(connection).get_columns(ATTACHMENTS)}
    endings = {ending: name for ending, name in ENDINGS.items() if name in known}
    row = table(ATTACHMENTS, column("id", Uuid), *map(column, endings.values()))
    found: dict[str, str] = {}
    for each in connection.execute(select(row)).mappings():
        noted = {ending: each[name] or "" for ending, name in endings.items()}
        # The sealed original always lies there, a copy only if its hash was noted.
        wanted = {"age": ""} | {ending: sha256 for ending, sha256 in noted.items() if sha256}
        found |= {
            f"{each['id'].hex[-2:]}/{each['id'].hex}.{ending}": sha256 for ending, sha256 in wanted.items()
        }
    return found


def demand(problems: list[str], what: str) -> None:
    """Raise BackupProblem with the first few of these problems, if there are any."""
    if problems:
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        raise BackupProblem(f"{what}: {'; '.join(problems[:5])}{more}.")
