"""Verifies a bundle. Written from docs/formats/bundle.md."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from tests.independent_reader.consent import check_consents
from tests.independent_reader.ethereum import Anchor, blocks_under, verify_anchor
from tests.independent_reader.primitives import demand, hash_of, read_canonical
from tests.independent_reader.session import (
    Chunk,
    Manifest,
    check_contents,
    leaf_of,
    read_chunk,
    read_manifest,
    root_by_path,
    root_of,
)
from tests.independent_reader.trail import check_policy, read_trail

HEADER = struct.Struct("<8sHHIQQ32s")


@dataclass(frozen=True)
class Verified:
    """What a bundle that holds says."""

    manifest: Manifest
    present: list[int]
    opened_chunks: list[Chunk]
    opened: Anchor | None
    sealed: Anchor | None
    progress: list[Anchor]
    is_covered: bool
    trail: list[Any] | None = None


def read_sections(data: bytes) -> dict[str, bytes]:
    """Split a bundle into its sections and check every hash."""
    magic, version, header_bytes, zero, offset, length, hashed = HEADER.unpack_from(data)
    demand(
        (magic, version, header_bytes, zero) == (b"LucidEvd", 1, 64, 0), "not a bundle of version 1"
    )
    demand(offset + length == len(data), "another length")
    demand(hash_of(data[:32] + data[offset:]) == hashed, "header or table was changed")
    table = read_canonical(data[offset:])
    demand((table["format"], table["version"]) == ("lucid-bundle-table", 1), "table")
    sections, end = {}, 64
    for each in table["sections"]:
        content = data[each["offset"] : each["offset"] + each["length"]]
        demand(each["offset"] == end and hash_of(content).hex() == each["blake3"], each["name"])
        demand(each["name"] not in sections, "twice")
        sections[each["name"]] = content
        end += each["length"]
    demand(end == offset, "bytes that no section names")
    return sections


def verify(data: bytes, checkpoint: bytes | None = None) -> Verified:
    """Verify a whole bundle."""
    sections = read_sections(data)
    manifest = read_manifest(sections["manifest"], sections["signatures"])
    present = sorted(int(name[6:]) for name in sections if name.startswith("chunk/"))
    _verify_inclusion(sections["inclusion_proofs"], manifest, present)
    keys = read_canonical(sections["chunk_keys"])["keys"] if "chunk_keys" in sections else []
    opened_chunks = []
    for index in present:
        demand(leaf_of(sections[f"chunk/{index:08d}"]) == manifest.leaves[index], "leaf")
    for each in keys:
        stored = sections[f"chunk/{each['index']:08d}"]
        chunk = read_chunk(stored, bytes.fromhex(each["key"]), manifest.session_id, each["index"])
        demand(chunk.row == manifest.document["chunks"][each["index"]], "row")
        check_contents(chunk)
        opened_chunks.append(chunk)
    opened, sealed, progress, is_covered = _verify_anchors(
        sections["anchors"], manifest, checkpoint
    )
    trail = _verify_trail(sections, manifest)
    return Verified(manifest, present, opened_chunks, opened, sealed, progress, is_covered, trail)


def _verify_trail(sections: dict[str, bytes], manifest: Manifest) -> list[Any] | None:
    """Check the policy's signature, and read the trail where its key is here."""
    if "policy_signature" in manifest.document:
        check_policy(manifest.document)
    demand("trail" in sections or "trail_key" not in sections, "a key without its trail")
    demand("trail" in manifest.document or "trail" not in sections, "a trail without its head")
    if "trail_key" not in sections:
        return None
    document = read_canonical(sections["trail_key"])
    demand(set(document) == {"format", "version", "key"}, "members of the trail's key")
    demand((document["format"], document["version"]) == ("lucid-trail-key", 1), "trail's key")
    key, head = bytes.fromhex(document["key"]), manifest.document["trail"]
    entries = read_trail(sections["trail"], key, manifest.session_id, head)
    check_consents(entries, manifest.document)
    return entries


def _verify_inclusion(data: bytes, manifest: Manifest, present: list[int]) -> None:
    proofs = read_canonical(data)["proofs"]
    for each in proofs:
        path = [bytes.fromhex(hashed) for hashed in each["path"]]
        index = each["index"]
        root = root_by_path(manifest.leaves[index], index, len(manifest.leaves), path)
        demand(root.hex() == manifest.document["merkle_root"], "inclusion")
    expected = present or list(range(len(manifest.leaves)))
    demand([each["index"] for each in proofs] == expected, "another chunk is proved")


def _verify_anchors(
    data: bytes, manifest: Manifest, checkpoint: bytes | None
) -> tuple[Anchor | None, Anchor | None, list[Anchor], bool]:
    document: dict[str, Any] = read_canonical(data)
    facts, session_id = manifest.document, manifest.session_id
    opened = sealed = None
    if document["opened"] is not None:
        opened = verify_anchor(document["opened"], "opened", session_id)
        policy_hash, ephemeral_key = (word.hex() for word in opened.words)
        demand(policy_hash == facts["policy_hash"], "policy hash")
        demand(ephemeral_key == facts["ephemeral_public_key"], "ephemeral key")
    if document["sealed"] is not None:
        sealed = verify_anchor(document["sealed"], "sealed", session_id)
        demand(sealed.words[0] == manifest.hash, "manifest hash")
        demand(sealed.words[1].hex() == facts["merkle_root"], "root")
        demand(int.from_bytes(sealed.words[2], "big") == facts["chunk_count"], "count")
    progress = [verify_anchor(each, "progress", session_id) for each in document["progress"]]
    for each in progress:
        count = int.from_bytes(each.words[1], "big")
        demand(count <= len(manifest.leaves), "count on the way")
        demand(each.words[0] == root_of(manifest.leaves[:count]), "root on the way")
    if sealed is not None:
        counts = [int.from_bytes(each.words[1], "big") for each in progress]
        last = int.from_bytes(sealed.words[3], "big")
        demand(max(counts, default=0) == last, "the last root on the way")
    anchors = [each for each in (opened, *progress, sealed) if each is not None]
    demand(len({each.owner for each in anchors}) <= 1, "another owner")
    proofs = [
        each for each in (document["opened"], document["sealed"], *document["progress"]) if each
    ]
    headers = [bytes.fromhex(each) for each in document["headers"]]
    headers += [bytes.fromhex(each["header"]) for each in proofs]
    covered = blocks_under(checkpoint, headers) if checkpoint else set()
    is_covered = bool(anchors) and all(each.block_hash in covered for each in anchors)
    return opened, sealed, progress, is_covered
