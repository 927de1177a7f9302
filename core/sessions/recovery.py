"""Recovery: sessions that the appliance could not end itself are sealed at the next unlocking.

It can be interrupted at any point and started again.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from uuid import UUID

from core.api.events import IncidentRecorded
from core.api.snapshots import SessionState, bug_snapshot, failure_snapshot
from core.audit.entries import TrailHead
from core.audit.key_log import KEY_LOG_NAME, recover_key_log, wrapped_key_in
from core.audit.trail import TRAIL_NAME, recover_trail
from core.errors import (
    DoesNotHold,
    Failure,
    KeyLogAltered,
    KeyLogMalformed,
    KeyUnavailable,
    TrailAltered,
    TrailMalformed,
)
from core.evidence.policy import has_trail, records_keys
from core.runtime.clock import Instant
from core.runtime.finishing import to_its_end
from core.sealing.recovery import recover
from core.sessions.closing import Closer, sealed_chunk
from core.sessions.logs import LogHeads
from core.sessions.opening import FILE_NAME, Opening, read_opening
from core.sessions.parts import SessionParts
from core.sessions.reading import key_log_key
from core.sessions.starting import chunk_row
from core.storage.metadata import SessionRow
from core.vault.open_vault import EPHEMERAL_SEED

_UNFINISHED = {
    SessionState.RECORDING.value,
    SessionState.INTERRUPTED.value,
    SessionState.SEALING.value,
}

_INTERRUPTED = "interrupted"

_log = logging.getLogger(__name__)


class Recovery:
    """Seals what a crash left; used on the engine's loop, with the vault open and no session running."""

    def __init__(self, parts: SessionParts, closer: Closer) -> None:
        self._parts = parts
        self._closer = closer

    async def mark_interrupted(self) -> None:
        """Say of sessions that were running when the engine ended that they were interrupted; needs no vault."""
        for stored in await self._parts.store_worker.run(self._parts.store.sessions):
            if stored.row.state == SessionState.RECORDING.value:
                row = replace(
                    stored.row, state=SessionState.INTERRUPTED.value, was_interrupted=True
                )
                await self._parts.store_worker.run(self._parts.store.save_session, row)

    async def run(self) -> list[UUID]:
        """Seal every unfinished session and tell which; one that cannot be sealed is reported and left.

        Whoever is cancelled waits for the session at hand: threads go on with it, and need vault and store for that.
        """
        try:
            await self._parts.store_worker.run(self._sweep)
        except OSError as error:  # what cannot be swept stays; it must not keep the vault shut
            _log.warning("the sessions' directory could not be swept: %s", error)
        sealed: list[UUID] = []
        for stored in await self._parts.store_worker.run(self._parts.store.sessions):
            try:
                if await to_its_end(self._settle(stored.row)):
                    sealed.append(stored.row.session_id)
            except Failure as failure:
                _log.warning("session %s could not be sealed: %s", stored.row.session_id, failure)
                snapshot = failure_snapshot(failure)
                self._parts.publish(IncidentRecorded(snapshot, str(stored.row.session_id)))
            except Exception as error:  # noqa: BLE001 - one session's fault must not keep the others from their owner
                _log.error("sealing session %s failed", stored.row.session_id, exc_info=error)
                snapshot = bug_snapshot(error)
                self._parts.publish(IncidentRecorded(snapshot, str(stored.row.session_id)))
        return sealed

    async def _settle(self, row: SessionRow) -> bool:
        """Do what a session still needs; tells whether it was sealed."""
        if row.state == SessionState.ANCHORING.value:
            await self._parts.store_worker.run(self._end_seeds, row.session_id)
        if row.state not in _UNFINISHED:
            return False
        await self._seal(row)
        return True

    async def _seal(self, row: SessionRow) -> None:
        directory = self._parts.directory.session(row.session_id)
        opening = await self._parts.store_worker.run(read_opening, directory)
        vault = self._parts.vault()
        key = vault.unwrap_session_key(row.session_id, opening.wrapped_keys)
        seed = self._seed(row.session_id, opening)
        for damage in await self._parts.sealing_worker.run(self._recover_chunks, row, key):
            snapshot = failure_snapshot(damage)
            self._parts.publish(IncidentRecorded(snapshot, str(row.session_id)))
        heads = LogHeads(
            await self._trail(row.session_id, opening, key),
            await self._keys(row.session_id, opening),
        )
        row = await self._parts.store_worker.run(self._ended, row)
        await self._closer.close(row, seed, heads)

    async def _trail(self, session_id: UUID, opening: Opening, key: bytes) -> TrailHead | None:
        """Cut off the trail's torn tail and give its head; one that is damaged is told, and the manifest lacks it."""
        if not has_trail(opening.policy):
            return None
        path = self._parts.directory.session(session_id) / TRAIL_NAME
        try:
            return await self._parts.store_worker.run(
                recover_trail, path, session_key=key, session_id=session_id
            )
        except (TrailMalformed, TrailAltered) as damage:
            self._parts.publish(IncidentRecorded(failure_snapshot(damage), str(session_id)))
            return None

    async def _keys(self, session_id: UUID, opening: Opening) -> TrailHead | None:
        """Do the same for what was typed, where the policy had it recorded."""
        if not records_keys(opening.policy):
            return None
        try:
            return await self._parts.store_worker.run(self._recover_keys, session_id)
        except (KeyLogMalformed, KeyLogAltered, KeyUnavailable) as damage:
            self._parts.publish(IncidentRecorded(failure_snapshot(damage), str(session_id)))
            return None

    def _recover_keys(self, session_id: UUID) -> TrailHead:
        path = self._parts.directory.session(session_id) / KEY_LOG_NAME
        key = key_log_key(self._parts, session_id, wrapped_key_in(path, session_id))
        return recover_key_log(path, key=key, session_id=session_id)

    def _seed(self, session_id: UUID, opening: Opening) -> bytes:
        if not opening.wrapped_seeds:
            return b""  # the manifest is signed and stored; only the row does not say so yet
        vault = self._parts.vault()
        return vault.unwrap_for_session(EPHEMERAL_SEED, session_id, opening.wrapped_seeds)

    def _recover_chunks(self, row: SessionRow, session_key: bytes) -> list[DoesNotHold]:
        """Seal journals and tell what a crash alone does not explain; on the sealing worker."""
        damages: list[DoesNotHold] = []
        store, worker = self._parts.store, self._parts.store_worker
        known = [sealed_chunk(each) for each in worker.run_blocking(store.chunks, row.session_id)]
        found = recover(
            session_id=row.session_id,
            session_key=session_key,
            start=Instant(row.started_mono_ns, row.started_utc_ns),
            chunks=self._parts.chunks,
            journal_directory=self._parts.directory.journal(row.session_id),
            known=known,
            on_damage=damages.append,
        )
        for chunk in found:
            worker.run_blocking(store.add_chunk, row.session_id, chunk_row(chunk))
        return damages

    def _ended(self, row: SessionRow) -> SessionRow:
        """Say when the session ended, as far as its last picture or gap tells."""
        if row.ended_utc_ns is None or row.end_reason == _INTERRUPTED:
            chunks = self._parts.store.chunks(row.session_id)
            gaps = self._parts.store.gaps(row.session_id)
            last_ns, last_utc_ns = 0, row.started_utc_ns
            if chunks:
                last_ns, last_utc_ns = chunks[-1].last_at_ns, chunks[-1].last_utc_ns
            # A gap is kept before the piece that ended it has reached the journal.
            duration_ns = max([last_ns, *(gap.until_ns for gap in gaps)])
            row = replace(
                row,
                was_interrupted=True,
                end_reason=_INTERRUPTED,
                ended_utc_ns=last_utc_ns + duration_ns - last_ns,
                duration_ns=duration_ns,
            )
        row = replace(row, state=SessionState.SEALING.value)
        self._parts.store.save_session(row)
        return row

    def _end_seeds(self, session_id: UUID) -> None:
        """Forget the signing key of a session whose manifest is signed, if a crash kept it."""
        directory = self._parts.directory.session(session_id)
        opening = read_opening(directory)
        if opening.wrapped_seeds:
            replace(opening, wrapped_seeds=()).write(directory)

    def _sweep(self) -> None:
        """Remove directories of sessions that never began: they hold an opening, perhaps logs, and no picture."""
        known = {str(each.row.session_id) for each in self._parts.store.sessions()}
        for directory in self._parts.directory.sessions.iterdir():
            if directory.name in known or not _is_session_id(directory.name):
                continue
            if directory.is_dir() and all(
                each.name.startswith((FILE_NAME, TRAIL_NAME, KEY_LOG_NAME))
                for each in directory.iterdir()
            ):
                shutil.rmtree(directory)


def _is_session_id(name: str) -> bool:
    """Tell whether a directory may be ours: whatever else lies here is left alone."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
