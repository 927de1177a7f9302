"""Tests of core.chain.fees."""

from __future__ import annotations

from typing import Any

import pytest

from core.chain.connection import NodeConnection, NodeRefusal
from core.chain.fees import GWEI, FeeBounds, Fees, current_fees, gas_limit
from core.chain.protocol import ANCHORS, DEPLOY, AnchorCall
from core.errors import ChainUnreachable


class _Node(NodeConnection):
    """A node with a base fee and a priority fee, or without the method for it."""

    def __init__(self, base_fee: int | None, priority: int | None, price: int = 0) -> None:
        super().__init__("nowhere")
        self._answers: dict[str, Any] = {
            "eth_getBlockByNumber": {} if base_fee is None else {"baseFeePerGas": hex(base_fee)},
            "eth_maxPriorityFeePerGas": None if priority is None else hex(priority),
            "eth_gasPrice": hex(price),
        }

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        if self._answers[method] is None:
            raise NodeRefusal(-32601, "the method does not exist")
        return self._answers[method]


@pytest.mark.parametrize(
    ("node", "fees"),
    [
        (_Node(0, 0), Fees(0, 0)),
        (_Node(7 * GWEI, GWEI), Fees(15 * GWEI, GWEI)),
        (_Node(7 * GWEI, 90 * GWEI), Fees(24 * GWEI, 10 * GWEI)),
        (_Node(400 * GWEI, GWEI), Fees(500 * GWEI, GWEI)),
        (_Node(7 * GWEI, None, price=9 * GWEI), Fees(16 * GWEI, 2 * GWEI)),
        (_Node(None, GWEI), Fees(GWEI, GWEI)),
    ],
)
def test_fees_leave_room_and_are_bounded(node: NodeConnection, fees: Fees) -> None:
    """Twice the base fee and what the node suggests, each within its bound."""
    assert current_fees(node, FeeBounds()) == fees


def test_a_price_above_the_bound_is_waited_out() -> None:
    """Nothing is offered that would be too dear or never be taken."""
    with pytest.raises(ChainUnreachable) as refusal:
        current_fees(_Node(600 * GWEI, 0), FeeBounds())
    assert "600 gwei" in str(refusal.value.facts["reason"])


def test_gas_grows_with_the_call() -> None:
    """A longer call may use more gas, a deployment more still, and none asks for a node."""
    short = gas_limit(AnchorCall(ANCHORS, "anchorChunk", ()), bytes(100))
    long = gas_limit(AnchorCall(ANCHORS, "anchorChunk", ()), bytes(8000))
    deployment = gas_limit(AnchorCall(ANCHORS, DEPLOY, ()), bytes(8000))
    assert 100_000 < short < long < deployment < 16_000_000
