"""Writes the golden vectors of presences: ``python -m tests.vectors.generate_presences``.

They are written by core with fixed keys, and read by the independent reader in tests/independent_reader, which imports
nothing of core. Running it again must change nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.onion.presence import Presence, sign_presence
from tests.core.onion.moves import DEVICE, MADE_UTC_MS, service_key, sign_device


def vectors_path() -> Path:
    """Name the file that holds the vectors."""
    return Path(__file__).with_name("presences.json")


def text() -> str:
    """Write the vectors as the file holds them."""
    vectors = {
        "device": DEVICE,
        "presences": [
            {
                "challenge": challenge,
                "host": host,
                "signed": sign_presence(Presence(challenge, host, DEVICE, made), sign_device)
                .to_json()
                .decode(),
            }
            for challenge, host, made in (
                (bytes(range(32)).hex(), service_key(0).address, MADE_UTC_MS),
                ("ff" * 32, service_key(1).address, 0),
            )
        ],
    }
    return json.dumps(vectors, indent=1) + "\n"


if __name__ == "__main__":
    vectors_path().write_text(text(), encoding="utf-8")
