"""Gate 3: nobody can make the site ask its own network, or be held up by what it fetches.

A live lab on 127.0.0.1 (`lab.py`); whatever the fetcher dials outside the lab's public names reaches a canary that
counts. The mutants `03_*.toml` break one rule each and must turn this red. No database is involved, so there is
nothing to repeat on PostgreSQL.
"""

import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest
from gates.lab import DEAD, INTERNAL, MUTE, PUBLIC, PUBLIC_6, Answer, Lab, running

from core.fetch import Fetcher, Validators
from core.fetching.budget import Budget
from core.fetching.problems import REASONS, FetchFailed, FetchProblem, Refused
from core.settings import Settings

SECONDS, SHORT, SLACK = 15.0, 1.0, 3.0
"""The deadline for most, that for servers which only end by it, and what a busy machine may add."""

SPECIAL = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.254", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.0.1",
    "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.170", "192.0.2.1",
    "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.1.1", "192.175.48.1", "198.18.0.1", "198.19.255.254",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "100::1", "2001::1", "2001:db8::1",
    "2002:7f00:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1",
)  # fmt: skip
"""41 addresses that stand for all IANA special-purpose ranges, and for clouds' own services."""

SPELLINGS = (
    "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.1", "127.0.0.1.",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "①②⑦.⓪.⓪.①", "127。0。0。1", "%31%32%37.0.0.1",
)  # fmt: skip
"""12 ways to write 127.0.0.1."""

ADDRESSES = {
    "user name": "http://honest.example@127.0.0.1/",
    "user name, honest host": "http://someone@honest.example/",
    "password": "http://a:b@honest.example/",
    "backslash": "http://127.0.0.1\\@honest.example/",
    "backslash first": "http:\\\\127.0.0.1/",
    "line break in the path": "http://honest.example/a\r\nX-Evil: 1",
    "line break in the host": "http://honest.example\r\nHost: x/",
    "tab": "http://127.0.0.1\t.honest.example/",
    "zero byte": "http://127.0.0.1\x00.honest.example/",
    "zone": "http://[fe80::1%25eth0]/",
    "empty host": "http:///etc/passwd",
    "bare word": "http://localhost/",
    "local name": "http://localhost.localdomain/",
    "broken brackets": "http://[::1/",
    "ssh": "http://honest.example:22/",
    "redis": "http://honest.example:6379/",
    "port zero": "http://honest.example:0/",
    "no port": "http://honest.example:99999/",
    "file": "file:///etc/passwd",
    "ftp": "ftp://honest.example/",
    "gopher": "gopher://127.0.0.1:6379/_PING",
    "dict": "dict://127.0.0.1:11211/stat",
    "javascript": "javascript:alert(1)",
    "data": "data:text/plain,hello",
    "no scheme": "//honest.example/",
    "too long": "http://honest.example/" + "a" * 5000,
}

LOCATIONS = {
    "to-loopback": "http://127.0.0.1/",
    "to-metadata": "http://169.254.169.254/latest/meta-data/",
    "to-name-inside": "http://inside.example/",
    "to-octal": "http://0177.0.0.1/",
    "to-mapped": "http://[::ffff:127.0.0.1]/",
    "to-number": "//2130706433/",
    "to-file": "file:///etc/passwd",
    "to-ssh": "http://honest.example:22/",
    "to-user": "http://honest.example@127.0.0.1/",
    "to-backslash": "http:\\\\127.0.0.1/",
    "to-second-hop": "http://other.example/to-loopback",
    "loop": "/loop",
    "hops-4": "/hops-3",
    "down": "http://honest.example/plain",
}

FEED = b"<rss><channel><title>Honest</title></channel></rss>"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""))
    yield head.encode("latin-1")
    yield body


def drip(*begun: bytes) -> Iterator[bytes]:
    """A byte every tenth of a second, for six seconds."""
    yield from begun
    for _ in range(60):
        time.sleep(0.1)
        yield b"a"


