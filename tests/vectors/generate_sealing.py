"""Writes the golden vectors of the sealing formats: ``python tests/vectors/generate_sealing.py``.

It imports nothing of core. HKDF is written out from RFC 5869, encryption comes from libsodium (PyNaCl), the
tree is built by RFC 9162's recursive definition; only BLAKE3 and Zstandard are the libraries that core uses, and
those have published vectors of their own. The layouts are typed from docs/formats/.
Running it again must change nothing; a test says so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import sys
from pathlib import Path

from blake3 import blake3
from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)

SESSION_KEY = bytes(range(32))
SESSION_ID = bytes.fromhex("00112233445546678899aabbccddeeff")
NONCE = bytes(range(64, 88))
SALT = bytes(range(128, 160))
LEAF_CONTEXT = "lucid 2026-11 chunk leaf v1"
NODE_CONTEXT = "lucid 2026-11 merkle node v1"


def hmac_blake2b(key: bytes, message: bytes) -> bytes:
    """HMAC with BLAKE2b-512."""
    return hmac.new(key, message, hashlib.blake2b).digest()


def hkdf(input_key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF as RFC 5869 defines it."""
    pseudo_random_key = hmac_blake2b(salt, input_key)
    blocks = [b""]
    while sum(map(len, blocks)) < length:
        blocks.append(hmac_blake2b(pseudo_random_key, blocks[-1] + info + bytes([len(blocks)])))
    return b"".join(blocks)[:length]


def chunk_key(index: int) -> bytes:
    """The key of a chunk."""
    return hkdf(SESSION_KEY, SESSION_ID, b"lucid chunk key v1" + struct.pack("<I", index), 32)


def journal_key(index: int) -> bytes:
    """The key of a journal."""
    info = b"lucid journal key v1" + struct.pack("<I", index) + SALT
    return hkdf(SESSION_KEY, SESSION_ID, info, 32)


def leaf(stored: bytes) -> bytes:
    """The leaf of a stored chunk."""
    return blake3(stored, derive_key_context=LEAF_CONTEXT).digest()


def node(left: bytes, right: bytes) -> bytes:
    """A node of the tree."""
    return blake3(left + right, derive_key_context=NODE_CONTEXT).digest()


def split(count: int) -> int:
    """The largest power of two smaller than ``count``."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(leaves: list[bytes]) -> bytes:
    """The root by RFC 9162, 2.1.1."""
    if not leaves:
        return blake3(b"", derive_key_context=NODE_CONTEXT).digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def proof(leaves: list[bytes], index: int) -> list[bytes]:
    """The inclusion proof by RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*proof(leaves[:k], index), root(leaves[k:])]
    return [*proof(leaves[k:], index - k), root(leaves[:k])]


def chunk(
    index: int, video: bytes, frames: list[tuple[int, int, int, int, int]], payload: bytes | None
) -> bytes:
    """A stored chunk; ``payload`` is the compressed plaintext, or None."""
    table = b"".join(struct.pack("<QQQII", *frame) for frame in frames)
    plain = video + table
    body = plain if payload is None else payload
    header = struct.pack(
        "<8sHHIQQQII16sIIQQQQ24s",
        b"LucidChk",
        1,
        128,
        0 if payload is None else 1,
        128 + len(body) + 16,
        len(body),
        len(plain),
        len(video),
        len(frames),
        SESSION_ID,
        index,
        0,
        1_000_000,
        2_000_000_000,
        1_800_000_000_000_000_000,
        1_800_000_001_999_000_000,
        NONCE,
    )
    return header + crypto_aead_xchacha20poly1305_ietf_encrypt(
        body, header, NONCE, chunk_key(index)
    )


def journal_record(start: int, video: bytes, frames: list[tuple[int, int, int, int, int]]) -> bytes:
    """A data record."""
    times = (1_000_000, 2_000_000_000, 1_800_000_000_000_000_000, 1_800_000_001_999_000_000)
    table = b"".join(struct.pack("<QQQII", *frame) for frame in frames)
    return struct.pack("<QQQQII", *times, start, len(frames)) + table + video


