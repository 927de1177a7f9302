"""docs/formats/anchors.md says what the contracts do."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from core.chain.batch_tree import opened_leaf, sealed_leaf
from core.chain.contract import Contract
from core.chain.encoding import keccak256
from core.chain.node.genesis import DEFAULT_CHAIN_ID
from core.chain.protocol import ANCHORS, BATCHES
from core.chain.receipts import _HEADER_FIELDS, _LATER_FIELDS
from core.sealing.sorted_tree import SortedTree

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


def test_what_is_said_of_batches_is_so() -> None:
    """Each call and event of LucidBatches that stands there is one, with its hash, and so is the vector."""
    listed = DOCUMENT[DOCUMENT.index("## Batches") : DOCUMENT.index("## Looking a session up")]
    entries = {
        f"`{each['name']}({','.join(kind['type'] for kind in each['inputs'])})`": each["type"]
        for each in Contract(BATCHES)._entries
        if "name" in each
    }
    shown = [line for line in listed.splitlines() if "(" in line and line.startswith("| `")]
    assert len(shown) == 7
    for line in shown:
        signature = line.split(" ")[1].removesuffix(":")
        digest = keccak256(signature.strip("`").encode()).hex()
        assert f"`{digest if entries[signature] == 'event' else digest[:8]}`" in line
    words = [number.to_bytes(32, "big") for number in range(5)]
    owner = bytes.fromhex("00000000000000000000000000000000000a11ce")
    session_id = UUID("01020304-0506-4708-890a-0b0c0d0e0f10")
    opened = opened_leaf(owner, session_id, words[1], words[2])
    sealed = sealed_leaf(owner, session_id, words[3], words[4], 5)
    for value in (opened, sealed, SortedTree([opened, sealed]).root):
        assert f"`{value.hex()}`" in listed


def test_the_header_is_listed_in_order() -> None:
    """The fields of a header stand there in the order in which they are encoded."""
    listed = " ".join(DOCUMENT.split())
    assert ", ".join(f"`{name}`" for name in (*_HEADER_FIELDS, *_LATER_FIELDS)) in listed


def test_the_chain_id_is_the_programs() -> None:
    """The chain ID is the one that a new chain gets."""
    assert f"chain ID {DEFAULT_CHAIN_ID}" in DOCUMENT
