"""Write a manifest as canonical JSON, and read one strictly. See docs/formats/manifest.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from core.audit.entries import TrailHead
from core.canonical.documents import (
    Json,
    JsonRefused,
    canonical_json,
    load_canonical_json,
    load_json,
)
from core.canonical.fields import Fields
from core.errors import ManifestMalformed, ManifestVersionUnsupported
from core.evidence.manifest import (
    ACCEPTED_VERSIONS,
    FORMAT,
    VERSION,
    GapEntry,
    Manifest,
)
from core.evidence.policy import Policy
from core.sealing.chunk import SealedChunk
from core.vault.device import fingerprint

LARGEST_MANIFEST = 64 << 20
LARGEST_CHUNK = 64 << 20
MOST_CHUNKS = 1 << 20
MOST_ENTRIES = 1 << 20
_HASH_BYTES = 32
_SIGNATURE_BYTES = 64
_LARGEST_SIDE = 65535
_LARGEST_WORD = (1 << 64) - 1
_REASON = r"[a-z][a-z0-9_]{0,63}"


def to_canonical_json(manifest: Manifest) -> bytes:
    """Write ``manifest``; ManifestMalformed names what could not be read back."""
    written = canonical_json(_members(manifest))
    if from_json(written) != manifest:
        raise ManifestMalformed(field="manifest")
    return written


def from_json(data: bytes) -> Manifest:
    """Read a manifest.

    ManifestVersionUnsupported for a newer one; ManifestMalformed names the field that breaks the
    format. Whether root, count and policy hash are right is for verification.
    """
    _check_version(data)
    try:
        value = load_canonical_json(data, LARGEST_MANIFEST)
    except JsonRefused as refused:
        raise ManifestMalformed(field=str(refused)) from refused
    return Fields(value, _malformed).whole_of(_manifest)


def _malformed(field: str) -> ManifestMalformed:
    return ManifestMalformed(field=field)


def _check_version(data: bytes) -> None:
    """Look at format and version first: a newer manifest may be written differently."""
    try:
        value = load_json(data, LARGEST_MANIFEST)
    except JsonRefused as refused:
        raise ManifestMalformed(field=str(refused)) from refused
    fields = Fields(value, _malformed)
    fields.constant("format", FORMAT)
    version = fields.whole("version", 1)
    if version not in ACCEPTED_VERSIONS:
        raise ManifestVersionUnsupported(found=version, known=str(max(ACCEPTED_VERSIONS)))


def _members(manifest: Manifest) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "session_id": str(manifest.session_id),
        "ephemeral_public_key": manifest.ephemeral_public_key.hex(),
        "device_public_key": manifest.device_public_key.hex(),
        "device_fingerprint": manifest.device_fingerprint,
        "software_version": manifest.software_version,
        "source": manifest.source,
        "encoder": manifest.encoder,
        "width": manifest.width,
        "height": manifest.height,
        "frames_per_second": manifest.frames_per_second,
        "started_utc_ms": manifest.started_utc_ms,
        "ended_utc_ms": manifest.ended_utc_ms,
        "duration_ns": manifest.duration_ns,
        "was_interrupted": manifest.was_interrupted,
        "end_reason": manifest.end_reason,
        "chunks": [_chunk_members(chunk) for chunk in manifest.chunks],
        "gaps": [_gap_members(gap) for gap in manifest.gaps],
        "chunk_count": manifest.chunk_count,
        "merkle_root": manifest.merkle_root.hex(),
        "policy": manifest.policy,
        "policy_hash": manifest.policy_hash.hex(),
        **_hosted_members(manifest),
    }


def _hosted_members(manifest: Manifest) -> dict[str, Json]:
    """Write what only a session has that a peer could join; the members are left out otherwise."""
    members: dict[str, Json] = {}
    if manifest.policy_signature is not None:
        members["policy_signature"] = manifest.policy_signature.hex()
    if manifest.trail is not None:
        members["trail"] = {"entries": manifest.trail.count, "head": manifest.trail.hash.hex()}
    if manifest.keys is not None:
        members["keys"] = {"records": manifest.keys.count, "head": manifest.keys.hash.hex()}
    return members


def _chunk_members(chunk: SealedChunk) -> dict[str, Json]:
    return {
        "index": chunk.index,
        "first_at_ns": chunk.first_at_ns,
        "last_at_ns": chunk.last_at_ns,
        "first_utc_ns": str(chunk.first_utc_ns),
        "last_utc_ns": str(chunk.last_utc_ns),
        "plain_bytes": chunk.plain_bytes,
        "stored_bytes": chunk.stored_bytes,
        "is_compressed": chunk.is_compressed,
        "frames": chunk.frames,
        "leaf": chunk.leaf.hex(),
    }


def _gap_members(gap: GapEntry) -> dict[str, Json]:
    return {"from_ns": gap.from_ns, "until_ns": gap.until_ns, "reason": gap.reason}


def _manifest(fields: Fields) -> Manifest:
    fields.constant("format", FORMAT)
    fields.whole("version", VERSION, VERSION)
    device_public_key = fields.octets("device_public_key", _HASH_BYTES)
    fields.constant("device_fingerprint", fingerprint(device_public_key))
    duration_ns = fields.whole("duration_ns")
    return Manifest(
        session_id=_session_id(fields),
        ephemeral_public_key=fields.octets("ephemeral_public_key", _HASH_BYTES),
        device_public_key=device_public_key,
        software_version=fields.text("software_version", 1, 64),
        source=fields.text("source", 1, 256),
        encoder=fields.text("encoder", 0, 64),
        width=fields.whole("width", 0, _LARGEST_SIDE),
        height=fields.whole("height", 0, _LARGEST_SIDE),
        frames_per_second=fields.whole("frames_per_second", 0, 1000),
        started_utc_ms=fields.whole("started_utc_ms"),
        ended_utc_ms=fields.whole("ended_utc_ms"),
        duration_ns=duration_ns,
        was_interrupted=fields.flag("was_interrupted"),
        end_reason=fields.matching("end_reason", _REASON),
        chunks=_chunks(fields, duration_ns),
        gaps=_gaps(fields, duration_ns),
        chunk_count=fields.whole("chunk_count", 0, MOST_CHUNKS),
        merkle_root=fields.octets("merkle_root", _HASH_BYTES),
        policy=_policy(fields),
        policy_hash=fields.octets("policy_hash", _HASH_BYTES),
        policy_signature=_policy_signature(fields),
        trail=_head(fields, "trail", "entries"),
        keys=_head(fields, "keys", "records"),
    )


def _session_id(fields: Fields) -> UUID:
    text = fields.text("session_id")
    try:
        session_id = UUID(text)
    except ValueError:
        raise fields.wrong("session_id") from None
    if str(session_id) != text:
        raise fields.wrong("session_id")
    return session_id


def _policy(fields: Fields) -> Policy:
    value = fields.take("policy")
    if not isinstance(value, dict):
        raise fields.wrong("policy")
    return cast("Policy", value)


def _policy_signature(fields: Fields) -> bytes | None:
    if "policy_signature" not in fields.left():
        return None
    return fields.octets("policy_signature", _SIGNATURE_BYTES)


def _head(fields: Fields, name: str, counted: str) -> TrailHead | None:
    if name not in fields.left():
        return None
    return fields.members(
        name,
        lambda head: TrailHead(
            head.whole(counted, 1, MOST_ENTRIES), head.octets("head", _HASH_BYTES)
        ),
    )


def _chunks(fields: Fields, duration_ns: int) -> tuple[SealedChunk, ...]:
    chunks = fields.items("chunks", _chunk, MOST_CHUNKS)
    for position, chunk in enumerate(chunks):
        if chunk.index != position:
            raise fields.wrong(f"chunks[{position}].index")
    # A chunk without video stands for one of which nothing could be recovered; it has no times.
    stretches = {
        f"chunks[{chunk.index}]": (chunk.first_at_ns, chunk.last_at_ns)
        for chunk in chunks
        if chunk.plain_bytes
    }
    _check_times(stretches, duration_ns)
    return chunks


def _chunk(fields: Fields) -> SealedChunk:
    return SealedChunk(
        index=fields.whole("index"),
        first_at_ns=fields.whole("first_at_ns"),
        last_at_ns=fields.whole("last_at_ns"),
        first_utc_ns=fields.decimal("first_utc_ns", _LARGEST_WORD),
        last_utc_ns=fields.decimal("last_utc_ns", _LARGEST_WORD),
        plain_bytes=fields.whole("plain_bytes", 0, LARGEST_CHUNK),
        stored_bytes=fields.whole("stored_bytes", 1, LARGEST_CHUNK),
        is_compressed=fields.flag("is_compressed"),
        frames=fields.whole("frames", 0, LARGEST_CHUNK),
        leaf=fields.octets("leaf", _HASH_BYTES),
    )


def _gaps(fields: Fields, duration_ns: int) -> tuple[GapEntry, ...]:
    gaps = fields.items("gaps", _gap)
    stretches = {f"gaps[{at}]": (gap.from_ns, gap.until_ns) for at, gap in enumerate(gaps)}
    _check_times(stretches, duration_ns)
    return gaps


def _gap(fields: Fields) -> GapEntry:
    return GapEntry(
        from_ns=fields.whole("from_ns"),
        until_ns=fields.whole("until_ns"),
        reason=fields.matching("reason", _REASON),
    )


def _check_times(stretches: Mapping[str, tuple[int, int]], duration_ns: int) -> None:
    """Stretches do not overlap, do not run backwards, and end within the session."""
    last = 0
    for name, (first, until) in stretches.items():
        if not last <= first <= until <= duration_ns:
            raise ManifestMalformed(field=f"{name} times")
        last = until
