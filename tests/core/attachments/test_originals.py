"""Who can open an original, and what is refused when it is not the one that came."""

from uuid import UUID

import pytest
from answers import picture
from pyrage import decrypt, x25519

from core import attachments, vault
from core.attachments import Attachment
from core.attachments.models import SITE, name_of
from core.audit import AuditEntry
from core.permissions import Denied
from core.platform import Platform
from core.testing import Town


def receive(site: Platform, town: Town, person: UUID, place: UUID) -> Attachment:
    return attachments.receive(site.database, site.settings, town.actor(person), picture(), place)


def opened(site: Platform, town: Town, person: UUID, kept: Attachment) -> bytes:
    """As the page does it, with whatever this person has unlocked."""
    with site.database.transaction() as session:
        return attachments.open_original(
            session, town.actor(person), site.settings, kept, vault.keyring.of(person)
        )


@pytest.fixture
def place(town: Town) -> UUID:
    return town.organisation("Мост")


@pytest.fixture
def holders(town: Town, place: UUID) -> tuple[UUID, UUID]:
    first, second = (town.person(f"{n}@example.org", place, "core.key_holder") for n in ("first", "second"))
    town.vault(place, first, second)
    return first, second


def test_without_a_vault_a_member_opens_it_by_the_sites_key(site: Platform, town: Town, place: UUID) -> None:
    member = town.person("member@example.org", place)
    kept = receive(site, town, member, place)
    assert kept.sealed_to == SITE
    assert opened(site, town, member, kept) == picture()
    with site.database.reading() as session:
        done = session.query(AuditEntry).filter_by(action="core.attachment.open", object_id=kept.id).count()
    assert done == 1


def test_a_stranger_does_not(site: Platform, town: Town, place: UUID) -> None:
    member = town.person("member@example.org", place)
    stranger = town.person("stranger@example.org", town.organisation("Нева"))
    kept = receive(site, town, member, place)
    with pytest.raises(Denied):
        opened(site, town, stranger, kept)


def test_with_a_vault_only_its_holders_open_it(
    site: Platform, town: Town, place: UUID, holders: tuple[UUID, UUID]
) -> None:
    member = town.person("member@example.org", place)
    kept = receive(site, town, member, place)
    assert kept.sealed_to.startswith("age1")
    assert opened(site, town, holders[1], kept) == picture()
    with pytest.raises(vault.Closed):
        opened(site, town, member, kept)
    vault.keyring.forget(holders[0])
    with pytest.raises(vault.Closed):
        opened(site, town, holders[0], kept)


def test_the_sites_own_key_does_not_open_what_a_vault_sealed(
    site: Platform, town: Town, place: UUID, holders: tuple[UUID, UUID]
) -> None:
    receive(site, town, town.person("before@example.org", town.organisation("Нева")), place)
    kept = receive(site, town, holders[0], place)
    sealed = (site.settings.data / "files" / name_of(kept.id, "age")).read_bytes()
    attachments.sealing.seal_here(site.settings, b"")
    mine = x25519.Identity.from_str((site.settings.keys / "attachments.age").read_text())
    with pytest.raises(Exception, match="No matching keys"):
        decrypt(sealed, [mine])


@pytest.mark.parametrize("harm", ["flipped", "another"])
def test_what_was_changed_on_the_disk_is_refused(site: Platform, town: Town, place: UUID, harm: str) -> None:
    member = town.person("member@example.org", place)
    kept = receive(site, town, member, place)
    path = site.settings.data / "files" / name_of(kept.id, "age")
    if harm == "flipped":
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    else:
        # Sealed soundly, and yet not the file that came.
        path.write_bytes(attachments.sealing.seal_here(site.settings, picture((9, 9))))
    with pytest.raises(vault.Damaged):
        opened(site, town, member, kept)
