"""Whatever a crash leaves is sealed at the next unlocking, or told, and never in the way of the rest."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.api.snapshots import SessionState
from core.errors import VaultLocked
from core.evidence.manifest_json import from_json
from core.sessions.closing import MANIFEST, SIGNATURES, stored_manifest
from core.sessions.opening import FILE_NAME, read_opening
from core.sessions.recovery import Recovery
from core.storage.metadata import GapRow, SessionRow
from tests.core.sessions.test_service import WHOLE, FailingStore
from tests.fakes.busy_worker import cancel_often
from tests.fakes.clocks import settle
from tests.fakes.power_cut_disk import PowerCut
from tests.fakes.session_bench import SessionBench


async def record_and_crash(bench: SessionBench) -> UUID:
    """Record, put all on the disk, and end the process's memory of it without an end."""
    await bench.record()
    return await crash(bench)


async def crash(bench: SessionBench) -> UUID:
    """Put the running session on the disk, and end the process's memory of it without an end."""
    running = bench.sessions._running
    await running.recording.flush()
    for task in running.tasks:
        task.cancel()
    await asyncio.gather(*running.tasks, return_exceptions=True)
    await running.recorder.close()
    await running.recording.abandon()
    if running.logs is not None:
        await running.logs.abandon()
    bench.sessions._running = None
    return running.row.session_id


def test_an_interrupted_session_is_sealed_at_the_next_unlocking(tmp_path: Path) -> None:
    """It is marked without the vault, sealed with it, and ends at its last frame."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await record_and_crash(bench)
        async with SessionBench(tmp_path) as bench:
            bench.is_locked = True
            await bench.recovery.mark_interrupted()
            marked = await bench.sessions.summary(session_id)
            assert (marked.state, marked.was_interrupted) == (SessionState.INTERRUPTED, True)
            bench.is_locked = False
            assert await bench.recovery.run() == [session_id]
            sealed = await bench.sessions.summary(session_id)
            assert (sealed.state, sealed.end_reason) == (SessionState.ANCHORING, "interrupted")
            (chunk,) = await bench.on_store(bench.store.chunks, session_id)
            assert sealed.ended_utc_ms == chunk.last_utc_ns // 1_000_000
            assert chunk.frames == 30
            assert bench.files(session_id) == WHOLE
            assert read_opening(bench.directory.session(session_id)).wrapped_seeds == ()
            assert await bench.recovery.run() == []
            assert bench.incidents() == []

    asyncio.run(run())


WRITES = [
    *("save_session", "add_chunk"),
    *("after manifest.sig.json", "after manifest.json", "before opening.json"),
]


@pytest.mark.parametrize("moment", WRITES)
def test_a_crash_while_closing_is_made_good(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut at any write of the closing: the next life ends with one manifest, and without the signing key."""
    signed: list[bytes] = []

    async def run() -> None:
        async with SessionBench(tmp_path, wrap_store=FailingStore) as bench:
            session_id = await record_and_crash(bench)
            if moment in {"save_session", "add_chunk"}:
                bench.store.failures[moment] = PowerCut()
            else:
                monkeypatch.setattr(*_cut_writes(moment, signed))
                monkeypatch.setattr("core.sessions.opening.write_atomically", _cut_opening(moment))
            with pytest.raises(PowerCut):
                await bench.recovery.run()
            monkeypatch.undo()
        async with SessionBench(tmp_path) as bench:
            await bench.recovery.mark_interrupted()
            await bench.recovery.run()
            await bench.recovery.run()
            assert (await bench.sessions.summary(session_id)).state is SessionState.ANCHORING
            directory = bench.directory.session(session_id)
            opening = read_opening(directory)
            assert opening.wrapped_seeds == ()
            manifest = stored_manifest(directory, opening.ephemeral_public_key)
            assert manifest is not None
            if moment in {"after manifest.json", "before opening.json"}:
                assert manifest.manifest_json == signed[-1]  # what was signed is not signed again
            assert from_json(manifest.manifest_json).was_interrupted
            rows = await bench.on_store(bench.store.outbox)
            assert [row.kind for row in rows] == ["opened", "sealed"]

    asyncio.run(run())


