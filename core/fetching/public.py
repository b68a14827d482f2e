"""Which addresses belong to the public internet: a list of our own, since Python's own answer differs by version.

Sources: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates). Stricter than both: what
is special is refused even if it is reachable, since no newspaper lives there.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

SPECIAL_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # not in the registry: a cloud's own service behind a public number
    )
)  # fmt: skip

GLOBAL_6 = IPv6Network("2000::/3")
"""All that is assigned to the public; loopback, link-local, private and multicast lie outside."""

SPECIAL_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocols, Teredo and benchmarks among them
        "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip

TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): how a network without IPv4 names IPv4 servers."""


def is_public(address: str) -> bool:
    """Whether this address, as a resolver writes it, may be dialled."""
    try:
        return _is_public(ip_address(address))
    except ValueError:
        return False


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_4)
    if address.scope_id:
        return False
    inner = _inner(address)
    if inner is not None:
        return _is_public(inner)
    return address in GLOBAL_6 and not any(address in network for network in SPECIAL_6)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is only dressed as IPv6. 6to4 and Teredo are refused whole, whatever they carry."""
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped
