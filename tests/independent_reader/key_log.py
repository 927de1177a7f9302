"""Reads what was typed in a hosted session. Written from docs/formats/trail.md, vault.md and manifest.md."""

from __future__ import annotations

import struct
from typing import Any

from tests.independent_reader.primitives import demand, hash_of, hkdf_blake2b, read_canonical
from tests.independent_reader.trail import HEADER, read_record
from tests.independent_reader.vault import Vault

STROKE = struct.Struct("<QII")
LARGEST_WRAPPED = 65_536


def key_log_key(data: bytes, vault: Vault) -> bytes:
    """Unwrap the log's own key, which the file carries, and derive the file's key from it."""
    wrapped_bytes, session_id, salt = HEADER.unpack_from(data)[3:]
    wrapped = read_canonical(data[64 : 64 + wrapped_bytes])
    key = vault.session_key(session_id, wrapped, b"key log key")
    return hkdf_blake2b(key, session_id, b"lucid key log key v1" + salt, 32)


def read_key_log(
    data: bytes, key: bytes, session_id: bytes, head: dict[str, Any]
) -> list[tuple[int, int, bool]]:
    """Give every stroke as nanoseconds, keysym and whether it was pressed; compare the end with ``keys``."""
    magic, version, header_bytes, wrapped, session, _ = HEADER.unpack_from(data)
    demand((magic, version, header_bytes) == (b"LucidKey", 1, 64), "not a key log")
    demand(0 < wrapped <= LARGEST_WRAPPED, "the wrapped key's size")
    demand(session == session_id, "another session's key log")
    strokes: list[tuple[int, int, bool]] = []
    count, previous = 0, hash_of(b"lucid key log start v1\0" + session_id)
    at = preamble_bytes = 64 + wrapped
    while at < len(data):
        record, at = read_record(data, at, count, key, preamble_bytes)
        demand(record[:32] == previous, f"record {count} follows another")
        demand((len(record) - 32) % STROKE.size == 0, f"strokes of record {count}")
        for at_ns, keysym, flags in STROKE.iter_unpack(record[32:]):
            demand(flags in {0, 1}, f"flags in record {count}")
            strokes.append((at_ns, keysym, flags == 1))
        count, previous = count + 1, hash_of(b"lucid key log record v1\0" + record)
    demand(head == {"records": count, "head": previous.hex()}, "another head was signed")
    return strokes
