"""Reads statements of a move. Written from docs/formats/move.md."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from tests.independent_reader.primitives import (
    Refused,
    canonical,
    demand,
    hash_of,
    read_canonical,
)

STATEMENT = {"format", "version", "old_address", "new_address", "device", "sequence"}
STATEMENT |= {"made_utc_ms", "until_utc_ms"}
SIGNED = {"statement", "old_signature", "new_signature", "device_signature"}


def read_move(data: bytes) -> dict[str, Any]:
    """Read a signed statement, check it by itself, and give what it says."""
    demand(len(data) <= 2048, "too long")
    signed = read_canonical(data)
    demand(set(signed) == SIGNED, "members")
    said: dict[str, Any] = signed["statement"]
    demand(set(said) == STATEMENT, "members of the statement")
    demand((said["format"], said["version"]) == ("lucid-move", 1), "format")
    demand(said["old_address"] != said["new_address"], "it moves nowhere")
    demand(1 <= said["sequence"] < 1 << 53, "sequence")
    demand(0 <= said["until_utc_ms"] - said["made_utc_ms"] <= 2_592_000_000, "overlap")
    named = hash_of(canonical(said))
    for signer, key in (
        ("old address", key_of(said["old_address"])),
        ("new address", key_of(said["new_address"])),
        ("device", bytes.fromhex(said["device"])),
    ):
        signature = bytes.fromhex(signed[f"{signer.split()[0]}_signature"])
        try:
            VerifyKey(key).verify(f"lucid move {signer} signature v1\0".encode() + named, signature)
        except (CryptoError, ValueError) as error:
            raise Refused(f"the signature of the {signer}") from error
    return said


def key_of(address: str) -> bytes:
    """Take the public key out of an onion address of version 3, as rend-spec-v3 says."""
    demand(re.fullmatch(r"[a-z2-7]{56}\.onion", address) is not None, "no onion address")
    whole = base64.b32decode(address[:56].upper())
    key, checksum, version = whole[:32], whole[32:34], whole[34:]
    demand(version == b"\x03", "version of the address")
    demand(checksum == hashlib.sha3_256(b".onion checksum" + key + version).digest()[:2], "sum")
    return key


def where_now(moves: list[bytes], address: str, device: str) -> str:
    """Follow moves from an address that is known."""
    sequence = 0
    for data in moves:
        said = read_move(data)
        if said["sequence"] > sequence and said["old_address"] == address:
            demand(said["device"] == device, "another device")
            address, sequence = said["new_address"], said["sequence"]
    return address
