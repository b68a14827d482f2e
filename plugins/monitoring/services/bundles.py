"""The ZIP of a dossier: its manifest is signed when the letter is approved, its files are read one at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.toolkit import (
    Attachment,
    GuardFailed,
    approvals,
    attachment_copy,
    latest_checkpoint,
    organisation_names,
    platform,
    sshsig,
)
from plugins.monitoring.dossier import manifest, parcel
from plugins.monitoring.dossier.letter import canonical
from plugins.monitoring.dossier.manifest import File, Manifest
from plugins.monitoring.lifecycle import DOSSIER
from plugins.monitoring.models import Dossier, SigningKey
from plugins.monitoring.services import signing

Reader = Callable[[], bytes]


@dataclass(frozen=True)
class Verdict:
    """A ZIP that is whole: what it says of itself, whose key signed it, and whether that key is still used."""

    manifest: Manifest
    organisation: str
    fingerprint: str
    key: SigningKey


def freeze(session: Session, dossier: Dossier, applicant: UUID) -> None:
    """Write and sign the manifest of a letter that was approved just now."""
    content, pdf = dossier.content or {}, dossier.pdf or b""
    key = signing.current(session, applicant)
    base = {
        "site": platform.settings.base_url,
        "principal": signing.principal(applicant),
        "key": signing.fingerprint(key),
    }
    annexes = (
        File(manifest.annex_path(each["number"]), each["size"], each["sha256"]) for each in content["annexes"]
    )
    made = Manifest(
        **base,
        reference=content["reference"],
        version=dossier.version,
        organisation=content["applicant"]["organisation"],
        organisation_id=str(applicant),
        addressee=content["addressee"]["name"],
        approved=content["approved"],
        content_hash=dossier.content_hash,
        files=(
            File.of(manifest.LETTER, pdf),
            File.of(manifest.HELP, manifest.help_text(**base).encode()),
            *annexes,
        ),
        approvals=_approvals(session, dossier),
        audit=latest_checkpoint(platform.settings),
    )
    dossier.manifest = made.text()
    dossier.signature = signing.sign(key, dossier.manifest)


def _approvals(session: Session, dossier: Dossier) -> tuple[dict[str, str], ...]:
    found = approvals.approved(session, DOSSIER.kind, dossier.id, canonical(dossier.content or {}))
    if found is None or found.approved_at is None:
        return ()
    stamps = {"proposed": found.proposed_at, "approved": found.approved_at}
    return (
        {"content_hash": found.content_hash}
        | {name: at.isoformat(timespec="seconds") for name, at in stamps.items()},
    )


def pack(dossier: Dossier) -> tuple[int, Iterator[bytes]]:
    """The size of the ZIP and its pieces. Raises GuardFailed if a file is missing or not the one that was approved.

    The pieces are read after this returns, so nothing of them asks the database.
    """
    if not dossier.manifest:
        raise GuardFailed("pack", ["not_frozen"])
    if dossier.consent_lost_at and dossier.state == "approved":
        raise GuardFailed("pack", ["consent_lost"])
    text, signature = dossier.manifest, dossier.signature
    found = Manifest.parse(text)
    readers = _readers(dossier, found)
    for each in found.files:
        _check(each, readers)
    size = parcel.size(manifest.names(found, text, signature))
    return size, parcel.write(_files(text, signature, found, readers))


def _readers(dossier: Dossier, found: Manifest) -> Mapping[str, Reader]:
    pdf, copies = dossier.pdf or b"", {}
    for evidence in dossier.report.evidence:
        copies[evidence.attachment.copy_sha256] = evidence.attachment
    helping = manifest.help_text(found.site, found.principal, found.key).encode()
    readers: dict[str, Reader] = {manifest.LETTER: lambda: pdf, manifest.HELP: lambda: helping}
    for each in found.files:
        if each.sha256 in copies and each.path not in readers:
            readers[each.path] = _copy(copies[each.sha256])
    return readers


def _copy(attachment: Attachment) -> Reader:
    # A twin of no session: the file is read after the page has given its session back.
    settings, twin = platform.settings, Attachment(id=attachment.id)
    return lambda: attachment_copy(twin, settings)


def _check(file: File, readers: Mapping[str, Reader]) -> None:
    try:
        same = File.of(file.path, readers[file.path]()) == file
    except (KeyError, FileNotFoundError):
        same = False
    if not same:
        raise GuardFailed("pack", ["annex_lost"])


def _files(
    text: str, signature: str, found: Manifest, readers: Mapping[str, Reader]
) -> Iterator[tuple[str, bytes]]:
    yield manifest.NAME, text.encode()
    yield manifest.SIGNATURE, signature.encode()
    for each in found.files:
        yield each.path, readers[each.path]()


def verify(session: Session, stream: IO[bytes]) -> Verdict:
    """What a ZIP is, if it is whole and of an organisation of this site. Raises BadParcel with the reason in English.

    A key that is no longer used vouches only for what this site itself remembers to have signed.
    """
    sealed = manifest.read(stream)
    try:
        public = sshsig.verify(sealed.signature, manifest.PURPOSE, sealed.text.encode())
    except sshsig.BadSignature as error:
        raise parcel.BadParcel(str(error)) from error
    key = signing.of_public(session, public)
    if key is None or str(key.organisation_id) != sealed.manifest.organisation_id:
        raise parcel.BadParcel("it is signed with a key that is not of this organisation")
    known = select(Dossier.id).where(
        Dossier.content_hash == sealed.manifest.content_hash, Dossier.manifest == sealed.text
    )
    if key.ended_at and session.scalars(known).first() is None:
        raise parcel.BadParcel("it is signed with a key that is not used any more")
    names = organisation_names(session, [key.organisation_id], "ru")
    return Verdict(sealed.manifest, names[key.organisation_id], signing.fingerprint(key), key)
