"""A session that a peer can join carries its policy and its trail as part of the signed record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.permissions import Profile
from core.api.snapshots import SessionState
from core.audit.trail import TRAIL_NAME
from core.canonical.documents import canonical_json
from core.chain.outbox_calls import decode_call
from core.errors import (
    EncoderUnavailable,
    Failure,
    KeyUnavailable,
    OpeningMalformed,
    PolicyMalformed,
    PolicySignatureWrong,
    SessionBusy,
    SessionIdUsed,
    SessionNotHosted,
    SessionUnknown,
    StorageFull,
    StorageTooLow,
    TrailAltered,
    UsageFailure,
    VaultLocked,
)
from core.evidence.manifest import Manifest
from core.evidence.manifest_json import from_json
from core.evidence.policy import hosted_policy, policy_hash, sandbox_policy
from core.runtime.clock import SystemClock
from core.sessions.closing import MANIFEST
from core.sessions.opening import FILE_NAME, read_opening
from tests.core.sessions.test_service import WHOLE, FailingStore
from tests.fakes.pictures import ClipPictures
from tests.fakes.session_bench import SessionBench

STRICT = canonical_json(hosted_policy(Profile.STRICT))
STANDARD = hosted_policy(Profile.STANDARD)
GRANTED = (AuditKind.GRANTED, AuditActor.OWNER, "keyboard", "granted", "five_minutes")


def manifest_of(bench: SessionBench, session_id: UUID) -> Manifest:
    """Read a session's manifest."""
    return from_json((bench.directory.session(session_id) / MANIFEST).read_bytes())


def test_a_hosted_session_is_recorded_with_policy_and_trail(tmp_path: Path) -> None:
    """Opening, anchor and manifest have the policy; the trail is written, told of, read, and its head signed."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            opening = read_opening(bench.directory.session(session_id))
            assert (opening.session_id, opening.policy) == (session_id, STANDARD)
            assert opening.policy_signature is not None
            entry = await bench.sessions.trail_append(session_id, *GRANTED)
            assert (entry.sequence, entry.decision) == (1, "granted")
            assert await bench.sessions.read_trail(session_id) == tuple(bench.told_entries())
            ended = await bench.sessions.end(session_id, "owner")
            assert (ended.state, ended.end_reason) == (SessionState.ANCHORING, "owner")
            assert bench.files(session_id) == WHOLE | {TRAIL_NAME}
            entries = await bench.sessions.read_trail(session_id)
            assert entries == tuple(bench.told_entries())
            assert [(each.kind.value, each.actor.value, each.reason) for each in entries] == [
                ("opened", "owner", "standard"),
                ("granted", "owner", "five_minutes"),
                ("ended", "owner", "owner"),
            ]
            manifest = manifest_of(bench, session_id)
            assert manifest.trail is not None
            assert manifest.trail.count == len(entries)
            assert manifest.policy == STANDARD
            assert manifest.policy_signature == opening.policy_signature
            opened, _ = await bench.on_store(bench.store.outbox)
            assert policy_hash(STANDARD) in decode_call(opened.call).arguments
            assert bench.incidents() == []

    asyncio.run(run())


@pytest.mark.parametrize(
    "reason, actor",
    [
        ("peer_limit", "policy"),
        ("anomaly", "policy"),
        ("voided", "policy"),
        ("host_lost", "appliance"),
        ("space", "appliance"),
    ],
)
def test_why_a_hosted_session_ended_is_part_of_the_record(
    tmp_path: Path, reason: str, actor: str
) -> None:
    """The reason stands in summary, manifest and trail; that a session was voided is seen in each."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            ended = await bench.sessions.end(session_id, reason)
            last = (await bench.sessions.read_trail(session_id))[-1]
            assert (last.kind, last.reason) == (AuditKind.ENDED, reason)
            assert last.actor.value == actor
            assert ended.end_reason == manifest_of(bench, session_id).end_reason == reason

    asyncio.run(run())


