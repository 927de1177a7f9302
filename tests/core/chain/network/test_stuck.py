"""A deployment on a node that takes its time: more is offered, once per nonce, and blocks that are left are seen."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from core.chain import one_transaction
from core.chain.clients import lucid_timelock
from core.chain.encoding import keccak256
from core.chain.fees import FeeBounds, Fees
from core.chain.network.deployer import STEPS, Deployer
from core.chain.network.journal import Beginning, Sent, open_journal
from core.chain.network.node import NetworkNode, Transaction
from core.chain.network.parts import NAMES
from core.chain.protocol import SignedTransaction, TransactionReceipt
from core.chain.signing import read_transaction
from core.errors import NonceUsed
from tests.core.chain.network.bench import some_terms
from tests.core.chain.node_process import KEY

ACCOUNT = bytes([7]) * 20
GWEI = 10**9


class _Slow:
    """Signs and takes everything, and has a receipt for what a test puts into a block."""

    def __init__(self) -> None:
        self.submitted: list[bytes] = []
        self.in_blocks: set[bytes] = set()
        self.is_dearest = False
        self.is_used = False
        self.mined = 4

    def require_balance(self, _raw: bytes) -> None:
        return

    def mined_count(self) -> int:
        return self.mined

    def next_nonce(self) -> int:
        return self.mined

    def sign(self, _transaction: Transaction, nonce: int, bumps: int = 0) -> SignedTransaction:
        raw = f"{nonce} {0 if self.is_dearest else bumps}".encode()
        return SignedTransaction(raw, keccak256(raw), nonce)

    def submit(self, raw: bytes) -> None:
        if self.is_used:
            raise NonceUsed(reason="replacement transaction underpriced")
        self.submitted.append(raw)

    def receipt(self, raw: bytes) -> TransactionReceipt | None:
        if raw not in self.in_blocks:
            return None
        return TransactionReceipt(keccak256(raw), True, 12, bytes(32), 1, 0, None, None)

    def code(self, _address: bytes) -> bytes:
        return b""


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> _Slow:
    """Lend such a node, and have the deployer lose its patience sooner."""
    monkeypatch.setattr(one_transaction, "BUMP_EVERY", 4)
    monkeypatch.setattr(one_transaction, "SUBMIT_EVERY", 2)
    return _Slow()


def _deployer(node: _Slow, path: Path) -> Deployer:
    journal = open_journal(path, Beginning(1, bytes(32), ACCOUNT, some_terms()))
    return Deployer(cast("NetworkNode", node), journal)


def _steps(path: Path) -> dict[str, Sent | None]:
    journal = open_journal(path, Beginning(1, bytes(32), ACCOUNT, some_terms()))
    return {name: journal.step(name) for name in STEPS}


def test_more_is_offered_for_the_same_nonce(slow: _Slow, tmp_path: Path) -> None:
    """Every so often a dearer transaction of the same nonce is written down and sent; none before is forgotten."""
    path = tmp_path / "journal"
    deployer = _deployer(slow, path)
    for _ in range(10):
        assert not deployer.advance()
    sent = _steps(path)["LucidAnchors"]
    assert sent is not None
    assert (sent.nonce, sent.raw) == (4, (b"4 0", b"4 1", b"4 2"))
    assert slow.submitted[0] == b"4 0"
    assert slow.submitted[-1] == b"4 2"
    slow.is_dearest = True
    for _ in range(8):
        deployer.advance()
    again = _steps(path)["LucidAnchors"]
    assert again is not None
    assert again.raw == (b"4 0", b"4 1", b"4 2")  # above the bounds nothing new is signed


def test_whichever_comes_into_a_block_counts(
    slow: _Slow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cheaper one may win after all: its step is done, by its transaction."""
    path = tmp_path / "journal"
    deployer = _deployer(slow, path)
    monkeypatch.setattr(Deployer, "_is_right", lambda *_: True)
    for _ in range(6):
        deployer.advance()
    slow.in_blocks.add(b"4 0")
    deployer.advance()
    sent = _steps(path)["LucidAnchors"]
    assert sent is not None
    assert (sent.block, sent.transaction) == (12, keccak256(b"4 0"))


def test_a_nonce_is_lost_only_when_it_is_in_a_block(slow: _Slow, tmp_path: Path) -> None:
    """While another transaction of the nonce waits, or an offer is too low, nothing is signed at the next one."""
    path = tmp_path / "journal"
    deployer = _deployer(slow, path)
    deployer.advance()
    slow.is_used = True
    for _ in range(3):
        deployer.advance()
    sent = _steps(path)["LucidAnchors"]
    assert sent is not None
    assert sent.nonce == 4
    slow.mined = 5
    for _ in range(2):
        deployer.advance()
    again = _steps(path)["LucidAnchors"]
    assert again is not None
    assert again.nonce == 5


def test_a_step_whose_block_was_left_is_taken_again(slow: _Slow, tmp_path: Path) -> None:
    """Done is only said when every step is in a block still; one that is not is sent again, as it was signed."""
    path = tmp_path / "journal"
    journal = open_journal(path, Beginning(1, bytes(32), ACCOUNT, some_terms()))
    for number, name in enumerate(STEPS):
        raw = f"done {number}".encode()
        slow.in_blocks.add(raw)
        address = bytes([number]) * 20 if name in NAMES else None
        journal.put(name, Sent(number, (raw,), address, 9, keccak256(raw)))
    journal.put(STEPS[0], Sent(0, (), bytes(20), 3))  # adopted: there is no transaction to look for
    deployer = _deployer(slow, path)
    assert deployer.advance()
    slow.in_blocks.remove(b"done 15")
    assert not deployer.advance()
    left = _steps(path)[STEPS[15]]
    assert left is not None
    assert not left.is_done
    assert not deployer.advance()
    assert slow.submitted == [b"done 15"]
    slow.in_blocks.add(b"done 15")
    assert deployer.advance()
    assert deployer.done() == len(STEPS)


def test_fees_are_raised_by_a_quarter_and_bounded() -> None:
    """Each time a quarter more is offered, and never more than anybody is asked to pay."""

    class Priced(NetworkNode):
        def fees(self) -> Fees:
            return Fees(8 * GWEI, 2 * GWEI)

        def chain_id(self) -> int:
            return 5

    node = Priced("nowhere", KEY)
    call = Transaction(bytes(20), lucid_timelock.get_min_delay().data, 100_000)
    said = [read_transaction(node.sign(call, 3, bumps).raw) for bumps in (0, 1, 2, 60)]
    assert [each.nonce for each in said] == [3, 3, 3, 3]
    assert [each.fees.max_fee_per_gas for each in said[:3]] == [8 * GWEI, 10 * GWEI, 12_500_000_000]
    assert [each.fees.max_priority_fee_per_gas for each in said[:2]] == [2 * GWEI, 2_500_000_000]
    most = FeeBounds()
    assert said[3].fees == Fees(most.max_fee_per_gas, most.max_priority_fee_per_gas)
    node.close()
