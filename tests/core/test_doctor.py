"""The doctor, and what refuses to be served."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from core import audit, reserve
from core.cli import build
from core.commands.doctor import doctor
from core.commands.serving import worker
from core.doctor import boot, findings
from core.doctor.findings import Finding
from core.outbox import QueuedJob
from core.permissions import Actor
from core.platform import Platform


def examined(app: Flask) -> dict[str, Finding]:
    with app.app_context():
        return dict(findings.examine(app.extensions["camove"]))


def test_a_sound_site_lacks_only_what_an_administrator_sets_up(any_app: Flask) -> None:
    bad = {name: found for name, found in examined(any_app).items() if not found.well}
    if not any_app.extensions["camove"].database.is_sqlite:
        # Our throwaway cluster runs without fsync, and the doctor is right to say so.
        assert "fsync off" in bad.pop("database").text
    assert bad.keys() == {"backups", "reserve file"}


def test_fix_makes_the_reserve_and_closes_folders(app: Flask, site: Platform) -> None:
    site.settings.data.chmod(0o755)
    with app.app_context():
        said = CliRunner().invoke(doctor, ["--fix"])
    assert said.exit_code == 1, "there is no backup yet"
    assert f"closed to others: {site.settings.data}" in said.output
    assert "ok   reserve file" in said.output
    assert "-> Run camove backup key" in said.output
    assert (site.settings.data / reserve.NAME).stat().st_blocks * 512 >= reserve.SIZE


def keys_inside(site: Platform) -> None:
    keys = site.settings.keys
    keys.rename(site.settings.data / "keys")
    keys.symlink_to((site.settings.data / "keys").absolute())


def open_data(site: Platform) -> None:
    site.settings.data.chmod(0o755)


def open_key(site: Platform) -> None:
    (site.settings.keys / "audit.key").chmod(0o644)


def open_settings(site: Platform) -> None:
    path = site.settings.instance / "camove.toml"
    path.write_text('mail_url = "smtps://camove:secret@mail.example:465"')
    path.chmod(0o644)
    site.settings.instance.chmod(0o755)


def empty_key(site: Platform) -> None:
    (site.settings.keys / "cookies.key").write_bytes(b"")


def public_debug(site: Platform) -> None:
    site.settings = replace(site.settings, development=True, base_url="https://camove.example.org")


def broken_chain(site: Platform) -> None:
    with site.database.transaction() as session:
        audit.record(session, Actor(None), "core.test")
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER core_audit_no_update")
        connection.exec_driver_sql("UPDATE core_audit SET action = 'x'")


FAULTS = {
    keys_inside: "Move them out",
    open_data: "chmod 700",
    open_key: "chmod 600",
    open_settings: "chmod 600",
    empty_key: "backup of the keys",
    public_debug: "development = false",
    broken_chain: "camove audit verify",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_such_a_site_is_not_served_but_can_be_looked_at(
    app: Flask, site: Platform, fault: Callable[[Platform], None]
) -> None:
    assert boot.refusals(site) == []
    fault(site)
    with app.app_context():
        refused = CliRunner().invoke(worker, ["--once"])
        served = CliRunner().invoke(build(app), ["serve", "--port", "0"])
        looked = CliRunner().invoke(doctor)
    for answer in (refused, served):
        assert answer.exit_code == 1
        assert FAULTS[fault] in answer.output, answer.output
    assert "checks are well" in looked.output
    assert looked.exit_code == 1


def test_development_is_for_this_machine(site: Platform) -> None:
    here = replace(site.settings, development=True)
    assert list(boot.public_debug(here, "127.0.0.1")) == []
    for host in ("0.0.0.0", "::", "192.0.2.1", "camove.example.org"):
        assert list(boot.public_debug(here, host)), host


def test_parked_work_is_told(app: Flask, site: Platform) -> None:
    with site.database.transaction() as session:
        session.add(QueuedJob(name="core.index", parked=True))
    assert "1 parked" in examined(app)["background work"].text
    assert not examined(app)["background work"].well


def test_what_cannot_be_checked_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_site: Platform) -> Finding:
        raise OSError("no")

    monkeypatch.setitem(findings.CHECKS, "disk_room", breaks)
    found = examined(app)["disk room"]
    assert "OSError" in found.text
    assert not found.well


def test_reserve_comes_and_goes(tmp_path: Path) -> None:
    assert reserve.make(tmp_path, 1 << 20)
    assert reserve.stands(tmp_path, 1 << 20)
    assert reserve.give_back(tmp_path)
    assert not reserve.give_back(tmp_path)
