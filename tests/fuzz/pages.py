"""Which fields the forms of the site have: read from the pages themselves, so that no list of them grows old."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from doors import DOORS
from doors.door import PUBLIC_ROLE, Door, Key
from doors.site import Site
from werkzeug.exceptions import HTTPException

IGNORED = {"csrf_token"}
"""The hook gives the token in a header."""


@dataclass
class Field:
    """What a form offers in one field: the values that a page or a successful form shows, and whether it is a file."""

    values: set[str] = field(default_factory=set)
    is_file: bool = False


Forms = dict[str, dict[str, Field]]
"""Endpoint of a form -> its fields by name; under `QUERY` what pages are asked with."""

QUERY = "?"


class Reader(HTMLParser):
    """Collects the forms of a page as (action, fields)."""

    def __init__(self) -> None:
        """Begin outside of any form."""
        super().__init__()
        self.forms: list[tuple[str, dict[str, Field]]] = []
        self.asked: set[str] = set()
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form opens, or a field of the last one stands here."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", "") if _posts(given) else QUERY, {}))
        elif tag == "a":
            self.asked |= set(parse_qs(urlsplit(given.get("href", "")).query, keep_blank_values=True))
        elif tag == "select":
            self._select = given.get("name", "")
            self._note(self._select, "")
        elif tag == "option" and self._select:
            self._note(self._select, given.get("value", ""))
        elif tag in ("input", "textarea", "button"):
            self._note(given.get("name", ""), given.get("value", ""), is_file=given.get("type") == "file")

    def _note(self, name: str, value: str, *, is_file: bool = False) -> None:
        if name and name not in IGNORED and self.forms:
            found = self.forms[-1][1].setdefault(name, Field())
            found.is_file |= is_file
            found.values |= {value} - {""}


def _posts(form: dict[str, str]) -> bool:
    return form.get("method", "").lower() == "post"


def somebody(door: Door) -> str:
    """Who may open that page."""
    return min((door.ru or door.holders) - door.leads_to_sign_in, default=PUBLIC_ROLE)


def forms_of(site: Site, successes: dict[str, dict[str, Any]]) -> tuple[Forms, int]:
    """The fields of every form that some page shows or some successful form fills; and how many pages were read."""
    found: Forms = {}
    pages = [key for key, door in DOORS.items() if key[1] == "GET" and (door.ru or door.holders)]
    for key in pages:
        _read(site, key, found)
    for endpoint, values in successes.items():
        for name, value in values.items():
            each = found.setdefault(endpoint, {}).setdefault(name, Field())
            each.values |= set(map(str, value)) if isinstance(value, list) else {str(value)}
    return found, len(pages)


def _read(site: Site, key: Key, found: Forms) -> None:
    answer = site.ask(key, somebody(DOORS[key]), "ru")
    path, is_page = answer.request.path, answer.mimetype == "text/html"
    reader = Reader()
    reader.feed(answer.get_data(as_text=True) if is_page else "")
    answer.close()
    matching = site.net.app.url_map.bind("localhost")
    found.setdefault(QUERY, {}).update({name: Field() for name in reader.asked})
    for action, fields in reader.forms:
        if action == QUERY:
            found[QUERY].update(fields)
            continue
        try:
            endpoint, _ = matching.match((action or path).partition("?")[0], method="POST")
        except HTTPException:
            continue
        for name, each in fields.items():
            known = found.setdefault(str(endpoint), {}).setdefault(name, Field())
            known.values |= each.values
            known.is_file |= each.is_file
