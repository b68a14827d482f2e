"""Values that an administrator changes while the site runs."""

import pytest
from flask import Flask
from sqlalchemy import text

from core import preferences
from core.permissions import Actor, Denied
from core.platform import Platform
from core.testing import Town


def test_changed_on_the_page_and_back_to_the_default(app: Flask, site: Platform, town: Town) -> None:
    town.person("boss@example.org", town.organisation("Секретариат"), "core.administrator")
    browser = town.browser(app, "boss@example.org")
    name, setting = next(iter(sorted(site.preferences.items())))
    for value, rows in (("9", 1), (setting.default, 0)):
        answer = browser.post("/en/admin/settings", **{name: value, "core.strange": "x"})
        assert answer.status_code == 302
        with site.database.reading() as session:
            assert preferences.get(session, setting) == value
            assert session.scalar(text("SELECT count(*) FROM core_preference")) == rows
            assert set(session.scalars(text("SELECT action FROM core_audit"))) >= {"core.settings.change"}


def test_only_with_the_permission(site: Platform) -> None:
    name, setting = next(iter(sorted(site.preferences.items())))
    with pytest.raises(Denied), site.database.transaction() as session:
        preferences.change(session, Actor(), site.preferences, {name: "1"})
    with site.database.reading() as session:
        assert preferences.get(session, setting) == setting.default
