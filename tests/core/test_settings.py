"""Settings refuse what they do not know, and keys are made once."""

import threading
from pathlib import Path

import pytest

from core.settings import Settings, SettingsError, load


def test_an_unknown_key_refuses_the_start(tmp_path: Path) -> None:
    (tmp_path / "camove.toml").write_text('base_ulr = "https://example.org"\n')
    with pytest.raises(SettingsError, match="base_ulr"):
        load(tmp_path, {})
    with pytest.raises(SettingsError, match="serach_engine"):
        load(tmp_path / "none", {"CAMOVE_SERACH_ENGINE": "fts5"})


def test_the_environment_comes_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "camove.toml").write_text(
        'search_engine = "fts5"\ndisabled_plugins = ["one", "two"]\nstrict = true\n'
    )
    assert load(tmp_path, {}).disabled_plugins == ("one", "two")
    found = load(
        tmp_path,
        {"CAMOVE_SEARCH_ENGINE": "whoosh", "CAMOVE_DISABLED_PLUGINS": "three, four", "CAMOVE_STRICT": "no",
         "CAMOVE_UPLOAD_LIMIT": "1000", "OTHER": "x"},
    )  # fmt: skip
    assert (found.search_engine, found.disabled_plugins, found.strict, found.upload_limit) == (
        "whoosh", ("three", "four"), False, 1000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"), [("STRICT", "perhaps"), ("UPLOAD_LIMIT", "big"), ("UPLOAD_LIMIT", "-1")]
)
def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=key.lower()):
        load(tmp_path, {f"CAMOVE_{key}": value})


def test_keys_are_made_once_and_read_by_the_owner_only(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path / "instance")
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(settings.key("audit"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) == 32
    assert settings.key("cookies") != found[0]
    assert (settings.keys / "audit.key").stat().st_mode & 0o077 == 0
    assert settings.keys.stat().st_mode & 0o077 == 0
    assert not settings.keys.is_relative_to(settings.data)
