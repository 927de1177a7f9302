"""Accesses whatever happens beside: the vault is locked, the disk is slow, somebody tampers with the store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.admin.access_records import KIND
from core.admin.call_log import Entry
from core.api.access import CallOutcome, GrantAccess, RevokeAccess, VerifyCalls
from core.errors import CallsAltered, StorageFull, VaultLocked
from tests.core.admin.admin_bench import EVERY_SCOPE, AdminBench
from tests.core.admin.test_connections import GET_SELF, connect
from tests.fakes.clocks import settle


@pytest.mark.parametrize("turns", [0, 1, 5, 20, 50])
def test_a_revocation_that_was_told_outlives_the_locking(data_directory: Path, turns: int) -> None:
    """Whenever the vault is locked beside it: either the owner hears that it did not come to be, or it holds."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            for _ in range(10):
                await at.grant()
            victim = list(at.access._of)[-1]
            closing = asyncio.ensure_future(at.access.close())
            for _ in range(turns):
                await asyncio.sleep(0)
            was_told = True
            try:
                await at.access.revoke(RevokeAccess(victim))
            except VaultLocked:
                was_told = False
            await closing
            await at.access.open()
            assert at.access.is_in_force(victim) is not was_told

    asyncio.run(run())


def test_a_revocation_that_was_begun_first_is_kept_by_the_locking(data_directory: Path) -> None:
    """Neither the disk's slowness nor the order of the two brings an access back."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()
            command = RevokeAccess(granted.access.access_id)
            with slow(at, "save_record") as (begun, go_on):
                revoking = asyncio.ensure_future(at.access.revoke(command))
                await asyncio.to_thread(begun.wait, 20)
                assert not at.access.is_in_force(command.access_id)
                closing = asyncio.ensure_future(at.access.close())
                await settle()
                assert not closing.done()
                go_on.set()
                assert (await revoking).revoked_utc_ms is not None
                await closing
            await at.access.open()
            assert not at.access.is_in_force(command.access_id)

    asyncio.run(run())


def test_who_is_cancelled_leaves_nothing_half_done(data_directory: Path) -> None:
    """Granting, revoking and writing a call down end whole, so that memory says what the disk says."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()
            access_id = granted.access.access_id
            entry = Entry("GET /v1/self", CallOutcome.ANSWERED, access_id, "auditor")
            await cancelled_in(at, "save_record", at.access.grant(GrantAccess("x", EVERY_SCOPE)))
            await cancelled_in(at, "add_call", at.access.note(entry))
            await cancelled_in(at, "save_record", at.access.revoke(RevokeAccess(access_id)))
            before = at.access.shown()
            assert [each.name for each in before] == ["x", "auditor"]
            assert before[1].revoked_utc_ms is not None
            assert before[1].calls == 1
            at.access._is_open = False  # as if the power went
        async with AdminBench(data_directory) as at:
            assert at.bench.incidents() == []
            assert at.access.shown() == before
            await at.access.note(replace(entry, access_id=before[0].access_id))
            assert await at.access.verify_calls(VerifyCalls()) == 2

    asyncio.run(run())


@pytest.mark.parametrize("is_put_back", [True, False], ids=["put back", "taken away"])
def test_a_record_that_was_put_back_or_taken_away_is_found(
    data_directory: Path, is_put_back: bool
) -> None:
    """What was revoked stays so, though its own record says otherwise, and the owner hears of it."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted, other = await at.grant(), await at.grant(name="other")
            key = granted.access.access_id
            old = await at.bench.on_store(at.bench.store.record, KIND, key)
            assert old is not None
            await at.access.revoke(RevokeAccess(key))
            await at.access.close()
            if is_put_back:
                await at.bench.on_store(at.bench.store.save_record, KIND, key, old)
            else:
                await at.bench.on_store(at.bench.store.forget_record, KIND, key)
            for _ in range(2):
                await at.access.open()
                assert at.bench.incidents() == ["record_altered"]
                assert (await at.get("/v1/self", granted.token)).status == 401
                assert (await at.get("/v1/self", other.token)).status == 200
                await at.access.close()

    asyncio.run(run())


def test_without_a_head_nobody_may_read(data_directory: Path) -> None:
    """Where the seal of the log is gone, nobody can tell who was revoked: all have to be granted anew."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted, revoked = await at.grant(), await at.grant()
            old = await at.bench.on_store(at.bench.store.record, KIND, revoked.access.access_id)
            assert old is not None
            await at.access.revoke(RevokeAccess(revoked.access.access_id))
            await at.access.close()
            for kind, key in (("calls", "head"), ("calls", "cut")):
                await at.bench.on_store(at.bench.store.forget_record, kind, key)
            await at.bench.on_store(at.bench.store.save_record, KIND, revoked.access.access_id, old)
            await at.access.open()
            assert at.bench.incidents() == ["calls_altered", "record_altered"]
            for token in (granted.token, revoked.token):
                assert (await at.get("/v1/self", token)).status == 401
            assert (await at.get("/v1/self", (await at.grant()).token)).status == 200
            await at.access.close()
            await at.access.open()
            with pytest.raises(CallsAltered):
                await at.access.verify_calls(VerifyCalls())

    asyncio.run(run())


