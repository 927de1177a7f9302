"""Reading from afar with a whole engine: granted by command, read over the socket, ended by the owner."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.api.access import (
    AccessChanged,
    AccessGranted,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.commands import EndSession, LockVault, StartSession
from core.api.events import IncidentRecorded
from core.api.network import ReadNetwork
from core.config.engine_options import NetworkOptions
from core.evidence.verify import verify_bundle
from core.remote.workplace import _base
from core.storage.data_directory import DataDirectory
from tests.core.admin.admin_bench import Got, call
from tests.core.appliance.appliance_bench import appliance, create, record, unlock
from tests.fakes.front_end import FrontEnd, Refused

EVERYTHING = GrantAccess("auditor", tuple(Scope))


def get(directory: Path, path: str, token: str) -> Got:
    """Call as somebody far away would, once Tor has carried it here."""
    headers = {"Authorization": f"Bearer {token}"}
    return call(DataDirectory(directory).reading, "GET", path, headers)


def test_a_session_is_read_and_its_bundle_holds(data_directory: Path) -> None:
    """What a reader gets of a sealed session is what the appliance has, and verifies without it."""
    with appliance(data_directory) as front_end:
        create(front_end)
        session_id = record(front_end).session_id
        granted: AccessGranted = front_end.do(EVERYTHING)
        assert (granted.address, granted.link) == ("", "")  # offline, it has no address
        [session] = get(data_directory, "/v1/sessions", granted.token).json["sessions"]
        assert session["session_id"] == session_id
        bundle = get(data_directory, f"/v1/sessions/{session_id}/proof", granted.token)
        assert bundle.headers["content-type"] == "application/vnd.lucid.evidence"
        file = data_directory.parent / "fetched"
        file.write_bytes(bundle.body)
        assert verify_bundle(file).holds
        health = get(data_directory, "/v1/health", granted.token).json
        assert health["level"] in {"ok", "warn"}
        metrics = get(data_directory, "/v1/metrics", granted.token).body
        assert b'lucid_sessions{state="anchoring"} 1.0' in metrics
        assert b'lucid_calls_total{outcome="answered",route="/v1/sessions"} 1.0' in metrics
        calls = front_end.do(ListCalls())
        assert [each.what for each in calls][-1] == "GET /v1/sessions"
        assert front_end.do(VerifyCalls()) == len(calls) == 4


def test_a_running_session_is_listed_and_not_told(data_directory: Path) -> None:
    """It is in the list while it runs; its manifest and proof are there once it is sealed."""
    with appliance(data_directory) as front_end:
        create(front_end)
        token = front_end.do(EVERYTHING).token
        session_id = front_end.do(StartSession()).session_id
        assert get(data_directory, f"/v1/sessions/{session_id}", token).json["state"] == "recording"
        for path in ("manifest", "proof"):
            got = get(data_directory, f"/v1/sessions/{session_id}/{path}", token)
            assert (got.status, got.json["code"]) == (409, "session_not_finished")
        front_end.do(EndSession(session_id))
        assert get(data_directory, f"/v1/sessions/{session_id}/manifest", token).status == 200


def test_a_locked_vault_answers_nobody(data_directory: Path) -> None:
    """Locking ends the API; unlocking brings it back with the same accesses, also in the next life."""
    with appliance(data_directory) as front_end:
        create(front_end)
        token = front_end.do(EVERYTHING).token
        front_end.do(LockVault())
        with pytest.raises(OSError, match="No such file"):
            get(data_directory, "/v1/self", token)
        with pytest.raises(Refused) as refused:
            front_end.do(ListAccess())
        assert refused.value.failure.code == "vault_locked"
        unlock(front_end)
        assert get(data_directory, "/v1/self", token).status == 200
    with appliance(data_directory) as front_end:
        unlock(front_end)
        assert get(data_directory, "/v1/self", token).status == 200
        [access] = front_end.do(ListAccess())
        assert access.calls == 2
        front_end.do(RevokeAccess(access.access_id))
        assert get(data_directory, "/v1/self", token).status == 401
        told = front_end.wait_for(is_revoked)
        assert isinstance(told, AccessChanged)


def is_revoked(event: object) -> bool:
    """Tell whether front ends heard of the end of an access."""
    return isinstance(event, AccessChanged) and event.access[0].revoked_utc_ms is not None


def test_an_engine_that_is_soon_over_listens_nowhere(data_directory: Path) -> None:
    """A command's engine grants and lists, and opens no socket for it."""
    with appliance(data_directory, is_resident=False) as front_end:
        create(front_end)
        front_end.do(EVERYTHING)
        assert not (DataDirectory(data_directory).reading).exists()
        assert len(front_end.do(ListAccess())) == 1


def test_where_tor_is_another_users_it_is_read_outside_of_the_data_directory(
    data_directory: Path,
) -> None:
    """The socket is alone in a directory that can be opened to tor's group; with the engine both are gone."""

    def found() -> list[Path]:
        return list(_base().glob(f"lucid-host-{os.getpid()}-*/reading"))

    system = NetworkOptions(
        system_control=data_directory / "no", system_socks=data_directory / "no"
    )
    with appliance(data_directory, network=system) as front_end:
        assert front_end.do(ReadNetwork()).is_tor_others
        create(front_end)
        token = front_end.do(EVERYTHING).token
        [socket] = found()
        assert list(socket.parent.iterdir()) == [socket]
        modes = [stat.S_IMODE(each.stat().st_mode) for each in (socket.parent, socket)]
        assert modes == [0o700, 0o660]
        assert not DataDirectory(data_directory).reading.exists()
        assert call(socket, "GET", "/v1/self", {"Authorization": f"Bearer {token}"}).status == 200
        front_end.do(LockVault())
        assert found() == []
        unlock(front_end)
        assert len(found()) == 1
    assert found() == []


def test_a_front_end_that_comes_later_is_told(data_directory: Path) -> None:
    """Whoever subscribes while accesses are known hears of them."""
    with appliance(data_directory) as front_end:
        create(front_end)
        front_end.do(EVERYTHING)
        late = FrontEnd(front_end.engine)
        late.wait_for(lambda event: isinstance(event, AccessChanged) and len(event.access) == 1)


def test_what_stands_in_the_way_is_told_and_keeps_nothing_locked(data_directory: Path) -> None:
    """Where the API cannot listen the vault opens all the same, and the owner hears why nobody can read."""
    DataDirectory(data_directory).reading.mkdir(parents=True)
    with appliance(data_directory) as front_end:
        create(front_end)
        told = front_end.wait_for(lambda event: isinstance(event, IncidentRecorded))
        assert told.failure.code == "data_directory_unwritable"
        assert record(front_end).chunks == 1
        with pytest.raises(Refused):
            front_end.do(EVERYTHING)
