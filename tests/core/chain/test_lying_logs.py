"""A log that cannot be one is the node's contradiction, wherever it is read."""

from __future__ import annotations

from typing import Any, cast

import pytest

from core.chain.connection import NodeConnection
from core.chain.contract import Contract
from core.chain.session_logs import is_asked_for, read_event
from core.chain.storage_proof import collect_month, collect_storage
from core.errors import AnchorMismatch, ChainUnreachable

ASKED = {"address": f"0x{'a1' * 20}", "topics": ["0x01"]}


@pytest.mark.parametrize(
    "log", [{}, {"address": None}, {"address": 7, "topics": []}, {**ASKED, "topics": [None]}]
)
def test_a_log_without_address_or_topics_is_refused(log: dict[str, Any]) -> None:
    """It is neither taken for one that was asked for nor left out without a word."""
    with pytest.raises(AnchorMismatch):
        is_asked_for(log, ASKED)


@pytest.mark.parametrize("log", [{}, {"topics": [], "data": None}, {"topics": ["0xzz"]}])
def test_an_event_that_cannot_be_read_is_refused(log: dict[str, Any]) -> None:
    """Whatever is missing or is no hex is told as the node's event."""
    with pytest.raises(AnchorMismatch):
        read_event(Contract("LucidAnchors"), log)


@pytest.mark.parametrize("block", ["none", {}, {"number": "0x1"}])
def test_a_block_that_is_none_proves_nothing(block: object) -> None:
    """Proofs of storage are not asked for after what is no header."""

    class Node:
        def read(self, method: str, *_: object) -> object:
            return block if method == "eth_getBlockByNumber" else None

    with pytest.raises((AnchorMismatch, ChainUnreachable)):
        collect_month(cast("NodeConnection", Node()), bytes(20), None, 1, 1)
    with pytest.raises(AnchorMismatch):
        collect_storage(cast("NodeConnection", Node()), cast("Any", block), bytes(20), [1])
