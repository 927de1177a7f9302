"""Accesses: granted once, kept as a hash, ended by the owner or by time, counted exactly."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.admin.access_records import AccessRecord, read_access, write_access
from core.admin.access_service import MOST_IN_FORCE, MOST_KEPT
from core.admin.call_log import Entry
from core.admin.desk import Rates
from core.admin.limits import Rate
from core.api.access import (
    Access,
    AccessChanged,
    CallOutcome,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.events import IncidentRecorded
from core.errors import (
    AccessUnknown,
    CallsAltered,
    RecordAltered,
    StorageFull,
    UsageFailure,
    VaultLocked,
)
from core.onion.keys import ClientKey
from core.storage.records import CallRow
from tests.core.admin.admin_bench import HOST, AdminBench
from tests.fakes.clocks import ManualClock, settle

DAY_S = 86_400


def test_secrets_are_shown_once_and_kept_nowhere(data_directory: Path) -> None:
    """The line holds all that a reader needs; the store holds neither the token nor the private client key."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant(Scope.PROOFS, name=" Audit\u202e Ltd ")
            assert granted.access.name == "Audit Ltd"
            assert granted.address == f"{HOST}:80"
            line = urlsplit(granted.link)
            assert (line.scheme, line.netloc) == ("lucid-pair", granted.address)
            facts = {name: values[0] for name, values in parse_qs(line.query).items()}
            assert facts == {
                "key": granted.client_key,
                "token": granted.token,
                "device": at.bench.vault().device_public_key.hex(),
            }
            public = ClientKey.read(granted.client_key).public_text
            assert at.access.clients() == (public,)
            await at.get("/v1/self", granted.token)
            await at.access.close()
            secrets = (granted.token, granted.token[6:], granted.client_key)
            assert files_with(data_directory, secrets) == []

    asyncio.run(run())


def files_with(directory: Path, secrets: tuple[str, ...]) -> list[Path]:
    """List the files that hold one of these in the clear."""
    files = [each for each in directory.rglob("*") if each.is_file()]
    assert files
    return [each for each in files if any(one.encode() in each.read_bytes() for one in secrets)]


def test_accesses_outlive_a_restart_and_are_counted_exactly(data_directory: Path) -> None:
    """After a crash too: calls that were not counted into the record yet are counted from the log."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            first, second = await at.grant(name="one"), await at.grant(name="two")
            for _ in range(3):
                assert (await at.get("/v1/self", first.token)).status == 200
            before = at.access.shown()
            at.access._is_open = False  # as if the power went: nothing more is written
        async with AdminBench(data_directory) as at:
            assert at.access.shown() == before
            found = {each.name: each for each in await at.access.list_access(ListAccess())}
            assert found["one"].calls == 3
            assert found["one"].used_utc_ms is not None
            assert (found["two"].calls, found["two"].used_utc_ms) == (0, None)
            assert (await at.get("/v1/self", second.token)).json["name"] == "two"
            assert await at.access.verify_calls(VerifyCalls()) == 4

    asyncio.run(run())


def test_what_was_refused_for_its_number_is_no_use(data_directory: Path) -> None:
    """Calls that are summed up are in the log and not in the count, before a restart and after it."""

    async def run() -> None:
        few, plenty = Rate(per_minute=6, burst=2), Rate(per_minute=600, burst=99)
        async with AdminBench(data_directory, rates=Rates(few, plenty, plenty, plenty)) as at:
            token = (await at.grant()).token
            assert [(await at.get("/v1/self", token)).status for _ in range(4)][2:] == [429, 429]
            assert at.access.shown()[0].calls == 2
            at.access._is_open = False  # as if the power went
        async with AdminBench(data_directory) as at:
            assert at.access.shown()[0].calls == 2

    asyncio.run(run())


def test_the_owner_ends_an_access_at_once(data_directory: Path) -> None:
    """Its client key opens nothing any more, its calls are refused and written down; ending it again is no error."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()
            told: list[tuple[str, ...]] = []
            at.access.on_clients_changed = lambda: told.append(at.access.clients())
            command = RevokeAccess(granted.access.access_id)
            ended = await at.access.revoke(command)
            assert ended.revoked_utc_ms is not None
            assert told == [()]
            at.clock.ahead_s = 60
            assert (await at.access.revoke(command)).revoked_utc_ms == ended.revoked_utc_ms
            got = await at.get("/v1/self", granted.token)
            assert (got.status, got.json["code"]) == (401, "access_ended")
            assert "been revoked" in got.json["detail"]
            assert (await at.outcomes())[-1] == ("GET /v1/self", "revoked")
            with pytest.raises(AccessUnknown):
                await at.access.revoke(RevokeAccess("f" * 16))
            changed = [each for each in at.bench.events if isinstance(each, AccessChanged)]
            assert changed[-1].access == at.access.shown()

    asyncio.run(run())


