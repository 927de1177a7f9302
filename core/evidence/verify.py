"""Verify an evidence bundle, or a stored session: every claim by name, and what it rests on.

A bundle needs nothing but its file: no data directory, no network, no chain client.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from core.api.snapshots import VerificationReport
from core.evidence.anchor_checks import IsVoid, LiveHeader, RootOfTrust
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_reader import BundleReader
from core.evidence.bundle_verification import BundleVerification
from core.evidence.session_verification import SessionVerification
from core.evidence.standard_checks import make_pins
from core.storage.chunk_store import ChunkStore

Progress = Callable[[int, int], None]


def verify_bundle(
    path: Path,
    *,
    checkpoint: str | None = None,
    live_header: LiveHeader | None = None,
    is_void: IsVoid | None = None,
    device: str | None = None,
    contract: str | None = None,
    progress: Progress | None = None,
) -> VerificationReport:
    """Verify the bundle at ``path``.

    ``checkpoint`` is the hash of a block that is trusted, ``device`` the fingerprint that must
    have signed, ``contract`` the address that must have logged, all in hex; ``live_header`` asks
    a node for the hash of a block, ``is_void`` whether a session was shown to be void in its batch.
    ``progress`` hears done and total bytes and may raise
    Cancelled. BundleMissing and UsageFailure are raised; all else is in the report.
    """
    pins = make_pins(checkpoint, device, contract)
    with BundleReader(path) as reader:
        return BundleVerification(str(path), reader, pins, progress).run(live_header, is_void)


def verify_session(
    *,
    session_id: UUID,
    directory: Path,
    chunks: ChunkStore,
    anchors: Callable[[], SessionAnchors],
    live: RootOfTrust,
    live_header: LiveHeader | None = None,
    is_void: IsVoid | None = None,
    session_key: bytes | None = None,
    unwrap_key_log: Callable[[bytes], bytes] | None = None,
    device: str | None = None,
    contract: str | None = None,
    progress: Progress | None = None,
) -> VerificationReport:
    """Verify a stored session: ``directory`` holds manifest.json, manifest.sig.json and the trail, if it has one.

    ``anchors``, ``live_header`` and ``is_void`` come from the chain that the appliance uses, and ``live`` says which
    that is: its own, or a network's. What ``anchors`` raises (ChainUnreachable, say) fails the checks that need it.
    With ``session_key`` chunks and trail are opened as well; ``unwrap_key_log`` opens the wrapped key that a key log
    carries. ``progress`` hears done and total bytes and may raise Cancelled.
    """
    verification = SessionVerification(
        session_id=session_id,
        directory=directory,
        chunks=chunks,
        anchors=anchors,
        pins=make_pins(None, device, contract),
        session_key=session_key,
        unwrap_key_log=unwrap_key_log,
        progress=progress,
    )
    return verification.run(live_header, live, is_void)
