"""An entry from its first line to its publication, as people of two organisations see it."""

import pytest
from flask import Flask

from core.testing import Town, drain


@pytest.fixture(scope="module", autouse=True)
def people(town: Town) -> None:
    office = town.organisation("Мост")
    town.person("editor@example.org", office, "handbook.editor")
    town.person("reader@example.org", office, "handbook.reader")
    town.person("neighbour@example.org", town.organisation("Другой мост"), "handbook.editor")


def test_an_entry_is_written_published_and_found(app: Flask, town: Town) -> None:
    editor, neighbour = town.browser(app, "editor@example.org"), town.browser(app, "neighbour@example.org")
    reader = town.browser(app, "reader@example.org")
    refused = editor.post("/en/handbook/new", title=" ", text="Kept")
    assert (refused.status_code, "Kept" in refused.text) == (422, True)
    made = editor.post("/en/handbook/new", title="First entry", text="Words")
    assert made.status_code == 302
    address = made.headers["Location"]
    assert "First entry" in reader.get("/en/handbook/").text
    assert 'value="publish"' not in reader.get(address).text
    assert neighbour.get(address).status_code == 404
    assert "First entry" not in neighbour.get("/en/handbook/").text
    assert editor.post(f"{address}/move", address, move="publish").status_code == 302
    assert "Published" in editor.get(address).text
    assert editor.post(f"{address}/move", address, move="publish", revision="1").status_code == 409
    drain(app)
    assert "First entry" in editor.get("/en/search?q=first").text
    assert "First entry" not in neighbour.get("/en/search?q=first").text


def test_pages_speak_three_languages(app: Flask, town: Town) -> None:
    editor = town.browser(app, "editor@example.org")
    assert "New entry" in editor.get("/en/handbook/").text
    assert "Новая запись" in editor.get("/ru/handbook/").text
    assert "Жаңы жазуу" in editor.get("/ky/handbook/").text
