"""An engine comes to its phase, or says what stops it; keys and recordings do not get into each other's way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.api.commands import (
    CreateVault,
    ListSessions,
    LockVault,
    Secret,
    StartSession,
    UnlockVault,
)
from core.api.events import EngineChanged, IncidentRecorded
from core.api.snapshots import EnginePhase, EngineSnapshot, SessionState
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.core.appliance.appliance_bench import (
    PASSPHRASE,
    appliance,
    create,
    record,
    start,
    unlock,
)
from tests.fakes.front_end import FrontEnd, Refused
from tests.fakes.key_store import MemoryKeyStore


def comes_to(front_end: FrontEnd, phase: EnginePhase) -> EngineSnapshot:
    """Wait for a phase and give the engine as it then is."""

    def is_it(event: object) -> bool:
        return isinstance(event, EngineChanged) and event.engine.phase is phase

    found = front_end.wait_for(is_it)
    assert isinstance(found, EngineChanged)
    return found.engine


def running_ids(front_end: FrontEnd) -> list[str | None]:
    """List what the engine said to be running."""
    return [each.engine.running_session_id for each in front_end.all_of(EngineChanged)]


def refusal(front_end: FrontEnd, command: object) -> str:
    """Submit a command that is refused and give the code."""
    with pytest.raises(Refused) as refused:
        front_end.do(command)
    return refused.value.failure.code


def test_the_life_of_a_vault(data_directory: Path) -> None:
    """From no vault to ready, locked, refused with another passphrase, and ready again, with one fingerprint."""
    with appliance(data_directory) as front_end:
        assert comes_to(front_end, EnginePhase.NO_VAULT).device_fingerprint is None
        assert refusal(front_end, UnlockVault(PASSPHRASE)) == "vault_missing"
        assert refusal(front_end, StartSession()) == "vault_missing"
        assert refusal(front_end, CreateVault(Secret("short"))) == "passphrase_too_short"
        create(front_end)
        fingerprint = comes_to(front_end, EnginePhase.READY).device_fingerprint
        assert refusal(front_end, CreateVault(PASSPHRASE)) == "vault_exists"
        front_end.do(LockVault())
        assert comes_to(front_end, EnginePhase.LOCKED).device_fingerprint == fingerprint
        assert refusal(front_end, UnlockVault(Secret("another passphrase"))) == "wrong_passphrase"
        assert refusal(front_end, UnlockVault()) == "key_store_unavailable"
        assert refusal(front_end, StartSession()) == "vault_locked"
        front_end.forget()
        unlock(front_end)
        assert comes_to(front_end, EnginePhase.READY).device_fingerprint == fingerprint
    with appliance(data_directory) as front_end:
        assert comes_to(front_end, EnginePhase.LOCKED).device_fingerprint == fingerprint


def test_a_second_engine_is_refused(data_directory: Path) -> None:
    """The second engine on a directory says who has it, refuses everything, and leaves the first alone."""
    with appliance(data_directory) as first:
        create(first)  # it has the directory, and no start-up races another
        with appliance(data_directory) as second:
            failure = comes_to(second, EnginePhase.FAILED).failure
            assert failure is not None
            assert (failure.code, failure.facts["pid"]) == ("data_directory_busy", str(os.getpid()))
            assert refusal(second, ListSessions()) == "data_directory_busy"
            assert first.do(ListSessions()) == ()


def unwritable(directory: Path) -> Path:
    """Put a file where the directory's parent should be."""
    directory.write_text("in the way")
    return directory / "data"


def newer_store(directory: Path) -> Path:
    """Leave a store of a newer version."""
    store = SqliteMetadataStore(directory / "lucid.db")
    store._database.execute("PRAGMA user_version = 99")
    store.close()
    return directory