def test_an_access_ends_when_its_time_is_over(data_directory: Path) -> None:
    """Nobody has to call for that: the watch sees it, and the client key opens nothing any more."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant(days=1)
            ended: list[str] = []
            at.access.on_ended = ended.append
            at.clock.ahead_s = DAY_S + 1
            at.access._look()
            assert ended == [granted.access.access_id]
            assert at.access.clients() == ()
            got = await at.get("/v1/self", granted.token)
            assert got.json["code"] == "access_ended"
            assert "expired" in got.json["detail"]

    asyncio.run(run())


@pytest.mark.parametrize("is_crash", [False, True], ids=["closed", "power-gone"])
def test_what_is_over_stays_over_when_the_clock_is_set_back(
    data_directory: Path, *, is_crash: bool
) -> None:
    """While the engine runs, after it was closed, and, where a minute had passed, after the power went."""

    async def run() -> None:
        clock = ManualClock()
        async with AdminBench(data_directory, clock=clock) as at:
            watching = asyncio.ensure_future(at.access.run())
            granted = await at.grant(days=1)
            await until_asleep(clock)
            clock.utc_ns += (DAY_S + 1) * 1_000_000_000
            for _ in range(4 if is_crash else 1):
                await clock.advance(20)
                await until_asleep(clock)
            if is_crash:
                at.access._is_open = at.log._is_open = False  # nothing more is written
            clock.utc_ns -= (DAY_S + 3600) * 1_000_000_000
            assert not at.access.is_in_force(granted.access.access_id)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        async with AdminBench(data_directory, clock=clock) as at:
            assert at.access.clients() == ()
            assert not at.access.is_in_force(granted.access.access_id)
            again = await at.grant(days=1)  # one that is granted then lasts as long as it says
            assert at.access.is_in_force(again.access.access_id)
            clock.utc_ns += 3 * DAY_S * 1_000_000_000
            assert not at.access.is_in_force(again.access.access_id)

    asyncio.run(run())


def test_the_time_is_sealed_once_a_minute_and_only_for_somebody(data_directory: Path) -> None:
    """Where nobody may read and nobody could, the store is left alone."""

    async def run() -> None:
        clock = ManualClock()
        async with AdminBench(data_directory, clock=clock) as at:
            watching = asyncio.ensure_future(at.access.run())
            saved: list[str] = []
            save = at.records.save

            async def count(kind: str, key: str, document: Any) -> None:  # noqa: ANN401
                saved.append(key)
                await save(kind, key, document)

            at.records.save = count  # type: ignore[method-assign]
            for _ in range(6):
                await until_asleep(clock)
                await clock.advance(20)
            assert saved == []
            await at.grant(days=1)
            saved.clear()
            for _ in range(6):
                await until_asleep(clock)
                await clock.advance(20)
            await until_asleep(clock)
            assert saved == ["head", "head"]
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.parametrize(
    "command",
    [
        GrantAccess("", (Scope.HEALTH,)),
        GrantAccess(" \u200b ", (Scope.HEALTH,)),
        GrantAccess("x", ()),
        GrantAccess("x", (Scope.HEALTH,), days=0),
        GrantAccess("x", (Scope.HEALTH,), days=367),
    ],
)
def test_an_access_without_sense_is_refused(data_directory: Path, command: GrantAccess) -> None:
    """It needs a name that can be read, a scope, and an end within a year."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            with pytest.raises(UsageFailure):
                await at.access.grant(command)
            for limit in (0, 1001):
                with pytest.raises(UsageFailure):
                    await at.access.list_calls(ListCalls(limit=limit))

    asyncio.run(run())


