"""Writes the golden vectors of moves: ``python -m tests.vectors.generate_moves``.

They are written by core with fixed keys, and read by the independent reader in tests/independent_reader, which imports
nothing of core. Running it again must change nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.core.onion.moves import DEVICE, move, service_key


def vectors_path() -> Path:
    """Name the file that holds the vectors."""
    return Path(__file__).with_name("moves.json")


def text() -> str:
    """Write the vectors as the file holds them."""
    vectors = {
        "device": DEVICE,
        "seeds": [service_key(number).seed.hex() for number in range(4)],
        "addresses": [service_key(number).address for number in range(4)],
        "moves": [move(number).to_json().decode() for number in (1, 2, 3)],
    }
    return json.dumps(vectors, indent=1) + "\n"


if __name__ == "__main__":
    vectors_path().write_text(text(), encoding="utf-8")
