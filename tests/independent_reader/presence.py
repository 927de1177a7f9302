"""Reads the presence of a device. Written from docs/formats/presence.md."""

from __future__ import annotations

import re
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from tests.independent_reader.move import key_of
from tests.independent_reader.primitives import (
    Refused,
    canonical,
    demand,
    hash_of,
    read_canonical,
)

PRESENCE = {"format", "version", "challenge", "host", "device", "made_utc_ms"}


def read_presence(data: bytes, challenge: str, host: str, device: str) -> dict[str, Any]:
    """Read an answer to a challenge that was asked at a host, and check that this device gave it."""
    demand(len(data) <= 1024, "too long")
    signed = read_canonical(data)
    demand(set(signed) == {"presence", "device_signature"}, "members")
    said: dict[str, Any] = signed["presence"]
    demand(set(said) == PRESENCE, "members of the presence")
    demand((said["format"], said["version"]) == ("lucid-presence", 1), "format")
    demand(re.fullmatch("[0-9a-f]{64}", said["challenge"]) is not None, "challenge")
    demand(0 <= said["made_utc_ms"] < 1 << 53, "time")
    key_of(said["host"])
    demand(said["challenge"] == challenge, "another challenge")
    demand(said["host"] == host, "another address")
    demand(said["device"] == device, "another device")
    message = b"lucid presence device signature v1\0" + hash_of(canonical(said))
    try:
        VerifyKey(bytes.fromhex(device)).verify(message, bytes.fromhex(signed["device_signature"]))
    except (CryptoError, ValueError) as error:
        raise Refused("the signature of the device") from error
    return said
