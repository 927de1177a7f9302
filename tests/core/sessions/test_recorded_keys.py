"""What is typed is part of the record where the policy says so, under a key of its own, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from nacl.public import PrivateKey

from core.api.permissions import PolicyRules, Profile
from core.api.snapshots import SessionState
from core.audit.key_log import KEY_LOG_NAME, read_key_log, wrapped_key_in
from core.canonical.documents import canonical_json
from core.errors import (
    Failure,
    KeyLogAltered,
    KeyLogMalformed,
    KeyUnavailable,
    SessionUnknown,
    StorageFull,
    UsageFailure,
    VaultLocked,
)
from core.evidence.policy import hosted_policy
from core.evidence.policy_signature import sign_policy
from core.sessions.opening import read_opening
from core.vault.session_keys import KEY_LOG_KEY, read_wrapped_keys, unwrap_as_recipient
from tests.core.sessions.test_hosted import manifest_of
from tests.core.sessions.test_recovery import crash
from tests.fakes.session_bench import SessionBench

HELLO = "hello"


def recording_keys(bench: SessionBench) -> dict[str, Any]:
    """Give a signed policy that has what is typed recorded."""
    policy = canonical_json(hosted_policy(Profile.CUSTOM, PolicyRules(records_keys=True)))
    signature = sign_policy(policy, bench.vault().sign).signature
    return {"policy_json": policy, "policy_signature": signature}


def type_hello(bench: SessionBench, session_id: UUID) -> None:
    """Press and let go of five keys."""
    for character in HELLO:
        for is_pressed in (True, False):
            bench.sessions.note_key(session_id, ord(character), is_pressed=is_pressed)


async def pressed(bench: SessionBench, session_id: UUID) -> str:
    """Read what was pressed."""
    return "".join(
        each.key for each in await bench.sessions.read_keys(session_id) if each.is_pressed
    )


def log_of(bench: SessionBench, session_id: UUID) -> Path:
    """Say where a session's key log is."""
    return bench.directory.session(session_id) / KEY_LOG_NAME


def test_what_is_typed_is_read_while_it_runs_and_after_it(tmp_path: Path) -> None:
    """The manifest has the head; nothing of the trail tells what was typed."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            assert await bench.sessions.read_keys(session_id) == ()
            type_hello(bench, session_id)
            assert await pressed(bench, session_id) == HELLO
            bench.sessions.note_key(uuid4(), 0x21, is_pressed=True)
            await bench.sessions.end(session_id, "owner")
            bench.sessions.note_key(session_id, 0x21, is_pressed=True)
            strokes = await bench.sessions.read_keys(session_id)
            assert [each.is_pressed for each in strokes] == [True, False] * 5
            assert await pressed(bench, session_id) == HELLO
            head = manifest_of(bench, session_id).keys
            assert head is not None
            assert head.count == 2, "the first record, and the one of these strokes"
            entries = await bench.sessions.read_trail(session_id)
            assert [each.kind.value for each in entries] == ["opened", "ended"]
            assert bench.incidents() == []

    asyncio.run(run())


def test_strokes_reach_the_medium_without_being_asked_for(tmp_path: Path) -> None:
    """What was typed is in the file soon, although nothing else happens."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            before = log_of(bench, session_id).stat().st_size
            type_hello(bench, session_id)
            bench.events.clear()
            await bench.until(lambda: log_of(bench, session_id).stat().st_size > before)

    asyncio.run(run())


def test_without_the_flag_there_is_no_file(tmp_path: Path) -> None:
    """Whoever tells of keys all the same is not heard: the policy decides."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            for is_hosted in (True, False):
                session_id = (
                    await bench.host() if is_hosted else UUID((await bench.record()).session_id)
                )
                type_hello(bench, session_id)
                await bench.sessions.end(session_id, "owner")
                assert await bench.sessions.read_keys(session_id) == ()
                assert not [name for name in bench.files(session_id) if "keys" in name]
                assert manifest_of(bench, session_id).keys is None
            with pytest.raises(SessionUnknown):
                await bench.sessions.read_keys(UUID(int=7))

    asyncio.run(run())


def test_the_sessions_key_does_not_open_it_and_a_recipient_can(tmp_path: Path) -> None:
    """The key is another one, wrapped for the same people; the session's wrappings do not give it."""
    recipient = PrivateKey.generate()

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            to = (bytes(recipient.public_key).hex(),)
            session_id = await bench.host(recipients=to, **recording_keys(bench))
            type_hello(bench, session_id)
            await bench.sessions.end(session_id, "owner")
            path = log_of(bench, session_id)
            opening = read_opening(path.parent)
            session_key = bench.vault().unwrap_session_key(session_id, opening.wrapped_keys)
            with pytest.raises(KeyLogAltered):
                read_key_log(path, key=session_key, session_id=session_id)
            with pytest.raises(KeyUnavailable):
                bench.vault().unwrap_session_key(session_id, opening.wrapped_keys, KEY_LOG_KEY)
            wrapped = read_wrapped_keys(wrapped_key_in(path, session_id))
            key = unwrap_as_recipient(bytes(recipient), session_id, wrapped, KEY_LOG_KEY)
            head = manifest_of(bench, session_id).keys
            assert len(read_key_log(path, key=key, session_id=session_id, head=head)) == 10
            assert session_key not in path.read_bytes()

    asyncio.run(run())


