"""Languages: address prefixes, catalogues with a chain of fallbacks, and sentences kept for later.

A missing Kyrgyz sentence is shown in Russian, a missing Russian one in English. Catalogues are read
from `.po` at boot, fuzzy entries included: they wait for a native speaker but are shown meanwhile.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, force_locale, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from core.settings import DEFAULT_LOCALE, LOCALES

CHAIN = {"ky": ("ky", "ru"), "ru": ("ru",), "en": ()}

CORE_FOLDER = Path(__file__).parent / "translations"

__all__ = ["force_locale", "gettext", "lazy_gettext", "mark", "mark_plural", "ngettext", "translations"]


@cache
def catalogue(folder: Path, domain: str, language: str) -> NullTranslations:
    """The catalogue of one domain in one language, with the fallbacks behind it."""
    chain = [
        _read(folder / each / "LC_MESSAGES" / f"{domain}.po", domain) for each in CHAIN.get(language, ())
    ]
    found: NullTranslations = NullTranslations()
    for each in reversed(chain):
        each.add_fallback(found)
        found = each
    return found


def _read(path: Path, domain: str) -> NullTranslations:
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, domain=domain), use_fuzzy=True)
    compiled.seek(0)
    return Translations(compiled, domain=domain)


class PluginDomain(Domain):
    """A gettext domain that reads `.po` files and knows our fallbacks."""

    def __init__(self, name: str, folder: Path) -> None:
        """Know where the catalogues lie; they are read at first use."""
        super().__init__(domain=name)
        self.name, self.folder = name, folder

    def get_translations(self) -> NullTranslations:
        """The catalogue of the visitor's language."""
        return catalogue(self.folder, self.name, language())

    def text(self, language: str, message: str, **values: Any) -> str:
        """`message` in a given language, outside any request."""
        found = catalogue(self.folder, self.name, language).ugettext(message)
        return found % values if values else found

    def texts(self, message: str, **values: Any) -> dict[str, str]:
        """`message` by language, for what is kept or handed on in all of them."""
        return {each: self.text(each, message, **values) for each in LOCALES}


core_domain = PluginDomain("core", CORE_FOLDER)
_domains: dict[str, PluginDomain] = {"core": core_domain}

gettext = core_domain.gettext
ngettext = core_domain.ngettext
lazy_gettext = core_domain.lazy_gettext


def mark(message: str) -> str:
    """Mark a sentence for extraction that will be translated later, in its reader's language."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with two forms for extraction."""
    return one, many


def translations(plugin: str, folder: Path) -> PluginDomain:
    """The domain of a plugin, whose catalogues lie in `folder`."""
    _domains[plugin] = PluginDomain(plugin, folder)
    return _domains[plugin]


def domain_of(name: str) -> PluginDomain:
    """The domain of that name; core's for a name that is gone."""
    return _domains.get(name, core_domain)


def language() -> str:
    """The two letters of the visitor's language."""
    locale = get_locale()
    return locale.language if locale else DEFAULT_LOCALE


def select_locale() -> str:
    """The locale of this request: the address decides, then the person, then the browser."""
    code = getattr(g, "language", None) if has_request_context() else None
    return LOCALES.get(code or DEFAULT_LOCALE, LOCALES[DEFAULT_LOCALE])


def preferred_language(saved: str = "") -> str:
    """Where `/` leads: the language that was chosen before, else what the browser asks for, else Russian."""
    return saved or request.accept_languages.best_match(list(LOCALES)) or DEFAULT_LOCALE


def install(app: Flask) -> None:
    """Give the app its locales and the templates their `_` and `ngettext`."""
    Babel(app, locale_selector=select_locale, default_locale=LOCALES[DEFAULT_LOCALE])
    app.jinja_env.globals.update(_=_template_gettext, gettext=_template_gettext, ngettext=_template_ngettext)


def _lookup(context: Context, find: str, *arguments: Any) -> str:
    # A plugin's template speaks its plugin's domain; what that lacks, core's shared words supply.
    owner = (context.name or "").split("/", 1)[0]
    message = arguments[0]
    for domain in (d for d in (_domains.get(owner), core_domain) if d):
        found: str = getattr(domain.get_translations(), find)(*arguments)
        if found not in (message, arguments[1] if len(arguments) > 1 else message):
            return found
    return str(found)


def _filled(text: str, values: Mapping[str, Any]) -> Markup | str:
    # Variables are escaped here; the sentence itself comes from our catalogues.
    return Markup(text) % {key: escape(value) for key, value in values.items()} if values else Markup(text)  # noqa: S704


@pass_context
def _template_gettext(context: Context, message: str, **values: Any) -> Markup | str:
    return _filled(_lookup(context, "ugettext", message), values)


@pass_context
def _template_ngettext(context: Context, one: str, many: str, number: int, **values: Any) -> Markup | str:
    return _filled(_lookup(context, "ungettext", one, many, number), {"num": number} | values)


def in_each_language(say: Callable[[], object]) -> dict[str, str]:
    """What `say` gives, by language: for texts that are kept or handed on in all of them."""
    found = {}
    for code, locale in LOCALES.items():
        with force_locale(locale):
            found[code] = str(say())
    return found


def best(labels: Mapping[str, str], code: str = "") -> str:
    """The label for the visitor's language out of a mapping, with the same fallbacks."""
    wanted: Iterable[str] = (code or language(), "ru", "en")
    return next((labels[each] for each in wanted if labels.get(each)), "")
