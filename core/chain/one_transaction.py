"""One transaction until it is in a block: looked for, handed in again, and outbid with dearer ones of its nonce.

At most one of those that are signed for a nonce comes into a block, whichever it is. Nothing waits in here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.chain.network.node import NetworkNode, Transaction
from core.chain.protocol import TransactionReceipt
from core.errors import BalanceTooLow, ChainUnreachable, NonceUsed

SUBMIT_EVERY = 20  # looks
BUMP_EVERY = 240

Keep = Callable[[Sequence[bytes]], None]


class OneTransaction:
    """What is signed for one nonce, the dearest last. Raises ChainUnreachable and BalanceTooLow throughout."""

    def __init__(
        self,
        node: NetworkNode,
        transaction: Transaction,
        nonce: int,
        raw: Sequence[bytes],
        keep: Keep,
    ) -> None:
        """Go on with what was signed before. ``keep`` writes down all that is signed, before it is sent."""
        self._node = node
        self._transaction = transaction
        self._nonce = nonce
        self._raw = list(raw)
        self._keep = keep
        self._looks = -1  # the first look hands in what may never have been
        self._is_lost = False

    @classmethod
    def begin(
        cls, node: NetworkNode, transaction: Transaction, nonce: int, keep: Keep
    ) -> OneTransaction:
        """Sign it; ``submit`` sends it. Raises BalanceTooLow when the account cannot pay for it."""
        raw = node.sign(transaction, nonce).raw
        node.require_balance(raw)
        keep([raw])
        return cls(node, transaction, nonce, [raw], keep)

    @property
    def is_lost(self) -> bool:
        """Whether another transaction of the account is in a block with this nonce, so that this one never comes in."""
        return self._is_lost

    def look(self) -> TransactionReceipt | None:
        """Look for a receipt; without one, do what is due."""
        if (receipt := self._receipt()) is not None:
            return receipt
        self._looks += 1
        if self._looks > 0 and self._looks % BUMP_EVERY == 0:
            self._bump()
        if self._looks % SUBMIT_EVERY == 0:
            self.submit()
        return None

    def submit(self) -> None:
        """Hand in the dearest; one that the node has already is fine."""
        self._looks = max(self._looks, 0)
        try:
            self._node.submit(self._raw[-1])
        except NonceUsed:
            # That is said too of a nonce whose other transaction still waits, and of an offer that is no better than
            # the one before: only a nonce that is in a block is lost.
            is_mined = self._node.mined_count() > self._nonce
            self._is_lost = is_mined and self._receipt() is None
        except ChainUnreachable:
            self._node.require_balance(self._raw[-1])
            raise

    def _receipt(self) -> TransactionReceipt | None:
        found = (self._node.receipt(raw) for raw in self._raw)
        return next((receipt for receipt in found if receipt is not None), None)

    def _bump(self) -> None:
        raw = self._node.sign(self._transaction, self._nonce, len(self._raw)).raw
        if raw in self._raw:
            return  # no more than that is ever offered
        try:
            self._node.require_balance(raw)
        except BalanceTooLow:
            return  # what was offered before can be paid for, and may come in still
        self._keep([*self._raw, raw])
        self._raw.append(raw)