def test_there_is_an_end_to_how_many(data_directory: Path) -> None:
    """So many may read at once; of those that ended, the oldest are forgotten, and none that is in force."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            await asyncio.gather(*(at.grant() for _ in range(MOST_IN_FORCE)))
            with pytest.raises(UsageFailure):
                await at.grant()
            await at.access.revoke(RevokeAccess(at.access.shown()[0].access_id))
            await at.grant(name="kept")
            template = at.access.find((await _one_more(at)).token)
            assert template is not None
            for number in range(MOST_KEPT):
                access_id = f"{number:016x}"
                ended = replace(template.access, access_id=access_id, revoked_utc_ms=1)
                at.access._of[access_id] = replace(template, access=ended)
            await _one_more(at)
            assert len(at.access.shown()) == MOST_KEPT
            assert "kept" in {each.name for each in at.access.shown()}

    asyncio.run(run())


async def _one_more(at: AdminBench):  # noqa: ANN202 - AccessGranted
    """End one that is in force, and grant another."""
    running = [each for each in at.access.shown() if at.access.is_in_force(each.access_id)]
    await at.access.revoke(
        RevokeAccess(next(each for each in running if each.name != "kept").access_id)
    )
    return await at.grant()


def test_a_locked_vault_grants_nothing(data_directory: Path) -> None:
    """What needs the vault says so; nobody's key opens the door meanwhile."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()
            await at.access.close()
            await at.access.close()
            assert at.access.clients() == ()
            for asking in (
                at.access.grant(GrantAccess("x", (Scope.HEALTH,))),
                at.access.revoke(RevokeAccess(granted.access.access_id)),
                at.access.list_access(ListAccess()),
                at.access.verify_calls(VerifyCalls()),
            ):
                with pytest.raises(VaultLocked):
                    await asking
            await at.access.open()
            await at.access.open()
            assert len(at.access.clients()) == 1

    asyncio.run(run())


def test_a_call_that_cannot_be_written_down_is_not_answered(data_directory: Path) -> None:
    """The reader gets a 503 that says so, and nothing of what was asked for."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.seal()
            token = (await at.grant()).token

            real, at.bench.store.add_call = at.bench.store.add_call, full
            for path in ("/v1/self", f"/v1/sessions/{session_id}/proof", "/v1/openapi.json"):
                got = await at.get(path, token)
                assert (got.status, got.json["code"]) == (503, "call_unwritten")
            assert (await at.get("/v1/self", "")).status == 503
            at.bench.store.add_call = real
            assert (await at.get("/v1/self", token)).status == 200
            assert (await at.get(f"/v1/sessions/{session_id}/proof", token)).status == 200

    asyncio.run(run())


def test_an_altered_log_is_told_when_the_vault_opens(data_directory: Path) -> None:
    """The owner hears of it without asking."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            await at.get("/v1/self", token)
            await at.access.close()
            await at.bench.on_store(at.bench.store.forget_calls, 9)
            await at.access.open()
            assert at.bench.incidents() == ["calls_altered"]
            with pytest.raises(CallsAltered):
                await at.access.verify_calls(VerifyCalls())

    asyncio.run(run())


def test_the_watch_lets_time_pass(data_directory: Path) -> None:
    """Without any call an access ends in its time, and what was counted is written down; a full disk stops neither."""

    async def run() -> None:
        clock = ManualClock()
        async with AdminBench(data_directory, clock=clock) as at:
            watching = asyncio.ensure_future(at.access.run())
            await settle()
            await at.grant(days=1)
            told: list[str] = []
            at.access.on_ended = told.append
            stranger = Entry("GET /v1/self", CallOutcome.UNKNOWN)
            for _ in range(3):
                await at.access.note_summed(stranger)
            real, at.bench.store.add_call = at.bench.store.add_call, full
            await clock.advance(61)
            await until_asleep(clock)
            assert len(await at.outcomes()) == 1
            at.bench.store.add_call = real
            await clock.advance(21)
            await until_asleep(clock)
            assert (await at.outcomes())[-1] == ("2 further calls", "unknown")
            assert told == []
            clock.utc_ns += 86_400_000_000_000  # as if the clock were set: it is seen all the same
            await clock.advance(21)
            assert len(told) == 1
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(run())


