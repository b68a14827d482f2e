"""The vault: records sealed to an organisation (mode U) or to the server (mode S).

Mode U opens for an unlocked holder only, so that a seized server opens nothing; mode S keeps a stolen copy of the
database closed. Who takes a running server reads what is unlocked on it at that time.

Mode U does not prove who wrote: whoever can write to the database can seal something new, as any visitor can.
A field put back alone is refused; a whole record put back with its key and its list of revisions is an old state,
as after restoring a backup, and only the audit tells it.
"""

from core.vault import holders, keyring, rotation, sheets
from core.vault.envelope import Place
from core.vault.erasure import erase, scrub
from core.vault.internal import open_internal, seal_internal
from core.vault.keyring import Keys
from core.vault.problems import Closed, Damaged, NotReady, VaultProblem
from core.vault.readiness import Readiness, readiness
from core.vault.records import has, open_file, recipients, scan, seal, unseal
from core.vault.scrubbing import scrub_soon

__all__ = [
    "Closed", "Damaged", "Keys", "NotReady", "Place", "Readiness", "VaultProblem", "erase", "has", "holders",
    "keyring", "open_file", "open_internal", "readiness", "recipients", "rotation", "scan", "scrub", "scrub_soon",
    "seal", "seal_internal", "sheets", "unseal",
]  # fmt: skip
