"""What becomes of the outbox's rows: sessions are anchored, contracts adopted, refusals told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from core.api.commands import WaitForAnchor
from core.api.events import Event, IncidentRecorded, SessionChanged
from core.api.snapshots import AnchorKind, SessionState, SessionSummary, failure_snapshot
from core.chain.batching import BATCH
from core.chain.outbox_calls import decode_call
from core.chain.protocol import AnchorChain, AnchoredEvent
from core.errors import ChainRejected
from core.runtime.workers import Worker
from core.sessions.identity import parse_session_id
from core.sessions.summaries import failure_to_json, summary_of
from core.storage.metadata import MetadataStore, OutboxRow, SessionRow

_EVENTS = {
    AnchorKind.OPENED.value: "SessionOpened",
    AnchorKind.PROGRESS.value: "ProgressAnchored",
    AnchorKind.SEALED.value: "SessionSealed",
}


class AnchorService:
    """Lives on the engine's loop."""

    def __init__(
        self, store: MetadataStore, worker: Worker, publish: Callable[[Event], None]
    ) -> None:
        self._store = store
        self._worker = worker
        self._publish = publish
        self._settled_one = asyncio.Condition()

    async def settled(self, row: OutboxRow) -> None:
        """Take note of a row that was confirmed or refused; of a batch's, for every session in it."""
        if row.kind == BATCH:
            for each in await self._worker.run(self._settle_batch, row):
                self._publish(SessionChanged(each))
        changed = None if row.session_id is None else await self._worker.run(self._settle, row)
        if changed is not None:
            self._publish(SessionChanged(changed))
        if row.state == "rejected":
            failure = ChainRejected(reason=row.reason or "no reason given")
            session_id = str(row.session_id) if row.session_id else None
            self._publish(IncidentRecorded(failure_snapshot(failure), session_id))
        async with self._settled_one:
            self._settled_one.notify_all()

    async def reconcile(self) -> None:
        """Bring sessions up to rows that were settled just before a crash."""
        for row in await self._worker.run(self._store.unsettled_outbox):
            await self._worker.run(self._settle, row)

    async def wait(self, command: WaitForAnchor) -> SessionSummary:
        """Wait until a session is anchored or cannot be, or the time is over; gives it as it then is."""
        session_id = parse_session_id(command.session_id)
        try:
            async with asyncio.timeout(command.timeout_s), self._settled_one:
                while (summary := await self._summary(session_id)).failure is None:
                    if summary.state is SessionState.ANCHORED:
                        break
                    await self._settled_one.wait()
        except TimeoutError:
            pass
        return await self._summary(session_id)

    def find_done(self, chain: AnchorChain, row: OutboxRow) -> OutboxRow | None:
        """Look on the chain for what a row wants to do, done by our own account; on the chain's worker."""
        if row.kind == BATCH:
            return _found(row, chain.batches.find(chain.account, _root_of(row)))
        if row.session_id is None or row.kind not in _EVENTS:
            return None
        record = chain.session_record(row.session_id)
        for event in record.events:
            if event.owner == chain.account and _is_of(event, row):
                return _found(row, event)
        return None

    def _settle(self, row: OutboxRow) -> SessionSummary | None:
        """Bring the session of a sealed or refused row to its next state; None when it is there already."""
        if row.session_id is None:
            return None
        stored = self._store.session(row.session_id)
        after = _after(stored.row, row)
        if after == stored.row:
            return summary_of(stored) if row.state == "confirmed" else None
        self._store.save_session(after)
        return summary_of(replace(stored, row=after))

    def _settle_batch(self, row: OutboxRow) -> list[SessionSummary]:
        """Bring every session of a batch to its next state at once; gives those that changed."""
        changed: list[SessionRow] = []
        for member in self._store.batch_members(row.key):
            if member.session_id is not None:
                session = self._store.session(member.session_id).row
                changed += [after] if (after := _after(session, member)) != session else []
        self._store.save_sessions(changed)
        return [summary_of(self._store.session(each.session_id)) for each in changed]

    async def _summary(self, session_id: UUID) -> SessionSummary:
        return summary_of(await self._worker.run(self._store.session, session_id))


def _root_of(row: OutboxRow) -> bytes:
    root = decode_call(row.call).arguments[0]
    assert isinstance(root, bytes)  # noqa: S101 - make_batch wrote it
    return root


def _found(row: OutboxRow, event: AnchoredEvent | None) -> OutboxRow | None:
    """Give the row with the transaction and block that did what it wants done."""
    if event is None:
        return None
    return replace(
        row,
        transaction=event.transaction_hash,
        block_number=event.block_number,
        block_hash=event.block_hash,
    )


def _after(session: SessionRow, row: OutboxRow) -> SessionRow:
    if session.state == SessionState.ANCHORED.value:
        return session
    if row.state == "rejected":
        failure = failure_snapshot(ChainRejected(reason=row.reason or "no reason given"))
        return replace(session, failure=failure_to_json(failure))
    if row.kind == AnchorKind.SEALED.value and session.state == SessionState.ANCHORING.value:
        return replace(session, state=SessionState.ANCHORED.value, failure=None)
    return session


def _is_of(event: AnchoredEvent, row: OutboxRow) -> bool:
    """Tell whether the event says what the row wants said: every argument of the call is among its values."""
    if event.name != _EVENTS[row.kind]:
        return False
    said = {
        value.hex() if isinstance(value, bytes) else str(value) for value in event.values.values()
    }
    wanted = decode_call(row.call).arguments[1:]
    return {each.hex() if isinstance(each, bytes) else str(each) for each in wanted} <= said
