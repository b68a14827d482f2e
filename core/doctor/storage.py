"""Checks of what keeps the data: database, disk, reserve, backups."""

import shutil
import time
from datetime import timedelta

from sqlalchemy import text

from core import disk, reserve
from core.backup import keeping, postgres
from core.backup.problem import BackupProblem
from core.database import now
from core.doctor.findings import Finding, check
from core.platform import Platform

BACKUP_AGE = timedelta(hours=25)
"""A daily backup and an hour for it."""
OLDEST_POSTGRES = 14
EARLIEST = 1_760_000_000
"""Seconds since 1970 at a day of 2025, when this was written: a clock before it is wrong."""
WANTED = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0"}
"""What each connection to SQLite must answer; `synchronous` 2 is FULL: answered means on the disk."""


@check
def database(site: Platform) -> Finding:
    """Settings really in force, as the database itself tells them."""
    return _sqlite(site) if site.database.is_sqlite else _postgres(site)


def _sqlite(site: Platform) -> Finding:
    wrong = []
    for _ in range(3):
        with site.database.reading() as session:
            found = {name: str(session.scalar(text(f"PRAGMA {name}"))) for name in WANTED}
            wrong += [f"{name} is {each}" for name, each in found.items() if each != WANTED[name]]
    if wrong:
        return Finding(
            ", ".join(sorted(set(wrong))), "Put the data folder on a local disk: networks break WAL."
        )
    return Finding("SQLite: WAL, synchronous FULL, foreign keys on, trusted schema off")


def _postgres(site: Platform) -> Finding:
    major = postgres.server_major(site.database.engine)
    with site.database.reading() as session:
        isolation = session.scalar(text("SHOW default_transaction_isolation"))
        safe = [
            session.scalar(text(f"SHOW {name}"))
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        ]
    said = f"PostgreSQL {major}, {isolation}, fsync {safe[0]}, synchronous_commit {safe[1]}"
    if major < OLDEST_POSTGRES:
        return Finding(said, f"Update the server to {OLDEST_POSTGRES} or newer.")
    if "off" in safe:
        return Finding(said, "Set fsync, synchronous_commit and full_page_writes to on in postgresql.conf.")
    return Finding(said)


@check
def disk_room(site: Platform) -> Finding:
    """Free room where the data lies."""
    share, free = disk.free_share(site.settings.data), shutil.disk_usage(site.settings.data).free
    said = f"{share:.0%} of the disk is free ({free / 2**30:.1f} GiB)"
    if share < disk.LEAST_FREE or free < 2 * reserve.SIZE:
        return Finding(said, "Make room: below 5% no uploads are taken, and soon nothing can be saved.")
    return Finding(said)


@check
def reserve_file(site: Platform) -> Finding:
    """The room to give back."""
    if reserve.stands(site.settings.data):
        return Finding("the reserve of 64 MiB stands")
    return Finding(
        "the reserve is missing: the disk was full, or the site was never served",
        "Make room, then run: camove doctor --fix",
    )


@check
def backups(site: Platform) -> Finding:
    """The newest archive, and who can open it."""
    folder = keeping.folder_of(site.settings)
    found = keeping.archives(folder)
    if not site.settings.backup_recipients:
        return Finding(
            "nobody could open a backup", "Run camove backup key on a computer of yours and do what it says."
        )
    if not found:
        return Finding(f"there is no backup in {folder}", "Run camove backup, each day or hour, by a timer.")
    age = now() - keeping.made_at(found[-1])
    said = f"{len(found)} in {folder}, the newest {age.total_seconds() / 3600:.1f} h old"
    if age > BACKUP_AGE:
        return Finding(said, "Run camove backup, and see why the timer did not.")
    return Finding(said)


@check
def backup_tools(site: Platform) -> Finding:
    """What a backup needs beside camove."""
    if site.database.is_sqlite:
        return Finding("SQLite needs no tools")
    major = postgres.server_major(site.database.engine)
    try:
        return Finding(f"{postgres.tool('pg_dump', major)} serves PostgreSQL {major}")
    except BackupProblem as problem:
        return Finding("no backup can be made", str(problem))


@check
def clock(site: Platform) -> Finding:
    """The clock against the past and, on PostgreSQL, against the server's."""
    if time.time() < EARLIEST:
        return Finding(f"the clock says {now():%Y-%m-%d}", "Set the clock (timedatectl set-ntp true).")
    if not site.database.is_sqlite:
        with site.database.reading() as session:
            apart = abs(
                float(session.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))) - time.time()
            )
        if apart > 30:
            return Finding(f"the clock and the database's are {apart:.0f} s apart", "Set both by NTP.")
    return Finding(f"{now():%Y-%m-%d %H:%M} UTC")
