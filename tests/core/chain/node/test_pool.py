"""Tests of core.chain.node.pool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.chain.fees import Fees
from core.chain.node.pool import MAX_NONCE_AHEAD, MAX_RAW_BYTES, TRANSACTION_GAS_CAP
from core.chain.node.rpc_errors import RpcError
from tests.core.chain.node.examples import (
    OTHER_SIGNER,
    SIGNER,
    Chain,
    chain_on,
    mine,
    raw_transaction,
    transaction,
)


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """Lend a chain with nothing on it."""
    with chain_on(tmp_path / "chain.db") as lent:
        yield lent


def _executable(chain: Chain) -> list[int]:
    with chain.ledger.state(chain.ledger.head) as state:
        return [each.nonce for each in chain.pool.executable(state.get_nonce)]  # type: ignore[arg-type]  # bytes


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "invalid transaction"),
        (b"\x02", "invalid transaction"),
        (b"\x7f\x01", "invalid transaction"),
        (raw_transaction(0) + b"\x00", "invalid transaction"),
        (bytes(MAX_RAW_BYTES + 1), "oversized"),
        (raw_transaction(0, chain_id=1), "invalid chain id"),
        (raw_transaction(0, gas=20_999), "intrinsic gas"),
        (raw_transaction(0, gas=TRANSACTION_GAS_CAP + 1), "exceeds block gas limit"),
        (raw_transaction(MAX_NONCE_AHEAD + 1), "nonce too high"),
        (raw_transaction(0, fees=Fees(1, 2)), "max priority fee"),
        (raw_transaction(0, signer=OTHER_SIGNER, fees=Fees(1, 1)), "insufficient funds"),
        (raw_transaction(0, to=None, data=bytes(50_000), gas=10_000_000), "max initcode size"),
    ],
)
def test_what_cannot_be_valid_is_refused_at_the_door(chain: Chain, raw: bytes, words: str) -> None:
    """Each fault has its sentence, and nothing of it stays."""
    with pytest.raises(RpcError) as refusal:
        chain.pool.add(raw)
    assert words in refusal.value.message
    assert len(chain.pool) == 0


@given(st.binary(max_size=300))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
def test_rubbish_is_refused_and_nothing_else(chain: Chain, raw: bytes) -> None:
    """Whatever the bytes are, the answer is a refusal."""
    for prefix in (b"", b"\x01", b"\x02", b"\x03"):
        with pytest.raises(RpcError):
            chain.pool.add(prefix + raw)


def test_a_flipped_bit_makes_another_sender_or_a_refusal(chain: Chain) -> None:
    """No altered copy of a transaction is taken for the sender's own."""
    raw = raw_transaction(0)
    for bit in range(8 * len(raw)):
        altered = bytearray(raw)
        altered[bit // 8] ^= 1 << bit % 8
        try:
            added = chain.pool.get(chain.pool.add(bytes(altered)))
        except RpcError:
            continue
        assert added is not None
        assert added.sender != SIGNER.address


def test_a_known_transaction_is_said_to_be_known(chain: Chain) -> None:
    """Waiting or mined, a second submission is told apart from a used nonce."""
    chain.pool.add(raw_transaction(0))
    for _ in range(2):
        with pytest.raises(RpcError) as refusal:
            chain.pool.add(raw_transaction(0))
        assert refusal.value.message == "already known"
        if chain.pool.get(transaction(0).hash):
            mine(chain, raw_transaction(0))
            chain.pool.settle([transaction(0)])
    with pytest.raises(RpcError) as refusal:
        chain.pool.add(raw_transaction(0, gas=90_000))
    assert "nonce too low: next nonce 1, tx nonce 0" in refusal.value.message


def test_only_a_dearer_transaction_replaces(chain: Chain) -> None:
    """A second transaction with the same nonce needs a tenth more of both fees."""
    chain.pool.add(raw_transaction(0, fees=Fees(100, 100)))
    for fees in (Fees(100, 100), Fees(109, 109), Fees(200, 109)):
        with pytest.raises(RpcError) as refusal:
            chain.pool.add(raw_transaction(0, fees=fees, gas=90_000))
        assert refusal.value.message == "replacement transaction underpriced"
    chain.pool.add(raw_transaction(0, fees=Fees(110, 110), gas=90_000))
    assert len(chain.pool) == 1


def test_nonces_may_come_in_any_order(chain: Chain) -> None:
    """What comes early waits for what is missing, and is executed in order."""
    for nonce in (3, 1, 0):
        chain.pool.add(raw_transaction(nonce))
    assert _executable(chain) == [0, 1]
    assert chain.pool.next_nonce(SIGNER.address, 0) == 2
    chain.pool.add(raw_transaction(2))
    assert _executable(chain) == [0, 1, 2, 3]
    assert chain.pool.next_nonce(SIGNER.address, 0) == 4


def test_a_block_is_filled_to_its_target_only(chain: Chain) -> None:
    """What exceeds the gas target waits for the next block."""
    for nonce in range(3):
        chain.pool.add(raw_transaction(nonce, gas=9_000_000))
    assert _executable(chain) == [0, 1]