REFUSALS: list[tuple[str, type[Failure]]] = [
    ("locked", VaultLocked),
    ("no space", StorageTooLow),
    ("recipient", UsageFailure),
    ("busy", SessionBusy),
    ("signature", PolicySignatureWrong),
    ("another policy", PolicySignatureWrong),
    ("sandbox policy", PolicyMalformed),
    ("source", EncoderUnavailable),
    ("store", StorageFull),
    ("trail", StorageFull),
]


@pytest.mark.parametrize("where, expected", REFUSALS)
def test_a_hosted_start_that_fails_leaves_nothing_and_closes_its_pictures(
    tmp_path: Path, where: str, expected: type[Failure], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes in the way: no directory, no row, no anchor, and the pictures were closed once."""
    failure = EncoderUnavailable(tried="all") if where == "source" else None
    pictures = ClipPictures(SystemClock(), source_failure=failure)

    async def run() -> None:
        async with SessionBench(tmp_path, wrap_store=FailingStore) as bench:
            changes = {
                "recipient": {"recipients": ("00",)},
                "signature": {"policy_signature": bytes(64)},
                "another policy": {"policy_json": STRICT},
                "sandbox policy": _signed_sandbox(bench),
            }
            if where == "busy":
                await bench.record()
            before = await bench.on_store(bench.store.outbox)
            bench.is_locked = where == "locked"
            bench.space = (1, 100) if where == "no space" else (50, 100)
            if where == "store":
                bench.store.failures["add_session"] = StorageFull(path="db")
            if where == "trail":
                monkeypatch.setattr("core.storage.disk.Disk.create", _full)
            with pytest.raises(expected):
                await bench.sessions.start_hosted(
                    bench.hosted_start(pictures=pictures, **changes.get(where, {}))
                )
            monkeypatch.undo()
            assert pictures.closed == 1
            assert all(source.is_closed for source in pictures.sources)
            assert await bench.on_store(bench.store.outbox) == before
            running = [bench.sessions.running_id] if where == "busy" else []
            assert [each.name for each in bench.directory.sessions.iterdir()] == running
            assert bench.told_entries() == []

    asyncio.run(run())


def _signed_sandbox(bench: SessionBench) -> dict[str, bytes]:
    """Sign a policy that is none of a hosted session, as a device should not."""
    from core.evidence.policy_signature import POLICY_DOMAIN

    signature = bench.vault().sign(POLICY_DOMAIN + policy_hash(sandbox_policy()))
    return {"policy_json": canonical_json(sandbox_policy()), "policy_signature": signature}


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_session_id_is_used_once(tmp_path: Path) -> None:
    """A second start with an ID is refused, while its session runs and after it, and harms nothing of it."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            await bench.sessions.end(session_id, "owner")
            before = bench.files(session_id)
            again = ClipPictures(bench.clock)
            with pytest.raises(SessionIdUsed):
                await bench.sessions.start_hosted(
                    bench.hosted_start(session_id=session_id, pictures=again)
                )
            assert again.closed == 1
            assert bench.files(session_id) == before
            assert len(await bench.sessions.read_trail(session_id)) == 2

    asyncio.run(run())


def test_nothing_is_appended_to_what_is_not_hosted_or_has_ended(tmp_path: Path) -> None:
    """A sandbox session, another session and one that has ended take no entries; what is missing is said."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            sandbox = UUID((await bench.record()).session_id)
            assert await bench.sessions.read_trail(sandbox) == ()
            with pytest.raises(SessionNotHosted):
                await bench.sessions.trail_append(sandbox, *GRANTED)
            await bench.sessions.end(sandbox, "owner")
            assert await bench.sessions.read_trail(sandbox) == ()
            hosted = await bench.host()
            with pytest.raises(SessionNotHosted):
                await bench.sessions.trail_append(sandbox, *GRANTED)
            await bench.sessions.end(hosted, "owner")
            with pytest.raises(SessionNotHosted):
                await bench.sessions.trail_append(hosted, *GRANTED)
            with pytest.raises(SessionUnknown):
                await bench.sessions.read_trail(UUID(int=7))

    asyncio.run(run())


def test_reading_a_trail_needs_the_open_vault(tmp_path: Path) -> None:
    """While the vault is locked, or when its opening is gone, nobody reads the trail."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            bench.is_locked = True
            with pytest.raises(VaultLocked):
                await bench.sessions.read_trail(session_id)
            bench.is_locked = False
            await bench.sessions.end(session_id, "owner")
            bench.is_locked = True
            with pytest.raises(VaultLocked):
                await bench.sessions.read_trail(session_id)
            bench.is_locked = False
            (bench.directory.session(session_id) / FILE_NAME).unlink()
            with pytest.raises(KeyUnavailable):
                await bench.sessions.read_trail(session_id)

    asyncio.run(run())


def test_a_trail_that_was_cut_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Of a finished session the whole trail is read, or the entry is named that is missing."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            await bench.sessions.trail_append(session_id, *GRANTED)
            await bench.sessions.end(session_id, "owner")
            path = bench.directory.session(session_id) / TRAIL_NAME
            path.write_bytes(path.read_bytes()[:-1])
            with pytest.raises(TrailAltered) as refusal:
                await bench.sessions.read_trail(session_id)
            assert refusal.value.facts == {"sequence": 2}

    asyncio.run(run())


def test_routine_entries_reach_the_medium_without_a_further_one(tmp_path: Path) -> None:
    """What may wait is in the file soon, although nothing else happens."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            path = bench.directory.session(session_id) / TRAIL_NAME
            before = path.stat().st_size
            await bench.sessions.trail_append(session_id, AuditKind.FOCUS, AuditActor.PEER, "xterm")
            bench.events.clear()
            await bench.until(lambda: path.stat().st_size > before)

    asyncio.run(run())


def test_a_session_whose_trail_cannot_be_kept_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk refuses the entry and ends the session; what was kept is sealed when there is room."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            with monkeypatch.context() as patch:
                patch.setattr("core.storage.disk.Disk.write_at", _full)
                with pytest.raises(StorageFull):
                    await bench.sessions.trail_append(session_id, *GRANTED)
                await bench.until(lambda: bench.sessions.running_id is None)
            assert "storage_full" in bench.incidents()
            await bench.recovery.run()
            ended = await bench.sessions.summary(session_id)
            assert (ended.state, ended.end_reason) == (SessionState.ANCHORING, "space")
            kept = [each.kind for each in await bench.sessions.read_trail(session_id)]
            assert kept[0] is AuditKind.OPENED

    asyncio.run(run())


@pytest.mark.parametrize("change", ["policy", "signature", "no signature"])
def test_a_policy_cannot_be_swapped_later(tmp_path: Path, change: str) -> None:
    """An opening with another policy, or without its signature, is not sealed, and the field is named."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host()
            path = bench.directory.session(session_id) / FILE_NAME
            opening = read_opening(path.parent)
            assert opening.policy_signature is not None
            signature = opening.policy_signature.hex()
            content = path.read_bytes()
            if change == "policy":
                content = content.replace(b'"longest_minutes":120', b'"longest_minutes":999')
            elif change == "signature":
                content = content.replace(signature.encode(), b"00" * 64)
            else:
                content = content.replace(b',"policy_signature":"%s"' % signature.encode(), b"")
            assert content != path.read_bytes()
            path.write_bytes(content)
            await bench.sessions.end(session_id, "owner")
            expected = PolicySignatureWrong if change == "signature" else OpeningMalformed
            assert bench.incidents() == [expected.code]
            assert (await bench.sessions.summary(session_id)).state is SessionState.SEALING

    asyncio.run(run())
