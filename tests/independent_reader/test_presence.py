"""What Lucid signs of its presence is what docs/formats/presence.md says, to a reader that was made from it alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.peers_by_tor import device_answer
from tests.independent_reader.presence import read_presence
from tests.independent_reader.primitives import Refused, canonical

HERE = Path(__file__).parent
VECTORS: dict[str, Any] = json.loads((HERE.parent / "vectors" / "presences.json").read_text())
DEVICE: str = VECTORS["device"]


@pytest.mark.parametrize("kept", VECTORS["presences"])
def test_the_vectors_are_read(kept: dict[str, str]) -> None:
    """Each kept answer holds for its challenge and its address."""
    read_presence(kept["signed"].encode(), kept["challenge"], kept["host"], DEVICE)


def test_what_is_signed_now_is_read() -> None:
    """An answer that was signed just now is read as what it says."""
    kept = VECTORS["presences"][1]
    written = device_answer(kept["challenge"], kept["host"])
    assert read_presence(written, kept["challenge"], kept["host"], DEVICE)["device"] == DEVICE


@pytest.mark.parametrize("member", ["challenge", "host", "device", "made_utc_ms"])
def test_a_changed_presence_is_refused(member: str) -> None:
    """Whatever is changed in it."""
    kept, other = VECTORS["presences"]
    document = json.loads(kept["signed"])
    document["presence"][member] = {
        "challenge": other["challenge"],
        "host": other["host"],
        "device": "00" * 32,
        "made_utc_ms": 1,
    }[member]
    said = document["presence"]
    with pytest.raises(Refused):
        read_presence(canonical(document), said["challenge"], said["host"], said["device"])