def bomb() -> bytes:
    """60 MiB of zeros in 60 KB."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(60)) + packer.flush()


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HOSTILE: dict[str, tuple[Callable[[], Answer], str]] = {
    "header-line": (lambda: (OK, b"X: " + b"a" * 200_000 + b"\r\n\r\n"), "too_large broken"),
    "header-many": (lambda: (OK, *(b"X-%d: a\r\n" % i for i in range(50_000))), "too_large broken"),
    "header-fat": (lambda: (OK, *(b"X-%d: %s\r\n" % (i, b"a" * 9000) for i in range(90)), b"\r\n"), "too_large"),
    "header-drip": (lambda: drip(OK, b"X: "), "deadline"),
    "continue": (lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), "too_large"),
    "body-endless": (lambda: (OK, b"\r\n", *repeat(bytes(65536), 400)), "too_large"),
    "body-claims": (lambda: (OK, b"Content-Length: 99999999999\r\n\r\n", b"a"), "too_large"),
    "body-lies": (lambda: (OK, b"Content-Length: 500\r\n\r\n", b"a"), "broken"),
    "body-drip": (lambda: drip(OK, b"\r\n"), "deadline"),
    "chunk-endless": (lambda: (CHUNKED, *repeat(b"10000\r\n" + bytes(65536) + b"\r\n", 400)), "too_large"),
    "chunk-tiny": (lambda: (CHUNKED, *repeat(b"1\r\na\r\n" * 9000, 400)), "too_large deadline"),
    "chunk-size": (lambda: (CHUNKED, *repeat(b"a" * 65536, 400)), "too_large broken"),
    "chunk-wrong": (lambda: (CHUNKED, b"zz\r\n"), "broken"),
    "trailer": (lambda: (CHUNKED, b"0\r\n", *repeat(b"X: " + b"a" * 60000 + b"\r\n", 400)), "too_large broken"),
    "chunk-drip": (lambda: drip(CHUNKED, b"ffff\r\n"), "deadline"),
    "bomb": (lambda: answer(bomb(), "Content-Encoding: gzip"), "too_large"),
    "gzip-cut": (lambda: answer(gzip.compress(FEED)[:-9], "Content-Encoding: gzip"), "broken"),
    "gzip-not": (lambda: answer(FEED, "Content-Encoding: gzip"), "encoding"),
    "gzip-twice": (lambda: answer(gzip.compress(FEED), "Content-Encoding: gzip, gzip"), "encoding"),
    "deflate": (lambda: answer(zlib.compress(FEED), "Content-Encoding: deflate"), "encoding"),
    "no-http": (lambda: (b"SSH-2.0-OpenSSH_9.2\r\n",), "broken"),
    "nothing": (lambda: (), "broken"),
}  # fmt: skip

BIG = bytes(range(256)) * 16 * 1024
HONEST: dict[str, Callable[[], Answer]] = {
    "plain": lambda: answer(FEED, "Set-Cookie: a=b", "Content-Type: text/xml"),
    "endless-close": lambda: (OK, b"\r\n", FEED),
    "gzip": lambda: answer(gzip.compress(FEED), "Content-Encoding: gzip"),
    "gzip-members": lambda: answer(gzip.compress(FEED[:9]) + gzip.compress(FEED[9:]), "Content-Encoding: x-gzip"),
    "chunked": lambda: (CHUNKED, b"%x\r\n%s\r\n0\r\n\r\n" % (len(FEED), FEED)),
    "big": lambda: answer(BIG),
    "gone": lambda: answer(b"", status="410 Gone"),
}  # fmt: skip


def respond(head: str) -> Answer:
    """The lab's servers: what a path asks for."""
    path = head.split(" ", 2)[1].strip("/").partition("?")[0] if " " in head else ""
    if path in HOSTILE:
        return HOSTILE[path][0]()
    if path in HONEST:
        return HONEST[path]()
    if path.startswith("hops-") and path != "hops-4":
        hop = int(path.removeprefix("hops-"))
        return answer(b"", f"Location: {f'/hops-{hop - 1}' if hop else '/plain'}", status="301 Moved")
    if path in LOCATIONS:
        return answer(b"", f"Location: {LOCATIONS[path]}", "Set-Cookie: stolen=1", status="302 Found")
    if 'If-None-Match: W/"1"' in head:
        return answer(b"", status="304 Not Modified")
    return answer(FEED)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with running(tmp_path, respond) as found:
        yield found


