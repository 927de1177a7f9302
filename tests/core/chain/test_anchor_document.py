"""docs/formats/anchors.md says what the contracts do."""

from __future__ import annotations

from pathlib import Path

from core.chain.contract import Contract
from core.chain.encoding import keccak256
from core.chain.node.genesis import DEFAULT_CHAIN_ID
from core.chain.protocol import ANCHORS
from core.chain.receipts import _HEADER_FIELDS, _LATER_FIELDS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "formats" / "anchors.md").read_text(
    encoding="utf-8"
)


def test_every_call_event_and_refusal_is_listed() -> None:
    """Each entry of the ABI stands there with its signature and its hash."""
    for entry in Contract(ANCHORS)._entries:
        signature = f"{entry['name']}({','.join(each['type'] for each in entry['inputs'])})"
        digest = keccak256(signature.encode()).hex()
        shown = digest if entry["type"] == "event" else digest[:8]
        (line,) = [each for each in DOCUMENT.splitlines() if f"`{signature}`" in each]
        assert f"`{shown}`" in line


def test_the_header_is_listed_in_order() -> None:
    """The fields of a header stand there in the order in which they are encoded."""
    listed = " ".join(DOCUMENT.split())
    assert ", ".join(f"`{name}`" for name in (*_HEADER_FIELDS, *_LATER_FIELDS)) in listed


def test_the_chain_id_is_the_programs() -> None:
    """The chain ID is the one that a new chain gets."""
    assert f"chain ID {DEFAULT_CHAIN_ID}" in DOCUMENT
