"""The manifest: what a session recorded, as one canonical document. See docs/formats/manifest.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from blake3 import blake3

from core.audit.entries import TrailHead
from core.evidence.policy import Policy, policy_hash
from core.sealing.chunk import SealedChunk
from core.sealing.merkle import merkle_root
from core.vault.device import fingerprint

FORMAT = "lucid-manifest"
VERSION = 1
ACCEPTED_VERSIONS = (1,)


@dataclass(frozen=True)
class GapEntry:
    """A stretch without pictures, in nanoseconds from the session's start, and why."""

    from_ns: int
    until_ns: int
    reason: str


@dataclass(frozen=True)
class Manifest:
    """What a session recorded.

    ``duration_ns``, gaps and chunk times are on the monotonic clock, from the session's start; the
    UTC times are what the appliance's clock said, and may jump. ``merkle_root``, ``chunk_count``
    and ``policy_hash`` are what the manifest claims; verification recomputes them. ``trail`` and
    ``policy_signature`` (64 bytes) are those of a session that a peer could join, ``keys`` is the
    head of its key log, where its policy had what is typed recorded.
    """

    session_id: UUID
    ephemeral_public_key: bytes
    device_public_key: bytes
    software_version: str
    source: str
    encoder: str
    width: int
    height: int
    frames_per_second: int
    started_utc_ms: int
    ended_utc_ms: int
    duration_ns: int
    was_interrupted: bool
    end_reason: str
    chunks: tuple[SealedChunk, ...]
    gaps: tuple[GapEntry, ...]
    chunk_count: int
    merkle_root: bytes
    policy: Policy
    policy_hash: bytes
    policy_signature: bytes | None = None
    trail: TrailHead | None = None
    keys: TrailHead | None = None

    @property
    def device_fingerprint(self) -> str:
        """BLAKE3 of the device's public key, in hex."""
        return fingerprint(self.device_public_key)

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The leaves of all chunks, in order."""
        return tuple(chunk.leaf for chunk in self.chunks)


def manifest_hash(manifest_json: bytes) -> bytes:
    """Hash a manifest as it is written (BLAKE3, 32 bytes); this is what is signed and anchored."""
    return blake3(manifest_json).digest()


def make_manifest(
    *,
    session_id: UUID,
    ephemeral_public_key: bytes,
    device_public_key: bytes,
    software_version: str,
    source: str,
    encoder: str,
    width: int,
    height: int,
    frames_per_second: int,
    started_utc_ms: int,
    ended_utc_ms: int,
    duration_ns: int,
    was_interrupted: bool,
    end_reason: str,
    chunks: Sequence[SealedChunk],
    gaps: Sequence[GapEntry],
    policy: Policy,
    policy_signature: bytes | None = None,
    trail: TrailHead | None = None,
    keys: TrailHead | None = None,
) -> Manifest:
    """Put a manifest together; root, count and policy hash are computed here."""
    return Manifest(
        session_id=session_id,
        ephemeral_public_key=ephemeral_public_key,
        device_public_key=device_public_key,
        software_version=software_version,
        source=source,
        encoder=encoder,
        width=width,
        height=height,
        frames_per_second=frames_per_second,
        started_utc_ms=started_utc_ms,
        ended_utc_ms=ended_utc_ms,
        duration_ns=duration_ns,
        was_interrupted=was_interrupted,
        end_reason=end_reason,
        chunks=tuple(chunks),
        gaps=tuple(gaps),
        chunk_count=len(chunks),
        merkle_root=merkle_root([chunk.leaf for chunk in chunks]),
        policy=policy,
        policy_hash=policy_hash(policy),
        policy_signature=policy_signature,
        trail=trail,
        keys=keys,
    )
