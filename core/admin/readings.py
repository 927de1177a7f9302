"""What can be read, and where it is read from; each document is made here, so that nothing else gets out.

None of them holds a key, a picture, what was typed, a title, a file's name or an entry of a trail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.api.snapshots import Anchor, SessionState
from core.canonical.documents import canonical_json
from core.errors import NothingThere, SessionNotFinished
from core.evidence.manifest import manifest_hash
from core.evidence.manifest_json import from_json
from core.evidence.signatures import SignedManifest
from core.monitoring.health import Health
from core.sealing.merkle import inclusion_proof
from core.sessions.closing import require_same, stored_manifest
from core.sessions.opening import read_opening
from core.sessions.parts import SessionParts
from core.sessions.summaries import anchor_of, summary_of
from core.storage.metadata import SessionRow, SessionWithTotals

Document = dict[str, object]


@dataclass(frozen=True)
class Readings:
    """Where everything is read from. ``export_proof`` writes a session's bundle, without recordings, into a file."""

    parts: SessionParts
    sessions: Callable[[], Awaitable[list[SessionWithTotals]]]  # all, newest first
    health: Callable[[], Awaitable[Health]]
    metrics: Callable[[], Awaitable[bytes]]
    export_proof: Callable[[str, Path], Awaitable[object]]
    moves: Callable[[], tuple[str, ...]]  # signed statements, canonical JSON, oldest first
    device: Callable[[], str]  # the device's public key, in hex
    presence: Callable[[str, str], bytes]  # of a challenge and a host: signed, canonical JSON
    software_version: str

    async def session(self, session_id: UUID) -> Document:
        """Read a session's facts; raises SessionUnknown."""
        return await self.parts.store_worker.run(self._session, session_id)

    async def manifest(self, session_id: UUID) -> SignedManifest:
        """Read a session's manifest as it was sealed; raises SessionUnknown, SessionNotFinished."""
        return await asyncio.to_thread(self._manifest, await self._row(session_id))

    async def policy(self, session_id: UUID) -> Document:
        """Read a session's policy as it was announced; raises SessionUnknown, OpeningMalformed."""
        return await asyncio.to_thread(self._policy, await self._row(session_id))

    async def chunk_proof(self, session_id: UUID, index: int) -> Document:
        """Prove that a chunk belongs to a session; raises SessionUnknown, SessionNotFinished, NothingThere."""
        return await asyncio.to_thread(self._chunk_proof, await self._row(session_id), index)

    async def _row(self, session_id: UUID) -> SessionRow:
        """Read a session's row; what is in its files is read elsewhere, so that nobody waits for the store."""
        found = await self.parts.store_worker.run(self.parts.store.session, session_id)
        return found.row

    def _session(self, session_id: UUID) -> Document:
        store = self.parts.store
        stored = store.session(session_id)
        return {
            **session_document(stored),
            "policy_hash": stored.row.policy_hash.hex(),
            "encoder": stored.row.encoder,
            "width": stored.row.width,
            "height": stored.row.height,
            "frames_per_second": stored.row.frames_per_second,
            "anchors": [_anchor(anchor_of(each)) for each in store.outbox((), session_id)],
        }

    def _manifest(self, row: SessionRow) -> SignedManifest:
        directory = self.parts.directory.session(row.session_id)
        signed = stored_manifest(directory, row.ephemeral_public_key)
        if signed is None:
            raise SessionNotFinished(session_id=str(row.session_id), state=row.state)
        return signed

    def _policy(self, row: SessionRow) -> Document:
        opening = read_opening(self.parts.directory.session(row.session_id))
        require_same(opening, row)
        signature = opening.policy_signature
        return {
            "session_id": str(row.session_id),
            "policy": canonical_json(opening.policy).decode("utf-8"),
            "policy_hash": row.policy_hash.hex(),
            "device_signature": None if signature is None else signature.hex(),
        }

    def _chunk_proof(self, row: SessionRow, index: int) -> Document:
        signed = self._manifest(row)
        manifest = from_json(signed.manifest_json)
        if index >= len(manifest.chunks):
            raise NothingThere(what=f"chunk {index}")
        return {
            "session_id": str(row.session_id),
            "manifest_hash": signed.manifest_hash.hex(),
            "merkle_root": manifest.merkle_root.hex(),
            "count": len(manifest.chunks),
            "index": index,
            "stored_bytes": manifest.chunks[index].stored_bytes,
            "leaf": manifest.chunks[index].leaf.hex(),
            "path": [each.hex() for each in inclusion_proof(manifest.leaves, index)],
        }


def session_document(stored: SessionWithTotals) -> Document:
    """Show a session in a list. Of a failure it tells the code: facts may name what is on this machine."""
    summary = summary_of(stored)
    hashed = stored.row.manifest_hash
    return {
        "session_id": summary.session_id,
        "state": summary.state.value,
        "started_utc_ms": summary.started_utc_ms,
        "ended_utc_ms": summary.ended_utc_ms,
        "duration_s": summary.duration_s,
        "chunks": summary.chunks,
        "plain_bytes": summary.plain_bytes,
        "stored_bytes": summary.stored_bytes,
        "gaps": summary.gaps,
        "was_interrupted": summary.was_interrupted,
        "end_reason": summary.end_reason,
        "failure": None if summary.failure is None else summary.failure.code,
        "merkle_root": summary.merkle_root,
        "manifest_hash": None if hashed is None else hashed.hex(),
        "is_anchored": summary.state is SessionState.ANCHORED,
    }


def manifest_document(session_id: UUID, signed: SignedManifest) -> Document:
    """Show a manifest and its signatures as texts, whose bytes in UTF-8 are those that were sealed and signed."""
    return {
        "session_id": str(session_id),
        "manifest_hash": manifest_hash(signed.manifest_json).hex(),
        "manifest": signed.manifest_json.decode("utf-8"),
        "signatures": signed.signatures_json().decode("utf-8"),
    }


def health_document(health: Health) -> Document:
    """Show the checks, with the level of the worst."""
    return {
        "level": health.level.value,
        "checks": [
            {"name": each.name, "level": each.level.value, "sentence": each.sentence}
            for each in health.checks
        ],
    }


def _anchor(anchor: Anchor) -> Mapping[str, object]:
    return {
        "kind": anchor.kind.value,
        "state": anchor.state.value,
        "transaction": anchor.transaction,
        "block_number": anchor.block_number,
        "block_hash": anchor.block_hash,
        "block_time_utc_s": anchor.block_time_utc_s,
    }
