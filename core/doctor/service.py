"""Checks of what the site does: settings, tables, audit, background work, search, files, vault, mail."""

import smtplib
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select

from core import audit, checkpoints, lineages, outbox, vault
from core.accounts.models import Organisation
from core.attachments import bucket, reconciling
from core.database import now
from core.doctor import boot
from core.doctor.findings import Finding, check
from core.notifications import Mailer
from core.outbox import QueuedJob
from core.platform import Platform
from core.plugins import PluginState
from core.search.engine import SearchUnavailable

LATE = timedelta(minutes=15)
"""Work that waits longer than this past its time means that no worker runs."""


@check
def settings(site: Platform) -> Finding:
    """Folders, rights, secrets, development."""
    found = site.settings
    wrong = [
        *boot.folders(found),
        *boot.settings_file(found),
        *boot.secrets(found),
        *boot.public_debug(found),
        *bucket.problems(found),
    ]
    if wrong:
        return Finding("not safe to serve", " ".join(wrong))
    return Finding(f"served as {found.base_url}, keys apart from the data, both closed to others")


@check
def migrations(site: Platform) -> Finding:
    """Core's tables and those of the plugins."""
    late = [r.name for r in site.plugins.records.values() if r.state is PluginState.NEEDS_MIGRATION]
    late += ["core"] if lineages.behind(site.database, lineages.CORE) else []
    if late:
        return Finding(f"behind: {', '.join(late)}", "Run camove backup, then camove db upgrade.")
    return Finding("all up to date")


@check
def plugins(site: Platform) -> Finding:
    """Plugins that could not start."""
    failed = [r.name for r in site.plugins.records.values() if r.state is PluginState.FAILED]
    if failed:
        return Finding(f"failed: {', '.join(failed)}", "See camove plugins list.")
    return Finding(", ".join(f"{r.name} {r.state}" for r in site.plugins.records.values()) or "none")


@check
def audit_chain(site: Platform) -> Finding:
    """The whole chain, and every checkpoint."""
    with site.database.reading() as session:
        broken = audit.verify(session) + checkpoints.verify(session, site.settings)
        length = session.scalar(select(func.count()).select_from(audit.AuditEntry))
    if broken:
        return Finding(
            "; ".join(broken[:3]), "See camove audit verify; then restore a backup: camove restore."
        )
    return Finding(f"whole, {length} entries, {sum(1 for _ in checkpoints.kept(site.settings))} checkpoints")


@check
def background_work(site: Platform) -> Finding:
    """What waits, what is parked, and since when."""
    with site.database.reading() as session:
        counts = outbox.counts(session)
        oldest = session.scalar(select(func.min(QueuedJob.due)).where(QueuedJob.parked.is_(False)))
    said = f"{counts['waiting']} wait, {counts['parked']} parked"
    if counts["parked"]:
        return Finding(said, "See Administration, Background work: mend the cause, then try again there.")
    if oldest and now() - oldest > LATE:
        return Finding(
            f"{said}, the oldest due since {oldest:%Y-%m-%d %H:%M}", "Start camove serve or camove worker."
        )
    return Finding(said)


@check
def search(site: Platform) -> Finding:
    """The index against the database."""
    try:
        drift = site.index.drift(site.database)
    except SearchUnavailable:
        return Finding("the index is broken or missing", "Run camove search rebuild.")
    with site.database.reading() as session:
        waiting = outbox.counts(session)["waiting"]
    if len(drift.uids) > waiting:
        return Finding(f"{len(drift.uids)} records differ from the index", "Run camove search reconcile.")
    return Finding(f"{site.index.engine.name}, in step with the database")


@check
def files(site: Platform) -> Finding:
    """Attachments against their files, by hash."""
    found = reconciling.compare(site.database, site.settings)
    lost = f"{len(found.missing)} missing, {len(found.changed)} changed"
    place = f"the bucket {site.settings.s3_bucket}" if bucket.configured(site.settings) else "a folder"
    said = f"in {place}: {found.wanted} wanted, {lost}, {len(found.litter)} litter"
    if found.missing or found.changed:
        return Finding(said, "The disk lost something: restore a backup beside and take the files from it.")
    return Finding(said)


@check
def vaults(site: Platform) -> Finding:
    """Organisations whose sealed records hang on one person."""
    with site.database.reading() as session:
        ids = session.scalars(select(Organisation.id).where(Organisation.closed.is_(False))).all()
        states = [vault.readiness(session, each) for each in ids]
    begun = [each for each in states if each.exists]
    lost, unready = [e for e in begun if e.lost], [e for e in begun if not e.ready]
    said = f"{len(begun) - len(unready)} of {len(begun)} vaults are ready ({len(ids)} organisations)"
    if lost:
        return Finding(
            f"{said}; of {len(lost)} nobody holds the key", "Bring the recovery sheet: see the vault's page."
        )
    if unready:
        return Finding(said, "Each needs two holders who have unlocked once and a confirmed recovery sheet.")
    return Finding(said)


@check
def mail(site: Platform) -> Finding:
    """Whether the mail server answers; a site without mail is well."""
    target = urlsplit(site.settings.mail_url)
    if not target.hostname:
        return Finding("none is sent (mail_url is empty)")
    try:
        with Mailer(site.settings).connect(timeout=5) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        return Finding(
            f"{target.hostname} does not answer ({type(error).__name__})", "Check mail_url and the server."
        )
    return Finding(f"{target.hostname} answers")
