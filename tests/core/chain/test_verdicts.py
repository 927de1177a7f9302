"""Tests of core.chain.verdicts."""

from __future__ import annotations

import pytest

from core.chain.connection import NodeRefusal
from core.chain.verdicts import Verdict, is_not_indexed, judge


@pytest.mark.parametrize(
    ("code", "message", "verdict"),
    [
        (-32000, "already known", Verdict.KNOWN),
        (-32003, "transaction already imported", Verdict.KNOWN),
        (-32602, "0x86df: this transaction is already in the TxPool", Verdict.KNOWN),
        (-32000, "nonce too low: next nonce 4, tx nonce 3", Verdict.NONCE_USED),
        (-32000, "replacement transaction underpriced", Verdict.NONCE_USED),
        (
            -32602,
            "replacement gas too low, got tip 0, min: 0, got fee 6, min: 69",
            Verdict.NONCE_USED,
        ),
        (-32000, "nonce too high: next nonce 4, tx nonce 3000", Verdict.LATER),
        (-32000, "invalid chain id for signer: have 1 want 2", Verdict.NEVER_VALID),
        (-32000, "intrinsic gas too low: gas 1, minimum 2", Verdict.NEVER_VALID),
        (-32000, "exceeds block gas limit", Verdict.NEVER_VALID),
        (-32602, "Failed to decode transaction", Verdict.NEVER_VALID),
        (-32000, "txpool is full", Verdict.LATER),
        (-32000, "max fee per gas less than block base fee", Verdict.LATER),
        (-32003, "Insufficient funds for gas * price + value", Verdict.LATER),
        (-32603, "internal error", Verdict.LATER),
        (0, "words that nobody knows", Verdict.LATER),
    ],
)
def test_words_of_nodes(code: int, message: str, verdict: Verdict) -> None:
    """Only what can never become valid is given up; whatever is not known is tried again."""
    assert judge(NodeRefusal(code, message)) is verdict


def test_what_is_not_indexed_yet_is_told_from_refusals() -> None:
    """go-ethereum's word for "ask again" is no refusal of the question."""
    assert is_not_indexed(NodeRefusal(-32000, "transaction indexing is in progress"))
    assert not is_not_indexed(NodeRefusal(-32000, "header not found"))
