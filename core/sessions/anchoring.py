"""What a session puts on the chain, as rows of the outbox."""

from __future__ import annotations

from uuid import UUID

from core.api.snapshots import AnchorKind
from core.chain.outbox_calls import encode_call
from core.chain.protocol import AnchorCall, anchor_progress, open_session, seal_session
from core.storage.metadata import OutboxRow


def opened_row(session_id: UUID, policy_hash: bytes, ephemeral_public_key: bytes) -> OutboxRow:
    """Announce a session before anyone can know how it ends."""
    call = open_session(session_id, policy_hash, ephemeral_public_key)
    return _row(AnchorKind.OPENED, session_id, f"opened:{session_id}", call)


def progress_row(session_id: UUID, merkle_root: bytes, chunk_count: int) -> OutboxRow:
    """Announce what was sealed so far."""
    call = anchor_progress(session_id, merkle_root, chunk_count)
    return _row(AnchorKind.PROGRESS, session_id, f"progress:{session_id}:{chunk_count}", call)


def sealed_row(
    session_id: UUID, manifest_hash: bytes, merkle_root: bytes, chunk_count: int
) -> OutboxRow:
    """Announce the whole session."""
    call = seal_session(session_id, manifest_hash, merkle_root, chunk_count)
    return _row(AnchorKind.SEALED, session_id, f"sealed:{session_id}", call)


def _row(kind: AnchorKind, session_id: UUID, key: str, call: AnchorCall) -> OutboxRow:
    return OutboxRow(key=key, kind=kind.value, call=encode_call(call), session_id=session_id)