def corrupt_store(directory: Path) -> Path:
    """Leave a store that is none."""
    directory.mkdir()
    (directory / "lucid.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    return directory


@pytest.mark.parametrize(
    "spoil, code",
    [
        (unwritable, "data_directory_unwritable"),
        (newer_store, "store_newer"),
        (corrupt_store, "store_corrupt"),
    ],
)
def test_a_data_directory_that_cannot_be_used_is_told(
    data_directory: Path, spoil: Callable[[Path], Path], code: str
) -> None:
    """The engine comes to FAILED with the failure, which every command gets too, and stops cleanly."""
    with appliance(spoil(data_directory)) as front_end:
        failure = comes_to(front_end, EnginePhase.FAILED).failure
        assert failure is not None
        assert failure.code == code
        assert refusal(front_end, ListSessions()) == code


def test_a_damaged_vault_is_told_when_it_is_unlocked(data_directory: Path) -> None:
    """The engine still comes up, lists what it has, and names what is damaged to whoever unlocks."""
    with appliance(data_directory) as front_end:
        create(front_end)
        recorded = record(front_end)
    path = data_directory / "vault.json"
    document = json.loads(path.read_text())
    document["device"]["sealed"] = document["device"]["sealed"][::-1]
    path.write_text(json.dumps(document))
    with appliance(data_directory, find_key_store=MemoryKeyStore) as front_end:
        assert comes_to(front_end, EnginePhase.LOCKED).device_fingerprint is None
        assert refusal(front_end, UnlockVault(PASSPHRASE)) == "vault_corrupt"
        assert [each.session_id for each in front_end.do(ListSessions())] == [recorded.session_id]


def test_a_key_store_remembers_the_vault(data_directory: Path) -> None:
    """What was remembered opens the vault at the next start; a key store out of order is told."""
    keys = MemoryKeyStore()
    with appliance(data_directory, find_key_store=lambda: keys) as front_end:
        assert comes_to(front_end, EnginePhase.NO_VAULT).has_key_store
        front_end.do(CreateVault(PASSPHRASE, remember=True))
    with appliance(data_directory, find_key_store=lambda: keys) as front_end:
        comes_to(front_end, EnginePhase.READY)
    keys.is_out_of_order = True
    with appliance(data_directory, find_key_store=lambda: keys) as front_end:
        comes_to(front_end, EnginePhase.LOCKED)
        (incident,) = front_end.all_of(IncidentRecorded)
        assert incident.failure.code == "key_store_unavailable"
        unlock(front_end)
        comes_to(front_end, EnginePhase.READY)


def test_the_vault_stays_open_while_a_session_runs(data_directory: Path) -> None:
    """Locking is refused while recording, and works afterwards."""
    with appliance(data_directory) as front_end:
        create(front_end)
        session_id = start(front_end)
        with pytest.raises(Refused) as refused:
            front_end.do(LockVault())
        assert refused.value.failure.facts == {"session_id": session_id}
        assert running_ids(front_end)[-1] == session_id


def test_locking_waits_for_a_session_that_is_starting(data_directory: Path) -> None:
    """A lock that comes while a session starts finds it running and is refused."""
    with appliance(data_directory) as front_end:
        create(front_end)
        starting = front_end.engine.submit(StartSession())
        locking = front_end.engine.submit(LockVault())
        front_end.end_of(starting)
        with pytest.raises(Refused) as refused:
            front_end.end_of(locking)
        assert refused.value.failure.code == "session_busy"


def test_a_session_asked_for_right_after_unlocking_waits_for_recovery(
    data_directory: Path,
) -> None:
    """Commands that are sent in one go are carried out as if one after the other; nothing is recovered that runs."""
    with appliance(data_directory) as front_end:
        create(front_end)
    with appliance(data_directory) as front_end:
        requests = [
            front_end.engine.submit(each)
            for each in (UnlockVault(PASSPHRASE), UnlockVault(PASSPHRASE), StartSession())
        ]
        for request in requests[:2]:
            front_end.end_of(request)
        assert front_end.end_of(requests[2]).state is SessionState.RECORDING
        assert front_end.all_of(IncidentRecorded) == []


def test_stopping_seals_the_session_that_runs(data_directory: Path) -> None:
    """Shutting down ends the recording by "shutdown", sealed and waiting for its anchor."""
    with appliance(data_directory) as front_end:
        create(front_end)
        session_id = start(front_end)
    assert running_ids(front_end)[-1] is None
    with appliance(data_directory) as front_end:
        (summary,) = front_end.do(ListSessions())
    assert (summary.session_id, summary.state) == (session_id, SessionState.ANCHORING)
    assert (summary.end_reason, summary.was_interrupted) == ("shutdown", False)
