"""Where a request comes from: a name for the browser, and a mark that this device was let in before."""

import hmac
import secrets
from ipaddress import IPv6Address, ip_address

from core.accounts.throttle import Source, digest
from core.settings import Settings

BROWSERS = (
    ("YaBrowser", "Yandex"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """Browser and system, as a person would name them; empty if neither is known."""
    found = [next((name for sign, name in each if sign in agent), "") for each in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def network(address: str) -> str:
    """The part of an address that one customer holds: all of IPv4, the first 64 bits of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


def cookie_name(settings: Settings, email: str) -> str:
    """One cookie an account, so that colleagues share a computer; the name tells nothing without the key."""
    prefix = "__Host-" if settings.secure else ""
    return f"{prefix}camove-device-{digest(settings, 'cookie', email)[:8]}"


def new_mark(settings: Settings, email: str) -> str:
    """What a device gets once that account was signed in there: it opens nothing, it is heard first."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{digest(settings, 'device', email, nonce)}"


def source(settings: Settings, email: str, mark: str, address: str) -> Source:
    """The device if its mark is ours and for that account, else the network."""
    nonce, _, proof = mark.partition(".")
    if proof and hmac.compare_digest(proof.encode(), digest(settings, "device", email, nonce).encode()):
        return Source(digest(settings, "known", nonce), known=True)
    return Source(digest(settings, "network", network(address)))
