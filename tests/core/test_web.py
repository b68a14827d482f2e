"""What every answer of the site keeps to, whoever made the page."""

from pathlib import Path

import pytest
from flask import Flask

from core.platform import EXTENSION
from core.testing import Town, hidden, make_app
from core.web.guard import UnguardedRoute, check_routes, permission_of

ADDRESSES = (
    "/",
    "/en/",
    "/ru/nothing",
    "/de/",
    "/en/work",
    "/health",
    "/en/search?q=%00",
    "/static/camove.css",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_headers_of_every_answer(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    if not address.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_a_page_without_a_permission_stops_the_site(app: Flask) -> None:
    check_routes(app)
    app._got_first_request = False
    app.add_url_rule("/bare", "bare", lambda: "open")
    with pytest.raises(UnguardedRoute, match="bare"):
        check_routes(app)


def test_every_permission_of_a_page_is_declared(app: Flask, town: Town) -> None:
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        assert permission == "" or permission in town.site.register.permissions, rule.endpoint


def test_a_form_without_its_token_is_refused(app: Flask, town: Town) -> None:
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    browser = town.browser(app, "boss@example.org")
    assert browser.client.post("/en/admin/settings", data={"x": "y"}).status_code == 400


def test_an_error_shows_a_number_and_not_its_words(
    app: Flask, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    def burst() -> str:
        raise KeyError("Aibek Usenov")

    app.view_functions["pages.conduct"] = burst
    burst.camove_permission = ""  # type: ignore[attr-defined]
    answer = app.test_client().get("/en/conduct")
    assert answer.status_code == 500
    assert "Usenov" not in answer.text
    assert "KeyError" not in answer.text


def test_health_tells_states_without_reasons(app: Flask) -> None:
    for address in ("/health", "/health/ready"):
        answer = app.test_client().get(address).get_json()
        assert answer["status"] == "ok"
        assert set(answer["checks"].values()) == {True}
        assert answer["plugins"] == dict.fromkeys(
            ("job_fairs", "media_watch", "monitoring", "research"), "active"
        )


def test_administration_is_for_administrators(app: Flask, town: Town) -> None:
    town.person("member@example.org", town.organisation("Мост"), "core.organisation_admin")
    browser = town.browser(app, "member@example.org")
    for path in ("/en/admin/", "/en/admin/plugins", "/en/admin/settings", "/en/admin/jobs"):
        assert browser.get(path).status_code == 403, path
        assert app.test_client().get(path).status_code == 302, path


def test_a_nul_is_refused_with_a_page_not_a_failure(app: Flask) -> None:
    answer = app.test_client().get("/en/search?q=%00")
    assert answer.status_code == 400
    assert "This form could not be read" in answer.get_data(as_text=True)


@pytest.mark.parametrize("asked", ["lang=x", "endpoint=x", "_scheme=javascript", "_external=1", "_anchor=x"])
def test_words_of_a_visitor_do_not_shape_the_links_of_the_languages(app: Flask, asked: str) -> None:
    answer = app.test_client().get(f"/ru/account/sign-in?{asked}")
    assert answer.status_code == 200
    assert f'href="/ky/account/sign-in?{asked}"' in answer.get_data(as_text=True)


def test_forms_work_over_https_and_those_of_other_sites_are_refused(tmp_path: Path) -> None:
    app = make_app(tmp_path / "instance", base_url="https://camove.example")
    client, at = app.test_client(), "https://camove.example"
    page = client.get("/ru/account/sign-in", base_url=at).get_data(as_text=True)
    form = hidden(page) | {"email": "nobody@example.org", "password": "x"}
    for site, status in (
        ("", 422),
        ("same-origin", 422),
        ("none", 422),
        ("cross-site", 403),
        ("same-site", 403),
    ):
        headers = {"Sec-Fetch-Site": site} if site else {}
        answer = client.post("/ru/account/sign-in", base_url=at, data=form, headers=headers)
        assert answer.status_code == status, site
    app.extensions[EXTENSION].database.close()
