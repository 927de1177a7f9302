"""Reads a journal. Written from docs/formats/journal.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError

from tests.independent_reader.primitives import demand, hkdf_blake2b
from tests.independent_reader.session import FRAME

HEADER = struct.Struct("<8sHHI16s32s")
FRAME_HEADER = struct.Struct("<4sIII")
RECORD = struct.Struct("<QQQQII")


@dataclass(frozen=True)
class Journal:
    """What a journal holds of its chunk."""

    index: int
    video: bytes
    frame_times: list[int]
    is_closed: bool


def read_journal(data: bytes, session_key: bytes) -> Journal:
    """Read frames until the end record, the end of the file, or the first that is not whole."""
    header = data[:64]
    magic, version, header_bytes, index, session_id, salt = HEADER.unpack(header)
    demand((magic, version, header_bytes) == (b"LucidJnl", 1, 64), "not a journal of version 1")
    info = b"lucid journal key v1" + struct.pack("<I", index) + salt
    key = hkdf_blake2b(session_key, session_id, info, 32)
    video, times, at, sequence = bytearray(), [], 64, 0
    while (record := _record(data, at, sequence, key, header)) is not None:
        kind, plain, at = record
        offset, frames = RECORD.unpack_from(plain)[4:]
        if kind == 2:
            return Journal(index, bytes(video[:offset]), times, is_closed=True)
        demand(offset == len(video), "a hole")
        end = RECORD.size + FRAME.size * frames
        times += [entry[0] for entry in FRAME.iter_unpack(plain[RECORD.size : end])]
        video += plain[end:]
        sequence += 1
    return Journal(index, bytes(video), times, is_closed=False)


def _record(
    data: bytes, at: int, sequence: int, key: bytes, header: bytes
) -> tuple[int, bytes, int] | None:
    """Open the frame at ``at``: its kind, its record, and where the next one begins."""
    frame_header = data[at : at + FRAME_HEADER.size]
    if len(frame_header) < FRAME_HEADER.size:
        return None
    marker, length, found, kind = FRAME_HEADER.unpack(frame_header)
    end = at + FRAME_HEADER.size + length
    if marker != b"LJf1" or found != sequence or end > len(data):
        return None
    nonce = bytes(4) + struct.pack("<Q", sequence)
    sealed = data[at + FRAME_HEADER.size : end]
    try:
        plain = crypto_aead_chacha20poly1305_ietf_decrypt(sealed, header + frame_header, nonce, key)
    except CryptoError:
        return None
    return kind, plain, end