@pytest.fixture
def fetcher(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fetcher:
    """With a proxy in the environment that is the canary: whoever believes it, is seen."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{lab.canary.port}")
    settings = Settings(instance=tmp_path, base_url="https://camove.example")
    budget = Budget(burst=10_000.0)
    return Fetcher(settings, resolver=lab.resolve, dialler=lab.dial, context=lab.trust, budget=budget)


def refusal(fetcher: Fetcher, url: str, seconds: float = SECONDS) -> str:
    """The reason why nothing came back; empty if something did."""
    begun = time.monotonic()
    try:
        fetcher.get(url, seconds=seconds)
    except FetchProblem as problem:
        assert problem.reason in REASONS
        late = time.monotonic() - begun > seconds + SLACK
        return "late" if late else problem.reason
    return ""


def test_no_hostile_target_reaches_the_inside(lab: Lab, fetcher: Fetcher) -> None:
    """Addresses, spellings, user names, ports, schemes, redirects, and names that change their mind."""
    literal = [f"http://[{each}]/" if ":" in each else f"http://{each}/" for each in SPECIAL]
    named = []
    for index, each in enumerate(SPECIAL):
        lab.name(f"special-{index}.example", [each])
        named.append(f"http://special-{index}.example/")
    spelled = [f"http://{each}/" for each in SPELLINGS]
    redirects = [f"http://honest.example/{each}" for each in LOCATIONS if each != "down"]
    redirects.append("https://honest.example/down")
    lab.name("inside.example", [INTERNAL])
    names = rebinding(lab)
    tries = {
        "addresses": literal, "addresses by name": named, "spellings": spelled,
        "other addresses": list(ADDRESSES.values()), "redirects": redirects, "rebinding": names,
    }  # fmt: skip
    served = [url for urls in tries.values() for url in urls if not refusal(fetcher, url)]
    counts = ", ".join(f"{name} {len(urls)}" for name, urls in tries.items())
    total = sum(map(len, tries.values()))
    print(f"gate 3: canary hits {lab.canary.connections} of {total} hostile targets ({counts}); no seed")
    assert total >= 52
    assert (len(SPECIAL), len(SPELLINGS)) == (41, 12)
    assert lab.canary.connections == 0
    assert served == []
    assert set(lab.dialled) <= {PUBLIC}


def rebinding(lab: Lab) -> list[str]:
    """Names with answers that differ, within one answer and from one to the next."""
    lab.name("both.example", [PUBLIC, INTERNAL])
    lab.name("both-reversed.example", [INTERNAL, PUBLIC])
    lab.name("mapped.example", [PUBLIC, "::ffff:127.0.0.1"])
    lab.name("empty.example", [])
    lab.name("many.example", [PUBLIC] * 100)
    lab.name("first-inside.example", [INTERNAL], [PUBLIC])
    hosts = ("both", "both-reversed", "mapped", "empty", "many", "first-inside")
    return [f"http://{host}.example/plain" for host in hosts]


def test_a_name_that_changes_its_mind_is_asked_once_for_each_hop(lab: Lab, fetcher: Fetcher) -> None:
    """Public when it is checked, internal ever after: what was checked is what is dialled."""
    for index in range(4):
        lab.name(f"changes-{index}.example", [PUBLIC], [INTERNAL])
    assert fetcher.get("http://changes-0.example/plain").body == FEED
    assert fetcher.get("https://honest.example/plain").body == FEED
    with pytest.raises(Refused, match="address"):
        fetcher.get("http://changes-1.example/hops-0")
    print(
        f"gate 3: canary hits {lab.canary.connections} of 2 names that change; asked {len(lab.asked)} of 4 times"
    )
    assert lab.asked == ["changes-0.example", "honest.example", "changes-1.example", "changes-1.example"]
    assert lab.canary.connections == 0


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_answer_ends_in_time_and_with_a_reason(lab: Lab, fetcher: Fetcher, path: str) -> None:
    expected = HOSTILE[path][1]
    seconds = SHORT if expected == "deadline" else SECONDS
    reason = refusal(fetcher, f"http://honest.example/{path}", seconds)
    assert reason in expected.split(), (path, reason)
    assert lab.canary.connections == 0


def test_a_bomb_is_not_unpacked_into_memory(lab: Lab, fetcher: Fetcher) -> None:
    tracemalloc.start()
    try:
        assert refusal(fetcher, "http://honest.example/bomb") == "too_large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 48 * 2**20, f"{peak / 2**20:.0f} MiB for an answer that may have 20"


def test_the_canary_counts(lab: Lab) -> None:
    """A gate whose alarm is dead would always be green."""
    with lab.dial("10.0.0.1", 80, 5.0) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert sock.recv(1000).endswith(b"SECRET")
    assert lab.canary.connections == 1


def test_a_silent_server_and_a_silent_resolver_are_left_in_time(lab: Lab, fetcher: Fetcher) -> None:
    lab.name("mute.example", [MUTE])
    assert refusal(fetcher, "https://mute.example/", SHORT) == "deadline"
    slow = Fetcher(fetcher.settings, resolver=lambda *_: time.sleep(8) or [PUBLIC], dialler=lab.dial)  # type: ignore[func-returns-value]
    assert refusal(slow, "http://slow.example/", SHORT) == "deadline"


def test_certificates_are_checked_against_the_name_that_was_asked(lab: Lab, fetcher: Fetcher) -> None:
    assert fetcher.get("https://honest.example/plain").body == FEED
    assert fetcher.get("https://www.honest.example/plain").body == FEED
    assert refusal(fetcher, "https://wrong.example/") == "tls"
    strangers = Fetcher(fetcher.settings, resolver=lab.resolve, dialler=lab.dial)
    assert refusal(strangers, "https://honest.example/") == "tls"
    assert refusal(fetcher, f"https://{PUBLIC}/") == "tls"


def test_honest_sites_are_served(lab: Lab, fetcher: Fetcher) -> None:
    lab.name("six.example", [PUBLIC_6])
    lab.name("two.example", [DEAD, PUBLIC])
    lab.name("translated.example", ["64:ff9b::5db8:d70e", PUBLIC])
    lab.name("xn--80ae1alafffj1i.example", [PUBLIC])
    tries = {f"http://honest.example/{path}": body for path, body in bodies().items()}
    tries |= {
        "https://honest.example/plain": FEED,
        "https://honest.example:443/plain#part": FEED,
        "HTTP://HONEST.example./plain": FEED,
        "http://honest.example/hops-2": FEED,
        "http://six.example/plain": FEED,
        "http://two.example/plain": FEED,
        "http://центрмедиа.example/новости?q=мир&x=%20": FEED,
        f"http://{PUBLIC}/plain": FEED,
    }
    served = [url for url, body in tries.items() if fetcher.get(url).body == body]
    print(f"gate 3: {len(served)} of {len(tries)} honest addresses served")
    assert served == list(tries)
    assert lab.canary.connections == 0


def bodies() -> dict[str, bytes]:
    return {path: {"big": BIG, "gone": b""}.get(path, FEED) for path in HONEST}


def test_what_we_send_betrays_nothing_and_keeps_validators(lab: Lab, fetcher: Fetcher) -> None:
    got = fetcher.get("http://honest.example/plain")
    assert (got.status, got.headers["content-type"], got.url) == (
        200,
        "text/xml",
        "http://honest.example/plain",
    )
    validators = Validators('W/"1"', "Mon, 23 Nov 2026 10:00:00 GMT")
    assert fetcher.get("http://other.example/feed", validators=validators).status == 304
    assert fetcher.get("http://other.example/feed", validators=Validators('"\r\nX-Evil: 1')).status == 200
    moved = fetcher.get("http://honest.example/hops-1")
    assert (moved.url, moved.moved_to) == ("http://honest.example/plain", "http://honest.example/plain")
    first, conditional, *_ = lab.web.heads
    assert first.splitlines()[:1] == ["GET /plain HTTP/1.1"]
    names = {line.partition(":")[0].lower() for line in first.splitlines()[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "Host: honest.example\r\n" in first
    assert "(+https://camove.example)" in first
    assert "If-Modified-Since: Mon, 23 Nov 2026 10:00:00 GMT\r\n" in conditional
    assert not [head for head in lab.web.heads if "cookie" in head.lower() or "Evil" in head]


def test_the_default_dialler_takes_addresses_only(lab: Lab) -> None:
    with Fetcher(Settings()).dialler(INTERNAL, lab.web.port, 5.0) as sock:
        assert sock.getpeername() == (INTERNAL, lab.web.port)
    with pytest.raises(OSError, match="illegal IP address"):
        Fetcher(Settings()).dialler("localhost", lab.web.port, 5.0)
    with pytest.raises(Refused, match="address"):
        Fetcher(Settings()).get(f"http://{INTERNAL}/")


def test_a_site_that_cannot_be_reached_is_a_failure_not_a_refusal(lab: Lab, fetcher: Fetcher) -> None:
    lab.name("dead.example", [DEAD])
    with pytest.raises(FetchFailed, match="connect"):
        fetcher.get("http://dead.example/")
