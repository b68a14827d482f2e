"""The plugin's own gettext domain."""

from pathlib import Path

from core.toolkit import translations

domain = translations("handbook", Path(__file__).parent / "translations")
gettext = domain.gettext
ngettext = domain.ngettext
lazy_gettext = domain.lazy_gettext