def _cut_writes(moment: str, signed: list[bytes]) -> tuple[str, object]:
    from core.runtime.files import write_atomically

    def write(path: Path, content: bytes) -> None:
        write_atomically(path, content)
        signed.append(content)
        if moment == f"after {path.name}":
            raise PowerCut

    return "core.sessions.closing.write_atomically", write


def _cut_opening(moment: str) -> object:
    from core.runtime.files import write_atomically

    def write(path: Path, content: bytes) -> None:
        if moment == f"before {path.name}":
            raise PowerCut
        write_atomically(path, content)

    return write


def test_an_opening_without_a_session_is_swept(tmp_path: Path) -> None:
    """A directory that no row knows and that holds no picture goes; one with pictures stays."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            empty, full = (bench.directory.session(uuid4()) for _ in range(2))
            for directory in (empty, full):
                directory.mkdir()
                (directory / FILE_NAME).write_text("{}")
            (full / "journal").mkdir()
            await bench.recovery.run()
            assert not empty.exists()
            assert full.exists()

    asyncio.run(run())


def test_a_damaged_journal_is_told_and_the_session_sealed_all_the_same(tmp_path: Path) -> None:
    """What precedes the damage is sealed, the damage is an incident, and the journal is kept aside."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await record_and_crash(bench)
            (journal,) = bench.directory.journal(session_id).iterdir()
            content = bytearray(journal.read_bytes())
            content[len(content) // 2] ^= 1
            journal.write_bytes(content)
            assert await bench.recovery.run() == [session_id]
            assert bench.incidents()[0].startswith("journal_")
            assert [each for each in bench.files(session_id) if each.endswith(".damaged")]

    asyncio.run(run())


@pytest.mark.parametrize("damage", ["missing", "garbage", "another policy"])
def test_a_session_that_cannot_be_sealed_is_told_and_does_not_hold_up_the_others(
    tmp_path: Path, damage: str
) -> None:
    """Its opening is gone, unreadable or not the announced one: an incident, and the next session is sealed."""
    expected = "key_unavailable" if damage == "missing" else "opening_malformed"

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            broken = await record_and_crash(bench)
            bench.events.clear()
            whole = await record_and_crash(bench)
            path = bench.directory.session(broken) / FILE_NAME
            if damage == "missing":
                path.unlink()
            else:
                old, new = (b"{", b"[") if damage == "garbage" else (b'"none"', b'"some"')
                path.write_bytes(path.read_bytes().replace(old, new, 1))
            assert await bench.recovery.run() == [whole]
            assert bench.incidents()[-1:] == [expected]
            assert (await bench.sessions.summary(broken)).state is not SessionState.ANCHORING

    asyncio.run(run())


def test_a_sealed_session_with_a_damaged_opening_does_not_keep_the_vault_shut(
    tmp_path: Path,
) -> None:
    """When only the keys of a finished session cannot be read, that is told and no more."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = UUID((await bench.record()).session_id)
            await bench.sessions.end(session_id, "owner")
            (bench.directory.session(session_id) / FILE_NAME).write_text("{")
            assert await bench.recovery.run() == []
            assert bench.incidents() == ["opening_malformed"]

    asyncio.run(run())


def test_recovery_with_a_locked_vault_leaves_everything(tmp_path: Path) -> None:
    """Without the vault nothing is changed and the reason is told."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await record_and_crash(bench)
            before = bench.files(session_id)
            bench.is_locked = True
            assert await bench.recovery.run() == []
            assert bench.incidents() == [VaultLocked.code]
            assert bench.files(session_id) == before

    asyncio.run(run())


def test_a_manifest_is_taken_only_with_both_signatures(tmp_path: Path) -> None:
    """One that lacks its signatures, or whose signatures do not fit, counts as not there."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = UUID((await bench.record()).session_id)
            await bench.sessions.end(session_id, "owner")
            directory = bench.directory.session(session_id)
            key = read_opening(directory).ephemeral_public_key
            assert stored_manifest(directory, key) is not None
            assert stored_manifest(directory, bytes(32)) is None
            manifest = (directory / MANIFEST).read_bytes()
            (directory / MANIFEST).write_bytes(manifest.replace(b'"clip"', b'"clap"'))
            assert stored_manifest(directory, key) is None
            (directory / MANIFEST).write_bytes(manifest)
            (directory / SIGNATURES).unlink()
            assert stored_manifest(directory, key) is None

    asyncio.run(run())


def test_a_gap_that_outlasted_its_pictures_does_not_keep_a_session_from_being_sealed(
    tmp_path: Path,
) -> None:
    """A gap is kept before the piece after it: cut in between, the session ends with the gap."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await record_and_crash(bench)
            gap = GapRow(3_000_000_000_000, 3_001_000_000_000, "encoder_died")
            await bench.on_store(bench.store.add_gap, session_id, gap)
        async with SessionBench(tmp_path) as bench:
            await bench.recovery.mark_interrupted()
            assert await bench.recovery.run() == [session_id]
            sealed = await bench.sessions.summary(session_id)
            assert sealed.duration_s == pytest.approx(3001.0)
            manifest = from_json((bench.directory.session(session_id) / MANIFEST).read_bytes())
            assert [each.until_ns for each in manifest.gaps] == [gap.until_ns]

    asyncio.run(run())


def test_what_is_not_ours_is_left_alone_and_in_nobodys_way(tmp_path: Path) -> None:
    """Foreign directories stay, foreign files among journals are passed over, and the rest is sealed."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await record_and_crash(bench)
            foreign = bench.directory.sessions / "lost+found"
            other = bench.directory.sessions / str(uuid4())
            for each in (foreign, other):
                each.mkdir()
            (other / "notes.txt").touch()
            journals = bench.directory.journal(session_id)
            (journals / "backup of mine.lcj").write_bytes(b"?")
        async with SessionBench(tmp_path) as bench:
            assert await bench.recovery.run() == [session_id]
            assert foreign.is_dir()
            assert (other / "notes.txt").exists()
            assert bench.incidents() == []

    asyncio.run(run())


@pytest.mark.expects_log_errors
def test_a_fault_in_one_session_is_told_and_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong with one session, the owner comes to the others."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            bad = await record_and_crash(bench)
            good = await record_and_crash(bench)
        async with SessionBench(tmp_path) as bench:
            seal = Recovery._seal

            async def fail_once(recovery: Recovery, row: SessionRow) -> None:
                if row.session_id == bad:
                    raise ZeroDivisionError
                await seal(recovery, row)

            monkeypatch.setattr(Recovery, "_seal", fail_once)
            assert await bench.recovery.run() == [good]
            assert bench.incidents() == ["bug"]

    asyncio.run(run())


def test_whoever_is_cancelled_waits_for_the_session_at_hand(tmp_path: Path) -> None:
    """A session that is being sealed is sealed; the vault and the store are there until then."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await record_and_crash(bench)
        async with SessionBench(tmp_path) as bench:
            await bench.recovery.mark_interrupted()
            await cancel_once_queued(bench)
            sealed = await bench.sessions.summary(session_id)
            assert sealed.state is SessionState.ANCHORING
            assert bench.files(session_id) == WHOLE

    async def cancel_once_queued(bench: SessionBench) -> None:
        is_free = threading.Event()
        busy = asyncio.ensure_future(bench.parts.sealing_worker.run(is_free.wait))
        recovering = asyncio.ensure_future(bench.recovery.run())
        try:
            for _ in range(10):  # its reading of the store comes first
                await bench.on_store(int)
                await settle()
            await cancel_often(recovering)
            assert not recovering.done()
        finally:
            is_free.set()
            await asyncio.wait([busy, recovering])
        with pytest.raises(asyncio.CancelledError):
            await recovering

    asyncio.run(run())
