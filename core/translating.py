"""Catalogues for translators: extract the sentences, keep `.po` files in step, find what is missing or unsafe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.i18n import CORE_FOLDER

LANGUAGES = ("ru", "ky")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "mark_plural": (1, 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@dataclass(frozen=True)
class Catalogues:
    """The catalogues of one gettext domain: core's, or a plugin's."""

    name: str
    folder: Path

    @classmethod
    def of_core(cls) -> "Catalogues":
        """Those of core."""
        return cls("core", CORE_FOLDER.parent)

    def path(self, language: str) -> Path:
        """Where the `.po` of a language lies."""
        return self.folder / "translations" / language / "LC_MESSAGES" / f"{self.name}.po"

    def extract(self) -> Catalog:
        """The sentences that code and templates use now."""
        catalog = Catalog(project="camove", charset="utf-8")
        for filename, _line, message, comments, context in extract_from_dir(
            self.folder, METHODS, {"**/templates/**.html": {"silent": "false"}}, KEYWORDS
        ):
            # File names without lines: else each edit would touch every catalogue.
            catalog.add(message, locations=[(filename, 0)], auto_comments=comments, context=context)
        return catalog

    def read(self, language: str) -> Catalog:
        """The catalogue as it stands."""
        path = self.path(language)
        if not path.exists():
            return Catalog(locale=language, domain=self.name)
        with path.open("rb") as file:
            return read_po(file, locale=language, domain=self.name)

    def update(self) -> int:
        """Add new sentences, drop old ones, keep translations; gives the number of sentences."""
        template = self.extract()
        for language in LANGUAGES:
            catalog = self.read(language)
            catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
            catalog.obsolete.clear()
            path = self.path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalog, width=110, sort_output=True, no_location=True, omit_header=False)
        return len(template)

    def problems(self) -> Iterator[str]:
        """What a reader would notice: missing, left over, wrong placeholders, or markup in a translation."""
        used = {message.id for message in self.extract() if message.id}
        for language in LANGUAGES:
            catalog = self.read(language)
            known = {message.id: message for message in catalog if message.id}
            yield from (
                f"{self.name}/{language}: not in the catalogue: {each}" for each in used - known.keys()
            )
            yield from (f"{self.name}/{language}: no longer used: {each}" for each in known.keys() - used)
            for message in known.values():
                yield from (f"{self.name}/{language}: {each}: {message.id}" for each in _faults(message))


def _faults(message: Message) -> Iterator[str]:
    ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
    kept = message.string if isinstance(message.string, list | tuple) else (message.string,)
    texts = [text or "" for text in kept]
    wanted = {found for each in ids for found in PLACEHOLDER.findall(each)}
    if not all(texts):
        yield "untranslated"
    for each in texts:
        if set(PLACEHOLDER.findall(each)) - wanted or (
            len(ids) == 1 and wanted - set(PLACEHOLDER.findall(each))
        ):
            yield "placeholders differ"
        if "<" in each:
            yield "markup in a translation"
