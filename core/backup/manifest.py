"""The last member of every archive: what must be in it. Signed with a key of the site, so nobody can swap it."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from core.backup.facts import Facts
from core.backup.problem import BackupProblem

NAME = "MANIFEST"
FORMAT = 1


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """When, of what, with which facts; every member with its hash; files that vanished while it was made."""

    made_at: datetime
    release: str
    kind: str
    """`sqlite` or `postgresql`."""
    facts: Facts
    members: tuple[Member, ...] = ()
    gone: tuple[str, ...] = field(default=())

    def encode(self, key: bytes) -> bytes:
        """Fingerprint of the key, keyed hash (HMAC-SHA-256, RFC 2104) and the content, a line each."""
        values = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        content = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        return b"\n".join((fingerprint(key).encode(), _mac(key, content), content))


def decode(raw: bytes, key: bytes) -> Manifest:
    """Read a manifest. Raises BackupProblem if another site made it, or somebody changed it."""
    made_with, mac, content = (*raw.split(b"\n", 2), b"", b"")[:3]
    if made_with.decode("ascii", "replace") != fingerprint(key):
        raise BackupProblem(
            "The archive was made with other keys than those of this site. Bring back the keys first: "
            "camove restore --keys ARCHIVE_OF_KEYS --identity FILE."
        )
    if not hmac.compare_digest(mac, _mac(key, content)):
        raise BackupProblem("The archive is damaged: its manifest was changed. Use another archive.")
    values = json.loads(content)
    if values.pop("format") != FORMAT:
        raise BackupProblem("The archive was made by a newer camove. Update camove, then restore.")
    values["made_at"] = datetime.fromisoformat(values["made_at"])
    values["facts"] = Facts(**values["facts"])
    values["members"] = tuple(Member(**each) for each in values["members"])
    return Manifest(**values | {"gone": tuple(values["gone"])})


def fingerprint(key: bytes) -> str:
    """Tells keys apart without telling the key."""
    return hmac.new(key, b"camove backup fingerprint", hashlib.sha256).hexdigest()[:16]


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).hexdigest().encode()
