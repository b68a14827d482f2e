"""What packing a dossier with 40 photos costs: peak memory of its own process, and time beside plain reading.

CAMOVE_BENCH_PHOTOS sets another number of photos.
"""

import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.attachments.keeping import shelf
from core.attachments.models import Attachment, name_of
from core.database import new_id
from core.platform import EXTENSION, Platform
from core.testing import Town, make_app
from plugins.monitoring.dossier import manifest
from plugins.monitoring.dossier.letter import FORMAT
from plugins.monitoring.models import Dossier, Evidence, Report
from plugins.monitoring.services import bundles

PHOTOS = int(os.environ.get("CAMOVE_BENCH_PHOTOS", "40"))
PHOTO = 4 * 2**20
"""Bytes of one cleaned copy: far more than a page of 2,000 pixels has."""


def fill(site: Platform, organisation_id: object) -> object:
    """A dossier with that many photos, frozen; gives its id."""
    with site.database.transaction() as session:
        report = Report(reference="RP-BENCH", organisation_id=organisation_id, country="RU", state="verified")
        session.add(report)
        annexes = []
        for number in range(1, PHOTOS + 1):
            content = secrets.token_bytes(PHOTO)
            file = manifest.File.of(manifest.annex_path(number), content)
            kept = Attachment(
                id=new_id(), organisation_id=organisation_id, kind="image/jpeg", size=PHOTO, sha256=""
            )
            kept.copy_sha256, kept.copy_size = file.sha256, file.size
            shelf(site.settings).put(name_of(kept.id, "jpg"), content)
            session.add(kept)
            session.flush()
            report.evidence.append(Evidence(attachment=kept, attachment_id=kept.id, title=str(number)))
            annexes.append({"number": number, "size": file.size, "sha256": file.sha256})
        made = Dossier(report=report, version=1, state="approved", addressee="police", pdf=b"%PDF" * 25_000)
        made.content = {
            "format": FORMAT, "reference": "RP-BENCH", "approved": "2026-01-01", "annexes": annexes,
            "applicant": {"organisation": "Мост"}, "addressee": {"name": "ГИТ"},
        }  # fmt: skip
        session.add(made)
        session.flush()
        bundles.freeze(session, made, organisation_id)  # type: ignore[arg-type]
        return made.id


def pack(folder: Path) -> None:
    """Pack it as the page does, check it as the command does, and print what that took."""
    app = make_app(folder)
    site: Platform = app.extensions[EXTENSION]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with app.app_context(), site.database.reading() as session:
        found = session.query(Dossier).one()
        start = time.perf_counter()
        size, pieces = bundles.pack(found)
        with (folder / "dossier.zip").open("wb") as out:
            out.writelines(pieces)
        packed = time.perf_counter() - start
        with (folder / "dossier.zip").open("rb") as stream:
            bundles.verify(session, stream)
        checked = time.perf_counter() - start - packed
    start = time.perf_counter()
    for each in (folder / "data" / "files").rglob("*.jpg"):
        each.read_bytes()
    plain = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"dossier with {PHOTOS} photos, {size / 2**20:.0f} MB: peak {peak:.0f} MB of memory ({before:.0f} MB before)"
    )
    print(
        f"packed in {packed:.2f} s, checked in {checked:.2f} s; reading the photos alone takes {plain:.2f} s"
    )
    assert peak < 300, "the limit is 300 MB"


def main() -> None:
    """Fill a site, then pack in a process of its own, so that filling does not count."""
    if len(sys.argv) > 1:
        pack(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Path(folder) / "site")
        site: Platform = app.extensions[EXTENSION]
        with app.app_context():
            fill(site, Town(site).organisation("Мост", country="RU"))
        site.database.close()
        subprocess.run([sys.executable, __file__, str(Path(folder) / "site")], check=True)


if __name__ == "__main__":
    main()
