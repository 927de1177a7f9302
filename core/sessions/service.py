"""The sessions of an appliance: start one, end it, and bring it to its anchor."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from core.api.commands import StartSession
from core.api.events import IncidentRecorded, SessionChanged
from core.api.hosting import AuditActor, AuditEntry, AuditKind, KeyStroke
from core.api.snapshots import SessionState, SessionSummary, bug_snapshot, failure_snapshot
from core.errors import (
    Failure,
    MissingFailure,
    RecordingGap,
    SessionBusy,
    SessionNotHosted,
)
from core.evidence.policy_signature import SignedPolicy
from core.sealing.merkle import merkle_root
from core.sessions.anchoring import progress_row
from core.sessions.closing import Closer
from core.sessions.hosted import HostedStart
from core.sessions.live import FLUSH_EVERY_S
from core.sessions.logs import LogHeads, SessionLogs
from core.sessions.parts import SessionParts
from core.sessions.reading import stored_keys, stored_policy, stored_trail
from core.sessions.running import RunningSession, reason_of
from core.sessions.starting import start_hosted_session, start_session
from core.sessions.summaries import summary_of
from core.storage.metadata import GapRow, SessionTotals, SessionWithTotals

_log = logging.getLogger(__name__)

_PROGRESS_MINUTES = 10  # where the setting cannot be read


class SessionService:
    """Starts, ends and lists sessions; one runs at a time. Lives on the engine's loop."""

    def __init__(self, parts: SessionParts, closer: Closer) -> None:
        self._parts = parts
        self._closer = closer
        self._running: RunningSession | None = None
        self._is_starting = False
        self.on_ended: Callable[[], None] = lambda: None  # hears when no session runs any more
        # Waited for before a recording that cannot go on is stopped: a peer must not act unrecorded.
        self.before_stopping: Callable[[], Awaitable[None]] = _nothing
        self.on_gap: Callable[[], None] = lambda: None  # hears when ``is_in_gap`` has changed

    @property
    def is_in_gap(self) -> bool:
        """Tell whether a session runs of which no pictures come, or are kept, just now."""
        return self._running is not None and not self._running.recording.is_recorded

    @property
    def running_id(self) -> str | None:
        """Tell which session runs."""
        return str(self._running.row.session_id) if self._running else None

    @property
    def running_summary(self) -> SessionSummary | None:
        """Show the running session, as far as it was stored."""
        if self._running is None:
            return None
        counters = self._running.recording.counters
        totals = SessionTotals(chunks=counters.sealed_chunks, gaps=counters.gaps)
        return summary_of(SessionWithTotals(self._running.row, totals))

    async def start(self, command: StartSession) -> SessionSummary:
        """Open and record a session.

        Raises SessionBusy, VaultLocked, StorageTooLow, DisplayUnavailable, MissingProgram, EncoderUnavailable.
        """
        self._refuse_second()
        return await self._start(start_session(self._parts, command, self._keep_gap))

    async def start_hosted(self, hosted: HostedStart) -> SessionSummary:
        """Open and record a session that a peer can join; its pictures are closed if that fails.

        Raises as ``start``, and SessionIdUsed, PolicySignatureWrong, PolicyMalformed.
        """
        try:
            self._refuse_second()
        except SessionBusy:
            await hosted.pictures.close()
            raise
        return await self._start(start_hosted_session(self._parts, hosted, self._keep_gap))

    def _refuse_second(self) -> None:
        if self._running or self._is_starting:
            raise SessionBusy(session_id=self.running_id or "")

    async def _start(self, beginning: Awaitable[RunningSession]) -> SessionSummary:
        self._is_starting = True
        try:
            running = await beginning
        finally:
            self._is_starting = False
        self._running = running
        running.recording.on_turn = self.on_gap
        running.tasks.append(asyncio.ensure_future(self._run(running)))
        running.tasks.append(asyncio.ensure_future(self._anchor_progress(running)))
        if running.logs is not None:
            running.tasks.append(asyncio.ensure_future(self._keep_logs(running, running.logs)))
        self._parts.wake_outbox()
        # Without a pause in which a cancelled request could leave a session that nobody was told of.
        summary = summary_of(SessionWithTotals(running.row))
        self._parts.publish(SessionChanged(summary))
        if running.logs is not None:
            running.logs.trail.tell_opened()
        return summary

    async def trail_append(  # noqa: PLR0917 - in the order of an entry
        self,
        session_id: UUID,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        decision: str = "",
        reason: str = "",
        consent: str = "",
    ) -> AuditEntry:
        """Add an entry to the running session's trail; AuditRecorded tells of it. A decision is on the medium then.

        Raises SessionNotHosted; StorageFull and DataDirectoryUnwritable, and then the session ends: nothing may happen
        in it that is not written down.
        """
        running = self._running
        if running is None or running.logs is None or running.row.session_id != session_id:
            raise SessionNotHosted(session_id=str(session_id))
        try:
            return await running.logs.trail.append(kind, actor, resource, decision, reason, consent)
        except MissingFailure as failure:
            self._report(failure, session_id)
            await running.stop(reason_of(failure))
            raise

    async def read_trail(self, session_id: UUID) -> tuple[AuditEntry, ...]:
        """Read a session's trail, checked against its manifest where there is one; empty for one without a peer.

        Raises SessionUnknown, VaultLocked, KeyUnavailable, TrailMalformed, TrailAltered.
        """
        running = self._running
        if running is not None and running.row.session_id == session_id:
            if running.logs is None:
                return ()
            self._parts.vault()
            with suppress(SessionNotHosted):  # it is being closed
                return await running.logs.trail.entries()
        return await self._parts.store_worker.run(stored_trail, self._parts, session_id)

    async def read_policy(self, session_id: UUID) -> tuple[SignedPolicy, bytes] | None:
        """Read a session's signed policy and its anchored hash; None for one that nobody could join.

        Raises SessionUnknown, KeyUnavailable, OpeningMalformed.
        """
        return await self._parts.store_worker.run(stored_policy, self._parts, session_id)

    def note_key(self, session_id: UUID, keysym: int, *, is_pressed: bool) -> None:
        """Take what is typed in the running session; nothing where its policy does not have it recorded."""
        running = self._running
        if running is None or running.row.session_id != session_id or running.logs is None:
            return
        if running.logs.keys is not None:
            running.logs.keys.note(keysym, is_pressed=is_pressed)

    async def read_keys(self, session_id: UUID) -> tuple[KeyStroke, ...]:
        """Read what was typed in a session, so far; empty where its policy does not have it recorded.

        Raises SessionUnknown, VaultLocked, KeyUnavailable, KeyLogMalformed, KeyLogAltered.
        """
        running = self._running
        if running is not None and running.row.session_id == session_id and running.logs:
            await running.logs.sync()
        return await self._parts.store_worker.run(stored_keys, self._parts, session_id)

    async def end(self, session_id: UUID, reason: str) -> SessionSummary:
        """End the running session and wait until it is sealed and on its way to the chain.

        Raises SessionUnknown for one that never was; one that has ended already is shown as it is.
        """
        running = self._running
        if running is not None and running.row.session_id == session_id:
            await running.stop(reason)
            await running.finished.wait()
        return await self.summary(session_id)

    async def end_running(self, reason: str) -> None:
        """End whatever runs; nothing when nothing runs."""
        if self._running is not None:
            await self.end(self._running.row.session_id, reason)

    async def summary(self, session_id: UUID) -> SessionSummary:
        """Show a session; raises SessionUnknown."""
        return summary_of(await self._stored(session_id))

    async def summaries(self) -> tuple[SessionSummary, ...]:
        """Show all sessions, newest first."""
        stored = await self._parts.store_worker.run(self._parts.store.sessions)
        return tuple(summary_of(each) for each in stored)

    async def announce(self, session_id: UUID) -> SessionSummary:
        """Tell front ends how a session stands."""
        summary = await self.summary(session_id)
        self._parts.publish(SessionChanged(summary))
        return summary

    async def _run(self, running: RunningSession) -> None:
        try:
            await self._record(running)
            await self._close(running)
            await self.announce(running.row.session_id)
        except Exception as error:  # noqa: BLE001 - the task's boundary: what was flushed stays for recovery
            await self._give_up(running, error)
        finally:
            for task in running.tasks[1:]:
                task.cancel()
            self._running = None
            running.finished.set()
            self.on_ended()

    async def _give_up(self, running: RunningSession, error: Exception) -> None:
        session_id = running.row.session_id
        self._report_any(error, session_id)
        await running.recording.abandon()
        if running.logs is not None:
            await running.logs.let_go()
        row = replace(running.row, state=SessionState.INTERRUPTED.value, was_interrupted=True)
        with suppress(Failure):  # the next start says so, if this cannot
            await self._parts.store_worker.run(self._parts.store.save_session, row)
            await self.announce(session_id)

    async def _record(self, running: RunningSession) -> None:
        """Pump until the end; a failure ends the session instead of losing it."""
        try:
            await running.recording.run()
        except Exception as error:  # noqa: BLE001 - whatever it is, what was recorded is sealed
            self._report_any(error, running.row.session_id)
            await self._quietly(running, self.before_stopping())
            await self._quietly(running, running.stop(reason_of(error)))
        finally:
            running.ended = self._parts.clock.now()
            await self._quietly(running, running.recorder.close())
            await self._quietly(running, running.pictures.close())

    async def _quietly(self, running: RunningSession, work: Awaitable[None]) -> None:
        """Do what must not keep a session from being sealed if it fails; the fault is told."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - see above
            self._report_any(error, running.row.session_id)

    async def _close(self, running: RunningSession) -> None:
        row = running.ended_row(self._parts.clock)
        with suppress(Failure):  # sealing may still work; if not, the journal holds all there is
            await running.recording.flush()
        try:
            await self._parts.store_worker.run(self._parts.store.save_session, row)
            await self.announce(row.session_id)
            heads = LogHeads()
            if running.logs is not None:
                heads = await running.logs.end(row.end_reason or "")
            await running.recording.finish()
            await self._closer.close(row, running.ephemeral_seed, heads)
        except Failure as failure:
            # What was flushed stays in the journal, and the next unlocking seals it.
            self._report(failure, row.session_id)
            await running.recording.abandon()
            if running.logs is not None:
                await running.logs.let_go()

    async def _keep_logs(self, running: RunningSession, logs: SessionLogs) -> None:
        """Put the logs on the medium all the time; a session whose logs cannot be kept ends."""
        while True:
            await self._parts.clock.sleep(FLUSH_EVERY_S)
            try:
                await logs.sync()
            except Failure as failure:
                self._report(failure, running.row.session_id)
                await running.stop(reason_of(failure))
                return

    async def _anchor_progress(self, running: RunningSession) -> None:
        """Anchor what was sealed so far, every now and then, so that it stays provable."""
        anchored = 0
        while True:
            await self._parts.clock.sleep(60.0 * await self._progress_minutes(running))
            leaves = list(running.leaves)
            if len(leaves) <= anchored:
                continue
            row = progress_row(running.row.session_id, merkle_root(leaves), len(leaves))
            try:
                await self._parts.store_worker.run(self._parts.store.supersede_outbox, row)
            except Failure as failure:
                self._report(failure, running.row.session_id)  # and try again next time
                continue
            anchored = len(leaves)
            self._parts.wake_outbox()

    async def _progress_minutes(self, running: RunningSession) -> int:
        try:
            return await self._parts.store_worker.run(
                self._parts.settings.number, "progress_interval_min"
            )
        except Failure as failure:
            self._report(failure, running.row.session_id)
            return _PROGRESS_MINUTES

    async def _keep_gap(self, session_id: UUID, gap: GapRow) -> None:
        await self._parts.store_worker.run(self._parts.store.add_gap, session_id, gap)
        seconds = round((gap.until_ns - gap.from_ns) / 1e9, 1)
        reason = gap.reason.replace("_", " ")
        self._report(RecordingGap(reason=reason, seconds=seconds), session_id)

    def _report_any(self, error: Exception, session_id: UUID) -> None:
        if isinstance(error, Failure):
            self._report(error, session_id)
            return
        _log.error("session %s met a fault of the program", session_id, exc_info=error)
        self._parts.publish(IncidentRecorded(bug_snapshot(error), str(session_id)))

    def _report(self, failure: Failure, session_id: UUID) -> None:
        self._parts.publish(IncidentRecorded(failure_snapshot(failure), str(session_id)))

    async def _stored(self, session_id: UUID) -> SessionWithTotals:
        return await self._parts.store_worker.run(self._parts.store.session, session_id)


async def _nothing() -> None:
    """Have nothing to wait for."""
