"""What the outbox settles reaches the sessions, also when a crash came in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.api.commands import WaitForAnchor
from core.api.events import Event, IncidentRecorded, SessionChanged
from core.api.snapshots import SessionState
from core.appliance.anchor_service import AnchorService
from core.runtime.workers import Worker
from core.sessions.anchoring import opened_row, sealed_row
from core.storage.metadata import OutboxRow, SessionRow
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.conformance.metadata_store import session_row

HASH = bytes(32)


class Desk:
    """An anchor service over a store that holds one session which waits for its anchor."""

    def __init__(self, store: SqliteMetadataStore, worker: Worker) -> None:
        self.store, self.worker = store, worker
        self.told: list[Event] = []
        self.service = AnchorService(store, worker, self.told.append)
        self.row: SessionRow = replace(session_row(), state=SessionState.ANCHORING.value)
        self.opened: OutboxRow = opened_row(self.row.session_id, HASH, HASH)
        self.sealed: OutboxRow = sealed_row(self.row.session_id, HASH, HASH, 1)

    async def state(self) -> tuple[str, bool]:
        """Read the session's state and whether it has a failure."""
        row = (await self.worker.run(self.store.session, self.row.session_id)).row
        return row.state, row.failure is not None


@asynccontextmanager
async def desk(path: Path) -> AsyncIterator[Desk]:
    """Open a desk."""
    worker = Worker("store")
    store = await worker.run(SqliteMetadataStore, path / "db")
    found = Desk(store, worker)
    await worker.run(store.add_session, found.row, (found.opened, found.sealed))
    try:
        yield found
    finally:
        await worker.run(store.close)
        await asyncio.to_thread(worker.close)


def test_a_confirmed_seal_anchors_its_session(tmp_path: Path) -> None:
    """The opening's confirmation changes nothing, the seal's does, once, and whoever waits is told."""

    async def run() -> None:
        async with desk(tmp_path) as at:
            waiting = asyncio.ensure_future(at.service.wait(WaitForAnchor(str(at.row.session_id))))
            await at.service.settled(replace(at.opened, state="confirmed"))
            assert await at.state() == ("anchoring", False)
            await at.service.settled(replace(at.sealed, state="confirmed"))
            assert (await waiting).state is SessionState.ANCHORED
            assert await at.state() == ("anchored", False)
            assert isinstance(at.told[-1], SessionChanged)

    asyncio.run(run())


@pytest.mark.parametrize("which", ["opened", "sealed"])
def test_a_refusal_is_told_and_kept_with_the_session(tmp_path: Path, which: str) -> None:
    """The session stays as it is, with the failure; whoever waits is not kept waiting."""

    async def run() -> None:
        async with desk(tmp_path) as at:
            waiting = asyncio.ensure_future(at.service.wait(WaitForAnchor(str(at.row.session_id))))
            refused = replace(getattr(at, which), state="rejected", reason="SessionAlreadyKnown")
            await at.service.settled(refused)
            failure = (await waiting).failure
            assert failure is not None
            assert failure.facts == {"reason": "SessionAlreadyKnown"}
            assert await at.state() == ("anchoring", True)
            assert isinstance(at.told[-1], IncidentRecorded)

    asyncio.run(run())


@pytest.mark.parametrize("state, expected", [("confirmed", "anchored"), ("rejected", "anchoring")])
def test_what_was_settled_before_a_crash_is_made_good(
    tmp_path: Path, state: str, expected: str
) -> None:
    """Rows that were stored as settled bring their sessions along at the next start, and may do so again."""

    async def run() -> None:
        async with desk(tmp_path) as at:
            await at.worker.run(at.store.save_outbox, replace(at.sealed, state=state))
            for _ in range(2):
                await at.service.reconcile()
                assert await at.state() == (expected, state == "rejected")

    asyncio.run(run())


def test_an_anchored_session_is_not_spoiled_by_an_earlier_refusal(tmp_path: Path) -> None:
    """A refused row on the way does not come back as a failure once the seal is confirmed."""

    async def run() -> None:
        async with desk(tmp_path) as at:
            await at.worker.run(at.store.save_outbox, replace(at.opened, state="rejected"))
            await at.service.settled(replace(at.sealed, state="confirmed"))
            await at.service.reconcile()
            assert await at.state() == ("anchored", False)

    asyncio.run(run())


def test_waiting_ends_in_time(tmp_path: Path) -> None:
    """When the time is over the session is given as it then is."""

    async def run() -> None:
        async with desk(tmp_path) as at:
            found = await at.service.wait(WaitForAnchor(str(at.row.session_id), timeout_s=0.01))
            assert found.state is SessionState.ANCHORING

    asyncio.run(run())