def test_a_forgetting_that_was_not_finished_is_done_again(data_directory: Path) -> None:
    """A record that the head has forgotten opens nothing, and is no alarm: the power went in between."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()
            key = granted.access.access_id
            old = await at.bench.on_store(at.bench.store.record, KIND, key)
            assert old is not None
            at.access._kept.pop(key)
            await at.access._bind()
            at.access._is_open = False  # as if the power went
        async with AdminBench(data_directory) as at:
            assert (at.access.shown(), at.bench.incidents()) == ((), [])
            assert await at.bench.on_store(at.bench.store.record, KIND, key) is None

    asyncio.run(run())


def test_a_call_that_is_being_written_when_the_vault_is_locked_is_whole(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ending the API does not wait for a slow disk for ever; locking does, and the log goes on from there."""
    monkeypatch.setattr("core.admin.server._STOP_S", 0.05)

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            with slow(at, "add_call") as (begun, go_on), closing(connect(at)) as stream:
                stream.sendall(GET_SELF % token.encode())
                await asyncio.to_thread(begun.wait, 20)
                stopping = asyncio.ensure_future(at.api.stop())
                ended = asyncio.ensure_future(at.access.close())
                await asyncio.sleep(0.2)  # longer than stopping lets a call go on
                assert not ended.done()
                go_on.set()
                await stopping
                await ended
            assert at.bench.incidents() == []
            await at.access.open()
            assert await at.access.verify_calls(VerifyCalls()) == 1
            assert at.access.shown()[0].calls == 1

    asyncio.run(run())


def test_a_full_disk_is_told_by_who_revokes(data_directory: Path) -> None:
    """The access is over all the same; locking keeps that once there is room, and is no alarm where there is none."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted, kept = await at.grant(), await at.grant()
            real, at.bench.store.save_record = at.bench.store.save_record, full
            for each in (granted, kept):
                with pytest.raises(StorageFull):
                    await at.access.revoke(RevokeAccess(each.access.access_id))
            at.bench.store.save_record = real
            assert at.access.clients() == ()
            await at.access.close()
            await at.access.open()
            assert (at.access.clients(), at.bench.incidents()) == ((), [])

    asyncio.run(run())


def full(*_: object) -> None:
    """Find the disk full."""
    raise StorageFull(path="the disk")


@contextmanager
def slow(at: AdminBench, name: str) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Let the store's next work of that name wait on its thread: gives what says so, and what lets it go on."""
    begun, go_on = threading.Event(), threading.Event()
    real = getattr(at.bench.store, name)

    def waiting(*given: object) -> object:
        begun.set()
        go_on.wait(20)
        return real(*given)

    setattr(at.bench.store, name, waiting)
    try:
        yield begun, go_on
    finally:
        go_on.set()
        setattr(at.bench.store, name, real)


async def cancelled_in(at: AdminBench, name: str, work: Coroutine[Any, Any, object]) -> None:
    """Cancel work while the disk is at it."""
    with slow(at, name) as (begun, go_on):
        working = asyncio.ensure_future(work)
        await asyncio.to_thread(begun.wait, 20)
        working.cancel()
        await settle()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await working
