"""Reads chunks, tree, manifest and signatures. Written from chunk.md, merkle-tree.md and manifest.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import zstandard
from blake3 import blake3
from nacl.signing import VerifyKey

from tests.independent_reader.primitives import (
    canonical,
    demand,
    hash_of,
    hkdf_blake2b,
    read_canonical,
    xchacha_open,
)

HEADER = struct.Struct("<8sHHIQQQII16sIIQQQQ24s")
FRAME = struct.Struct("<QQQII")
LEAF_CONTEXT = "lucid 2026-11 chunk leaf v1"
NODE_CONTEXT = "lucid 2026-11 merkle node v1"


@dataclass(frozen=True)
class Chunk:
    """An open chunk; ``row`` is what its header says, as the manifest writes it."""

    row: dict[str, Any]
    video: bytes
    frame_times: list[int]


def leaf_of(stored: bytes) -> bytes:
    """Hash a chunk as it is stored."""
    return blake3(stored, derive_key_context=LEAF_CONTEXT).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Hash two nodes."""
    return blake3(left + right, derive_key_context=NODE_CONTEXT).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """Compute the root as RFC 9162 defines it: split at the largest power of two below the number."""
    if not leaves:
        return blake3(b"", derive_key_context=NODE_CONTEXT).digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_of(root_of(leaves[:split]), root_of(leaves[split:]))


def root_by_path(leaf: bytes, index: int, count: int, path: list[bytes]) -> bytes:
    """Compute the root from a leaf and the hashes beside its path, the lowest first."""
    if count == 1:
        demand(not path, "more hashes than the path has")
        return leaf
    split = 1 << ((count - 1).bit_length() - 1)
    *below, beside = path
    if index < split:
        return node_of(root_by_path(leaf, index, split, below), beside)
    return node_of(beside, root_by_path(leaf, index - split, count - split, below))


def chunk_key(session_key: bytes, session_id: bytes, index: int) -> bytes:
    """Derive the key of a chunk."""
    info = b"lucid chunk key v1" + struct.pack("<I", index)
    return hkdf_blake2b(session_key, session_id, info, 32)


def read_chunk(stored: bytes, key: bytes, session_id: bytes, index: int) -> Chunk:
    """Open a chunk and check all that its header says."""
    (
        magic,
        version,
        header_bytes,
        flags,
        stored_bytes,
        payload_bytes,
        plain_bytes,
        video_bytes,
        frames,
    ) = HEADER.unpack_from(stored)[:9]
    session, found, reserved, first_at, last_at, first_utc, last_utc, nonce = HEADER.unpack_from(
        stored
    )[9:]
    demand((magic, version, header_bytes) == (b"LucidChk", 1, 128), "not a chunk of version 1")
    demand((session, found, reserved, flags & ~1) == (session_id, index, 0, 0), "another chunk")
    demand(len(stored) == stored_bytes == 128 + payload_bytes + 16, "another length")
    plain = xchacha_open(key, nonce, stored[128:], stored[:128])
    if flags & 1:
        stated = zstandard.get_frame_parameters(plain).content_size
        demand(stated == plain_bytes and payload_bytes < plain_bytes, "another content size")
        plain = zstandard.ZstdDecompressor().decompress(plain, max_output_size=plain_bytes)
    demand(len(plain) == plain_bytes == video_bytes + 32 * frames, "another content")
    times = [entry[0] for entry in FRAME.iter_unpack(plain[video_bytes:])]
    row = {
        "index": index,
        "first_at_ns": first_at,
        "last_at_ns": last_at,
        "first_utc_ns": str(first_utc),
        "last_utc_ns": str(last_utc),
        "plain_bytes": video_bytes,
        "stored_bytes": stored_bytes,
        "is_compressed": bool(flags & 1),
        "frames": frames,
        "leaf": leaf_of(stored).hex(),
    }
    return Chunk(row, plain[:video_bytes], times)


def check_contents(chunk: Chunk) -> None:
    """Check that the frames lie within the chunk's times."""
    first, last = chunk.row["first_at_ns"], chunk.row["last_at_ns"]
    demand(all(first <= each <= last for each in chunk.frame_times), "frames outside the chunk")


@dataclass(frozen=True)
class Manifest:
    """A manifest whose claims and signatures hold."""

    document: dict[str, Any]
    hash: bytes
    session_id: bytes
    leaves: list[bytes]


def read_manifest(data: bytes, signatures: bytes) -> Manifest:
    """Read a manifest, recompute what it claims, and verify both signatures."""
    document, signed = read_canonical(data), read_canonical(signatures)
    demand((document["format"], document["version"]) == ("lucid-manifest", 1), "not a manifest")
    manifest_hash = hash_of(data)
    demand(signed["manifest_hash"] == manifest_hash.hex(), "signatures of another manifest")
    for domain, key, name in (
        (b"lucid manifest device signature v1\0", "device_public_key", "device_signature"),
        (b"lucid manifest session signature v1\0", "ephemeral_public_key", "session_signature"),
    ):
        signature = bytes.fromhex(signed[name])
        VerifyKey(bytes.fromhex(document[key])).verify(domain + manifest_hash, signature)
    leaves = [bytes.fromhex(chunk["leaf"]) for chunk in document["chunks"]]
    demand([chunk["index"] for chunk in document["chunks"]] == list(range(len(leaves))), "indexes")
    demand(document["chunk_count"] == len(leaves), "chunk_count")
    demand(document["merkle_root"] == root_of(leaves).hex(), "merkle_root")
    demand(document["policy_hash"] == hash_of(canonical(document["policy"])).hex(), "policy_hash")
    device = bytes.fromhex(document["device_public_key"])
    demand(document["device_fingerprint"] == hash_of(device).hex(), "device_fingerprint")
    return Manifest(document, manifest_hash, UUID(document["session_id"]).bytes, leaves)
