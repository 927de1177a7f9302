"""Closing a session: its sealed chunks become a signed manifest, and the manifest an anchor.

Each step can be done again after a crash: the manifest is written before the session says that it has
one, and a manifest that is there already is taken as it is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.api.snapshots import SessionState
from core.canonical.documents import canonical_json
from core.errors import (
    KeyUnavailable,
    ManifestMalformed,
    ManifestSignatureWrong,
    OpeningMalformed,
)
from core.evidence.manifest import GapEntry, Manifest, make_manifest
from core.evidence.manifest_json import from_json as manifest_from_json
from core.evidence.manifest_json import to_canonical_json as manifest_to_json
from core.evidence.policy import has_trail, policy_hash
from core.evidence.policy_signature import SignedPolicy, check_policy
from core.evidence.signatures import (
    SignedManifest,
    check_device_signature,
    check_session_signature,
    read_signatures,
    session_signer,
    sign_manifest,
)
from core.runtime.files import write_atomically
from core.sealing.chunk import SealedChunk
from core.sessions.anchoring import sealed_row
from core.sessions.logs import LogHeads
from core.sessions.opening import Opening, read_opening
from core.sessions.parts import SessionParts
from core.storage.metadata import ChunkRow, GapRow, SessionRow

MANIFEST = "manifest.json"
SIGNATURES = "manifest.sig.json"

_MS_IN_NS = 1_000_000


class Closer:
    """Closes sessions; used on the engine's loop."""

    def __init__(self, parts: SessionParts, software_version: str) -> None:
        self._parts = parts
        self._software_version = software_version

    async def close(self, row: SessionRow, seed: bytes, heads: LogHeads) -> None:
        """Write, sign and announce the manifest of a session whose chunks are all sealed and whose logs are closed.

        Raises StorageFull, VaultLocked, KeyUnavailable, OpeningMalformed, PolicySignatureWrong; the session stays as
        it is then.
        """
        await self._parts.store_worker.run(self._close, row, seed, heads)
        self._parts.wake_outbox()

    def _close(self, row: SessionRow, seed: bytes, heads: LogHeads) -> None:
        directory = self._parts.directory.session(row.session_id)
        opening = read_opening(directory)
        require_same(opening, row)
        signed = stored_manifest(directory, opening.ephemeral_public_key)
        if signed is None:
            if not seed:
                raise KeyUnavailable(what="session signing key")
            signed = self._sign(row, opening, seed, heads)
            write_atomically(directory / SIGNATURES, signed.signatures_json())
            write_atomically(directory / MANIFEST, signed.manifest_json)
        manifest = manifest_from_json(signed.manifest_json)
        row = replace(
            row,
            state=SessionState.ANCHORING.value,
            merkle_root=manifest.merkle_root,
            manifest_hash=signed.manifest_hash,
        )
        anchor = sealed_row(
            row.session_id, signed.manifest_hash, manifest.merkle_root, manifest.chunk_count
        )
        self._parts.store.save_session(row, (anchor,))
        # The key that could sign another manifest of this session ends here.
        replace(opening, wrapped_seeds=()).write(directory)

    def _sign(
        self, row: SessionRow, opening: Opening, seed: bytes, heads: LogHeads
    ) -> SignedManifest:
        if opening.policy_signature is not None:
            policy = SignedPolicy(canonical_json(opening.policy), opening.policy_signature)
            check_policy(policy, self._parts.vault().device_public_key, row.policy_hash)
        manifest = self._manifest(row, opening, heads)
        _, session = session_signer(seed)
        return sign_manifest(
            manifest_to_json(manifest), device=self._parts.vault().sign, session=session
        )

    def _manifest(self, row: SessionRow, opening: Opening, heads: LogHeads) -> Manifest:
        chunks = self._parts.store.chunks(row.session_id)
        return make_manifest(
            session_id=row.session_id,
            ephemeral_public_key=row.ephemeral_public_key,
            device_public_key=self._parts.vault().device_public_key,
            software_version=self._software_version,
            source=row.source,
            encoder=row.encoder or "",
            width=row.width,
            height=row.height,
            frames_per_second=row.frames_per_second,
            started_utc_ms=row.started_utc_ns // _MS_IN_NS,
            ended_utc_ms=(row.ended_utc_ns or row.started_utc_ns) // _MS_IN_NS,
            duration_ns=row.duration_ns,
            was_interrupted=row.was_interrupted,
            end_reason=row.end_reason or "recorder",
            chunks=[sealed_chunk(each) for each in chunks],
            gaps=[_gap_entry(each) for each in self._parts.store.gaps(row.session_id)],
            policy=opening.policy,
            policy_signature=opening.policy_signature,
            trail=heads.trail,
            keys=heads.keys,
        )


def stored_manifest(directory: Path, ephemeral_public_key: bytes) -> SignedManifest | None:
    """Read a session's manifest with its signatures checked; None unless both are there and hold.

    The signatures are written first, so a manifest without them was never finished.
    """
    try:
        manifest_json = (directory / MANIFEST).read_bytes()
        signatures = (directory / SIGNATURES).read_bytes()
    except FileNotFoundError:
        return None
    try:
        signed = read_signatures(manifest_json, signatures)
        manifest = manifest_from_json(manifest_json)
        check_device_signature(signed, manifest.device_public_key)
        check_session_signature(signed, ephemeral_public_key)
    except (ManifestMalformed, ManifestSignatureWrong):
        return None
    return signed


def sealed_chunk(row: ChunkRow) -> SealedChunk:
    """Read a sealed chunk from its row."""
    return SealedChunk(
        index=row.index,
        first_at_ns=row.first_at_ns,
        last_at_ns=row.last_at_ns,
        first_utc_ns=row.first_utc_ns,
        last_utc_ns=row.last_utc_ns,
        plain_bytes=row.plain_bytes,
        stored_bytes=row.stored_bytes,
        is_compressed=row.is_compressed,
        frames=row.frames,
        leaf=row.leaf,
    )


def require_same(opening: Opening, row: SessionRow) -> None:
    """Refuse an opening that is not the one that was announced; OpeningMalformed names the field."""
    for field, found, announced in (
        ("session_id", opening.session_id, row.session_id),
        ("policy", policy_hash(opening.policy), row.policy_hash),
        ("ephemeral_public_key", opening.ephemeral_public_key, row.ephemeral_public_key),
    ):
        if found != announced:
            raise OpeningMalformed(field=field)
    if has_trail(opening.policy) != (opening.policy_signature is not None):
        raise OpeningMalformed(field="policy_signature")


def _gap_entry(gap: GapRow) -> GapEntry:
    return GapEntry(gap.from_ns, gap.until_ns, gap.reason)