def full(*_: object) -> None:
    """Find the disk full."""
    raise StorageFull(path="the disk")


async def until_asleep(clock: ManualClock) -> None:
    """Wait until the watch has done what was due: the store's worker takes its time."""
    async with asyncio.timeout(20):
        while not clock._sleepers:
            await settle()


def test_an_odd_entry_shuts_nobody_out(data_directory: Path) -> None:
    """An entry that cannot be read is told; who may read still may, with the count that was kept."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            await at.get("/v1/self", token)
            at.access._is_open = False  # as if the power went
            odd = CallRow(2, 0, at.access.shown()[0].access_id, "", "", "", "odd", bytes(32))
            await at.bench.on_store(at.bench.store.add_call, odd)
        async with AdminBench(data_directory) as at:
            assert at.bench.incidents() == ["calls_altered"]
            assert (await at.get("/v1/self", token)).status == 200
            with pytest.raises(CallsAltered):
                await at.access.verify_calls(VerifyCalls())

    asyncio.run(run())


RECORDS = st.builds(
    AccessRecord,
    access=st.builds(
        Access,
        access_id=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
        name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=64),
        scopes=st.lists(st.sampled_from(Scope), unique=True).map(tuple),
        created_utc_ms=st.integers(0, 1 << 52),
        expires_utc_ms=st.integers(0, 1 << 52),
        revoked_utc_ms=st.none() | st.integers(0, 1 << 52),
        used_utc_ms=st.none() | st.integers(0, 1 << 52),
        calls=st.integers(0, 1 << 52),
    ),
    token_hash=st.binary(min_size=32, max_size=32),
    client=st.binary(min_size=32, max_size=32).map(lambda key: ClientKey(key).public_text),
    counted_to=st.integers(0, 1 << 52),
    generation=st.integers(1, 1 << 52),
)


@given(RECORDS)
def test_a_record_comes_back_as_it_was_written(record: AccessRecord) -> None:
    """Writing and reading gives the same; a member too few or too many is refused."""
    document = write_access(record)
    assert read_access(document) == record
    with pytest.raises(RecordAltered):
        read_access({**document, "more": 1})
    for name in document:
        with pytest.raises(RecordAltered):
            read_access({key: value for key, value in document.items() if key != name})


@given(RECORDS, st.data())
def test_a_record_with_an_odd_member_is_refused_or_read(
    record: AccessRecord, data: st.DataObject
) -> None:
    """Whatever stands in a member, reading raises RecordAltered or gives a record that is written the same."""
    document = write_access(record)
    name = data.draw(st.sampled_from(sorted(document)))
    odd = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
    changed = {**document, name: data.draw(odd)}
    with suppress(RecordAltered):
        assert write_access(read_access(changed)) == changed


def test_incidents_of_closing_are_told(data_directory: Path) -> None:
    """A full disk does not keep the vault open: it is told, and what was counted is counted again later."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            await at.get("/v1/self", token)

            real, at.bench.store.save_record = at.bench.store.save_record, full
            await at.access.close()
            at.bench.store.save_record = real
            assert any(isinstance(each, IncidentRecorded) for each in at.bench.events)
            await at.access.open()
            assert at.access.shown()[0].calls == 1

    asyncio.run(run())


def test_secrets_do_not_show_in_what_may_be_logged(data_directory: Path) -> None:
    """What is granted names neither token nor keys where it is written out as a whole."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted = await at.grant()
            shown = f"{granted!r} {granted}"
            assert granted.access.access_id in shown
            for secret in (granted.token, granted.client_key, granted.link):
                assert secret not in shown

    asyncio.run(run())
