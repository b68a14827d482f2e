"""An address to fetch, read strictly: what two readers could understand in two ways is refused."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

from core.fetching.problems import Refused

LONGEST = 4096
PORTS = {"http": 80, "https": 443}
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\]")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
KEPT = "/%:@!$&'()*+,;=~-._?"


@dataclass(frozen=True)
class Target:
    """One hop: how to ask (scheme, path with query), whom (host in ASCII, or an IP address) and where (port)."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """The address as we understood it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def is_literal(self) -> bool:
        """Whether the host is an IP address, so that nothing is to be resolved."""
        return ":" in self.host or bool(NUMBER.fullmatch(self.host.rpartition(".")[2]))

    def follow(self, location: str) -> "Target":
        """Where a redirect leads. Raises Refused; from https there is no way back to http."""
        if len(location) > LONGEST or CONTROL.search(location):
            raise Refused("url")
        try:
            joined = urljoin(self.url, location)
        except ValueError:
            raise Refused("url") from None
        then = read(joined)
        if self.scheme == "https" and then.scheme == "http":
            raise Refused("downgrade")
        return then


def read(url: str) -> Target:
    """Read an address. Raises Refused for other schemes and ports, passwords, and unusual spellings of a host."""
    if len(url) > LONGEST or CONTROL.search(url):
        raise Refused("url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("url") from None
    if parts.scheme not in PORTS:
        raise Refused("scheme")
    if "@" in parts.netloc:
        raise Refused("userinfo")
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values():
        raise Refused("port")
    path = quote(parts.path or "/", safe=KEPT.replace("?", ""))
    query = f"?{quote(parts.query, safe=KEPT)}" if parts.query else ""
    return Target(parts.scheme, _host(parts.netloc), port, path + query)


def _host(netloc: str) -> str:
    if netloc.startswith("["):
        literal, _, rest = netloc[1:].partition("]")
        if rest and not rest.startswith(":"):
            # Another reader would take the name that follows for the host.
            raise Refused("host")
        return _ipv6(literal)
    name = netloc.partition(":")[0]
    try:
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise Refused("host") from None
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return _ipv4(host)
    # A bare word is a name of the local network.
    if len(labels) < 2 or len(host) > 253 or not all(LABEL.fullmatch(each) for each in labels):
        raise Refused("host")
    return host


def _ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise Refused("host") from None


def _ipv4(text: str) -> str:
    """Four decimal numbers; octal, hexadecimal and shortened spellings are refused, not guessed."""
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise Refused("host") from None
