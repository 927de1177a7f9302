"""What Lucid writes about moves is what docs/formats/move.md says, to a reader that was made from it alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from tests.core.onion.moves import DEVICE, move, service_key
from tests.independent_reader.move import key_of, read_move, where_now
from tests.independent_reader.primitives import Refused, canonical

HERE = Path(__file__).parent
VECTORS: dict[str, Any] = json.loads((HERE.parent / "vectors" / "moves.json").read_text())


def test_the_vectors_are_read() -> None:
    """The kept moves lead from the first address to the last, each of which is its key."""
    moves = [each.encode() for each in VECTORS["moves"]]
    assert where_now(moves, VECTORS["addresses"][0], VECTORS["device"]) == VECTORS["addresses"][3]
    for seed, address in zip(VECTORS["seeds"], VECTORS["addresses"], strict=True):
        assert key_of(address) == bytes(SigningKey(bytes.fromhex(seed)).verify_key)


def test_what_is_written_now_is_read() -> None:
    """A move that was signed just now is read as what it says."""
    assert read_move(move(1).to_json())["new_address"] == service_key(1).address
    assert where_now([move(2).to_json()], service_key(0).address, DEVICE) == service_key(0).address


@pytest.mark.parametrize(
    "path",
    [
        ("old_signature",),
        ("new_signature",),
        ("device_signature",),
        ("statement", "sequence"),
        ("statement", "device"),
        ("statement", "until_utc_ms"),
    ],
)
def test_a_changed_move_is_refused(path: tuple[str, ...]) -> None:
    """Whatever is changed in it."""
    document = json.loads(move(1).to_json())
    within = document["statement"] if len(path) > 1 else document
    found = within[path[-1]]
    within[path[-1]] = found + 1 if isinstance(found, int) else found[::-1]
    with pytest.raises(Refused):
        read_move(canonical(document))
