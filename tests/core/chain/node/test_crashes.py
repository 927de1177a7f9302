"""kill -9 at any moment: what was acknowledged stays, and what was submitted is in the chain exactly once."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from core.chain.client import Web3AnchorChain
from core.chain.fees import Fees
from core.chain.node.genesis import DEFAULT_CHAIN_ID
from core.chain.protocol import SignedTransaction, TransactionReceipt
from core.chain.signing import Signer
from tests.core.chain.node_process import KEY, OwnNode, own_node, wait_for

SHORT_CYCLES = 3
LONG_CYCLES = 100
MOST_SENT = 20


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """A few seeded kills, with `make test`."""
    _torture(tmp_path, seed=1, cycles=SHORT_CYCLES)


@pytest.mark.chaos
@pytest.mark.timeout(1200)
def test_nothing_acknowledged_is_lost_in_many_kills(tmp_path: Path) -> None:
    """Many seeded kills, with `make chaos`."""
    _torture(tmp_path, seed=2, cycles=LONG_CYCLES)


class _Submitter:
    """Does what the outbox does: keeps what it signed until it has a receipt, and submits it again."""

    def __init__(self, chain: Web3AnchorChain) -> None:
        self._chain = chain
        self._signer = Signer(KEY)
        self.waiting: list[SignedTransaction] = []
        self.receipts: dict[bytes, TransactionReceipt] = {}
        self._nonce = 0

    def send_next(self) -> None:
        signed = self._signer.sign(
            chain_id=DEFAULT_CHAIN_ID,
            nonce=self._nonce,
            to=bytes([9]) * 20,
            data=self._nonce.to_bytes(4, "big"),
            gas=60_000,
            fees=Fees(0, 0),
        )
        self._nonce += 1
        self.waiting.append(signed)
        self._chain.submit(signed.raw)

    def send_waiting_again(self) -> None:
        for signed in self.waiting:
            self._chain.submit(signed.raw)

    def collect(self) -> bool:
        """Ask for the receipts that are missing; True when none is."""
        for signed in list(self.waiting):
            receipt = self._chain.receipt(signed.hash)
            if receipt is not None:
                self.receipts[signed.hash] = receipt
                self.waiting.remove(signed)
        return not self.waiting

    def check_all(self) -> None:
        """Every receipt that was ever served is served again, the same to the last byte."""
        for transaction_hash, receipt in self.receipts.items():
            assert self._chain.receipt(transaction_hash) == receipt
        assert self._chain.next_nonce() >= len(self.receipts)


def _torture(root: Path, seed: int, cycles: int) -> None:
    randomness = random.Random(seed)
    with own_node(root) as node:
        chain = Web3AnchorChain(str(node.socket), private_key=KEY)
        submitter = _Submitter(chain)
        for _ in range(cycles):
            _send_until(submitter, time.monotonic() + randomness.uniform(0.0, 1.5))
            _kill(node)
            submitter.check_all()
            submitter.send_waiting_again()
        wait_for(submitter.collect)
        submitter.check_all()
        assert chain.next_nonce() == len(submitter.receipts)
        numbers = [each.block_number for each in submitter.receipts.values()]
        assert numbers == sorted(numbers)
        chain.close()


def _send_until(submitter: _Submitter, moment: float) -> None:
    """Send as fast as answers come, up to a bound, and collect receipts until the moment."""
    for _ in range(MOST_SENT):
        submitter.send_next()
        submitter.collect()
        if time.monotonic() >= moment:
            return
    while time.monotonic() < moment:
        submitter.collect()


def _kill(node: OwnNode) -> None:
    status, _ = node.end(signal.SIGKILL)
    assert status == -signal.SIGKILL
    node.start()
