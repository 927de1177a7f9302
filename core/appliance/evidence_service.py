"""Showing, checking and exporting what is stored of a session."""

from __future__ import annotations

from core.api.commands import ExportBundle, ExportVideo, ShowSession, VerifyBundle, VerifySession
from core.api.snapshots import ExportedFile, SessionDetail, VerificationReport
from core.appliance.chain_service import ChainService
from core.appliance.progress import Progress
from core.appliance.vault_service import VaultService
from core.permissions.questions import OpenQuestions
from core.sessions.closing import MANIFEST
from core.sessions.identity import parse_session_id
from core.sessions.parts import SessionParts
from core.sessions.summaries import detail_of


class EvidenceService:
    """Lives on the engine's loop."""

    def __init__(
        self,
        parts: SessionParts,
        vault: VaultService,
        chain: ChainService,
        questions: OpenQuestions,
    ) -> None:
        self._parts = parts
        self._vault = vault
        self._chain = chain
        self._questions = questions

    async def show(self, command: ShowSession) -> SessionDetail:
        """Read all about a session; raises SessionUnknown."""
        return await self._parts.store_worker.run(self._show, command.session_id)

    def _show(self, text: str) -> SessionDetail:
        session_id = parse_session_id(text)
        store = self._parts.store
        path = self._parts.directory.session(session_id) / MANIFEST
        return detail_of(
            store.session(session_id),
            chunks=store.chunks(session_id),
            gaps=store.gaps(session_id),
            anchors=store.outbox((), session_id),
            manifest_json=path.read_text(encoding="utf-8") if path.exists() else None,
            device_fingerprint=self._vault.fingerprint() or "",
        )

    async def verify_session(
        self, command: VerifySession, progress: Progress
    ) -> VerificationReport: ...
    async def verify_bundle(
        self, command: VerifyBundle, progress: Progress
    ) -> VerificationReport: ...
    async def export_bundle(self, command: ExportBundle, progress: Progress) -> ExportedFile: ...
    async def export_video(self, command: ExportVideo, progress: Progress) -> ExportedFile: ...
