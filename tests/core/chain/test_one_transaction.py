"""Tests of core.chain.one_transaction: a node that holds, refuses or forgets what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from core.chain import one_transaction
from core.chain.encoding import keccak256
from core.chain.network.node import NetworkNode, Transaction
from core.chain.one_transaction import OneTransaction
from core.chain.protocol import SignedTransaction, TransactionReceipt
from core.errors import BalanceTooLow, ChainUnreachable, Failure, NonceUsed

CALL = Transaction(bytes(20), b"call", 100_000)


class _Node:
    """Signs what costs a wei more for each bump, up to a cap, and answers as a test says."""

    def __init__(self) -> None:
        self.balance = 100
        self.most = 100
        self.mined = 4
        self.refusal: Failure | None = None
        self.submitted: list[bytes] = []
        self.in_block: bytes | None = None

    def sign(self, _transaction: Transaction, nonce: int, bumps: int = 0) -> SignedTransaction:
        raw = bytes([nonce, min(10 + bumps, self.most)])
        return SignedTransaction(raw, keccak256(raw), nonce)

    def require_balance(self, raw: bytes) -> None:
        if self.balance < raw[1]:
            raise BalanceTooLow(account="0x", needed=raw[1], balance=self.balance)

    def mined_count(self) -> int:
        return self.mined

    def submit(self, raw: bytes) -> None:
        self.submitted.append(raw)
        if self.refusal is not None:
            raise self.refusal

    def receipt(self, raw: bytes) -> TransactionReceipt | None:
        if raw != self.in_block:
            return None
        return TransactionReceipt(keccak256(raw), True, 12, bytes(32), 1, 0, None, None)


class _Talk:
    def __init__(self) -> None:
        self.node = _Node()
        self.kept: list[bytes] = []

    def keep(self, raw: Sequence[bytes]) -> None:
        self.kept = list(raw)

    def begin(self) -> OneTransaction:
        node = cast("NetworkNode", self.node)
        return OneTransaction.begin(node, CALL, 4, self.keep)

    def go_on(self, raw: Sequence[bytes]) -> OneTransaction:
        node = cast("NetworkNode", self.node)
        return OneTransaction(node, CALL, 4, raw, self.keep)


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> _Talk:
    """Lend such a node, and have patience end sooner."""
    monkeypatch.setattr(one_transaction, "BUMP_EVERY", 6)
    monkeypatch.setattr(one_transaction, "SUBMIT_EVERY", 2)
    return _Talk()


def _look(going: OneTransaction, times: int) -> None:
    for _ in range(times):
        assert going.look() is None


def test_it_is_written_down_before_it_is_sent(talk: _Talk) -> None:
    """Signing sends nothing yet; sending hands in what was kept, and it is handed in again every so often."""
    going = talk.begin()
    assert (talk.kept, talk.node.submitted) == ([b"\x04\x0a"], [])
    going.submit()
    _look(going, 5)
    assert talk.node.submitted == [b"\x04\x0a"] * 3


def test_dearer_ones_are_offered_up_to_the_cap(talk: _Talk) -> None:
    """Each bump is kept and sent; at the cap none is added, however long it takes; the cheapest may still win."""
    talk.node.most = 12
    going = talk.begin()
    going.submit()
    _look(going, 5)
    assert talk.kept == [b"\x04\x0a"]
    _look(going, 1)
    assert talk.kept == [b"\x04\x0a", b"\x04\x0b"]
    assert talk.node.submitted[-1] == b"\x04\x0b"
    _look(going, 30)
    assert talk.kept == [b"\x04\x0a", b"\x04\x0b", b"\x04\x0c"]
    talk.node.in_block = b"\x04\x0a"
    receipt = going.look()
    assert receipt is not None
    assert receipt.hash == keccak256(b"\x04\x0a")


def test_no_more_is_offered_than_the_account_has(talk: _Talk) -> None:
    """What cannot be paid is not signed at first, nor offered later, when the first one goes on waiting."""
    talk.node.balance = 9
    with pytest.raises(BalanceTooLow):
        talk.begin()
    assert (talk.kept, talk.node.submitted) == ([], [])
    talk.node.balance = 10
    going = talk.begin()
    _look(going, 20)
    assert talk.kept == [b"\x04\x0a"]


def test_money_that_runs_out_is_told(talk: _Talk) -> None:
    """A node says it as if it were away; who has the money is told that it is away."""
    going = talk.begin()
    talk.node.refusal = ChainUnreachable(reason="insufficient funds for gas * price + value")
    with pytest.raises(ChainUnreachable):
        going.submit()
    talk.node.balance = 9
    with pytest.raises(BalanceTooLow):
        going.submit()


def test_only_a_nonce_in_a_block_is_lost(talk: _Talk) -> None:
    """Not one whose other transaction still waits, nor one that an own transaction took."""
    going = talk.begin()
    talk.node.refusal = NonceUsed(reason="replacement transaction underpriced")
    going.submit()
    assert not going.is_lost
    talk.node.mined = 5
    talk.node.in_block = b"\x04\x0a"
    going.submit()
    assert not going.is_lost
    talk.node.in_block = None
    going.submit()
    assert going.is_lost


def test_what_was_signed_before_a_crash_is_handed_in_at_the_first_look(talk: _Talk) -> None:
    """It may never have been sent; nothing is signed anew for that."""
    going = talk.go_on([b"\x04\x0a", b"\x04\x0b"])
    _look(going, 1)
    assert talk.node.submitted == [b"\x04\x0b"]
    assert talk.kept == []
    _look(going, 6)
    assert talk.kept == [b"\x04\x0a", b"\x04\x0b", b"\x04\x0c"]
