"""Downloads: the bytes that were published, each in a package with a manifest that says what they are."""

import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.toolkit import Actor, GuardFailed, now
from plugins.research import policy
from plugins.research.formats import citing, codebook, datacite, datapackage, dcat, ddi, spss
from plugins.research.formats.record import Record
from plugins.research.models import Event, Version
from plugins.research.parcel import manifest
from plugins.research.services import access, reviewing, saving, shelf, showing

DATA = {
    "csv.zip": ("data.csv", shelf.CSV),
    "parquet.zip": ("data.parquet", shelf.PARQUET),
    **({"sav.zip": ("data.sav", "")} if saving.AVAILABLE else {}),
}
"""Package -> the file in it, and the kind in which it lies on the shelf; "": it is made when it is asked for."""

TEXTS: dict[str, tuple[str, Any]] = {
    "datacite.xml": ("application/xml", datacite.as_xml),
    "datacite.json": ("application/json", datacite.as_json),
    "ddi.xml": ("application/xml", ddi.as_xml),
    "dcat.ttl": ("text/turtle", dcat.as_turtle),
    "dataset.jsonld": ("application/ld+json", dcat.as_json_ld),
    "datapackage.json": ("application/json", datapackage.as_json),
    "codebook.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", codebook.as_xlsx),
    "citation.bib": ("application/x-bibtex", citing.as_bibtex),
    "citation.ris": ("application/x-research-info-systems", citing.as_ris),
    "citation.json": ("application/vnd.citationstyles.csl+json", citing.as_csl_json),
}


def package(
    session: Session, actor: Actor, version: Version, name: str, target: Path, language: str = "ru"
) -> str:
    """Write a ZIP with the data, the manifest and the descriptions; gives the SHA-256 of the data.

    It may go out once `count` has let it. A large one takes a minute, so no transaction is open meanwhile. Raises
    GuardFailed: not allowed, the bytes on the disk are not those that were published, or SPSS cannot hold them.
    """
    if not access.may(session, actor, version, policy.DOWNLOAD):
        raise GuardFailed("download", ["not_available"])
    if not reviewing.intact(version):
        raise GuardFailed("download", ["content_changed"])
    grant = access.grant(session, actor, version)
    record = showing.record(session, actor, version)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        told = _data(made, version, record, name, language)
        told |= _manifest(version, record, str(grant.id) if grant else "")
        made.writestr("manifest.json", manifest(told))
        made.writestr("datapackage.json", datapackage.as_json(record))
        made.writestr("ddi.xml", ddi.as_xml(record))
        made.writestr("codebook.xlsx", codebook.as_xlsx(record))
        if name != "sav.zip":
            made.writestr("read.sps", spss.as_syntax(record, "data.csv"))
    return str(told["sha256"])


def _data(
    made: zipfile.ZipFile, version: Version, record: Record, name: str, language: str
) -> dict[str, Any]:
    """Put the data in; gives what the manifest says of them."""
    file, kind = DATA[name]
    with made.open(file, "w", force_zip64=True) as entry:
        if not kind:
            return {"file": file, "made_from": version.release, "language": language} | saving.save(
                record, version.release, entry, language
            )
        sha256 = version.release if kind == shelf.CSV else version.parquet
        shelf.copied(shelf.opened(sha256, kind), entry)
    return {"file": file, "sha256": sha256}


def count(session: Session, actor: Actor, version: Version, name: str, sha256: str) -> None:
    """Count a package as a download, just before it goes out. Raises GuardFailed: no longer allowed, or used up."""
    if not access.may(session, actor, version, policy.DOWNLOAD):
        raise GuardFailed("download", ["not_available"])
    access.take_download(session, actor, version, name, sha256)


def _manifest(version: Version, record: Record, grant: str) -> dict[str, Any]:
    return {
        "dataset": record.handle, "version": record.number, "url": record.url, "rows": version.released_rows,
        "licence": record.licence or "data-use agreement", "citation": citing.apa(record, "ru"),
        "grant": grant, "downloaded": now().isoformat(timespec="seconds"),
    }  # fmt: skip


def identified(session: Session, sha256: str) -> Version | None:
    """The version that published exactly these bytes, or from which they were made for a download."""
    given = select(Event.version_id).where(
        Event.kind == "download", Event.detail["sha256"].as_string() == sha256
    )
    rows = select(Version).where(
        or_(Version.release == sha256, Version.parquet == sha256, Version.id.in_(given)),
        Version.number.is_not(None),
    )
    return session.scalars(rows.order_by(Version.published_at)).first()


def digest_of(path: Path) -> str:
    """The SHA-256 of a data file, or of the one in a package that was downloaded here."""
    if not zipfile.is_zipfile(path):
        return shelf.hash_of(path)[0]
    with zipfile.ZipFile(path) as package, shelf.passing() as held:
        name = next((each for each in package.namelist() if each.startswith("data.")), "")
        if not name:
            return ""
        with package.open(name) as file:
            shelf.copied(iter(lambda: file.read(shelf.PIECE), b""), held)
        held.flush()
        return shelf.hash_of(Path(held.name))[0]
