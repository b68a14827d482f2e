"""A page of the list of reports with 10,000 reports beside the same page with 100, and a bare Flask page."""

import tempfile
from pathlib import Path

from flask import Flask
from measuring import milliseconds, row

from core.database import new_id, now
from core.platform import EXTENSION, Platform
from core.testing import Browser, Town, make_app
from plugins.monitoring.models import Report

LIST = "/ru/monitoring/reports"


def site_with(folder: Path, reports: int) -> tuple[Flask, Browser]:
    """A site with so many sent reports, and the browser of their coordinator."""
    app = make_app(folder)
    site: Platform = app.extensions[EXTENSION]
    town = Town(site)
    organisation_id = town.organisation("Мост", country="RU")
    person_id = town.person("coordinator@camove.example", organisation_id, "monitoring.coordinator")
    with site.database.transaction() as session:
        session.add_all(
            Report(
                id=new_id(),
                reference=f"M-{number:08d}",
                state="submitted",
                organisation_id=organisation_id,
                reporter_id=person_id,
                country="RU",
                employer_name=f"ООО «Пример {number}»",
                submitted_at=now(),
            )
            for number in range(reports)
        )
    return app, town.browser(app, "coordinator@camove.example")


def bare() -> Flask:
    """The least that Flask can do."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


def older(browser: Browser, pages: int) -> str:
    """The address that so many clicks on "older" lead to."""
    address = LIST
    for _ in range(pages):
        page = browser.get(address).get_data(as_text=True)
        address = next(part for part in page.split('"') if "before=" in part).replace("&amp;", "&")
    return address


def fetch(browser: Browser, address: str) -> None:
    """Read a page that must be there."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        _, few = site_with(Path(folder) / "few", 100)
        _, many = site_with(Path(folder) / "many", 10_000)
        deep = older(many, 40)
        hello = bare().test_client()
        base = milliseconds(lambda: fetch(few, LIST))
        print(row("bare Flask, one word", milliseconds(lambda: hello.get("/")), base))
        print(row("list, 100 reports", base, base))
        print(row("list, 10,000 reports", milliseconds(lambda: fetch(many, LIST)), base))
        print(row("list, 10,000 reports, 40 pages back", milliseconds(lambda: fetch(many, deep)), base))


if __name__ == "__main__":
    main()
