"""What every answer is sent as: compressed where nobody else does it, under a name of ours, over HTTPS to stay."""

import gzip
import shutil
from pathlib import Path

import pytest
from flask import Flask

from core import lineages
from core.accounts.roles import MEMBER
from core.platform import EXTENSION, Platform
from core.testing import Town, make_app
from core.web import readiness

GZIP = {"Accept-Encoding": "br, gzip;q=0.8"}


@pytest.mark.parametrize("address", ["/ru/", "/ru/conduct", "/static/camove.css", "/static/camove.js"])
def test_a_text_is_compressed_for_who_takes_it(app: Flask, address: str) -> None:
    client = app.test_client()
    plain, small = client.get(address), client.get(address, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    if address.startswith("/static"):
        assert gzip.decompress(small.data) == plain.data
    for each in (plain, small):
        each.close()


def test_small_texts_pictures_and_refusals_stay_as_they_are(app: Flask) -> None:
    client = app.test_client()
    addresses = ("/health/live", "/ru/nothing", "/ru/")
    answers = [client.get(a, headers=GZIP | {"Accept-Encoding": "gzip;q=0"}) for a in addresses]
    answers.append(client.get("/health/live", headers=GZIP))
    assert ["Content-Encoding" in each.headers for each in answers] == [False] * 4
    for each in answers:
        each.close()


@pytest.mark.parametrize(
    ("came_from", "packed"),
    [("same-origin", True), ("none", True), ("cross-site", False), ("same-site", False), ("", False)],
)
def test_no_other_site_learns_the_length_of_a_page_of_somebody(
    app: Flask, town: Town, came_from: str, packed: bool
) -> None:
    """BREACH: a page with a form token and a search that another site chose, opened with the person's cookie."""
    town.person("ada@example.org", town.organisation("Наши"), MEMBER)
    known, stranger = town.browser(app, "ada@example.org"), town.browser(app)
    headers = GZIP | ({"Sec-Fetch-Site": came_from} if came_from else {})
    seen = [each.get("/ru/search?q=aaaa", headers=headers) for each in (known, stranger)]
    assert ["Content-Encoding" in each.headers for each in seen] == [packed, True]


def test_a_part_of_a_file_is_not_compressed(app: Flask) -> None:
    answer = app.test_client().get("/static/camove.css", headers=GZIP | {"Range": "bytes=0-1999"})
    assert (answer.status_code, len(answer.data)) == (206, 2000)
    assert "Content-Encoding" not in answer.headers
    answer.close()


def test_a_proxy_of_ours_compresses_instead(tmp_path: Path) -> None:
    app = make_app(tmp_path / "instance", [], trusted_proxies=1)
    assert "Content-Encoding" not in app.test_client().get("/ru/", headers=GZIP).headers
    app.extensions[EXTENSION].database.close()


@pytest.mark.parametrize(
    ("base", "sent"), [("http://camove.example", False), ("https://camove.example", True)]
)
def test_browsers_keep_to_https_once_the_site_has_it(tmp_path: Path, base: str, sent: bool) -> None:
    app = make_app(tmp_path / "instance", [], base_url=base)
    answer = app.test_client().get("/ru/nothing")
    assert ("Strict-Transport-Security" in answer.headers) is sent
    app.extensions[EXTENSION].database.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("camove.example", 200),
        ("camove.example:8443", 200),
        ("mirror.example", 200),
        ("evil.example", 400),
        ("camove.example.evil.example", 400),
        ("camove.example@evil.example", 400),
        ("", 400),
    ],
)
def test_only_names_of_ours_are_answered(tmp_path: Path, host: str, status: int) -> None:
    app = make_app(
        tmp_path / "instance", [], base_url="https://camove.example", trusted_hosts=("mirror.example",)
    )
    for method, path in (("GET", "/ru/conduct"), ("GET", "/health/live"), ("POST", "/ru/account/sign-in")):
        answer = app.test_client().open(path, method=method, headers={"Host": host}, base_url="https://x")
        assert answer.status_code == (status if method == "GET" else 400), (method, path)
        assert "evil.example" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    app.extensions[EXTENSION].database.close()


@pytest.mark.parametrize("missing", ["database", "tables", "keys", "disk"])
def test_what_is_missing_makes_the_site_not_ready_but_leaves_it_alive(
    app: Flask, site: Platform, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "database":
        monkeypatch.setattr(site.database, "reading", _gone)
    if missing == "tables":
        lineages.downgrade(site.database, lineages.CORE, "-1")
    if missing == "keys":
        shutil.rmtree(site.settings.keys)
    if missing == "disk":
        monkeypatch.setattr(readiness, "LEAST_FREE", 1 << 60)
    client = app.test_client()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json()["checks"][missing] is False
    assert client.get("/health/live").get_json() == {"status": "ok"}


def _gone() -> None:
    raise OSError("gone")
