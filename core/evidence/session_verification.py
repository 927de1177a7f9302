"""The verification of a stored session: the same checks, over its directory and the chain that the appliance uses."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from core.api.snapshots import VerificationReport
from core.audit.key_log import KEY_LOG_NAME
from core.audit.trail import TRAIL_NAME
from core.audit.trail_file import TrailFile
from core.errors import ManifestMalformed
from core.evidence.anchor_checks import IsVoid, LiveHeader, RootOfTrust
from core.evidence.anchors import SessionAnchors
from core.evidence.case import Case, Pins
from core.evidence.checklist import NotChecked
from core.evidence.chunk_checks import (
    ChunkFinding,
    ChunkFindings,
    chunks_summary,
    contents_summary,
    look_at,
)
from core.evidence.manifest import Manifest
from core.evidence.standard_checks import Verification, counter
from core.evidence.trail_checks import checked_key_log, checked_trail, has_key_log
from core.sealing.keys import chunk_key
from core.storage.chunk_store import ChunkStore

MANIFEST_FILE = "manifest.json"
SIGNATURES_FILE = "manifest.sig.json"


class SessionVerification:
    """Verifies one stored session."""

    def __init__(
        self,
        *,
        session_id: UUID,
        directory: Path,
        chunks: ChunkStore,
        anchors: Callable[[], SessionAnchors],
        pins: Pins,
        session_key: bytes | None,
        unwrap_key_log: Callable[[bytes], bytes] | None,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._session_id = session_id
        self._directory = directory
        self._chunks = chunks
        self._session_key = session_key
        self._unwrap_key_log = unwrap_key_log
        self._progress = progress
        self._case = Case(
            manifest_json=lambda: _read(directory / MANIFEST_FILE),
            signatures_json=lambda: _read(directory / SIGNATURES_FILE),
            anchors=anchors,
            pins=pins,
            session_id=session_id,
        )
        self._verification = Verification(str(session_id), self._case)

    def run(
        self, live_header: LiveHeader | None, live: RootOfTrust, is_void: IsVoid | None = None
    ) -> VerificationReport:
        """Make all checks; ``live`` says whose chain ``live_header`` asks."""
        findings = self._look_at_chunks()
        run, case = self._verification.checklist.run, self._case
        self._verification.check_manifest()
        run(
            "chunks",
            "the leaves: see merkle_root",
            lambda: chunks_summary(findings, case.manifest.value),
        )
        run(
            "chunk_contents",
            "the chunks, and the session key in the vault",
            lambda: contents_summary(findings, case.manifest.value),
        )
        run(
            "trail",
            "the head in the manifest, and the session key in the vault",
            lambda: checked_trail(case, self._read_trail),
        )
        if has_key_log(case):
            run(
                "key_log",
                "the head in the manifest, and the key log's own key in the vault",
                lambda: checked_key_log(case, self._directory / KEY_LOG_NAME, self._unwrap_key_log),
            )
        self._verification.check_anchors(live_header, live, is_void)
        return self._verification.report()

    def _read_trail(self) -> TrailFile:
        return TrailFile.load(self._directory / TRAIL_NAME, self._session_id, self._session_key)

    def _look_at_chunks(self) -> ChunkFindings:
        """Check all chunks, one on each core; the store is read by any number of threads."""
        findings = ChunkFindings()
        try:
            manifest = self._case.manifest.value
        except NotChecked:
            return findings
        tick = counter(self._progress, sum(chunk.stored_bytes for chunk in manifest.chunks))
        with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="verifying") as pool:
            waiting = [pool.submit(self._look_at, manifest, each.index) for each in manifest.chunks]
            try:
                for each in waiting:
                    findings.add(each.result())
                    tick(manifest.chunks[findings.looked_at - 1].stored_bytes)
            finally:
                pool.shutdown(cancel_futures=True)
        return findings

    def _look_at(self, manifest: Manifest, index: int) -> ChunkFinding:
        key = self._session_key and chunk_key(self._session_key, manifest.session_id, index)
        return look_at(self._chunks, manifest, index, key)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ManifestMalformed(field=f"{path.name}: {error.strerror}") from error
