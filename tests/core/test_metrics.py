"""Figures for Prometheus: on their own address only, without ids and people."""

import re
from urllib.request import urlopen

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from core import outbox
from core.platform import Platform
from core.testing import Town
from core.web import metrics

LABELS = re.compile(r'(\w+)="([^"]*)"')


def figures(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def test_figures_stand_on_their_own_address_and_not_on_the_public_one(
    app: Flask, site: Platform, town: Town
) -> None:
    client = app.test_client()
    client.get("/ru/search?q=Usenov")
    client.post("/ru/account/sign-in", data={"email": "anna@example.org"})
    with site.database.transaction() as session:
        outbox.put(session, "core.none")
    text = figures(metrics.start("127.0.0.1:0", site))
    assert 'camove_requests_total{group="pages",status="2xx"}' in text
    assert "camove_request_seconds_bucket" in text
    for name in (
        "database_up 1",
        "outbox_waiting 1",
        "outbox_parked 0",
        "search_pending 0",
        "sign_in_failures 0",
    ):
        assert f"camove_{name}.0" in text, name
    values = {value for name, value in LABELS.findall(text) if name != "le"}
    # Other tests of this process have counted too: names of blueprints and classes of answers, nothing longer.
    assert {value for value in values if not re.fullmatch(r"[a-z_]{1,24}|[1-5]xx", value)} == set()
    assert {"pages", "account"} <= values
    assert "Usenov" not in text
    assert "anna" not in text
    for address in ("/metrics", "/ru/metrics"):
        assert client.get(address, follow_redirects=True).status_code == 404


def test_a_database_that_does_not_answer_is_a_figure_too(
    site: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(site.database, "reading", refuse)
    (only,) = list(metrics.SiteCollector(site).collect())
    assert only.samples[0].value == 0.0
