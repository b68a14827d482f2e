"""One address for one article: what only tracks the reader is taken off, the rest stays as it is."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

TRACKING = re.compile(
    r"(utm_.*|ga_.*|_openstat|openstat|yclid|ysclid|ymclid|gclid|dclid|fbclid|msclkid|mc_(cid|eid)|twclid|igshid"
    r"|phpsessid|jsessionid|sid|spm|cmpid|__twitter_impression)",
    re.IGNORECASE,
)
FROM_FEED = {
    "from": {"rss", "rss2", "feed", "telegram", "vk"},
    "ref": {"rss", "feed"},
    "source": {"rss", "feed"},
}
PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str:
    """The address without fragment, tracking parameters, default port and the difference of http and https.

    Path and query keep their case, since for servers they are different pages. What cannot be read stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in PORTS or not parts.hostname:
        return url.strip()
    host = parts.hostname.removeprefix("www.").rstrip(".")
    if port and port not in PORTS.values():
        host = f"{host}:{port}"
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(k, v)]
    return urlunsplit(("https", host, parts.path or "/", urlencode(kept), ""))


def _tracks(name: str, value: str) -> bool:
    return bool(TRACKING.fullmatch(name)) or value.lower() in FROM_FEED.get(name.lower(), ())


def host_of(url: str) -> str:
    """The host of an address, in small letters; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_site(one: str, other: str) -> bool:
    """Whether two addresses lie under one registrable domain, taken as the last two labels."""
    return host_of(one).split(".")[-2:] == host_of(other).split(".")[-2:] != [""]