def journal(index: int, records: list[tuple[int, bytes]]) -> bytes:
    """A journal file."""
    header = struct.pack("<8sHHI16s32s", b"LucidJnl", 1, 64, index, SESSION_ID, SALT)
    content = header
    for sequence, (kind, record) in enumerate(records):
        frame = struct.pack("<4sIII", b"LJf1", len(record) + 16, sequence, kind)
        nonce = bytes(4) + struct.pack("<Q", sequence)
        sealed = crypto_aead_chacha20poly1305_ietf_encrypt(
            record, header + frame, nonce, journal_key(index)
        )
        content += frame + sealed
    return content


def frames_and_video() -> tuple[bytes, list[tuple[int, int, int, int, int]]]:
    """Five packets of noise, which does not compress, with a key frame at 0 and a frame at the fourth packet."""
    noise = hashlib.shake_256(b"lucid").digest(5 * 184)
    video = b"".join(
        bytes([0x47, 0x41, 0x00, 0x10 + n]) + noise[n * 184 : n * 184 + 184] for n in range(5)
    )
    key = (1_000_000, 1_800_000_000_000_000_000, 126_000, 0, 1)
    other = (2_000_000_000, 1_800_000_001_999_000_000, 132_000, 3 * 188, 0)
    return video, [key, other]


def hkdf_vectors() -> list[dict[str, object]]:
    """Outputs of less than, exactly and more than one block."""
    return [
        {
            "salt": SESSION_ID.hex(),
            "info": info.hex(),
            "length": length,
            "output": hkdf(SESSION_KEY, SESSION_ID, info, length).hex(),
        }
        for info, length in ((b"", 32), (b"lucid", 64), (b"lucid", 65), (b"lucid", 200))
    ]


def chunk_vector() -> dict[str, object]:
    """A chunk that is not compressed."""
    video, frames = frames_and_video()
    stored = chunk(3, video, frames, None)
    return {
        "index": 3,
        "nonce": NONCE.hex(),
        "video": video.hex(),
        "frames": frames,
        "stored": stored.hex(),
        "leaf": leaf(stored).hex(),
    }


def journal_vector() -> dict[str, object]:
    """A journal of the same video whose end leaves the last packet out."""
    video, frames = frames_and_video()
    times = (1_000_000, 2_000_000_000, 1_800_000_000_000_000_000, 1_800_000_001_999_000_000)
    records = [
        (1, journal_record(0, video[: 3 * 188], frames[:1])),
        (1, journal_record(3 * 188, video[3 * 188 :], frames[1:])),
        (2, struct.pack("<QQQQII", *times, 4 * 188, 2)),
    ]
    return {
        "index": 3,
        "salt": SALT.hex(),
        "file": journal(3, records).hex(),
        "video_bytes": 4 * 188,
    }


def merkle_vectors() -> dict[str, object]:
    """Leaves, roots and proofs."""
    leaves = [leaf(bytes([n])) for n in range(17)]
    return {
        "leaves": [each.hex() for each in leaves],
        "roots": [root(leaves[:count]).hex() for count in range(18)],
        "proofs": [
            {
                "count": count,
                "index": index,
                "proof": [each.hex() for each in proof(leaves[:count], index)],
            }
            for count in (1, 2, 3, 5, 8, 17)
            for index in range(count)
        ],
    }


def vectors() -> dict[str, object]:
    """Everything."""
    return {
        "session_key": SESSION_KEY.hex(),
        "session_id": SESSION_ID.hex(),
        "hkdf": hkdf_vectors(),
        "chunk_keys": [
            {"index": index, "key": chunk_key(index).hex()} for index in (0, 1, 3, 2**32 - 1)
        ],
        "journal_key": {"index": 3, "salt": SALT.hex(), "key": journal_key(3).hex()},
        "chunk": chunk_vector(),
        "journal": journal_vector(),
        "merkle": merkle_vectors(),
    }


def text() -> str:
    """The file's text."""
    return json.dumps(vectors(), indent=1) + "\n"


if __name__ == "__main__":
    path = Path(__file__).with_name("sealing.json")
    path.write_text(text(), encoding="ascii")
    sys.stdout.write(f"{path}\n")
