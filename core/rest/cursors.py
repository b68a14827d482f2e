"""Where a page goes on: an opaque text that only this site can make, good for the same list and filters alone."""

from collections.abc import Mapping
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from core.i18n import gettext
from core.platform import platform
from core.rest.problems import Problem


def _serializer(resource: str, filters: Mapping[str, Any]) -> URLSafeSerializer:
    place = "&".join(f"{name}={filters[name]}" for name in sorted(filters))
    return URLSafeSerializer(platform.settings.key("cookies"), salt=f"rest {resource}?{place}")


def sealed(resource: str, filters: Mapping[str, Any], key: str) -> str:
    """The cursor behind the row of that key."""
    return str(_serializer(resource, filters).dumps(key))


def opened(resource: str, filters: Mapping[str, Any], cursor: str) -> str:
    """The key in a cursor; empty for none. Raises Problem for one of another list."""
    if not cursor:
        return ""
    try:
        return str(_serializer(resource, filters).loads(cursor))
    except BadSignature as error:
        text = gettext("Take the cursor from the answer before, with the same filters.")
        raise Problem(422, "fields", [("cursor", text)]) from error