def test_reading_needs_the_open_vault(tmp_path: Path) -> None:
    """While the vault is locked nobody reads what was typed, neither while the session runs nor after it."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            for _ in range(2):
                bench.is_locked = True
                with pytest.raises(VaultLocked):
                    await bench.sessions.read_keys(session_id)
                bench.is_locked = False
                await bench.sessions.end(session_id, "owner")

    asyncio.run(run())


@pytest.mark.parametrize("where", ["full disk", "too many recipients"])
def test_a_start_whose_key_log_cannot_begin_leaves_nothing(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither directory nor row nor a trail of it stays: without its key log there is no such session."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            changes = recording_keys(bench)
            expected: type[Failure] = StorageFull
            if where == "full disk":
                monkeypatch.setattr("core.audit.key_log.KeyLog.begin", _full)
            else:
                key = bytes(PrivateKey.generate().public_key).hex()
                changes["recipients"], expected = (key,) * 200, UsageFailure
            with pytest.raises(expected):
                await bench.sessions.start_hosted(bench.hosted_start(**changes))
            monkeypatch.undo()
            assert list(bench.directory.sessions.iterdir()) == []
            assert await bench.sessions.summaries() == ()

    asyncio.run(run())


def test_a_session_whose_keys_cannot_be_kept_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the policy wants recorded is recorded or the session is over; what was kept is sealed."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            type_hello(bench, session_id)
            assert await pressed(bench, session_id) == HELLO
            with monkeypatch.context() as patch:
                patch.setattr("core.audit.key_log.KeyLog.sync", _full)
                type_hello(bench, session_id)
                await bench.until(lambda: bench.sessions.running_id is None)
            assert "storage_full" in bench.incidents()
            await bench.recovery.run()
            ended = await bench.sessions.summary(session_id)
            assert (ended.state, ended.end_reason) == (SessionState.ANCHORING, "space")
            assert await pressed(bench, session_id) == HELLO

    asyncio.run(run())


def _full(*_: object) -> None:
    raise StorageFull(path="keys.lct")


def test_after_a_crash_what_was_whole_is_signed(tmp_path: Path) -> None:
    """A torn tail is cut off; the head of the rest stands in the manifest."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            type_hello(bench, session_id)
            assert await pressed(bench, session_id) == HELLO
            await crash(bench)
            path = log_of(bench, session_id)
            whole = path.read_bytes()
            path.write_bytes(whole + whole[-60:-20])
        async with SessionBench(tmp_path) as bench:
            await bench.recovery.mark_interrupted()
            assert await pressed(bench, session_id) == HELLO
            assert await bench.recovery.run() == [session_id]
            assert path.read_bytes() == whole
            assert await pressed(bench, session_id) == HELLO
            head = manifest_of(bench, session_id).keys
            assert head is not None
            assert head.count == 2
            assert bench.incidents() == []

    asyncio.run(run())


def _flip_a_record(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"LTf1") + 20] ^= 1
    path.write_bytes(content)


def _flip_the_wrapped_key(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"wrapped":"', b'"wrapped":"f0', 1))


def _name_another_holder(path: Path) -> None:
    content = path.read_bytes()
    at = content.index(b'"holder":"') + len(b'"holder":"')
    path.write_bytes(content[:at] + b"0" * 4 + content[at + 4 :])


@pytest.mark.parametrize(
    "damage, code",
    [
        (Path.unlink, "key_log_malformed"),
        (_flip_a_record, "key_log_altered"),
        (_flip_the_wrapped_key, "key_unavailable"),
        (_name_another_holder, "key_unavailable"),
    ],
)
def test_a_damaged_key_log_is_told_and_the_session_sealed_without_it(
    tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    """What a crash alone does not explain is an incident; trail and video are sealed, and reading says what lacks."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            type_hello(bench, session_id)
            assert await pressed(bench, session_id) == HELLO
            await crash(bench)
            damage(log_of(bench, session_id))
            assert await bench.recovery.run() == [session_id]
            assert bench.incidents() == [code]
            manifest = manifest_of(bench, session_id)
            assert manifest.keys is None
            assert manifest.trail is not None
            with pytest.raises(KeyLogMalformed):
                await bench.sessions.read_keys(session_id)

    asyncio.run(run())


def test_a_key_log_that_was_cut_is_told_when_it_is_read(tmp_path: Path) -> None:
    """Of a finished session all that was typed is read, or the record is named that is missing."""

    async def run() -> None:
        async with SessionBench(tmp_path) as bench:
            session_id = await bench.host(**recording_keys(bench))
            type_hello(bench, session_id)
            await bench.sessions.end(session_id, "owner")
            path = log_of(bench, session_id)
            path.write_bytes(path.read_bytes()[:-1])
            with pytest.raises(KeyLogAltered) as refusal:
                await bench.sessions.read_keys(session_id)
            assert refusal.value.facts == {"sequence": 1}

    asyncio.run(run())
