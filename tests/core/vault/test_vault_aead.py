"""The sealing of one text: round trips, bits, lengths, nonces."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import new_id
from core.vault import Damaged, aead
from core.vault.aead import NONCE, Context

CONTEXT = Context("test", new_id(), "monitoring_report", new_id(), "name", 3)
NONCES = 100_000 * int(os.environ.get("CAMOVE_GATE_ROUNDS", "1"))
WORKERS = 4


@given(st.binary(max_size=5000))
def test_what_is_sealed_opens(plain: bytes) -> None:
    key = aead.new_key()
    sealed = aead.seal(key, plain, CONTEXT)
    assert aead.open(key, sealed, CONTEXT) == plain
    assert aead.unpad(aead.pad(plain)) == plain


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 64),
        (1, 64),
        (63, 64),
        (64, 256),
        (255, 256),
        (256, 1024),
        (1023, 1024),
        (1024, 2048),
        (3071, 3072),
    ],
)
def test_a_length_names_nobody(length: int, padded: int) -> None:
    assert len(aead.pad(b"x" * length)) == padded
    assert len(aead.seal(aead.new_key(), b"x" * length, CONTEXT)) == 1 + NONCE + padded + 16


def test_every_bit_of_200_ciphertexts_counts() -> None:
    chance, tried = random.Random(7), 0
    for length in [0, 1, 30, 63, 64, 200, 255, 1000] * 25:
        key, plain = aead.new_key(), chance.randbytes(length)
        sealed = aead.seal(key, plain, CONTEXT)
        bits = range(len(sealed) * 8)
        for at in bits if len(sealed) < 100 else chance.sample(bits, 500):
            changed = bytearray(sealed)
            changed[at // 8] ^= 1 << at % 8
            with pytest.raises(Damaged):
                aead.open(key, bytes(changed), CONTEXT)
            tried += 1
    assert tried > 100_000
    print(f"S13: 0 of {tried} flipped bits opened, 200 ciphertexts, seed 7")


@pytest.mark.parametrize("cut", [0, 1, 12, 13, 28, 60, -1])
def test_a_cut_text_is_damage(cut: int) -> None:
    key = aead.new_key()
    with pytest.raises(Damaged):
        aead.open(key, aead.seal(key, b"plain", CONTEXT)[:cut], CONTEXT)


MOVES: dict[str, Callable[[Context], Context]] = {
    "schema": lambda c: replace(c, schema="other"),
    "organisation": lambda c: replace(c, organisation_id=new_id()),
    "table": lambda c: replace(c, table="other"),
    "record": lambda c: replace(c, record_id=new_id()),
    "field": lambda c: replace(c, field="other"),
    "revision": lambda c: replace(c, revision=2),
    "shifted": lambda c: replace(c, table="monitoring_report,", field="name"),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_text_opens_in_its_place_only(move: str) -> None:
    key = aead.new_key()
    sealed = aead.seal(key, b"plain", CONTEXT)
    with pytest.raises(Damaged):
        aead.open(key, sealed, MOVES[move](CONTEXT))
    with pytest.raises(Damaged):
        aead.open(aead.new_key(), sealed, CONTEXT)


def test_the_message_names_the_place_and_no_content() -> None:
    with pytest.raises(Damaged) as caught:
        aead.open(aead.new_key(), aead.seal(aead.new_key(), b"secret name", CONTEXT), CONTEXT)
    text = str(caught.value)
    assert "name of monitoring_report" in text
    assert str(CONTEXT.record_id) in text
    assert "secret" not in text
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def _nonces(count: int) -> set[bytes]:
    key = bytes(32)
    return {aead.seal(key, b"", CONTEXT)[1 : 1 + NONCE] for _ in range(count)}


def test_no_nonce_comes_twice_over_four_forked_workers() -> None:
    share = NONCES // WORKERS
    with get_context("fork").Pool(WORKERS) as pool:
        found = pool.map(_nonces, [share] * WORKERS)
    distinct = set().union(*found)
    print(f"S14: {share * WORKERS - len(distinct)} of {share * WORKERS} nonces repeated, {WORKERS} workers")
    assert len(distinct) == share * WORKERS
