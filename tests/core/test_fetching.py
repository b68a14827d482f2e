"""The parts of the fetcher that a clock or a table decides; gate 3 tries the whole against live servers."""

import socket

import pytest
from flask import Flask

from core.fetching import naming, target
from core.fetching.body import Unpacker
from core.fetching.budget import Budget, domain_of
from core.fetching.problems import REASONS, FetchFailed, Refused, reason_in_words
from core.fetching.public import is_public


def at(url: str) -> target.Target:
    return target.read(url)


def test_a_budget_empties_and_fills_for_each_domain_apart() -> None:
    now = [0.0]
    budget = Budget(burst=2.0, per_second=0.5, clock=lambda: now[0])
    asked = [at("http://a.paper.example/"), at("https://b.paper.example/x"), at("http://paper.example/")]
    assert [budget.take(each) for each in asked] == [True, True, False]
    assert budget.take(at("http://other.invalid/"))
    now[0] = 1.9
    assert not budget.take(asked[0])
    now[0] = 2.0
    assert [budget.take(asked[0]), budget.take(asked[0])] == [True, False]
    now[0] = 3600.0
    assert [budget.take(asked[0]) for _ in range(3)] == [True, True, False]


def test_a_budget_forgets_who_is_full_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.fetching.budget.MOST_DOMAINS", 10)
    now = [0.0]
    budget = Budget(clock=lambda: now[0])
    for index in range(10):
        budget.take(at(f"http://a{index}.example{index}.invalid/"))
    now[0] = 3600.0
    budget.take(at("http://last.b.invalid/"))
    budget.take(at("http://last.c.invalid/"))
    assert len(budget._levels) <= 2


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("http://www.news.paper.kg/", "paper.kg"),
        ("http://paper.kg./", "paper.kg"),
        ("http://www.paper.co.uk/", "co.uk"),
        ("http://8.8.8.8/", "8.8.8.8"),
        ("http://[2606:4700::1]/", "2606:4700::1"),
    ],
)
def test_the_domain_that_a_budget_counts(url: str, domain: str) -> None:
    assert domain_of(at(url)) == domain


@pytest.mark.parametrize(
    ("url", "understood"),
    [
        ("HTTP://Paper.KG", "http://paper.kg/"),
        ("https://paper.kg:443/a?b=c#d", "https://paper.kg/a?b=c"),
        ("http://paper.kg:443/", "http://paper.kg:443/"),
        ("http://газета.рф/путь", "http://xn--80aahjj1e.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
        ("http://paper.kg/a b%20c", "http://paper.kg/a%20b%20c"),
        ("http://[2606:4700:0:0::1]/", "http://[2606:4700::1]/"),
    ],
)
def test_how_an_address_is_understood(url: str, understood: str) -> None:
    assert at(url).url == understood


def test_a_name_after_an_address_in_brackets_is_refused() -> None:
    """One reader takes the number for the host, another the name."""
    with pytest.raises(Refused, match="host"):
        target.read("http://[2606:4700::1]evil.example/")


def test_a_redirect_is_read_like_any_address() -> None:
    hop = at("https://paper.kg/feed/")
    assert hop.follow("../rss").url == "https://paper.kg/rss"
    assert hop.follow("//other.kg/").url == "https://other.kg/"
    for location, reason in (("http://paper.kg/", "downgrade"), ("http://[", "url"), ("a\\b", "url")):
        with pytest.raises(Refused, match=reason):
            hop.follow(location)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "172.32.0.1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address", ["", "name", "8.8.8", "2606:4700::1%eth0", "::8.8.8.8", "64:ff9b:1::808:808"]
)
def test_what_is_no_public_address(address: str) -> None:
    assert not is_public(address)


def test_the_systems_resolver_gives_addresses() -> None:
    """Of a number, so that nobody outside is asked."""
    assert naming.system("127.0.0.1", 80) == ["127.0.0.1"]


def test_a_resolver_that_fails_is_a_name_that_is_not_found() -> None:
    def fails(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(FetchFailed, match="name"):
        naming.resolve(fails, "paper.kg", 80, 5.0)


def test_an_unpacker_that_was_given_nothing_is_finished() -> None:
    unpacker = Unpacker(10)
    assert unpacker.finished
    assert unpacker.feed(b"\x1f\x8b") == b""
    assert not unpacker.finished


def test_every_reason_has_a_sentence_in_each_language(app: Flask) -> None:
    for prefix in ("ru", "ky", "en"):
        with app.test_request_context(f"/{prefix}/"):
            sentences = {reason_in_words(each) for each in REASONS}
        assert len(sentences) == len(REASONS)
        if prefix == "ru":
            assert "Сайт недоступен." in sentences
